"""Bodies are what they are called, as the contract reads them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from conformance.contract.body import BodyKind, read_body
from conformance.strategies import (
    broken_json,
    documented_bodies,
    json_objects,
    json_values,
    media_types,
    non_objects,
    url_of_another_type,
)
from tests.strategies.drawing import drawn, reaches

PROMISES = {
    "documented": (documented_bodies(), {BodyKind.DOCUMENTED}),
    "no object": (non_objects(), {BodyKind.NOT_OBJECT}),
    "a url of another type": (url_of_another_type(), {BodyKind.URL_NOT_STRING}),
    "broken": (broken_json(), {BodyKind.NOT_JSON}),
    "an object": (
        json_objects(),
        {
            BodyKind.DOCUMENTED, BodyKind.UNUSUAL, BodyKind.URL_ABSENT, BodyKind.URL_NOT_STRING, BodyKind.URL_NOT_HTTP,
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize(("strategy", "kinds"), PROMISES.values(), ids=PROMISES)
def test_a_body_is_of_its_kind(strategy: Any, kinds: set[BodyKind]) -> None:  # noqa: ANN401 - a strategy of bytes
    """As strictly as RFC 8259 has it; most kinds are among 150."""
    found = {read_body(body).kind for body in drawn(strategy, 150)}
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


@given(media_types())
def test_a_media_type_is_another_one(value: bytes) -> None:
    """Not `application/json`, and of characters that a header can carry."""
    assert value != b"application/json"
    assert all(0x20 <= byte < 0x7F for byte in value)


def test_bodies_are_spelt_in_every_way() -> None:
    """White space, an escaped name, escaped slashes: all one to JSON."""
    assert reaches(documented_bodies(), lambda body: body.startswith((b" ", b"\t", b"\r", b"\n")))
    assert reaches(documented_bodies(), lambda body: b"\\u0075rl" in body)
    assert reaches(documented_bodies(), lambda body: b"\\/" in body)
