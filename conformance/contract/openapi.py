"""openapi.yaml: its schemas as the suite uses them (whole, as objects, with Python's patterns), and all of it as 3.0.

Tools that take no OpenAPI 3.1 get a file of 3.0: keywords that 3.0 lacks are left out or said otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from conformance.contract.strictjson import resolve

_OF_ASCII = {r"\d": "0-9", r"\w": "A-Za-z0-9_"}


def resolved(openapi: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The node, or what its ``$ref`` points at."""
    while "$ref" in node:
        try:
            node = resolve(openapi, node["$ref"])
        except (LookupError, TypeError, ValueError):
            raise ValueError(f"openapi.yaml: nothing is at $ref: {node['$ref']}") from None
    return node


def whole(openapi: Mapping[str, Any], node: Any) -> Any:  # noqa: ANN401 - a JSON document
    """The node with every reference in it replaced by what it points at; a schema must not refer to itself."""
    if isinstance(node, Mapping):
        node = resolved(openapi, node)
        return {name: _member(openapi, name, value) for name, value in node.items()}
    return [whole(openapi, value) for value in node] if isinstance(node, list) else node


def _member(openapi: Mapping[str, Any], name: str, value: Any) -> Any:  # noqa: ANN401 - a JSON document
    if name == "pattern" and isinstance(value, str):
        return _pattern(value)
    if name == "properties" and isinstance(value, Mapping):
        value = {one: as_object(inner) for one, inner in value.items()}
    return whole(openapi, as_object(value) if name == "items" else value)


def as_object(schema: Any) -> Any:  # noqa: ANN401 - a JSON document
    """A schema as an object: `true` allows any value, `false` none."""
    return ({} if schema else {"not": {}}) if isinstance(schema, bool) else schema


def _pattern(ecma: str) -> str:
    """A regular expression of ECMA 262 as Python's: a dollar sign is the very end, digits and letters are of ASCII."""
    inside, made = False, ""
    for piece in re.findall(r"\\.|.", ecma, re.DOTALL):
        inside = (inside or piece == "[") and piece != "]"
        if piece == "$" and not inside:
            made += r"\Z"
        elif piece in _OF_ASCII:
            made += _OF_ASCII[piece] if inside else f"[{_OF_ASCII[piece]}]"
        else:
            made += piece
    return made


_NO_OBJECTS = {"info": {"summary"}, "license": {"identifier"}}
_ROOT = {"webhooks", "jsonSchemaDialect"}
_OF_SCHEMAS = {
    "$ref", "title", "multipleOf", "maximum", "minimum", "maxLength", "minLength", "pattern", "maxItems", "minItems",
    "uniqueItems", "maxProperties", "minProperties", "required", "enum", "description", "format", "default",
    "discriminator", "readOnly", "writeOnly", "example", "externalDocs", "deprecated", "xml",
}  # fmt: skip
"""The keywords of a Schema Object that are the same in 3.0 (its section 4.7.24)."""


def openapi_3_0(described: Mapping[str, Any]) -> dict[str, Any]:
    """The file in 3.0.3; references, examples and extensions stay.

    Types become `nullable` or `anyOf`, `const` an `enum`, exclusive bounds flags, a schema's `examples` one `example`;
    other keywords that only 3.1 has are left out, so that the schema allows no less than before.
    """
    made = _object({name: one for name, one in described.items() if name not in _ROOT}, "")
    return {**made, "openapi": "3.0.3"}


def _object(node: Any, name: str) -> Any:  # noqa: ANN401 - any JSON
    """A node outside schemas; `name` is the key that it stands under."""
    if isinstance(node, list):
        return [_object(one, name) for one in node]
    if not isinstance(node, Mapping):
        return node
    left_out = _NO_OBJECTS.get(name, set())
    made: dict[str, Any] = {}
    for key, value in node.items():
        if key == "schema":
            made[key] = _schema(value)
        elif key == "schemas" and name == "components":
            made[key] = {one: _schema(inner) for one, inner in value.items()}
        elif key in {"example", "value"} or key.startswith("x-"):
            made[key] = value
        elif key not in left_out:
            made[key] = _object(value, key)
    return made


def _schema(node: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """A schema."""
    if isinstance(node, bool):
        return {} if node else {"not": {}}
    if "$ref" in node:  # 3.0 ignores what stands beside a reference
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return {"allOf": [{"$ref": node["$ref"]}], **_schema(beside)} if beside else {"$ref": node["$ref"]}
    made = {key: value for key, value in node.items() if key in _OF_SCHEMAS or key.startswith("x-")}
    if "const" in node:
        made["enum"] = [node["const"]]
    if node.get("examples"):
        made.setdefault("example", node["examples"][0])
    for bound, exclusive, narrower in (("minimum", "exclusiveMinimum", max), ("maximum", "exclusiveMaximum", min)):
        if exclusive in node and narrower(node.get(bound, node[exclusive]), node[exclusive]) == node[exclusive]:
            made |= {bound: node[exclusive], exclusive: True}
    return _typed({**made, **_inner(node)}, node.get("type"))


def _inner(node: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords that hold schemas."""
    made: dict[str, Any] = {key: _schema(node[key]) for key in ("items", "not") if key in node}
    made |= {key: [_schema(one) for one in node[key]] for key in ("allOf", "anyOf", "oneOf") if key in node}
    if "properties" in node:
        made["properties"] = {name: _schema(one) for name, one in node["properties"].items()}
    more = node.get("additionalProperties")
    if more is not None:
        made["additionalProperties"] = more if isinstance(more, bool) else _schema(more)
    return made


def _typed(made: dict[str, Any], kind: str | list[str] | None) -> dict[str, Any]:
    """A schema with its type or types, of which 3.0 has one, and `nullable`."""
    types = [kind] if isinstance(kind, str) else list(kind or ())
    named = [one for one in types if one != "null"]
    nullable: dict[str, Any] = {"nullable": True} if "null" in types else {}
    kinds = [{"type": one, **nullable, **({"items": {}} if one == "array" else {})} for one in named]
    if len(kinds) > 1:
        return {
            **made,
            **({"allOf": [*made.get("allOf", ()), {"anyOf": kinds}]} if "anyOf" in made else {"anyOf": kinds}),
        }
    if kinds:
        return {**kinds[0], **made}
    return {**made, **nullable, "enum": [None]} if nullable else made
