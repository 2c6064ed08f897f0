"""Schemas of openapi.yaml as the suite uses them: whole, as objects, with Python's regular expressions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from conformance.contract.strictjson import resolve

__all__ = ["as_object", "resolved", "whole"]

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
