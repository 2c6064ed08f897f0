"""JSON values by a schema, and texts by the domain of a parameter."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jsonschema
from hypothesis import strategies as st

from conformance.contract.operation import Boolean, Enumeration, Integer, Text
from conformance.contract.values import ValueKind, classify
from conformance.strategies.ids import ids_in_range, ids_out_of_range

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.operation import Domain

__all__ = ["json_values", "other_parameter_values", "parameter_values", "schema_values"]

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
