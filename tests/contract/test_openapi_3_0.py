"""A contract's OpenAPI file in 3.0 is valid there, and allows what it allowed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator

from conformance.contract.openapi import openapi_3_0

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "spec", ROOT / "examples" / "read-back", ROOT / "examples" / "cluster-labels"]


@pytest.mark.parametrize("folder", FILES, ids=lambda folder: folder.name)
def test_file_is_valid_and_its_examples_still_fit(folder: Path) -> None:
    """By the specification's own schema, and by a validator of 3.0 schemas."""
    described = yaml.safe_load((folder / "openapi.yaml").read_text(encoding="utf-8"))
    before = json.dumps(described)
    made = openapi_3_0(described)
    assert json.dumps(described) == before
    OpenAPIV30SpecValidator(made).validate()
    for name, schema in made["components"]["schemas"].items():
        validator = OAS30Validator({**schema, "components": made["components"]})
        for node in holding(made, {"$ref": f"#/components/schemas/{name}"}):
            for example in node.get("examples", {}).values():
                assert [error.message for error in validator.iter_errors(example["value"])] == []


def holding(node: Any, schema: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: ANN401 - any JSON
    """The media types and parameters with this schema."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    found = [one for value in inner for one in holding(value, schema)]
    return [node, *found] if isinstance(node, dict) and node.get("schema") == schema else found


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"type": ["integer", "null"]}, {"type": "integer", "nullable": True}),
        ({"type": ["string", "integer"]}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        ({"type": "null"}, {"nullable": True, "enum": [None]}),
        ({"const": "a"}, {"enum": ["a"]}),
        ({"type": "integer", "exclusiveMinimum": 1}, {"type": "integer", "minimum": 1, "exclusiveMinimum": True}),
        ({"type": "string", "examples": ["a", "b"]}, {"type": "string", "example": "a"}),
        ({"type": "array"}, {"type": "array", "items": {}}),
        ({"type": "array", "items": {"const": 1}, "prefixItems": [{}]}, {"type": "array", "items": {"enum": [1]}}),
        ({"additionalProperties": {"type": ["null"]}}, {"additionalProperties": {"nullable": True, "enum": [None]}}),
        ({"properties": {"default": {"const": 1}}}, {"properties": {"default": {"enum": [1]}}}),
        ({"allOf": [True], "not": False}, {"allOf": [{}], "not": {"not": {}}}),
        ({"$ref": "#/a", "description": "A."}, {"allOf": [{"$ref": "#/a"}], "description": "A."}),
        ({"$ref": "#/a"}, {"$ref": "#/a"}),
        ({"$ref": "#/a", "type": "null"}, {"allOf": [{"$ref": "#/a"}], "nullable": True, "enum": [None]}),
        ({"type": "number", "exclusiveMaximum": 9}, {"type": "number", "maximum": 9, "exclusiveMaximum": True}),
        ({"exclusiveMinimum": 1, "minimum": 3}, {"minimum": 3}),
        ({"exclusiveMinimum": 4, "minimum": 3}, {"minimum": 4, "exclusiveMinimum": True}),
        ({"exclusiveMinimum": 3, "minimum": 3}, {"minimum": 3, "exclusiveMinimum": True}),
        ({"exclusiveMaximum": 9, "maximum": 7}, {"maximum": 7}),
        ({"example": "a", "examples": ["b"]}, {"example": "a"}),
        ({"examples": []}, {}),
        (
            {"type": ["array", "string", "null"]},
            {"anyOf": [{"type": "array", "nullable": True, "items": {}}, {"type": "string", "nullable": True}]},
        ),
        ({"type": ["array", "null"]}, {"type": "array", "nullable": True, "items": {}}),
        (
            {"type": ["string", "integer"], "anyOf": [{"minimum": 1}]},
            {"anyOf": [{"minimum": 1}], "allOf": [{"anyOf": [{"type": "string"}, {"type": "integer"}]}]},
        ),
        (
            {"type": ["string", "integer"], "anyOf": [{}], "allOf": [{"minimum": 1}]},
            {"anyOf": [{}], "allOf": [{"minimum": 1}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}]},
        ),
        (
            {"anyOf": [{"const": 1}, {"const": 2}], "oneOf": [{"const": 3}], "not": {"const": 4}},
            {"anyOf": [{"enum": [1]}, {"enum": [2]}], "oneOf": [{"enum": [3]}], "not": {"enum": [4]}},
        ),
        ({"additionalProperties": False}, {"additionalProperties": False}),
        ({"additionalProperties": True}, {"additionalProperties": True}),
        ({"if": {}, "then": {}, "contains": {}, "$comment": "A."}, {}),
        ({"x-assumed": {"type": "It is."}}, {"x-assumed": {"type": "It is."}}),
    ],
    ids=json.dumps,
)
def test_keywords_have_another_word_or_none(schema: dict[str, Any], made: dict[str, Any]) -> None:
    """In a parameter, in a component, and below a response called default."""
    Draft202012Validator.check_schema(schema)
    described = {
        "openapi": "3.1.0",
        "info": {"title": "A", "version": "1", "summary": "B"},
        "components": {"schemas": {"a": schema}},
        "paths": {"/": {"get": {"responses": {"default": {"content": {"application/json": {"schema": schema}}}}}}},
        "webhooks": {},
    }
    found = openapi_3_0(described)
    assert found["components"]["schemas"]["a"] == made
    assert found["paths"]["/"]["get"]["responses"]["default"]["content"]["application/json"]["schema"] == made
    assert (found["openapi"], found["info"], "webhooks" in found) == ("3.0.3", {"title": "A", "version": "1"}, False)


def test_keywords_of_both_stay() -> None:
    """As they are, whatever they hold."""
    schema = {
        "title": "A", "description": "B", "format": "int32", "default": {"type": ["a", "b"]}, "enum": [1, None],
        "multipleOf": 2, "maximum": 9, "minimum": 1, "maxLength": 8, "minLength": 2, "pattern": "a", "maxItems": 7,
        "minItems": 3, "uniqueItems": True, "maxProperties": 6, "minProperties": 4, "required": ["a"],
        "discriminator": {"propertyName": "a"}, "readOnly": True, "writeOnly": False, "example": {"const": 1},
        "externalDocs": {"url": "https://a.invalid"}, "deprecated": True, "xml": {"name": "a"},
        "x-more": [{"const": 1}],
    }  # fmt: skip
    assert openapi_3_0({"components": {"schemas": {"A": schema}}}) == {
        "openapi": "3.0.3",
        "components": {"schemas": {"A": schema}},
    }


def test_rest_of_the_file_stays() -> None:
    """Schemas in parameters, headers and contents are made anew; examples, values and extensions hold any data."""
    null, made, data = {"type": "null"}, {"nullable": True, "enum": [None]}, {"schema": {"type": "null"}, "a": [1]}

    def described(schema: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - further members
        media = {"schema": schema, "example": data, "examples": {"one": {"summary": "A.", "value": data}}}
        answer = {"headers": {"a": {"schema": schema}}, "content": {"a/b": media}, "x-more": data}
        return {
            "info": {"title": "A", "license": {"name": "B", **more}, "x-more": data, **more},
            "paths": {"/": {"get": {"parameters": [{"name": "a", "schema": schema}], "responses": {"200": answer}}}},
            "components": {"schemas": {"a": schema}, "parameters": {"schemas": {"name": "b", "schema": schema}}},
            "tags": [{"name": "summary", "description": "identifier"}],
            "x-more": data,
        }

    old = described(null, summary="left out of info", identifier="left out of license")
    new = described(made)
    new["info"]["identifier"] = "left out of license"
    new["info"]["license"]["summary"] = "left out of info"
    root = {"openapi": "3.1.0", "webhooks": {}, "jsonSchemaDialect": "left out"}
    assert openapi_3_0({**root, **old}) == {"openapi": "3.0.3", **new}
