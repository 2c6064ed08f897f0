"""Members of a JSON body: for each keyword of its schema, values on either side of what that allows.

A member is named by its path: ``url``, ``labels``, ``labels[].key``; of an array the first element stands for all.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import jsonschema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["ABSENT", "Variant", "changed", "members", "of_type", "variants"]


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()
"""In the place of a value: the member is left out."""

_TEXT = (("minLength", "shortest", "too-short", -1), ("maxLength", "longest", "too-long", 1))
_ARRAY = (("minItems", "fewest", "too-few", -1), ("maxItems", "most", "too-many", 1))
_FILLERS = ("a", "A", "0", "a0", "A0", "a-")
_ODD_TEXTS = ("?", "%", " ", "\u00e9", "a b", "A", "0", "-", "a")
_UNLISTED = ("other", "none-of-these", "x")


@dataclass(frozen=True, slots=True)
class Variant:
    """A value of a member; `when` says what of its schema it breaks (``too-long``), or at which edge it is (``most``).

    `allowed` says that the schema allows it; of what is ``in-another-form`` the document says nothing. `name` is unique
    within the member, `words` follow the member's name.
    """

    member: str
    name: str
    words: str
    when: str
    value: Any
    allowed: bool = False


def members(schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Path and schema of every member, and whether its object must have it; elements of arrays are ``labels[]``."""
    for name, node in (schema.get("properties") or {}).items():
        place = f"{path}.{name}".lstrip(".")
        yield place, node, name in (schema.get("required") or ())
        yield from members(node, place)
        items = node.get("items")
        if isinstance(items, dict):
            yield f"{place}[]", items, False
            yield from members(items, f"{place}[]")


def variants(schema: Mapping[str, Any], example: Any) -> Iterator[Variant]:  # noqa: ANN401 - a JSON value
    """Those of every member of a body whose documented example is `example`; each changes one member alone."""
    for member, node, required in members(schema):
        usual = _found(example, member)
        if required:
            yield Variant(member, "missing", "that is left out", "missing", ABSENT)
        elif usual is not ABSENT and not member.endswith("[]"):
            yield Variant(member, "absent", "that is left out", "absent", ABSENT, allowed=True)
        yield from _of_other_types(member, node, usual)
        if "enum" in node:
            yield from _of_an_enumeration(member, node)
        elif usual is not ABSENT:
            yield from _at_bounds(member, node, usual)


def changed(example: Any, member: str, value: Any) -> Any:  # noqa: ANN401 - JSON values
    """A copy of `example` with `value` in the member's place; objects and elements on the way to it are made."""
    made = copy.deepcopy(example)
    steps = _steps(member)
    node, last = made, steps[-1]
    for step, following in pairwise(steps):
        empty: Any = [] if isinstance(following, int) else {}
        node = _reached(node, step, empty)
    if isinstance(last, int):
        node[:1] = [] if value is ABSENT else [value]
    elif value is ABSENT:
        node.pop(last, None)
    else:
        node[last] = value
    return made


def of_type(schema: Mapping[str, Any], value: Any) -> bool:  # noqa: ANN401 - a JSON value
    """Whether a value is of a type that the schema names; any is where it names none."""
    return "type" not in schema or jsonschema.Draft202012Validator({"type": schema["type"]}).is_valid(value)


def _reached(node: Any, step: str | int, empty: Any) -> Any:  # noqa: ANN401 - JSON values
    if isinstance(step, int):
        if not node:
            node.append(empty)
        return node[0]
    return node.setdefault(step, empty)


def _steps(member: str) -> list[str | int]:
    steps: list[str | int] = []
    for part in member.split("."):
        name = part.removesuffix("[]")
        steps += [name, 0] if part.endswith("[]") else [name]
    return steps


def _found(example: Any, member: str) -> Any:  # noqa: ANN401 - JSON values
    node = example
    for step in _steps(member):
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return node


def _of_other_types(member: str, schema: Mapping[str, Any], usual: Any) -> Iterator[Variant]:  # noqa: ANN401 - JSON
    leaf = member.rpartition(".")[2].removesuffix("[]")
    inner = None if usual is ABSENT else usual
    rows: tuple[tuple[str, Any], ...] = (
        ("number", 1), ("zero", 0), ("null", None), ("true", True), ("false", False), ("array", [inner]),
        ("empty-array", []), ("object", {}), ("nested", {leaf: inner}), ("decimal", 1.5),
        ("text", "text"), ("digits", "1"),
    )  # fmt: skip
    for name, value in rows:
        if not of_type(schema, value):
            yield Variant(member, name, f"that is {name.replace('-', ' ')}", "wrong-type", value)


