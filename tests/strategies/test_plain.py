"""A plain value is one of its schema, the same each time."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from conformance.strategies.plain import plain_value, plain_values

SCHEMAS: list[dict[str, Any]] = [
    {"type": "integer"}, {"type": "integer", "minimum": 3, "maximum": 4}, {"type": "integer", "maximum": -5},
    {"type": "number", "minimum": 0.5}, {"type": "boolean"}, {"type": "null"}, {"type": ["string", "null"]}, {},
    {"type": "string", "minLength": 40}, {"type": "string", "maxLength": 2}, {"type": "string", "format": "uuid"},
    {"type": "string", "pattern": "^[0-9a-f]{32}\\Z", "minLength": 32, "maxLength": 32},
    {"type": "string", "pattern": "^arn:[a-z]+:[0-9]{2}\\Z"}, {"enum": ["add", "remove"]}, {"const": 3},
    {"type": "array", "items": {"type": "string"}, "minItems": 2},
    {"type": "array", "items": {"type": "integer"}, "minItems": 2, "uniqueItems": True},
    {
        "type": "object",
        "properties": {"a": {"type": "object", "properties": {"b": {"default": 2}}}, "c": {}},
        "required": ["c"],
    },
    {"type": "integer", "default": "seven"},
]  # fmt: skip


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_value_is_of_its_schema(schema: dict[str, Any]) -> None:
    """Whether it is made or found, and with its required members alone too."""
    for whole in (True, False):
        value = plain_value(schema, whole=whole)
        jsonschema.validate(value, schema)
        assert plain_value(schema, whole=whole) == value


def test_object_has_every_member_or_the_required_ones() -> None:
    """As it is asked for."""
    schema = SCHEMAS[-2]
    assert plain_value(schema) == {"a": {"b": 2}, "c": "example"}
    assert plain_value(schema, whole=False) == {"c": "example"}


def test_several_values_differ() -> None:
    """As many as there are."""
    assert plain_values({"type": "integer", "minimum": 1, "maximum": 2}, 3) == [1, 2]
    assert len(set(plain_values({"type": "string", "pattern": "^[0-9]{3}\\Z", "minLength": 3, "maxLength": 3}, 3))) == 3
    assert plain_values({"type": "boolean"}, 3) == [True, False]


def test_schema_without_a_value_is_an_error() -> None:
    """One line."""
    with pytest.raises(ValueError, match="no value of this schema"):
        plain_value({"type": "string", "pattern": "^a\\Z", "minLength": 2})
