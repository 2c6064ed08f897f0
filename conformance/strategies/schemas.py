"""JSON values by a schema: what it allows, and for each keyword values on either side; texts by a parameter's domain.

A member is named by its path: ``url``, ``labels``, ``labels[].key``; of an array the first element stands for all.
"""

from __future__ import annotations

import copy
import re
import string
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jsonschema
from hypothesis import strategies as st

from conformance.contract.values import Boolean, Domain, Enumeration, Integer, Text, ValueKind, classify, like_one_of
from conformance.strategies.ids import ids_in_range, ids_out_of_range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_PLAIN = string.ascii_letters + string.digits + "-_.~"
_FURTHER = " +%&=;,:@'\"()[]\u00e9\u6f22"
_OPEN = 64  # characters, where the document has no maximum


def json_values() -> st.SearchStrategy[Any]:
    """JSON values of any kind, nested a few levels, without lone surrogates and without NaN."""
    text = st.text(st.characters(codec="utf-8"), max_size=20)
    numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        st.none() | st.booleans() | numbers | text,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
        max_leaves=8,
    )


def schema_values(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """JSON values that a schema (JSON Schema 2020-12) allows; objects have no members that it does not name."""
    validator = jsonschema.Draft202012Validator(schema)
    return _made(schema).filter(validator.is_valid)


def _made(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(list(schema["enum"]))
    for keyword in ("oneOf", "anyOf"):
        if schema.get(keyword):
            return st.one_of(*(_made({**schema, keyword: None, **one}) for one in schema[keyword]))
    for one in schema.get("allOf") or ():
        schema = {**schema, **one, "properties": {**(schema.get("properties") or {}), **(one.get("properties") or {})}}
    named = schema.get("type") or ("object" if schema.get("properties") else None)
    if named is None:
        return json_values()
    types = [named] if isinstance(named, str) else list(named)
    return st.one_of(*(_of_type(one, schema) for one in types))


def _of_type(name: str, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if name == "object":
        return _objects(schema)
    if name == "array":
        most = schema.get("maxItems", schema.get("minItems", 0) + 4)
        key = repr if schema.get("uniqueItems") else None
        items = _made(schema.get("items") or {})
        return st.lists(items, min_size=schema.get("minItems", 0), max_size=most, unique_by=key)
    if name == "string":
        return _strings(schema)
    if name == "integer":
        return ids_in_range(Integer(schema.get("minimum"), schema.get("maximum")))
    if name == "number":
        return st.floats(schema.get("minimum"), schema.get("maximum"), allow_nan=False, allow_infinity=False)
    return st.booleans() if name == "boolean" else st.none()


def _objects(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    made = {name: _made(one) for name, one in (schema.get("properties") or {}).items()}
    required = set(schema.get("required") or ())
    return st.fixed_dictionaries(
        {name: one for name, one in made.items() if name in required},
        optional={name: one for name, one in made.items() if name not in required},
    )


def _strings(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
    if schema.get("format") == "date-time":
        return st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
    if schema.get("format") == "uuid":
        return st.uuids().map(str)
    if schema.get("pattern") is not None:
        return st.from_regex(re.compile(schema["pattern"]))
    return _texts(st.characters(codec="utf-8"), schema.get("minLength", 0), schema.get("maxLength"))


def parameter_values(domain: Domain) -> st.SearchStrategy[str]:
    """Texts of a parameter that the document allows, not percent-encoded; those at the bounds among them."""
    if isinstance(domain, Integer):
        return ids_in_range(domain).map(str)
    if isinstance(domain, Enumeration):
        return st.sampled_from(domain.values)
    if isinstance(domain, Boolean):
        return st.sampled_from(("true", "false"))
    if domain.pattern is not None:
        made = st.from_regex(re.compile(domain.pattern)).filter(str.isprintable)
    else:
        made = _texts(st.sampled_from(_PLAIN) | st.sampled_from(_FURTHER), max(domain.shortest, 1), domain.longest)
    return made.filter(lambda text: _kind(text, domain) is ValueKind.IN_RANGE)


def other_parameter_values(domain: Domain) -> st.SearchStrategy[str]:
    """Texts of a parameter that the document does not allow, none empty; none where it allows all."""
    if isinstance(domain, Integer):
        return ids_out_of_range(domain).map(str)
    made = _texts(st.sampled_from(_PLAIN), 1, _OPEN)
    if isinstance(domain, Text):
        if domain.longest is None and domain.pattern is None and domain.shortest <= 1:
            return st.nothing()
        longest = domain.longest
        over = [] if longest is None else [_texts(st.sampled_from(_PLAIN), longest + 1, longest * 2 + 8)]
        least = max(domain.shortest, 1)
        within = [] if domain.pattern is None else [_texts(st.sampled_from(_PLAIN), least, longest)]
        made = st.one_of(*over, *within, made)
    else:
        listed = domain.values if isinstance(domain, Enumeration) else ("true", "false")
        alike = (lambda text: text.upper(), lambda text: text[:-1], lambda text: f"{text}s", lambda text: f" {text}")
        near = st.builds(lambda text, change: change(text), st.sampled_from(listed), st.sampled_from(alike))
        made = near | made
    return made.filter(lambda text: text != "" and _kind(text, domain) not in {ValueKind.IN_RANGE, ValueKind.NOTATION})


def _texts(alphabet: st.SearchStrategy[str], least: int, most: int | None) -> st.SearchStrategy[str]:
    """Texts of `least` to `most` characters; of a long one few are drawn, and repeated."""
    end = max(least, _OPEN) if most is None else most
    lengths = st.integers(least, end) | st.sampled_from(sorted({least, end}))
    return st.builds(lambda length, head: (head * length)[:length], lengths, st.text(alphabet, min_size=1, max_size=24))


def _kind(text: str, domain: Domain) -> ValueKind:
    return classify(quote(text, safe="").encode("ascii"), domain).kind


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()
"""In the place of a value: the member is left out."""

_TEXT = (("minLength", "shortest", "too-short", -1), ("maxLength", "longest", "too-long", 1))
_ARRAY = (("minItems", "fewest", "too-few", -1), ("maxItems", "most", "too-many", 1))
_FILLERS = ("a", "A", "0", "a0", "A0", "a-")
_ODD_TEXTS = ("?", "%", " ", "\u00e9", "a b", "A", "0", "-", "a", *"<>\"'&/\\\n!#$()*+,.:;=@[]^_`{|}~")
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
    """The variants of every member of a body with this documented example; each changes one member alone."""
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
        elif _found(example, member.rpartition(".")[0]) is not ABSENT:
            yield from _at_bounds(member, node, _stand_in(node))


def left_out(schema: Mapping[str, Any], example: Any) -> Iterator[str]:  # noqa: ANN401 - a JSON value
    """The members that a body need not have, and that `example` does not have."""
    for member, _, required in members(schema):
        whole = not member.endswith("[]") and _found(example, member.rpartition(".")[0]) is not ABSENT
        if whole and not required and _found(example, member) is ABSENT:
            yield member


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
    for part in filter(None, member.split(".")):
        name = part.removesuffix("[]")
        steps += [name, 0] if part.endswith("[]") else [name]
    return steps


def _found(example: Any, member: str) -> Any:  # noqa: ANN401 - JSON values
    """The value in a member's place of the body, or ABSENT; the body itself where the path is empty."""
    node = example
    for step in _steps(member):
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return node


def _stand_in(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a JSON value
    """A plain value of the schema's type, in place of one that the example does not show."""
    plain: tuple[Any, ...] = ("", 0, [])
    return next((value for value in plain if of_type(schema, value)), None)


def _of_other_types(member: str, schema: Mapping[str, Any], usual: Any) -> Iterator[Variant]:  # noqa: ANN401 - JSON
    leaf = member.rpartition(".")[2].removesuffix("[]")
    inner = None if usual is ABSENT else usual
    rows: tuple[tuple[str, str, Any], ...] = (
        ("number", "a number", 1), ("zero", "zero", 0), ("null", "null", None), ("true", "true", True),
        ("false", "false", False), ("array", "an array", [inner]), ("empty-array", "an empty array", []),
        ("object", "an object", {}), ("nested", f"an object with {leaf} in it", {leaf: inner}),
        ("decimal", "a decimal number", 1.5), ("text", "a string", "text"), ("digits", "a string of digits", "1"),
    )  # fmt: skip
    for name, words, value in rows:
        if not of_type(schema, value):
            yield Variant(member, name, f"that is {words}", "wrong-type", value)


def _of_an_enumeration(member: str, schema: Mapping[str, Any]) -> Iterator[Variant]:
    listed = schema["enum"]
    for value in listed:
        name = re.sub(r"[^A-Za-z0-9]+", "-", str(value)).strip("-").lower()
        yield Variant(member, f"listed-{name}", f"that is {value}", "listed", value, allowed=True)
    texts = [value for value in listed if isinstance(value, str)]
    numbers = [value for value in listed if isinstance(value, int | float) and not isinstance(value, bool)]
    if numbers and not texts:
        yield Variant(member, "unlisted", "that is not listed", "not-listed", max(numbers) + 1)
    if not texts:
        return
    unlisted = next(text for text in (*_UNLISTED, "x".join(texts) + "x") if text not in listed)
    yield Variant(member, "unlisted", "that is not listed", "not-listed", unlisted)
    cut = next((text[:-1] for text in texts if len(text) > 1 and not like_one_of(text[:-1], listed)), None)
    if cut is not None:
        yield Variant(member, "cut", "that is listed, without its last character", "not-listed", cut)
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
    if "pattern" in schema and isinstance(usual, str) and usual:
        for name, words, value in _nearly_of_the_pattern(usual):
            if _broken(schema, value) == {"pattern"}:
                yield Variant(member, name, words, "other-pattern", value)


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


def _nearly_of_the_pattern(usual: str) -> Iterator[tuple[str, str, str]]:
    """Texts that a check of the first characters only, or of the last, takes: a name, words, and the text."""
    yield "odd-first", "whose first character is not of the pattern", f"?{usual[1:]}"
    yield "digit-first", "that begins with a digit", f"0{usual[1:]}"
    yield "odd-last", "whose last character is not of the pattern", f"{usual[:-1]}?"
    yield "newline-after", "with a line feed after it", f"{usual}\n"


def _elements(schema: Mapping[str, Any], usual: list[Any], length: int) -> list[Any] | None:
    """So many elements like the documented ones, no two alike if their schema allows it."""
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
