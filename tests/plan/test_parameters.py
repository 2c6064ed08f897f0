"""Values of parameters by domain: what is sent, and that the clause that is named is right for it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.facts import Role, facts_of
from conformance.contract.values import Integer, ValueKind, classify
from conformance.plan.plan import all_probes
from conformance.plan.policy import refusal
from conformance.plan.probe import Mutation, Profile
from conformance.plan.probes.integers import float32_neighbour
from conformance.plan.probes.parameters import parameter_probes
from tests.plan.fixtures import (
    CONTRACT,
    DECLARED,
    declared,
    fixtures,
    held_to,
    least,
    other,
    parameter,
)

if TYPE_CHECKING:
    from conformance.contract.operation import Operation
    from conformance.plan.probe import Declared, Probe

ANY = fixtures(mutation=Mutation.ANY)
PROBES = {probe.id: probe for probe in parameter_probes(ANY, DECLARED)}
IDENTIFIER = CONTRACT.operation.identifier
assert IDENTIFIER is not None
assert isinstance(IDENTIFIER.domain, Integer)
RANGE = IDENTIFIER.domain
MAXIMUM = 2_147_483_647
WHENS = (
    "missing", "wrong-type", "below-minimum", "above-maximum", "not-listed", "too-short", "too-long", "other-pattern",
)  # fmt: skip
KINDS = {
    "wrong-type": {ValueKind.NOT_INTEGER, ValueKind.NOT_BOOLEAN},
    "below-minimum": {ValueKind.BELOW},
    "above-maximum": {ValueKind.ABOVE},
    "not-listed": {ValueKind.NOT_LISTED},
    "too-short": {ValueKind.TOO_SHORT},
    "too-long": {ValueKind.TOO_LONG},
    "other-pattern": {ValueKind.OTHER_PATTERN},
    "missing": {ValueKind.EMPTY},
    "notation": {ValueKind.NOTATION, ValueKind.EMPTY},
}


def clauses_of(*names: str) -> Declared:
    """Every clause that there can be about parameters of these names; its id is what it is about."""
    rows: list[tuple[str, str, dict[str, Any]]] = [("documented", "documented-status", {})]
    for name in names:
        rows += [(f"{name}:{when}", "refused", {"parameter": name, "when": when}) for when in WHENS]
        edges = ("minimum", "maximum", "listed", "longest", "shortest", "absent")
        rows += [(f"{name}:{when}", "owed", {"parameter": name, "when": when}) for when in edges]
        rows += [
            (f"{name}:{about}", "recorded", {"about": about, "parameter": name}) for about in ("notation", "repeated")
        ]
    return declared(*rows)


def probes_of(operation: Operation, resource: int | str | None, **changes: Any) -> dict[str, Probe]:  # noqa: ANN401 - fields
    """The probes of all parameters."""
    whole = held_to(operation, resource, mutation=Mutation.ANY, **changes)
    names = [one.name for one in operation.parameters]
    return {probe.id: probe for probe in parameter_probes(whole, clauses_of(*names))}


def thing(**schema: Any) -> Operation:  # noqa: ANN401 - a JSON schema
    """An operation on one thing, whose id has this schema."""
    target = {"thing_id": {"parameter": "thing_id", "role": "permitted"}}
    return other("/v1/things/{thing_id}", parameter("thing_id", **schema), resource="thing_id", target=target)


def asking(**schema: Any) -> Operation:  # noqa: ANN401 - a JSON schema
    """An operation with one query parameter of this schema, which may be left out."""
    return other("/v1/things", parameter("kind", "query", required=False, **schema))


def sent(probe: Probe) -> str:
    """The value that stands in the target of a probe."""
    assert probe.request is not None
    target = probe.request.target.decode("ascii")
    return target.rpartition("kind=")[2] if "kind=" in target else [*target.split("/"), ""][3]


OPERATIONS = {
    "the shipped one": (CONTRACT.operation, 123),
    "an integer of any size": (thing(type="integer"), 2**70),
    "an integer from 0": (thing(type="integer", minimum=0), 0),
    "an integer up to a million": (thing(type="integer", minimum=1, maximum=1_000_000), 77),
    "an integer of few values": (thing(type="integer", minimum=3, maximum=5), 4),
    "an integer under 0": (thing(type="integer", minimum=-10, maximum=-5), -7),
    "a wide integer": (thing(type="integer", minimum=1, maximum=2**53), 2**33 + 1),
    "any text": (thing(type="string"), "Web_1 é"),
    "a text of a pattern": (thing(type="string", minLength=2, maxLength=36, pattern="^[0-9a-z-]+$"), "web-1"),
    "a text of one length": (thing(type="string", minLength=4, maxLength=4), "ab12"),
    "a query integer": (asking(type="integer", minimum=0, maximum=60, example=5), None),
    "a query boolean": (asking(type="boolean"), None),
    "a query enumeration": (asking(enum=["big", "SMALL", "1"], type="string", example="big"), None),
    "a query text": (asking(type="string", maxLength=10), None),
}
operations = pytest.mark.parametrize(("operation", "resource"), OPERATIONS.values(), ids=OPERATIONS.keys())


@operations
def test_a_clause_is_right_for_what_is_sent(operation: Operation, resource: int | str | None) -> None:
    """For any bounds, the value is of the kind that the clause speaks of, or at the edge that it names."""
    (one,) = operation.parameters
    wrong = []
    for probe in probes_of(operation, resource).values():
        if probe.id.endswith((".absent", ".repeated", ".left-out")):
            continue
        found = classify(sent(probe).encode("ascii"), one.domain)
        for clause in probe.clauses:
            when = clause.partition(":")[2] or clause
            if found.kind not in KINDS.get(when, {ValueKind.IN_RANGE}):
                wrong.append((probe.id, sent(probe)[:60], clause, found.kind))
        if not probe.clauses and found.kind in set().union(*KINDS.values()) and not probe.id.endswith("token"):
            wrong.append((probe.id, sent(probe)[:60], "", found.kind))
    assert wrong == []


@operations
def test_ids_are_stable_and_the_same_for_every_value(operation: Operation, resource: int | str | None) -> None:
    """No id stands twice, and none depends on the value that the description gives."""
    whole = held_to(operation, resource)
    names = [probe.id for probe in all_probes(whole, clauses_of("thing_id").catalogue)]
    assert len(set(names)) == len(names)
    if isinstance(resource, str):
        assert list(probes_of(operation, resource)) == list(probes_of(operation, resource[:1] + "x" + resource[2:]))
    elif resource is not None and operation is not CONTRACT.operation:
        assert list(probes_of(operation, resource)) == list(probes_of(operation, resource + 1))


def test_the_edges_of_an_integer_follow_its_bounds() -> None:
    """One under the minimum, the bounds, one over the maximum, with words made of the numbers."""
    probes = probes_of(thing(type="integer", minimum=10, maximum=1_000_000), 77)
    assert {
        name: (sent(probes[name]), probes[name].title, probes[name].clauses) for name in ("id.under", "id.over")
    } == {
        "id.under": ("9", "id 9 (one under the minimum)", ("thing_id:below-minimum",)),
        "id.over": ("1000001", "id 1000001 (one over the maximum)", ("thing_id:above-maximum",)),
    }
    assert sent(probes["id.minimum.unknown-token"]) == "10"
    assert sent(probes["id.maximum.valid-token"]) == "1000000"
    assert probes["id.maximum.valid-token"].clauses == ("thing_id:maximum",)
    assert probes["id.2^31"].clauses == probes["id.alias.2^31"].clauses == ("thing_id:above-maximum",)
    assert "id.2^24.valid-token" not in probes
    assert probes["id.2^7.valid-token"].clauses == ("documented",)
    assert "id.followed-by-zeros" in probes


def test_a_number_is_sent_once() -> None:
    """A bound that is a common limit of programs is named as the bound."""
    for least_one, most in ((1, 9), (0, 127), (-1, 2**24), (1, 2**32), (3, 4), (None, 2**31), (100, None)):
        bounds = {"minimum": least_one, "maximum": most}
        schema = {name: value for name, value in bounds.items() if value is not None}
        fixed = [
            sent(probe)
            for probe in probes_of(thing(type="integer", **schema), 101).values()
            if not probe.id.endswith(("unknown-token", "missing-token", "neighbour.float32"))
            and not sent(probe).startswith("101")
        ]
        numbers = [one for one in fixed if one.lstrip("-").isdigit()]
        assert sorted(one for one in set(numbers) if numbers.count(one) > 1) == []


def test_without_bounds_no_number_is_out_of_range() -> None:
    """Common limits of programs are in contract, and declared so; beyond 64 bits the document is silent."""
    probes = probes_of(thing(type="integer"), 5)
    assert not [
        probe.id for probe in probes.values() if {"thing_id:above-maximum", "thing_id:below-minimum"} & {*probe.clauses}
    ]
    assert probes["id.2^63-1.valid-token"].clauses == probes["id.minus-one.valid-token"].clauses == ("documented",)
    assert probes["id.2^63.valid-token"].clauses == ("thing_id:notation",)
    assert "id.over" not in probes
    assert "id.minimum.valid-token" not in probes


def test_a_text_is_sent_at_its_lengths_and_beyond() -> None:
    """The shortest and the longest are in contract, one less and one more are not."""
    probes = probes_of(thing(type="string", minLength=3, maxLength=8), "web-1")
    lengths = {name: (sent(probes[f"id.{name}"]), probes[f"id.{name}"].clauses) for name in ("under", "over")}
    assert lengths == {"under": ("we", ("thing_id:too-short",)), "over": ("web-1web-", ("thing_id:too-long",))}
    assert (sent(probes["id.shortest.valid-token"]), sent(probes["id.longest.valid-token"])) == ("web", "web-1web")
    assert probes["id.longest.valid-token"].clauses == ("thing_id:longest",)
    assert probes["id.longest.unknown-token"].clauses == ("thing_id:longest", "documented")
    assert probes["id.empty"].clauses == ("thing_id:missing",)
    assert sent(probes["id.upper-case"]) == "WEB-1"
    assert sent(probes["id.percent-encoded.one"]) == "%77eb-1"
    assert probes["id.percent-encoded.one"].clauses == ("thing_id:notation",)
    one = probes_of(thing(type="string", minLength=4, maxLength=4), "ab12")
    assert "id.shortest.valid-token" not in one
    assert one["id.longest.unknown-token"].clauses == ("documented",)  # it is the description's own
    free = probes_of(thing(type="string"), "web-1")
    assert not {"id.over", "id.under", "id.longest.valid-token", "id.shortest.valid-token"} & free.keys()


def test_named_texts_stand_for_their_lengths() -> None:
    """Only what exists shows that the greatest length is accepted, and that a longer one is not cut to it."""
    roles = {"not-mine": Role.RESTRICTED, "the-best": Role.PERMITTED, "abc": Role.PERMITTED}
    probes = probes_of(thing(type="string", minLength=3, maxLength=8), "web-1", resources=roles)
    assert (sent(probes["id.shortest.valid-token"]), sent(probes["id.longest.valid-token"])) == ("abc", "the-best")
    assert sent(probes["id.longest.suffix"]) == "the-bestt"
    assert probes["id.longest.suffix"].clauses == ("thing_id:too-long",)
    assert "id.longest.suffix" not in probes_of(thing(type="string", minLength=3, maxLength=8), "web-1")


def test_each_value_of_an_enumeration_is_sent_with_a_valid_token() -> None:
    """And what is none of them: another case, a further letter, two of them, a word."""
    probes = probes_of(asking(enum=["big", "SMALL"], type="string", example="big"), None)
    listed = {name: sent(probe) for name, probe in probes.items() if ".listed." in name}
    assert listed == {"kind.listed.big": "big", "kind.listed.SMALL": "SMALL"}
    assert {probes[name].clauses for name in listed} == {("kind:listed",)}
    refused = {name: sent(probe) for name, probe in probes.items() if "kind:not-listed" in probe.clauses}
    assert {"kind.cut": "bi", "kind.list": "big,SMALL", "kind.suffix": "bigx"}.items() <= refused.items()
    assert (sent(probes["kind.upper-case"]), probes["kind.upper-case"].clauses) == ("BIG", ("kind:notation",))
    bad = probes["kind.not-listed.missing-token"].request
    assert bad is not None
    assert bad.token is None


def test_a_boolean_is_true_or_false() -> None:
    """Both are owed what any other value is; of what programs take for them the document is silent."""
    probes = probes_of(asking(type="boolean"), None)
    assert probes["kind.listed.true"].clauses == probes["kind.listed.false"].clauses == ("kind:listed",)
    assert {sent(probe) for probe in probes.values() if "kind:wrong-type" in probe.clauses} >= {"2", "abc", "null"}
    assert {sent(probe) for probe in probes.values() if "kind:notation" in probe.clauses} >= {"TRUE", "1", "yes"}


def test_a_query_parameter_is_left_out_and_sent_twice() -> None:
    """One that may be left out is owed the same without it; one that must not is refused."""
    probes = probes_of(asking(type="integer", minimum=0, maximum=60, example=5), None)
    assert probes["kind.absent"].clauses == ("kind:absent",)
    absent = probes["kind.absent"].request
    assert absent is not None
    assert absent.target == b"/v1/things"
    repeated = probes["kind.repeated"].request
    assert repeated is not None
    assert repeated.target == b"/v1/things?kind=5&kind=5"
    assert probes["kind.empty"].clauses == ("kind:notation",)
    assert (probes["kind.over"].profile, probes["kind.octal"].profile) == (Profile.STANDARD, Profile.DEEP)
    must = other("/v1/things", parameter("kind", "query", type="integer", example=5))
    assert probes_of(must, None)["kind.absent"].clauses == ("kind:missing",)
    assert probes_of(must, None)["kind.empty"].clauses == ("kind:missing",)


def test_a_parameter_that_is_called_like_another_part_has_its_place_before_it() -> None:
    """The ids of probes of a body's member, and of the token, are theirs."""
    operation = other(
        "/v1/things",
        *(parameter(name, "query", required=False, type="boolean") for name in ("token", "size", "wait")),
        method="post",
        body={"schema": {"properties": {"size": {"type": "integer"}}}, "example": {"size": 1}},
    )
    prefixes = {name.partition(".")[0] for name in probes_of(operation, None)}
    assert prefixes == {"query-token", "query-size", "wait"}


