"""Values by a schema and by a domain are what they say, on either side of every bound."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from conformance.contract.body import BodyKind, read_body
from conformance.contract.values import Boolean, Domain, Enumeration, Integer, Text, ValueKind, classify
from conformance.strategies import other_parameter_values, parameter_values
from conformance.strategies.schemas import ABSENT, Variant, changed, left_out, members, variants
from tests.strategies.drawing import drawn, reaches
from tests.strategies.operations import LABELS, SHIPPED

assert LABELS.body is not None
EXAMPLE = LABELS.body.example
FOUND = list(variants(LABELS.body.schema, EXAMPLE))
BY_NAME = {(one.member, one.name): one for one in FOUND}


def told(variant: Variant) -> tuple[BodyKind, tuple[tuple[str, str], ...], frozenset[tuple[str, str]]]:
    """The value that the contract reads in the example with the variant in it."""
    body = read_body(json.dumps(changed(EXAMPLE, variant.member, variant.value)).encode(), LABELS)
    return body.kind, body.wrong, body.edges


def test_a_variant_is_what_it_says() -> None:
    """Wrong in this one way, or documented and at this edge: the contract's reading is the oracle."""
    wrong = []
    for one in FOUND:
        kind, broken, edges = told(one)
        right = (kind, broken) == (BodyKind.DOCUMENTED, ()) and (one.member, one.when) in edges
        if not (right if one.allowed or one.when in {"minimum", "maximum"} else broken == ((one.member, one.when),)):
            wrong.append((one, kind, broken))
    assert wrong == []


def test_names_are_unique_within_a_member() -> None:
    """They become ids of probes."""
    assert len(BY_NAME) == len(FOUND)
    assert all(one.words.strip() == one.words != "" for one in FOUND)


@pytest.mark.parametrize(
    ("member", "names"),
    [
        ("action", {"missing", "number", "null", "listed-add", "listed-remove", "unlisted", "other-case", "empty"}),
        ("labels", {"missing", "text", "object", "fewest", "too-few", "most", "too-many"}),
        ("labels[]", {"number", "null", "array", "text"}),
        ("labels[].key", {"missing", "number", "shortest", "longest", "too-long", "other-pattern"}),
        ("labels[].value", {"absent", "number", "longest", "too-long"}),
        ("weight", {"absent", "decimal", "digits", "minimum", "maximum", "below-minimum", "above-maximum"}),
        ("note", {"absent", "number", "true", "array"}),
    ],
)
def test_every_keyword_has_its_variants(member: str, names: set[str]) -> None:
    """Type, enumeration, bounds, pattern, and whether the member must be there."""
    assert {name for place, name in BY_NAME if place == member} >= names


def test_what_the_schema_allows_is_no_other_type() -> None:
    """Null for a member that may be null, a whole number for a number."""
    assert ("note", "null") not in BY_NAME
    assert ("weight", "zero") not in BY_NAME


def test_a_url_has_its_types_alone() -> None:
    """The shipped operation's member has a type and no bound."""
    assert SHIPPED.body is not None
    found = [one.name for one in variants(SHIPPED.body.schema, SHIPPED.body.example)]
    assert found == [
        "absent", "number", "zero", "null", "true", "false", "array", "empty-array", "object", "nested", "decimal",
    ]  # fmt: skip


def test_elements_that_are_many_differ() -> None:
    """So that a service which takes each key once has no reason to refuse them."""
    keys = [label["key"] for label in BY_NAME["labels", "most"].value]
    assert len(keys) == len(set(keys)) == 5


def test_a_member_is_changed_in_a_copy() -> None:
    """The parents of a member are made; the example stays."""
    before = json.dumps(EXAMPLE)
    assert changed({}, "labels[].key", "k") == {"labels": [{"key": "k"}]}
    assert changed(EXAMPLE, "labels[]", ABSENT)["labels"] == []
    assert "note" not in changed(EXAMPLE, "note", ABSENT)
    assert json.dumps(EXAMPLE) == before


