"""A plain value of a schema, always the same one: for a stand-in's answers and a draft's examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import hypothesis
import jsonschema

from conformance.strategies.schemas import schema_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_QUICKLY = hypothesis.settings(database=None, derandomize=True, max_examples=200, phases=(hypothesis.Phase.generate,))
_FORMATS = {
    "date-time": "2026-01-31T08:00:00Z",
    "date": "2026-01-31",
    "uuid": "0b6f2d5e-7c1a-4e0b-9a52-3f8d1c6b7e90",
    "uri": "https://example.com/",
}
_FILLERS = ("example", "0", "a", "A0", "a0", "A")


def plain_value(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """A value that a schema (JSON Schema 2020-12, without references) allows.

    Objects have every member that their schema names. What is made without drawing is kept if it is allowed; else
    Hypothesis finds one. Raises ValueError where there is none.
    """
    made = _made(schema)
    if jsonschema.Draft202012Validator(schema).is_valid(made):
        return made
    try:
        return hypothesis.find(schema_values(schema), lambda _: True, settings=_QUICKLY)
    except (hypothesis.errors.HypothesisException, ValueError) as error:
        raise ValueError(f"no value of this schema was found: {error}") from None


def plain_values(schema: Mapping[str, Any], count: int) -> list[Any]:
    """At most `count` different values of a schema of a number, a text, an enumeration or a boolean."""
    usual = plain_value(schema)
    validator = jsonschema.Draft202012Validator(schema)
    found = [usual]
    for one in _others(schema, usual):
        if len(found) < count and one not in found and validator.is_valid(one):
            found.append(one)
    return found


def _others(schema: Mapping[str, Any], usual: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON
    yield from schema.get("enum") or ()
    if isinstance(usual, bool):
        yield not usual
    elif isinstance(usual, int | float):
        yield from (usual + step for step in (1, -1, 2, -2, 3, -3))
    elif isinstance(usual, str) and "enum" not in schema:
        yield from (usual[:-1] + last for last in "123456789abcdefABCDEF")


def _made(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    for keyword in ("const", "default"):
        if keyword in schema:
            return schema[keyword]
    if schema.get("enum"):
        return schema["enum"][0]
    named: Any = schema.get("type", "object" if "properties" in schema else "string")
    match named if isinstance(named, str) else next(iter(named), None):
        case "object":
            known = schema.get("properties") or {}
            return {name: _made(member or {}) for name, member in known.items()}
        case "array":
            return [_made(schema.get("items") or {})] * max(1, int(schema.get("minItems", 1)))
        case "integer" | "number":
            return _number(schema)
        case other:
            return {"boolean": True, "null": None}[other] if other in {"boolean", "null"} else _text(schema)


def _number(schema: Mapping[str, Any]) -> int | float:
    """A number inside its range, away from the bounds where there is room."""
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is None and most is None:
        return 7
    if most is None:
        return int(least or 0) + 7
    if least is None:
        return int(most) - 7
    return least + min(7, (most - least) // 2)  # type: ignore[no-any-return]  # numbers of a schema


def _text(schema: Mapping[str, Any]) -> str:
    """A text of everyday length, away from the bounds where there is room."""
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
    length = max(least, 7) if most is None else min(max(least + 1, 7), int(most))
    texts = [(filler * length)[:length] for filler in _FILLERS]
    if "pattern" not in schema:
        return texts[0]
    validator = jsonschema.Draft202012Validator(schema)
    return next((text for text in texts if validator.is_valid(text)), texts[0])
