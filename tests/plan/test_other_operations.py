"""Plans of other operations than the shipped one: what they have is sent, and what they lack is not asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conformance.contract.facts import facts_of
from conformance.contract.operation import Body, Operation, operation_of
from conformance.contract.values import Integer
from conformance.plan.plan import all_probes, make_plan
from conformance.plan.probe import Mutation, Probe, Profile, Stage
from conformance.plan.probes.bodies import member_words
from conformance.plan.probes.permissions import permission_probes, unnamed
from conformance.plan.probes.requests import method_probes, spellings, state_probes
from conformance.spec import read_contract, spec_directory
from tests.plan.fixtures import CATALOGUE, FIXTURES, declared, held_to, other, parameter, token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.contract.contract import Contract
    from conformance.plan.fixtures import TargetFixtures

EXAMPLES = spec_directory().parent / "examples"
THING = parameter("thing_id", type="integer", minimum=1, maximum=999)
TARGET = {
    "thing_id": {"parameter": "thing_id", "role": "permitted"},
    "other_thing_id": {"parameter": "thing_id", "role": "restricted"},
    "no_thing_id": {"parameter": "thing_id", "role": "missing"},
}
SHOWS = other("/v1/things/{thing_id}", THING, resource="thing_id", target=TARGET)
DOES = other("/v2/things/{thing_id}/do-it", THING, method="post", resource="thing_id", target=TARGET)
LISTS = other("/things")
CLAUSES = declared(
    ("documented", "documented-status", {}),
    ("200", "owed", {"role": "permitted", "status": 200}),
    ("403", "owed", {"role": "restricted", "status": 403}),
    ("404", "owed", {"role": "missing", "status": 404}),
    ("401", "owed", {"credential": "unknown", "status": 401}),
    ("before", "owed", {"credential": "unrecognised", "resource": "other", "status": 401}),
    ("unrecognised", "refused", {"credential": "unrecognised"}),
    ("envelope of 401", "envelope", {"status": 401}),
    ("envelope of 404", "envelope", {"status": 404}),
    ("envelope of others", "envelope", {"status": "other"}),
    ("code of 404", "error-code", {"status": 404}),
    ("object", "object", {"status": 200}),
    ("echo", "echo", {"status": 200, "member": "id", "parameter": "thing_id"}),
    ("media", "media-type", {"status": 200}),
    ("again", "same-again", {"member": "id"}),
    ("at once", "same-again", {"member": "id", "at-once": True}),
    ("method", "refused", {"method": "other"}),
    ("options", "recorded", {"about": "options"}),
    ("path", "recorded", {"about": "path"}),
    ("message", "recorded", {"about": "message"}),
)
ODD_QUERY = (
    b"dry_run=true&debug=1&admin=true&token=admin&access_token=admin&api_key=admin&callback=f&debug=true&force=true"
    b"&internal=true&mock=true&noauth=1&preview=true&signature=x&skip_auth=true&test=1&trace=1&user=admin&user_id=1"
    b"&version=1&unknown_parameter=1"
)


def thing(**schema: Any) -> Operation:  # noqa: ANN401 - a JSON schema
    """An operation on one thing, whose id has this schema; no key of a description names another."""
    target = {"thing_id": TARGET["thing_id"]}
    return other("/v1/things/{thing_id}", parameter("thing_id", **schema), resource="thing_id", target=target)


def contract(name: str) -> Contract:
    """One of the contracts in examples/."""
    return read_contract(EXAMPLES / name)


def described(operation: Operation, **changes: Any) -> TargetFixtures:  # noqa: ANN401 - the fields of TargetFixtures
    """The fixtures that a description of it gives."""
    known = {"restricted_token": token(FIXTURES.restricted_token), "restricted_resource": 8, "missing_resource": 9}
    return held_to(operation, None if operation.resource is None else 7, **(known | changes))


def by_id(probes: Iterable[Probe]) -> dict[str, Probe]:
    """The probes by id."""
    return {probe.id: probe for probe in probes}


def targets(probes: Iterable[Probe]) -> dict[str, bytes]:
    """The target of each probe, by its id."""
    return {probe.id: probe.request.target for probe in probes if probe.request is not None}


# words


MEMBERS = {
    "type": "object",
    "properties": {
        "url": {"type": "string"},
        "action": {"type": "string"},
        "status": {"type": "string"},
        "list": {"type": "array"},
        "labels": {
            "type": ["array", "null"],
            "items": {"type": "object", "properties": {"key": {"type": "string"}, "notes": {"type": "array"}}},
        },
        "owner": {"type": "object", "properties": {"name": {"type": "string"}}},
    },
}


@pytest.mark.parametrize(
    ("path", "words", "told"),
    [
        ("url", "that is null", "a url that is null"),
        ("action", "that is left out", "an action that is left out"),
        ("status", "that is a number", "a status that is a number"),
        ("list", "of 2 elements", "a list of 2 elements"),
        ("labels", "that is left out", "labels that are left out"),
        ("labels", "of 21 elements (too many)", "labels of 21 elements (too many)"),
        ("labels[]", "that is null", "an element of labels that is null"),
        ("labels[].key", "that is null", "a key in labels that is null"),
        ("labels[].notes", "that is null", "notes in labels that are null"),
        ("labels[].notes[]", "that is null", "an element of notes in labels that is null"),
        ("owner.name", "of 3 characters", "a name in owner of 3 characters"),
    ],
)
def test_members_are_told_in_plain_english(path: str, words: str, told: str) -> None:
    """An array with a name in the plural is several, and what is inside is told without brackets."""
    assert member_words(Body(required=True, media="application/json", schema=MEMBERS, example={}), path, words) == told


def test_titles_of_a_contract_with_several_members_are_plain_english() -> None:
    """No title has a path with brackets, or an article before a plural."""
    contract = read_contract(EXAMPLES / "cluster-labels")
    values = {"dry_run": "true", "project_id": "p", "resource_type": "cluster", "wait_seconds": "7"}
    known = held_to(contract.operation, "abc", values=values)
    titles = {probe.title for probe in all_probes(known, contract.catalogue)}
    assert "labels of 21 elements (too many)" in titles
    assert "a key in labels that is a number" in titles
    odd = ("[]", "a labels", "that is array", "that is number", "a action")
    assert [title for title in titles if any(words in title for words in odd)] == []


def test_words_of_a_thing_have_their_article_and_are_short() -> None:
    """An app quota, not a app quota; an id of 5,000 characters that is withheld is named by its beginning."""
    path, name = "/v1/app-quotas/{app_quota_id}", "app_quota_id"
    target = {role: {"parameter": name, "role": role} for role in ("permitted", "restricted", "missing")}
    operation = other(path, parameter(name, type="string"), method="post", resource=name, target=target)
    known = {"restricted_token": token(FIXTURES.restricted_token), "restricted_resource": "b", "missing_resource": "c"}
    plan = make_plan(held_to(operation, "app-7", mutation=Mutation.FIXTURE, **known), CLAUSES.catalogue, Profile.DEEP)
    assert "permission.restricted-app-quota" in plan.by_id
    assert [probe.title for probe in plan.probes if " a app" in probe.title] == []
    reasons = {probe.id: probe.withheld or "" for probe in plan.probes}
    assert "(5,000 characters)" in reasons["id.5000-characters"]
    assert max(map(len, reasons.values())) < 200


# state


def test_the_first_request_carries_every_clause_of_a_success() -> None:
    """Those of the role that is permitted, and those of the body of such an answer."""
    for operation in (SHOWS, DOES):
        first = next(state_probes(described(operation), CLAUSES))
        assert (first.id, first.stage, first.profile) == ("state.first", Stage.SETUP, Profile.SMOKE)
        assert set(first.clauses) == {"200", "documented", "object", "echo", "media"}


def test_what_repeats_a_request_is_sent_where_a_clause_says_what_that_gives() -> None:
    """Without one nothing is repeated, and nothing new is made where no url names it."""
    assert list(by_id(state_probes(described(DOES), CLAUSES))) == [
        "state.first",
        "state.again",
        "state.burst",
        "state.last",
    ]
    assert list(by_id(state_probes(described(DOES), declared()))) == ["state.first", "state.last"]


@pytest.mark.parametrize("method", ["post", "get"])
def test_new_things_are_made_by_a_method_that_makes_them(method: str) -> None:
    """A url that nobody has sent before, in the member that has one."""
    linked = other(
        "/v1/things/{thing_id}",
        THING,
        method=method,
        body={"schema": {"properties": {"link": {"type": "string"}}}, "example": {"link": "https://a.invalid", "n": 1}},
        resource="thing_id",
        target={**TARGET, "link": {"member": "link", "form": "http-url"}},
        **{"read-back": {"path": "/v1/things/{thing_id}/now"}},
    )
    probes = by_id(state_probes(described(linked, url="https://b.invalid", seed=3), CLAUSES))
    made = probes.get("state.creation")
    if method == "post":
        assert made is not None
        assert made.request is not None
        assert (made.copies, made.clauses) == (4, ("at once",))
        assert made.request.body == b'{"link": "https://mirror.invalid/at-once-3.git", "n": 1}'
    else:
        assert made is None
    back = probes["state.read-back"].request
    assert back is not None
    assert (back.method, back.target, back.token_header, back.body) == ("GET", b"/v1/things/7/now", b"X-Key", None)


# permissions


def test_each_way_to_be_refused_has_the_key_that_it_needs() -> None:
    """In the words of the contract; what the description has is sent."""
    whole = by_id(permission_probes(described(DOES), CLAUSES))
    assert all(probe.request is not None for probe in whole.values())
    assert whole["permission.missing-thing"].clauses == (
        "404", "documented", "envelope of 404", "code of 404", "message",
    )  # fmt: skip
    assert whole["permission.unknown-token"].clauses == ("401", "envelope of 401", "message")
    assert whole["precedence.any-thing.unknown-token"].clauses == ("before",)
    bare = by_id(permission_probes(held_to(DOES, 7), CLAUSES))
    assert {name: probe.withheld for name, probe in bare.items() if probe.request is None} == {
        "permission.restricted-token": "the description has no restricted_token",
        "permission.restricted-thing": "the description has no other_thing_id",
        "permission.restricted-thing.named-elsewhere": "the description has no other_thing_id",
        "permission.missing-thing": "the description has no no_thing_id",
        "permission.neither": "the description has no restricted_token and no_thing_id",
        **{
            f"precedence.{role}-thing.{kind}-token": f"the description has no {key}"
            for role, key in (("missing", "no_thing_id"), ("restricted", "other_thing_id"))
            for kind in ("unknown", "missing", "empty", "cut")
        },
    }
    assert list(bare) == list(whole)


def test_what_the_operation_does_not_have_is_not_asked_for() -> None:
    """No key for a resource without permission, nor for a missing one, nor a resource at all."""
    alone = other("/v1/things/{thing_id}", THING, resource="thing_id", target={"thing_id": TARGET["thing_id"]})
    assert list(by_id(permission_probes(described(alone), CLAUSES))) == [
        "permission.restricted-token",
        "permission.unknown-token",
        "precedence.any-thing.unknown-token",
        "precedence.any-thing.missing-token",
        "precedence.any-thing.empty-token",
    ]
    nothing = {"restricted_resource": None, "missing_resource": None}
    assert list(by_id(permission_probes(described(LISTS, **nothing), declared()))) == ["permission.unknown-token"]


@pytest.mark.parametrize(
    ("schema", "resource"),
    [
        pytest.param({"type": "integer"}, 1_234_567, id="the ordinary number is named"),
        pytest.param({"type": "integer", "minimum": 5, "maximum": 12}, 5, id="few numbers"),
        pytest.param({"type": "string", "pattern": "^[0-9a-f-]{4,8}$"}, "a1-ff9", id="a text of a pattern"),
        pytest.param({"type": "string", "minLength": 3, "maxLength": 3}, "Zz9", id="a text of a length"),
    ],
)
def test_unnamed_values_are_in_contract(schema: dict[str, Any], resource: int | str) -> None:
    """A value of the same form that no key of the description has."""
    operation = other(
        "/v1/things/{thing_id}",
        parameter("thing_id", **schema),
        resource="thing_id",
        target={"thing_id": TARGET["thing_id"]},
    )
    whole = held_to(operation, resource)
    found = unnamed(whole)
    assert found is not None
    assert found not in whole.roles
    request = next(
        probe.request for probe in permission_probes(whole, CLAUSES) if probe.id == "precedence.any-thing.unknown-token"
    )
    assert request is not None
    assert facts_of(request, whole.known).in_contract


# methods and paths


def test_every_method_but_the_documented_one_is_sent() -> None:
    """HEAD is taken by a server that takes GET; the documented method in small letters is another."""
    names = list(by_id(method_probes(described(SHOWS), CLAUSES)))
    others = [
        "POST", "PUT", "PATCH", "DELETE", "TRACE", "THINGS", "lower-case-get", "mixed-case-Get", "COPY", "PROPFIND",
        "PURGE", "SEARCH", "LINK", "LOCK", "QUERY", "OPTIONS",
    ]  # fmt: skip
    assert [name for name in names if name.startswith("method.")] == [f"method.{one}" for one in others]
    does = by_id(method_probes(described(DOES), CLAUSES))
    assert {"method.GET", "method.HEAD", "method.DOIT", "method.lower-case-post", "method.override"} <= does.keys()
    assert {"method.POST", "method.GET.with-body"} & does.keys() == set()
    assert does["method.GET"].clauses == ("method", "envelope of others")
    assert does["method.OPTIONS"].clauses == ("method", "options")


def test_paths_are_spelt_from_the_words_of_the_template() -> None:
    """Values stay as they are, and a query keeps its place."""
    assert {
        name: path for name, path in targets(method_probes(described(DOES), CLAUSES)).items() if "path." in name
    } == {
        "path.trailing-slash": b"/v2/things/7/do-it/",
        "path.double-slash": b"/v2//things/7/do-it",
        "path.query": b"/v2/things/7/do-it?" + ODD_QUERY,
        "path.query.empty": b"/v2/things/7/do-it?",
        "path.capitals": b"/V2/Things/7/Do-It",
        "path.encoded-letter": b"/v2/things/7/%64o-it",
        "path.dot-segment": b"/v2/things/./7/do-it",
        "path.other-version": b"/v1/things/7/do-it",
        "path.suffix": b"/v2/things/7/do-it.json",
        "path.query.unknown-token": b"/v2/things/7/do-it?" + ODD_QUERY,
        "path.suffix.missing-token": b"/v2/things/7/do-it.json",
        "path.dot-segment.missing-token": b"/v2/things/./7/x/../do-it",
        "path.matrix.missing-token": b"/v2/things/7/do-it;v=1",
        "path.further-segment.missing-token": b"/v2/things/7/do-it/further",
    }
    shown = spellings(SHOWS)
    assert "suffix" not in shown  # it would be another thing's id
    assert shown["other-version"](b"/v1/things/7") == b"/v2/things/7"
    asked = spellings(
        other("/{area}/things", parameter("area", type="string"), parameter("dry_run", "query", type="boolean"))
    )
    assert {name: change(b"/a/things?dry_run=true") for name, change in asked.items()} == {
        "slash": b"/a/things/?dry_run=true",
        "query": b"/a/things?dry_run=true&" + ODD_QUERY.removeprefix(b"dry_run=true&"),
        "debug": b"/a/things?dry_run=true&debug=1",
        "slash-query": b"/a/things/?dry_run=true&unknown_parameter=1",
        "dot-segments": b"/./a/x/../things?dry_run=true",
        "doubled": b"/a//things?dry_run=true",
        "dot-segment": b"/./a/things?dry_run=true",
        "all-capitals": b"/a/Things?dry_run=true",
        "encoded": b"/a/%74hings?dry_run=true",
        "respelt": b"/a//%74hings/?dry_run=true",
        "suffix": b"/a/things.json?dry_run=true",
        "matrix": b"/a/things;v=1?dry_run=true",
        "further": b"/a/things/further?dry_run=true",
    }


# whole plans


def _first(operation: Operation) -> int | str:
    example = operation.identifier.example if operation.identifier else None
    return example if isinstance(example, int | str) else 7


@pytest.mark.parametrize("name", ["read-back", "cluster-labels"])
def test_the_plan_of_an_example_is_there_for_its_clauses(name: str) -> None:
    """Each row that one request can test has a probe of the standard profile; what is general, any request tests."""
    own = contract(name)
    lengths = (own.operation.credential.shortest, own.operation.credential.longest or 9)
    whole = held_to(
        own.operation,
        _first(own.operation),
        mutation=Mutation.ANY,
        restricted_token=token(FIXTURES.restricted_token),
        restricted_resource=8 if name == "read-back" else "b-8",
        missing_resource=9 if name == "read-back" else "b-9",
        tokens_by_length={length: token("~" * length) for length in lengths},
    )
    probes = all_probes(whole, own.catalogue)
    withheld = [probe.id for probe in probes if probe.request is None]
    noun, least = own.operation.noun, max(lengths[0], 1)
    others = [f"permission.another-{role}{noun}" for role in ("", "restricted-", "missing-")]  # it names one alone
    assert withheld == [*others, f"token.valid.length-{least}.alike"]  # and nothing is like its tokens
    sent = {clause for probe in make_plan(whole, own.catalogue, Profile.STANDARD).sent for clause in probe.clauses}
    rest = {row.check for row in own.catalogue if row.id not in sent and row.level != "silent"}
    assert rest <= {"answered", "content-coding", "no-credential", "no-stack-trace", "envelope", "media-type"}


@pytest.mark.parametrize("name", ["read-back", "cluster-labels"])
def test_smoke_is_there_for_every_must_clause(name: str) -> None:
    """A clause that one request can test at standard is tested at smoke too, with no more than 90 requests."""
    own = contract(name)
    whole = held_to(
        own.operation, _first(own.operation), restricted_token=token(FIXTURES.restricted_token),
        missing_resource=9 if name == "read-back" else "b-9",
    )  # fmt: skip
    smoke, standard = (make_plan(whole, own.catalogue, profile).sent for profile in (Profile.SMOKE, Profile.STANDARD))
    must = {row.id for row in own.catalogue if row.level == "must"}
    told, owed = ({clause for probe in plan for clause in probe.clauses} & must for plan in (smoke, standard))
    assert owed - told == set()
    assert len(smoke) <= 90


def _shipped() -> tuple[dict[str, Any], dict[str, Any]]:
    """The two files of the shipped contract, to be changed."""
    document, head = ((spec_directory() / name).read_bytes() for name in ("openapi.yaml", "clauses.yaml"))
    return yaml.safe_load(document), yaml.safe_load(head)


CHANGES: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
    "the maximum is moved": lambda operation, _: operation["parameters"][0]["schema"].update(maximum=1_000_000),
    "the minimum is dropped": lambda operation, _: operation["parameters"][0]["schema"].pop("minimum"),
    "the maximum is dropped": lambda operation, _: operation["parameters"][0]["schema"].pop("maximum"),
    "the body is dropped": lambda operation, head: (operation.pop("requestBody"), head["target"].pop("mirror_url")),
    "the token may be short": lambda operation, _: operation["parameters"][1]["schema"].update(maxLength=50),
    "another status is the success": lambda operation, _: operation["responses"].update({"200": {}}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_an_edit_of_the_contract_makes_another_plan(change: Callable[[dict[str, Any], dict[str, Any]], None]) -> None:
    """Of the shipped operation, with a repository that is in range before and after: ids stay single, words too."""
    document, head = _shipped()
    change(next(iter(document["paths"].values()))["post"], head)
    operation = operation_of(document, head)
    probes = all_probes(held_to(operation, 4711, url="https://mirror.invalid/a.git"), CATALOGUE)
    assert len({probe.id for probe in probes}) == len(probes)
    assert len({probe.title for probe in probes}) == len(probes)
    by_bounds = {probe.id: probe.title for probe in probes if probe.id in {"id.over", "id.under", "id.zero"}}
    expected = {"id.over": "id 2147483648 (one over the maximum)", "id.zero": "id 0 (one under the minimum)"}
    domain = operation.parameter("repository_id").domain
    assert isinstance(domain, Integer)
    if domain.maximum is None:
        expected.pop("id.over")
    elif domain.maximum == 1_000_000:
        expected["id.over"] = "id 1000001 (one over the maximum)"
    if domain.minimum is None:
        expected.pop("id.zero")
    assert by_bounds == expected
