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

from conformance.contract.openapi_3_0 import openapi_3_0

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
