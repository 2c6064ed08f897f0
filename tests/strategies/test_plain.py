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
    """Whether it is made or found."""
    value = plain_value(schema)
    jsonschema.validate(value, schema)
    assert plain_value(schema) == value


def test_object_has_every_member() -> None:
    """With those that it need not have."""
    assert plain_value(SCHEMAS[-2]) == {"a": {"b": 2}, "c": "example"}


def test_several_values_differ() -> None:
    """As many as there are."""
    assert plain_values({"type": "integer", "minimum": 1, "maximum": 2}, 3) == [1, 2]
    assert len(set(plain_values({"type": "string", "pattern": "^[0-9]{3}\\Z", "minLength": 3, "maxLength": 3}, 3))) == 3
    assert plain_values({"type": "boolean"}, 3) == [True, False]


def test_schema_without_a_value_is_an_error() -> None:
    """One line."""
    with pytest.raises(ValueError, match="no value of this schema"):
        plain_value({"type": "string", "pattern": "^a\\Z", "minLength": 2})