def test_bounds_that_move_are_followed() -> None:
    """One more character is then allowed, and the next one is not."""
    schema = {"type": "object", "properties": {"key": {"type": "string", "maxLength": 9}}}
    found = {one.name: one.value for one in variants(schema, {"key": "ab"})}
    assert (len(found["longest"]), len(found["too-long"])) == (9, 10)
    assert [path for path, _, _ in members(schema)] == ["key"]


DOMAINS: dict[str, tuple[Domain, set[ValueKind]]] = {
    "an integer": (Integer(0, 60), {ValueKind.BELOW, ValueKind.ABOVE}),
    "a text": (Text(4, 8), {ValueKind.TOO_SHORT, ValueKind.TOO_LONG}),
    "a pattern": (Text(1, 8, "^[a-z]*$"), {ValueKind.TOO_LONG, ValueKind.OTHER_PATTERN}),
    "an enumeration": (Enumeration(("cluster", "node")), {ValueKind.NOT_LISTED}),
    "a boolean": (Boolean(), {ValueKind.NOT_BOOLEAN}),
}


def kind(text: str, domain: Domain) -> ValueKind:
    """The kind of a value, percent-encoded as it is sent."""
    return classify(quote(text, safe="").encode(), domain).kind


@pytest.mark.parametrize(("domain", "wrong"), DOMAINS.values(), ids=DOMAINS)
def test_values_are_in_the_domain_or_are_not(domain: Domain, wrong: set[ValueKind]) -> None:
    """A value outside is wrong in every way that the domain has, and never in one that the document is silent about."""
    assert {kind(text, domain) for text in drawn(parameter_values(domain), 150)} == {ValueKind.IN_RANGE}
    found = drawn(other_parameter_values(domain), 300)
    assert {kind(text, domain) for text in found} == wrong
    assert "" not in found


def test_bounds_of_texts_are_reached() -> None:
    """The shortest and the longest, and one over the longest."""
    for length in (4, 8):
        assert reaches(parameter_values(Text(4, 8)), lambda text, length=length: len(text) == length)
    assert reaches(other_parameter_values(Text(4, 8)), lambda text: len(text) == 9)


def test_nothing_is_out_of_a_domain_that_allows_every_text() -> None:
    """A strategy that has nothing to draw says so."""
    assert other_parameter_values(Text()).is_empty


def test_what_is_nearly_listed_is_not_listed() -> None:
    """A reader that takes a part of a value for it is found, and one that takes any number."""
    schema = {"type": "object", "properties": {"unit": {"enum": ["DAY", "DA"]}, "size": {"enum": [1, 5]}}}
    found = {(one.member, one.name): one for one in variants(schema, {"unit": "DAY", "size": 5})}
    assert (found["unit", "cut"].value, found["unit", "cut"].when) == ("D", "not-listed")
    assert (found["size", "unlisted"].value, found["size", "unlisted"].when) == (6, "not-listed")


def test_a_member_that_the_example_does_not_show_has_its_bounds_tried() -> None:
    """It is made of its schema: a text of a forbidden character, too long, a number over its maximum."""
    schema = {
        "type": "object",
        "properties": {
            "remark": {"type": "string", "maxLength": 9, "pattern": "^[^<>]*$"},
            "limit": {"type": "integer", "minimum": 3},
            "of": {"type": "object", "required": ["a", "b"], "properties": {"b": {"type": "string", "maxLength": 1}}},
        },
    }
    found = {(one.member, one.name): one.value for one in variants(schema, {})}
    assert len(found["remark", "longest"]) == 9
    assert len(found["remark", "too-long"]) == 10
    assert set(found["remark", "other-pattern"]) <= {"<", ">"}
    assert found["limit", "below-minimum"] == 2
    assert ("of.b", "too-long") not in found  # its neighbour would be missing too
    assert list(left_out(schema, {"limit": 3})) == ["remark", "of"]


def test_a_pattern_is_broken_at_either_end() -> None:
    """A check that looks at the head alone, or that takes a line feed after the end, is found."""
    schema = {"type": "object", "properties": {"name": {"type": "string", "pattern": r"^[A-Za-z][0-9A-Za-z_]*\Z"}}}
    broken = {one.value for one in variants(schema, {"name": "Quota"}) if one.when == "other-pattern"}
    assert broken == {"?", "?uota", "0uota", "Quot?", "Quota\n"}
