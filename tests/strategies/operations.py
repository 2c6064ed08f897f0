"""Operations that the strategies are tried on: the shipped one, and one with a body of many kinds of members."""

from __future__ import annotations

from conformance.spec import load_contract
from tests.plan.fixtures import other, parameter

SHIPPED = load_contract().operation

_LABEL = {
    "type": "object",
    "required": ["key"],
    "properties": {
        "key": {"type": "string", "minLength": 1, "maxLength": 36, "pattern": "^[a-z0-9-]*$"},
        "value": {"type": "string", "maxLength": 43},
    },
}
_SCHEMA = {
    "type": "object",
    "required": ["action", "labels"],
    "properties": {
        "action": {"type": "string", "enum": ["add", "remove"]},
        "labels": {"type": "array", "minItems": 1, "maxItems": 5, "items": _LABEL},
        "weight": {"type": "integer", "minimum": 0, "maximum": 100},
        "note": {"type": ["string", "null"]},
    },
}
LABELS = other(
    "/v1/{project}/labels",
    parameter("project", type="string", minLength=4, maxLength=8, pattern="^[a-z]*$", example="search"),
    method="post",
    body={
        "schema": _SCHEMA,
        "example": {"action": "add", "labels": [{"key": "team", "value": "search"}], "weight": 7, "note": "x"},
    },
    resource="project",
    target={"project": {"parameter": "project", "role": "permitted"}},
)
"""An enumeration, an array of objects with bounds, a number, and no url."""
