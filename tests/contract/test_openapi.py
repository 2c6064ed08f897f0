"""Schemas of openapi.yaml: references are followed, patterns are Python's, and every schema is an object."""

from __future__ import annotations

import json

import pytest

from conformance.contract.openapi import as_object, resolved, whole

OPENAPI = {
    "a": {"type": "string", "pattern": r"^\d$"},
    "b": {"$ref": "#/a"},
    "c": {"items": {"$ref": "#/b"}},
    "bad": {"$ref": "#/a/none"},
    "text": {"$ref": "#/a/type/none"},
}


@pytest.mark.parametrize(
    ("ecma", "python"),
    [
        pytest.param("^a$", r"^a\Z", id="the end"),
        pytest.param("a$|b$", r"a\Z|b\Z", id="two ends"),
        pytest.param(r"a\$", r"a\$", id="a dollar sign"),
        pytest.param("[$]", "[$]", id="a dollar sign in a class"),
        pytest.param("[a$[]$", r"[a$[]\Z", id="a bracket in a class"),
        pytest.param(r"\d", "[0-9]", id="a digit"),
        pytest.param(r"\w\s", r"[A-Za-z0-9_]\s", id="a word character and white space"),
        pytest.param(r"[\w.]\d", "[A-Za-z0-9_.][0-9]", id="word characters in a class"),
        pytest.param(r"[\d]", "[0-9]", id="digits in a class"),
        pytest.param(r"[\]$]$", r"[\]$]\Z", id="a bracket that is escaped"),
        pytest.param("a\nb$", "a\nb\\Z", id="a line feed"),
    ],
)
def test_patterns_mean_what_they_mean_in_ecma_262(ecma: str, python: str) -> None:
    """Digits and letters are of ASCII, and a dollar sign is the very end."""
    assert whole({}, {"pattern": ecma}) == {"pattern": python}
    assert whole({}, [{"items": {"pattern": ecma, "title": ecma}}]) == [{"items": {"pattern": python, "title": ecma}}]


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"$ref": "#/b"}, {"type": "string", "pattern": r"^[0-9]\Z"}),
        ({"properties": {"x": {"$ref": "#/c"}}}, {"properties": {"x": {"items": whole(OPENAPI, OPENAPI["a"])}}}),
        ({"anyOf": [{"$ref": "#/a"}, {}]}, {"anyOf": [whole(OPENAPI, OPENAPI["a"]), {}]}),
        ({"properties": {"x": True, "y": False}}, {"properties": {"x": {}, "y": {"not": {}}}}),
        ({"items": True}, {"items": {}}),
        ({"properties": {"pattern": {"type": "string"}}}, {"properties": {"pattern": {"type": "string"}}}),
        ({"additionalProperties": False, "uniqueItems": True}, {"additionalProperties": False, "uniqueItems": True}),
        ({"properties": None, "items": None}, {"properties": None, "items": None}),
        ({"enum": ["a", 1, None]}, {"enum": ["a", 1, None]}),
    ],
    ids=json.dumps,
)
def test_a_schema_is_made_whole(schema: dict[str, object], made: dict[str, object]) -> None:
    """By references to references, in lists and members; a schema that is `true` or `false` becomes an object."""
    before = json.dumps([OPENAPI, schema])
    assert whole(OPENAPI, schema) == made
    assert json.dumps([OPENAPI, schema]) == before


def test_a_schema_of_one_word_is_an_object() -> None:
    """`true` allows every value and `false` none; anything else stays."""
    assert [as_object(one) for one in (True, False, {"a": 1}, None, 0)] == [{}, {"not": {}}, {"a": 1}, None, 0]


def test_a_reference_is_followed_to_its_end() -> None:
    """The node itself stays without one."""
    assert resolved(OPENAPI, {"$ref": "#/b"}) is OPENAPI["a"]
    assert resolved(OPENAPI, OPENAPI["c"]) is OPENAPI["c"]


@pytest.mark.parametrize(("name", "place"), [("bad", "#/a/none"), ("text", "#/a/type/none")])
def test_a_reference_to_nothing_names_itself(name: str, place: str) -> None:
    """In one line, with the file."""
    with pytest.raises(ValueError, match=rf"^openapi\.yaml: nothing is at \$ref: {place}$"):
        whole(OPENAPI, {"items": OPENAPI[name]})
