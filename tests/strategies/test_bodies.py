"""Bodies are what they are called, as the contract reads them."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from conformance.contract.body import BodyKind, read_body
from conformance.strategies import (
    broken_json,
    documented_bodies,
    json_objects,
    json_values,
    media_types,
    members_of_another_type,
    non_objects,
    schema_values,
    wrong_members,
)
from tests.plan.fixtures import other
from tests.strategies.drawing import drawn, reaches
from tests.strategies.operations import LABELS, SHIPPED

PROMISES = {
    "documented": (documented_bodies(SHIPPED), {BodyKind.DOCUMENTED}),
    "no object": (non_objects(), {BodyKind.NOT_OBJECT}),
    "a member of another type": (members_of_another_type(SHIPPED), {BodyKind.INVALID}),
    "broken": (broken_json(SHIPPED), {BodyKind.NOT_JSON}),
    "an object": (
        json_objects(SHIPPED),
        {
            BodyKind.DOCUMENTED, BodyKind.UNUSUAL, BodyKind.MEMBER_ABSENT, BodyKind.INVALID, BodyKind.URL_NOT_HTTP,
        },
    ),
}  # fmt: skip
OF_LABELS = {
    "documented": (documented_bodies(LABELS), {BodyKind.DOCUMENTED}),
    "a member of another type": (members_of_another_type(LABELS), {BodyKind.INVALID}),
    "a wrong member": (wrong_members(LABELS), {BodyKind.INVALID}),
    "broken": (broken_json(LABELS), {BodyKind.NOT_JSON}),
    "an object": (json_objects(LABELS), {BodyKind.DOCUMENTED, BodyKind.UNUSUAL, BodyKind.INVALID}),
}


@pytest.mark.parametrize(("strategy", "kinds"), PROMISES.values(), ids=PROMISES)
def test_a_body_is_of_its_kind(strategy: Any, kinds: set[BodyKind]) -> None:  # noqa: ANN401 - a strategy of bytes
    """As strictly as RFC 8259 has it; most kinds are among 150."""
    found = {read_body(body, SHIPPED).kind for body in drawn(strategy, 150)}
    assert found <= kinds
    assert len(found) >= min(len(kinds), 3)


@given(json_values())
def test_json_values_are_json(value: Any) -> None:  # noqa: ANN401 - any JSON
    """Written and read back they are the same."""
    assert json.loads(json.dumps(value, allow_nan=False)) == value


@pytest.mark.parametrize("kind", [type(None), bool, int, float, str, list, dict])
def test_json_values_reach_every_kind(kind: type) -> None:
    """All that JSON has."""
    assert reaches(json_values(), lambda value: type(value) is kind)


@given(media_types("application/json"))
def test_a_media_type_is_another_one(value: bytes) -> None:
    """Not `application/json`, and of characters that a header can carry."""
    assert value != b"application/json"
    assert all(0x20 <= byte < 0x7F for byte in value)


def test_bodies_are_spelt_in_every_way() -> None:
    """White space, an escaped name, escaped slashes: all one to JSON."""
    assert reaches(documented_bodies(SHIPPED), lambda body: body.startswith((b" ", b"\t", b"\r", b"\n")))
    assert reaches(documented_bodies(SHIPPED), lambda body: b"\\u0075rl" in body)
    assert reaches(documented_bodies(SHIPPED), lambda body: b"\\/" in body)


@pytest.mark.parametrize(("strategy", "kinds"), OF_LABELS.values(), ids=OF_LABELS)
def test_bodies_follow_their_schema(strategy: Any, kinds: set[BodyKind]) -> None:  # noqa: ANN401 - a strategy of bytes
    """An enumeration and an array of objects with bounds, and no url at all."""
    found = {read_body(body, LABELS).kind for body in drawn(strategy, 150)}
    assert found <= kinds
    assert BodyKind.DOCUMENTED in found or BodyKind.DOCUMENTED not in kinds


def test_documented_bodies_reach_what_the_schema_allows() -> None:
    """Each listed value, the bounds of arrays, texts and numbers, and optional members that are left out."""
    edges = {edge for body in drawn(documented_bodies(LABELS), 400) for edge in read_body(body, LABELS).edges}
    assert edges >= {
        ("action", "listed"), ("labels", "fewest"), ("labels", "most"), ("labels[].key", "shortest"),
        ("note", "absent"), ("labels[].value", "absent"), ("weight", "minimum"), ("weight", "maximum"),
    }  # fmt: skip


def test_wrong_members_are_wrong_in_one_way() -> None:
    """Every keyword of the schema is broken by one, and by none two."""
    found = [read_body(body, LABELS).wrong for body in drawn(wrong_members(LABELS), 500)]
    assert {len(wrong) for wrong in found} == {1}
    assert {wrong[0] for wrong in found} >= {
        ("action", "missing"), ("action", "wrong-type"), ("action", "not-listed"), ("labels", "too-few"),
        ("labels", "too-many"), ("labels[]", "wrong-type"), ("labels[].key", "too-long"), ("labels[].key", "missing"),
        ("labels[].key", "other-pattern"), ("labels[].value", "too-long"), ("weight", "below-minimum"),
        ("weight", "above-maximum"),
    }  # fmt: skip


def test_no_body_has_no_strategy() -> None:
    """An operation without a body is told apart from one whose body is anything."""
    with pytest.raises(ValueError, match="other has no request body"):
        documented_bodies(other("/v1/items"))


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"type": "string", "pattern": "^[a-f]{2,4}$"}, id="a pattern"),
        pytest.param({"type": "string", "format": "date-time"}, id="a date"),
        pytest.param({"type": "array", "items": {"type": "integer"}, "uniqueItems": True, "maxItems": 3}, id="unique"),
        pytest.param({"oneOf": [{"type": "integer", "minimum": 3}, {"type": "boolean"}]}, id="one of two"),
        pytest.param({"allOf": [{"type": "integer", "minimum": 3}, {"maximum": 9}]}, id="all of two"),
        pytest.param({"type": ["number", "null"], "maximum": 1}, id="a number or null"),
        pytest.param({"const": 7}, id="a constant"),
        pytest.param({}, id="anything"),
    ],
)
def test_values_are_of_their_schema(schema: dict[str, Any]) -> None:
    """As jsonschema reads it, and more than one where there are several."""
    found = drawn(schema_values(schema), 50)
    assert all(map(jsonschema.Draft202012Validator(schema).is_valid, found))
    assert len({json.dumps(one) for one in found}) > 1 or "const" in schema