def _of_an_enumeration(member: str, schema: Mapping[str, Any]) -> Iterator[Variant]:
    listed = schema["enum"]
    for value in listed:
        name = re.sub(r"[^A-Za-z0-9]+", "-", str(value)).strip("-").lower()
        yield Variant(member, f"listed-{name}", f"that is {value}", "listed", value, allowed=True)
    texts = [value for value in listed if isinstance(value, str)]
    if not texts:
        return
    unlisted = next(text for text in (*_UNLISTED, "x".join(texts) + "x") if text not in listed)
    yield Variant(member, "unlisted", "that is not listed", "not-listed", unlisted)
    cased = next((text.swapcase() for text in texts if text.swapcase() not in listed), None)
    if cased is not None:
        yield Variant(member, "other-case", "that is listed in another case", "in-another-form", cased)
    spaced = f"{texts[0]} "
    yield Variant(member, "listed-and-space", "that is listed, with a space after it", "in-another-form", spaced)
    if "" not in listed:
        yield Variant(member, "empty", "that is empty", "not-listed", "")


def _at_bounds(member: str, schema: Mapping[str, Any], usual: Any) -> Iterator[Variant]:  # noqa: ANN401 - a JSON value
    """Values at a bound and beyond it, each of which breaks one keyword or none: what nothing fits is left out."""
    for when, words, value, keyword in _edges(schema, usual):
        if value is not None and _broken(schema, value) == ({keyword} if keyword else set()):
            yield Variant(member, when, words, when, value, allowed=keyword is None)


def _edges(schema: Mapping[str, Any], usual: Any) -> Iterator[tuple[str, str, Any, str | None]]:  # noqa: ANN401 - JSON
    """A word of clauses.yaml, words, a value, and the keyword that it breaks."""
    if isinstance(usual, str):
        yield from _lengths(schema, usual, _TEXT, "character", _text)
        if "pattern" in schema:
            yield "other-pattern", "of another pattern", _of_another_pattern(schema), "pattern"
    elif isinstance(usual, list):
        yield from _lengths(schema, usual, _ARRAY, "element", _elements)
        if schema.get("uniqueItems") and usual:
            yield "repeated", "with an element twice", [*usual, usual[0]], "uniqueItems"
    elif isinstance(usual, int | float) and not isinstance(usual, bool):
        for keyword, beyond, step in (("minimum", "below-minimum", -1), ("maximum", "above-maximum", 1)):
            if (bound := schema.get(keyword)) is not None:
                yield keyword, f"that is {bound:,}", bound, None
                yield beyond, f"that is {bound + step:,} ({_words(beyond)})", bound + step, keyword


def _lengths(
    schema: Mapping[str, Any],
    usual: Any,  # noqa: ANN401 - a JSON value
    keywords: tuple[tuple[str, str, str, int], ...],
    unit: str,
    made: Callable[[Mapping[str, Any], Any, int], Any],
) -> Iterator[tuple[str, str, Any, str | None]]:
    for keyword, edge, beyond, step in keywords:
        bound = schema.get(keyword)
        if bound is not None:
            yield edge, f"of {_count(bound, unit)}", made(schema, usual, bound), None
            if bound + step >= 0:
                words = f"of {_count(bound + step, unit)} ({_words(beyond)})"
                yield beyond, words, made(schema, usual, bound + step), keyword


def _words(when: str) -> str:
    return when.replace("-", " the " if when.endswith("um") else " ")


def _count(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def _broken(schema: Mapping[str, Any], value: Any) -> set[str]:  # noqa: ANN401 - a JSON value
    """The keywords that a value breaks."""
    return {str(error.validator) for error in jsonschema.Draft202012Validator(schema).iter_errors(value)}


def _text(schema: Mapping[str, Any], usual: str, length: int) -> str | None:
    """A text of this length that breaks nothing but bounds of the length; None where none is known."""
    fillers = (*_FILLERS, usual) if "://" in usual else (usual or "a", *_FILLERS)  # a url has one host
    for filler in fillers:
        text = (usual + filler * length)[:length]
        if _broken(schema, text) <= {"minLength", "maxLength"}:
            return text
        text = (filler * length)[:length]
        if _broken(schema, text) <= {"minLength", "maxLength"}:
            return text
    return None


def _of_another_pattern(schema: Mapping[str, Any]) -> str | None:
    least = schema.get("minLength", 1)
    return next((text * least for text in _ODD_TEXTS if _broken(schema, text * least) == {"pattern"}), None)


def _elements(schema: Mapping[str, Any], usual: list[Any], length: int) -> list[Any] | None:
    """So many elements like the documented ones, no two alike as far as their schema lets them be told apart."""
    if not usual:
        return None if length else []
    items = schema.get("items") or {}
    return [*usual, *(_another(items, usual[0], number) for number in range(length))][:length]


def _another(schema: Mapping[str, Any], element: Any, number: int) -> Any:  # noqa: ANN401 - JSON values
    """An element with a number in its first text that may have one."""
    if isinstance(element, str):
        text = f"{element[: max(schema.get('maxLength', 64) - 5, 0)]}{number}"
        return element if _broken(schema, text) else text
    if isinstance(element, dict):
        for name, value in element.items():
            other = _another((schema.get("properties") or {}).get(name) or {}, value, number)
            if other != value:
                return {**element, name: other}
    return element
