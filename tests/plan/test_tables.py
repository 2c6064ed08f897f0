"""Tables of tokens, bodies and urls of other operations: bounds, names and schemas are followed, none is invented."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance.contract.body import BodyKind, read_body
from conformance.contract.contract import Contract
from conformance.contract.facts import Facts, facts_of
from conformance.plan.generation import collect
from conformance.plan.probe import Mutation, Profile
from conformance.plan.probes.bodies import body_probes
from conformance.plan.probes.hostile import hostile_probes
from conformance.plan.probes.tokens import shape_probes, token_probes
from conformance.plan.probes.urls import password_probes, url_probes
from conformance.plan.properties import properties
from tests.plan.fixtures import declared, described, held_to, other, parameter, token
from tests.strategies.operations import LABELS

if TYPE_CHECKING:
    from conformance.contract.operation import Operation
    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.probe import Declared, Probe

TABLES = (token_probes, shape_probes, body_probes, url_probes, hostile_probes, password_probes)
THING = parameter("thing_id", type="integer", minimum=1, maximum=999)
TARGET = {"thing_id": {"parameter": "thing_id", "role": "permitted"}}
CREDENTIALS = declared(
    ("missing", "owed", {"credential": "missing", "status": 401}),
    ("unknown", "owed", {"credential": "unknown", "status": 401}),
    ("near", "owed", {"credential": "near-valid", "status": 401}),
    ("shortest", "owed", {"credential": "minimum-length"}),
    ("longest", "owed", {"credential": "maximum-length"}),
    ("length", "owed", {"credential": "length"}),
    ("over", "refused", {"credential": "over-maximum"}),
    ("under", "refused", {"credential": "below-minimum"}),
    ("name", "owed", {"credential": "name"}),
    ("documented", "documented-status", {}),
)
MEMBERS = declared(
    *((f"{member} {when}", "refused", {"member": member, "when": when}) for member, when in (
        ("action", "missing"), ("action", "wrong-type"), ("action", "not-listed"), ("labels", "too-few"),
        ("labels", "too-many"), ("labels[]", "wrong-type"), ("labels[].key", "too-long"),
        ("labels[].key", "other-pattern"), ("weight", "above-maximum"),
    )),
    *((f"{member} {when}", "owed", {"member": member, "when": when}) for member, when in (
        ("action", "listed"), ("labels", "most"), ("labels", "fewest"), ("labels[].key", "longest"), ("note", "absent"),
    )),
    ("another form", "recorded", {"about": "other-form", "member": "action"}),
    ("not-json", "refused", {"body": "not-json"}),
    ("not-object", "refused", {"body": "not-object"}),
    ("400", "owed", {"body": "invalid", "status": 400}),
    ("documented", "documented-status", {}),
)  # fmt: skip
SENT = held_to(LABELS, "search", mutation=Mutation.ANY)


def thing(lengths: tuple[int, int | None] = (1, None), header: str = "X-Key", **changes: Any) -> TargetFixtures:  # noqa: ANN401 - the fields of TargetFixtures
    """A GET of a thing, whose token has so many characters under this header."""
    operation = other("/things/{thing_id}", THING, lengths=lengths, header=header, resource="thing_id", target=TARGET)
    return held_to(operation, 7, **({"mutation": Mutation.ANY} | changes))


def table(fixtures: TargetFixtures, clauses: Declared = CREDENTIALS) -> dict[str, Probe]:
    """Every probe of the tables, by id."""
    return {probe.id: probe for rows in TABLES for probe in rows(fixtures, clauses)}


def facts(probe: Probe, fixtures: TargetFixtures) -> Facts:
    """The facts of the probe's request."""
    assert probe.request is not None
    return facts_of(probe.request, fixtures.known)


@pytest.mark.parametrize(
    ("lengths", "shortest", "longest"),
    [
        pytest.param((1, 50_000), 1, 50_000, id="a lower maximum"),
        pytest.param((1, 1_000_000), 1, 1_000_000, id="a higher maximum"),
        pytest.param((32, 64), 32, 64, id="few characters"),
        pytest.param((1, 65_536), 1, 65_536, id="a maximum that is a common limit"),
        pytest.param((1, None), 1, None, id="no maximum"),
    ],
)
def test_lengths_of_tokens_follow_the_credential(
    lengths: tuple[int, int | None], shortest: int, longest: int | None
) -> None:
    """Each length is there for the clause of its side, the bounds at smoke, and what is over the maximum for that.

    Without a maximum nothing is promised of a token longer than services issue.
    """
    known = thing(lengths)
    found = {int(name.rsplit("-", 1)[1]): probe for name, probe in table(known).items() if ".unknown.length-" in name}
    for length, probe in found.items():
        assert facts(probe, known).token_length == length
        assert facts(probe, known).token_in_range == (shortest <= length <= (longest or 4096)), length
        assert ("over" in probe.clauses) == (longest is not None and length > longest), length
        assert ("under" in probe.clauses) == (length < shortest), length
    edges = {shortest, *(() if longest is None else (longest - 1, longest, longest + 1))}
    assert {found[edge].profile for edge in edges} == {Profile.SMOKE}
    assert "shortest" in found[shortest].clauses
    if longest is not None:
        assert "longest" in found[longest].clauses
        assert found[longest + 1].title == f"an unknown token of {longest + 1:,} characters (one over the maximum)"
    else:
        assert not any("maximum" in probe.title for probe in table(known).values())