def float32(number: int) -> float:
    """The number as a float32 holds it."""
    return float(struct.unpack("f", struct.pack("f", number))[0])


@pytest.mark.parametrize("number", [16_777_216, 16_777_217, 2112029391, MAXIMUM, MAXIMUM - 1, 2_000_000_000])
def test_the_neighbour_is_the_same_to_float32(number: int) -> None:
    """Above 2^24 one of the two integers beside most numbers is."""
    neighbour = float32_neighbour(number, RANGE)
    assert abs(neighbour - number) == 1
    assert float32(neighbour) == float32(number)


@given(st.integers(1, MAXIMUM))
def test_the_neighbour_is_in_range(number: int) -> None:
    """One more or one less, whatever the number."""
    neighbour = float32_neighbour(number, RANGE)
    assert RANGE.holds(neighbour)
    assert abs(neighbour - number) == 1


@pytest.mark.parametrize(
    ("resource", "allowed"),
    [
        pytest.param(2112029391, {"id.like.any", "id.glob.any"}, id="no id in range begins with it"),
        pytest.param(123, set(), id="1234 begins with it"),
    ],
)
def test_a_pattern_leaves_where_it_matches_nothing_else(resource: int, allowed: set[str]) -> None:
    """By the default policy a pattern goes only where the named resource is all that it matches."""
    whole = least(resource=resource)
    patterns = {"id.like.any", "id.like.one", "id.glob.any", "id.glob.one"}
    found = set()
    for probe in parameter_probes(whole, DECLARED):
        assert probe.request is not None
        if probe.id in patterns and refusal(probe.request, facts_of(probe.request, whole.known), whole) is None:
            found.add(probe.id)
    assert found == allowed


@pytest.mark.parametrize(
    ("pattern", "fits", "fails"),
    [
        ("^[a-z-]+$", ["web"], ["web\n", "we b"]),
        (r"^\d+$", ["12"], ["12\n", "١٢"]),
        (r"^[\w$]+$", ["a_$"], ["é", "a\n"]),
        (r"\$$", ["a$"], ["$a", "$\n"]),
    ],
)
def test_a_pattern_is_one_of_ecma_262(pattern: str, fits: list[str], fails: list[str]) -> None:
    """Its end is the very end of the text, a line feed after it or not, and digits and letters are those of ASCII."""
    domain = thing(type="string", pattern=pattern).parameter("thing_id").domain
    assert {classify(quote(text, safe="").encode(), domain).kind for text in fits} == {ValueKind.IN_RANGE}
    assert {classify(quote(text, safe="").encode(), domain).kind for text in fails} == {ValueKind.OTHER_PATTERN}
