"""A body is held to its schema: each break by its member, and each edge of a body that keeps it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.contract.body import SHORT_BODY, BodyKind, RequestBody, read_body
from tests.plan.fixtures import other

URL = "https://mirror.invalid/test.git"
LABEL = {"type": "object", "required": ["key"], "properties": {"key": {"maxLength": 3}, "value": {"type": "string"}}}
SCHEMA = {
    "type": "object",
    "required": ["action", "labels"],
    "properties": {
        "action": {"type": "string", "enum": ["add", "remove"]},
        "state": {"const": "on"},
        "name": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]*$"},
        "count": {"type": "integer", "minimum": 1, "maximum": 9},
        "even": {"multipleOf": 2},
        "labels": {"type": "array", "minItems": 1, "maxItems": 3, "uniqueItems": True, "items": LABEL},
        "old": False,
        "gone": {"items": False},
        "grid": {"items": {"items": {"type": "integer"}}},
        "size": {
            "type": "object",
            "required": ["wide", "high"],
            "properties": {"wide": {"type": "integer"}, "high": {}},
        },
    },
}
EXAMPLE = {"action": "add", "labels": [{"key": "a"}]}
OPERATION = other("/things", method="put", body={"schema": SCHEMA, "example": EXAMPLE})
WITH_URL = other(
    "/mirrors",
    method="put",
    body={
        "schema": {"properties": {"url": {"type": "string"}, "depth": {"type": "integer"}, "more": {}}},
        "example": {"url": URL},
    },
    target={"mirror_url": {"member": "url", "form": "http-url"}},
)


def _sent(**members: object) -> bytes:
    return json.dumps({**EXAMPLE, **members}).encode()


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        (_sent(action=1), [("action", "wrong-type")]),
        (_sent(action="replace"), [("action", "not-listed")]),
        (_sent(action=" ADD"), [("action", "in-another-form")]),
        (_sent(state="off"), [("state", "not-listed")]),
        (_sent(name="a"), [("name", "too-short")]),
        (_sent(name="abcde"), [("name", "too-long")]),
        (_sent(name="AB"), [("name", "other-pattern")]),
        (_sent(name="A"), [("name", "other-pattern"), ("name", "too-short")]),
        (_sent(count=0), [("count", "below-minimum")]),
        (_sent(count=10), [("count", "above-maximum")]),
        (_sent(count=0.5), [("count", "wrong-type")]),
        (_sent(even=3), [("even", "multipleOf")]),
        (_sent(labels=[]), [("labels", "too-few")]),
        (_sent(labels=[{"key": one} for one in "abcd"]), [("labels", "too-many")]),
        (_sent(labels=[{"key": "a"}] * 2), [("labels", "repeated")]),
        (_sent(labels=["a"]), [("labels[]", "wrong-type")]),
        (_sent(labels=[{}]), [("labels[].key", "missing")]),
        (_sent(labels=[{"key": "a"}, {"key": "long"}, {"key": "longer"}]), [("labels[].key", "too-long")]),
        (_sent(old=1), [("old", "not")]),
        (_sent(gone=[1]), [("gone[]", "not")]),
        (_sent(grid=[[1], ["2"]]), [("grid[][]", "wrong-type")]),
        (_sent(size={"wide": "2"}), [("size.high", "missing"), ("size.wide", "wrong-type")]),
        (_sent(count="2", name=""), [("count", "wrong-type"), ("name", "too-short")]),
        (b'{"action": "add"}', [("labels", "missing")]),
        (b"{}", [("action", "missing"), ("labels", "missing")]),
    ],
    ids=str,
)
def test_each_break_of_the_schema_is_told_by_its_member(raw: bytes, wrong: list[tuple[str, str]]) -> None:
    """Once each, in order; of a value of another type nothing else is said."""
    assert read_body(raw, OPERATION) == RequestBody(BodyKind.INVALID, wrong=tuple(wrong))


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (f'{{"url": "{URL}", "depth": "1"}}', RequestBody(BodyKind.INVALID, URL, wrong=(("depth", "wrong-type"),))),
        ('{"url": 1}', RequestBody(BodyKind.INVALID, wrong=(("url", "wrong-type"),))),
        ('{"depth": "1"}', RequestBody(BodyKind.INVALID, wrong=(("depth", "wrong-type"),))),
        (f'{{"url": "{URL}", "depth": "1", "depth": 1, "depth": "2"}}', RequestBody(BodyKind.UNUSUAL, URL)),
        ('{"url": 1, "depth": 1, "depth": 2}', RequestBody(BodyKind.UNUSUAL)),
        ('{"depth": 1}', RequestBody(BodyKind.MEMBER_ABSENT)),
        ('{"url": "ssh://a", "depth": 1, "depth": 2}', None),
        (f'{{"url": "{URL}", "more": {{"a": 1, "a": 2}}}}', RequestBody(BodyKind.UNUSUAL, URL)),
    ],
)
def test_a_wrong_body_shows_its_url_all_the_same(raw: str, read: RequestBody | None) -> None:
    """An answer may repeat it. A wrong member that stands twice is unusual, and a text that is no url wrong."""
    edges = frozenset({("more", "absent")})
    read = read or RequestBody(BodyKind.URL_NOT_HTTP, "ssh://a", edges=edges)
    assert read_body(raw.encode(), WITH_URL) == read


@pytest.mark.parametrize("schema", [SCHEMA, {**SCHEMA, "required": []}], ids=["required", "open"])
def test_length_of_a_body_changes_nothing_of_it(schema: dict[str, Any]) -> None:
    """Short bodies are remembered and longer ones read anew."""
    operation = other("/things", method="put", body={"schema": schema, "example": EXAMPLE})
    for raw in (_sent(), _sent(count=10), b"{}", b"[]", b"{"):
        long = raw + b" " * SHORT_BODY
        assert read_body(long, operation) == read_body(raw, operation), raw


@pytest.mark.parametrize(
    ("schema", "value", "edges"),
    [
        ({"enum": ["a", "b"]}, "a", {("m", "listed")}),
        ({"minLength": 2}, "ab", {("m", "shortest")}),
        ({"minLength": 2}, "abc", set()),
        ({"maxLength": 3}, "abc", {("m", "longest")}),
        ({"maxLength": 3}, "ab", set()),
        ({"minLength": 2, "maxLength": 2}, "ab", {("m", "shortest"), ("m", "longest")}),
        ({"minItems": 1}, [1], {("m", "fewest")}),
        ({"minItems": 1}, [1, 2], set()),
        ({"maxItems": 2}, [1, 2], {("m", "most")}),
        ({"maxItems": 2}, [1], set()),
        ({"minimum": 1, "maximum": 3}, 1, {("m", "minimum")}),
        ({"minimum": 1, "maximum": 3}, 3, {("m", "maximum")}),
        ({"minimum": 1.5, "maximum": 3}, 1.5, {("m", "minimum")}),
        ({"minimum": 1, "maximum": 3}, 2, set()),
        ({"minimum": 1, "maximum": 1}, True, set()),
        ({"minItems": 1, "minimum": 1}, "a", set()),
        ({"properties": {"a": {}, ".b": {}}}, {"a": 1}, {("m..b", "absent")}),
        ({"properties": {"a": {"maxLength": 1}}}, {"a": "x"}, {("m.a", "longest")}),
        ({"items": {"properties": {"a": {}, "b": {}}}}, [{"a": 1}, {}], {("m[].a", "absent"), ("m[].b", "absent")}),
        ({"items": {"items": {"maximum": 2}}}, [[1], [1, 2]], {("m[][]", "maximum")}),
        (True, {"a": {"b": ["c"]}}, set()),
        ({"properties": {"a": True}}, {"a": {"b": ["c"]}}, set()),
        ({"items": True}, [{"a": "b"}, [1]], set()),
        ({}, {"a": ["b"]}, set()),
        ({}, None, set()),
    ],
)  # fmt: skip
def test_edges_of_a_body_are_told(schema: dict[str, Any] | bool, value: object, edges: set[tuple[str, str]]) -> None:  # noqa: FBT001 - a schema
    """A value of an enumeration, one at a bound, and a member that is absent, each by its place."""
    operation = other("/things", method="put", body={"schema": {"properties": {"m": schema}}, "example": {"m": 1}})
    read = read_body(json.dumps({"m": value}).encode(), operation)
    chosen = {("m", "'a'")} if ("m", "listed") in edges else set()
    assert read == RequestBody(BodyKind.DOCUMENTED, edges=frozenset(edges), chosen=frozenset(chosen))


def test_a_documented_body_is_told_whole() -> None:
    """Its edges are those of all its members, and its chosen values are those of every enumeration."""
    listed = {"enum": ["x", 2]}
    properties = {"url": {"type": "string"}, "tags": {"items": listed, "minItems": 2}, "mode": listed, "name": {}}
    operation = other(
        "/mirrors",
        method="put",
        body={"schema": {"properties": properties}, "example": {"url": URL}},
        target={"mirror_url": {"member": "url", "form": "http-url"}},
    )
    assert read_body(json.dumps({"url": URL, "tags": ["x", 2], "mode": "x"}).encode(), operation) == RequestBody(
        BodyKind.DOCUMENTED,
        URL,
        edges=frozenset({("tags", "fewest"), ("tags[]", "listed"), ("mode", "listed"), ("name", "absent")}),
        chosen=frozenset({("tags[]", "'x'"), ("tags[]", "2"), ("mode", "'x'")}),
    )


@pytest.mark.parametrize(
    ("members", "unusual"),
    [
        ({"b": 1}, True),
        ({"a": {"c": 1}}, True),
        ({"a": {"b": {"c": 1}}}, False),
        ({"d": [{"e": 1}, {"f": 1}]}, True),
        ({"d": [{"e": 1}]}, False),
        ({"g": [{"h": 1}], "i": {"j": 1}}, False),
    ],
    ids=json.dumps,
)
def test_a_member_that_the_schema_does_not_name_is_unusual(members: dict[str, Any], *, unusual: bool) -> None:
    """At any depth; an object that names none may have any."""
    properties = {
        "a": {"properties": {"b": {}}},
        "d": {"items": {"properties": {"e": {}}}},
        "g": {"type": "array"},
        "i": {"type": "object"},
    }
    operation = other("/things", method="put", body={"schema": {"properties": properties}, "example": {"a": {}}})
    kind = BodyKind.UNUSUAL if unusual else BodyKind.DOCUMENTED
    assert read_body(json.dumps(members).encode(), operation).kind is kind


def test_an_operation_without_a_body_documents_none() -> None:
    """Bytes that are sent all the same are unusual, whatever they are."""
    operation = other("/things")
    assert [read_body(raw, operation) for raw in (None, b"", b"{}", b"{")] == [
        *2 * [RequestBody(BodyKind.DOCUMENTED)],
        *2 * [RequestBody(BodyKind.UNUSUAL)],
    ]