def test_no_token_is_there_for_a_length_that_it_does_not_have() -> None:
    """If tokens have 32 to 64 characters, a shorter shape or a longer change is told to be that."""
    known = thing((32, 64), token=token("a1B2c3-_e5F6g7Hx" * 4))
    for name, probe in table(known).items():
        if probe.request is None or probe.request.token is None or not {"unknown", "near"} & set(probe.clauses):
            continue
        assert facts(probe, known).token_in_range, name


def test_a_renamed_header_is_followed() -> None:
    """Its name in other cases, a second field, and the change that repeats the line; nothing else names a header."""
    known = thing(header="X-Service-Key")
    found = table(known)
    assert {name for name in found if name.startswith("token.header.")} == {
        "token.header.x-service-key", "token.header.X-SERVICE-KEY", "token.header.x-SeRvIcE-kEy",
    }  # fmt: skip
    twice = found["token.repeated.unknown-twice"].request
    assert twice is not None
    assert [name for name, _ in twice.header_fields()].count(b"X-Service-Key") == 2
    line = found["token.valid.header-name"].request
    assert line is not None
    assert line.token is not None
    assert line.token.value.startswith(b"X-Service-Key:")
    sent = [probe.request for probe in found.values() if probe.request]
    assert not any(b"x-auth-token" in name.lower() for request in sent for name, _ in request.header_fields())


def test_without_a_body_no_probe_is_about_one() -> None:
    """Accept is asked for all the same; no url, no password, no media type, no framing."""
    found = table(thing())
    assert not any(name.startswith(("body.", "url.", "password.", "content-type.")) for name in found)
    assert {"accept.json", "header.odd", "path.query.odd", "token.missing", "id.member"} <= found.keys()
    assert all(probe.request is None or not probe.request.body for probe in found.values())


def test_without_a_resource_no_probe_is_about_ids() -> None:
    """A path without parameters."""
    found = table(held_to(other("/things"), None, mutation=Mutation.ANY))
    assert not any(name.startswith("id.") for name in found)


def test_bodies_follow_their_schema() -> None:
    """Each member has its wrong types, its bounds and its listed values, and each probe is what its clause says."""
    found = table(SENT, MEMBERS)
    for probe in found.values():
        for clause in set(probe.clauses) & {clause.id for clause in MEMBERS.catalogue if "member" in clause.arguments}:
            row, told = MEMBERS.catalogue[clause].arguments, facts(probe, SENT)
            if MEMBERS.catalogue[clause].check == "refused":
                assert (row["member"], row["when"]) in told.wrong, probe.id
            elif MEMBERS.catalogue[clause].check == "owed":
                assert (row["member"], row["when"]) in told.edges, probe.id
                assert "documented" in probe.clauses
    lost = {clause.id for clause in MEMBERS.catalogue} - {
        clause for probe in found.values() for clause in probe.clauses
    }
    assert lost == set()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("body.action-listed-remove", {"action": "remove"}),
        ("body.action-other-case", {"action": "ADD"}),
        ("body.labels.key-missing", {"labels": [{"value": "search"}]}),
        ("body.labels-too-few", {"labels": []}),
        ("body.labels-element-null", {"labels": [None]}),
        ("body.weight-above-maximum", {"weight": 101}),
    ],
)
def test_a_body_has_one_member_changed(name: str, body: dict[str, object]) -> None:
    """All others are those of the documented one."""
    request = table(SENT, MEMBERS)[name].request
    assert request is not None
    assert LABELS.body is not None
    assert json.loads(request.body or b"") == LABELS.body.example | body


def test_ids_of_bodies_are_unique() -> None:
    """No two members share one, and nothing speaks of a url that the operation does not have."""
    ids = [probe.id for rows in TABLES for probe in rows(SENT, MEMBERS)]
    assert len(ids) == len(set(ids))
    assert not any(name.startswith(("url.", "password.")) for name in ids)


def test_bodies_that_are_no_json_are_none_whatever_the_schema() -> None:
    """Neither a number nor an array as first member makes a broken body right."""
    schema = {"type": "object", "properties": {"count": {"type": "integer"}, "names": {"type": "array"}}}
    for example in ({"count": 3}, {"names": []}, {"names": ["a"], "count": 3}):
        operation = other("/things", method="put", body={"schema": schema, "example": example})
        known = held_to(operation, None)
        for probe in body_probes(known, MEMBERS):
            kind = facts(probe, known).body
            if "not-json" in probe.clauses:
                assert kind is BodyKind.NOT_JSON, (probe.id, example)
            elif "not-object" in probe.clauses:
                assert kind is BodyKind.NOT_OBJECT, (probe.id, example)


def test_a_url_under_another_name_is_followed() -> None:
    """The table of urls is that of the member which a target description gives as a url."""
    schema = {
        "type": "object",
        "required": ["origin"],
        "properties": {"name": {"type": "string"}, "origin": {"type": "string"}},
    }
    operation = other(
        "/things",
        method="put",
        body={"schema": schema, "example": {"name": "a", "origin": "https://mirror.invalid/a"}},
        target={"origin": {"member": "origin", "form": "http-url"}},
    )
    known = held_to(operation, None, url="https://mirror.invalid/b")
    found = {probe.id: probe for probe in url_probes(known, MEMBERS)}
    assert {"origin.http", "origin.user-info", "origin.relative"} <= found.keys()
    assert found["origin.port"].title == "an origin with a port, and a slash at its end"
    request = found["origin.port"].request
    assert request is not None
    assert json.loads(request.body or b"") == {"name": "a", "origin": "https://mirror.invalid:8443/group/test/"}
    kinds = {read_body(probe.request.body, operation).kind for probe in found.values() if probe.request}
    assert BodyKind.URL_OPEN in kinds
    assert {"password.port", "password.truncated"} <= {probe.id for probe in password_probes(known, MEMBERS)}


def contract(openapi: dict[str, Any], operation: Operation, clauses: Declared) -> Contract:
    """A contract of these parts."""
    return Contract(clauses.catalogue, operation, openapi, "", "", "")


def test_probes_without_a_subject_are_withheld_with_a_reason() -> None:
    """A property with nothing to draw is not passed."""
    made = described("/things/{name}", parameter("name", type="string", example="a"), resource="name", target={
        "name": {"parameter": "name", "role": "permitted"},
    })  # fmt: skip
    found = {prop.id: prop for prop in properties(contract(*made, CREDENTIALS))}
    assert {name: prop.withheld for name, prop in found.items() if prop.withheld} == {
        "property.ids.out-of-range": "every id is in range",
        "property.ids.look-alikes": "an id is not an integer",
        "property.bodies": "the operation has no request body",
        "property.urls": "the operation has no request body",
    }
    assert {prop.examples(Profile.DEEP) for prop in found.values() if prop.withheld} == {0}
    assert all(prop.promised(Profile.DEEP) for prop in found.values())
    assert not {"property.parameters", "property.members"} & found.keys()


def test_properties_draw_whatever_the_operation_is() -> None:
    """Ids that are texts, an enumeration, a query, a body by its schema: each is drawn, right and wrong."""
    schema = {"type": "object", "required": ["mode"], "properties": {"mode": {"enum": ["on", "off"]}}}
    made = described(
        "/v1/{kind}/{name}",
        parameter("kind", type="string", enum=["book", "film"]),
        parameter("name", type="string", minLength=2, maxLength=8, pattern="^[a-z]*$", example="abc"),
        parameter("dry_run", "query", required=False, type="boolean"),
        method="put",
        body={"schema": schema, "example": {"mode": "on"}},
        header="X-Key",
        lengths=(8, 64),
        resource="name",
        target={"name": {"parameter": "name", "role": "permitted"}},
    )
    known = held_to(made[1], "abc", mutation=Mutation.ANY, token=token("a1B2c3-_e5F6g7Hx"))
    found = {prop.id: prop for prop in properties(contract(*made, CREDENTIALS)) if not prop.withheld}
    drawn = {name: collect(name, prop.family(known), known, 40) for name, prop in found.items()}
    assert {name for name, requests in drawn.items() if len(requests) < 8} == set()
    told = {name: [facts_of(one, known.known) for one in requests] for name, requests in drawn.items()}
    assert {str(fact.id_kind) for fact in told["property.ids.out-of-range"]} >= {
        "too long",
        "not of the documented pattern",
    }
    assert {fact.valued for fact in told["property.parameters"]} == {True, False}
    assert {fact.body for fact in told["property.members"]} >= {BodyKind.DOCUMENTED, BodyKind.INVALID}
    assert all(fact.token_in_range for fact in told["property.tokens.shape"])
    assert {request.method for request in drawn["property.ids.in-range"]} == {"PUT"}
    assert any(fact.succeeds for fact in told["property.openapi"])
