"""The tables of probes: ids that stay, words that tell them apart, and requests that are what the words say."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING

import pytest

from conformance.contract.body import BodyKind
from conformance.contract.clause import Level
from conformance.contract.facts import facts_of
from conformance.contract.known_tokens import TokenKind
from conformance.contract.message import Exchange, Response
from conformance.contract.values import ValueKind
from conformance.judge.expected import AGAIN, BURST, CREATION, FIRST, LAST, expectation_of
from conformance.judge.judge import judge
from conformance.judge.reading import Context
from conformance.plan.plan import all_probes
from conformance.plan.probe import Mutation, Profile, Stage
from tests.plan.fixtures import CATALOGUE, CONTRACT, FIXTURES, fixtures

if TYPE_CHECKING:
    from conformance.contract.facts import Facts
    from conformance.plan.probe import Probe

EXPECTED = expectation_of(CONTRACT).expected
WHOLE = fixtures(mutation=Mutation.ANY)
PROBES = {probe.id: probe for probe in all_probes(WHOLE, CATALOGUE)}
R = WHOLE.resource
ASSOCIATED = (
    b'{"id": 1, "repository_id": %d, "update_status": "finished", "last_update_at": "2025-04-24T20:04:44.000+08:00",'
    b' "url": "%s", "last_successful_update_at": "2025-04-24T20:04:44.000+08:00", "number_of_failures": null,'
    b' "mirroring_enabled": false, "is_private": false, "endpoint_uuid": null, "last_error": null}'
)
CODES = {401: b"CH.00000002", 403: b"CH.00401001", 404: b"CH.00402000"}
MEDIA = ((b"Content-Type", b"application/json"),)


def facts(probe: Probe) -> Facts:
    """The facts of the probe's request."""
    assert probe.request is not None
    return facts_of(probe.request, WHOLE.known)


def status_of(probe: Probe) -> int:
    """The status that a conformant target answers to a probe."""
    told = facts(probe)
    role = FIXTURES.access(told.id) if told.id_kind is ValueKind.IN_RANGE and told.id is not None else None
    allowed = EXPECTED(told)
    if told.body is BodyKind.URL_UNCOMMON:
        return 201
    if not allowed:
        return 404 if told.in_contract else 400
    if len(allowed) == 1:
        return next(iter(allowed))
    return {"permitted": 201, "restricted": 403, "missing": 404, None: 400}[role]


def failed(probe: Probe, status: int) -> set[str]:
    """The clauses that fail where the probe is answered with a status."""
    verdicts = judge(answered(probe, status), CONTRACT, Context(same=1), probe.clauses)
    return {verdict.clause for verdict in verdicts if verdict.outcome == "fail"}


def answered(probe: Probe, status: int) -> Exchange:
    """The probe, answered with a status and what belongs to it."""
    assert probe.request is not None
    told = facts(probe)
    if status == 201:
        url = (told.url or "").replace("mirror:correct-horse-battery@", "")
        body = ASSOCIATED % (told.id or 0, json.dumps(url)[1:-1].encode())
    else:
        body = b'{"error_code": "%s", "error_msg": "No."}' % CODES.get(status, b"CH.00000001")
    return Exchange(1, probe.id, probe.request, told, Response(status, "", MEDIA, body))


def test_an_id_is_stable_in_form() -> None:
    """An id is dotted, without spaces, and as good on a command line as in a file."""
    assert [name for name in PROBES if not re.fullmatch(r"[a-z]+(-[a-z]+)*(\.[A-Za-z0-9^+-]+)+", name)] == []


def test_a_probe_has_words() -> None:
    """The words are one line."""
    titles = {probe.id: probe.title for probe in PROBES.values()}
    assert {name: title for name, title in titles.items() if not title or title != title.strip() or "\n" in title} == {}


def test_words_tell_probes_apart() -> None:
    """No two probes have the same words."""
    titles = [probe.title for probe in PROBES.values()]
    assert sorted(title for title in set(titles) if titles.count(title) > 1) == []


def test_a_conformant_answer_passes_every_clause_that_is_judged() -> None:
    """Answered as the document says, no probe fails a clause, and what it is there for is judged or recorded."""
    wrong, missed = {}, {}
    for probe in PROBES.values():
        verdicts = judge(answered(probe, status_of(probe)), CONTRACT, Context(same=1), probe.clauses)
        wrong[probe.id] = [str(verdict) for verdict in verdicts if verdict.outcome == "fail"]
        missed[probe.id] = set(probe.clauses) - {verdict.clause for verdict in verdicts}
    assert {name: clauses for name, clauses in wrong.items() if clauses} == {}
    assert {name: clauses for name, clauses in missed.items() if clauses} == {}


def test_a_probe_is_there_for_what_its_status_proves() -> None:
    """A wrong status, if the document decides it, fails a clause that the probe is there for."""
    decided = [probe for probe in PROBES.values() if EXPECTED(facts(probe))]
    assert [probe.id for probe in decided if not failed(probe, 418) & set(probe.clauses)] == []


def test_a_silent_probe_fails_no_must() -> None:
    """A probe that is there for silent clauses only is not in contract, so that no status fails it but a 5xx."""
    silent = {clause.id for clause in CONTRACT.catalogue if clause.level is Level.SILENT}
    others = ("response.201", "error.", "path.", "request.")
    wrong = []
    for probe in (probe for probe in PROBES.values() if silent.issuperset(probe.clauses)):
        for status in (201, 400, 401, 403, 404, 415, 422):
            found = {clause for clause in failed(probe, status) if not clause.startswith(others)}
            if status == 201 and probe.id.startswith("pair."):
                found -= {"method.other", "header.x-auth-token.over-maximum"}
                found -= {"status.403.no-permission", "status.404.no-repository"}
            if status in {400, 415, 422} and probe.id == "permission.neither":
                found -= {"status.documented"}
            wrong += [(probe.id, status, clause) for clause in found]
    assert wrong == []


def test_the_first_association_carries_every_clause_of_a_201() -> None:
    """All that a 201 can prove, the first one proves: a target that refuses the second is still judged."""
    assert {clause.id for clause in CATALOGUE if clause.id.startswith("response.201.")} <= set(PROBES[FIRST].clauses)
    assert PROBES[FIRST].stage is PROBES[AGAIN].stage is Stage.SETUP
    assert PROBES[FIRST].request == PROBES[AGAIN].request == PROBES[BURST].request
    assert list(PROBES)[:2] == [FIRST, AGAIN]
    assert (PROBES[BURST].stage, PROBES[BURST].copies) == (Stage.BURST, 8)
    assert PROBES[CREATION].stage is Stage.CREATION
    assert (PROBES[LAST].stage, PROBES[LAST].request) == (Stage.LAST, PROBES[FIRST].request)


def test_a_token_of_a_length_has_it() -> None:
    """The length in the id is the length on the wire, and the token is unknown."""
    wrong = []
    for probe in (probe for name, probe in PROBES.items() if name.startswith("token.unknown.length-")):
        told, length = facts(probe), int(probe.id.rsplit("-", 1)[1])
        if (told.token, told.token_length) != (TokenKind.UNKNOWN, length) or f"{length:,}" not in probe.title:
            wrong.append((probe.id, told.token, told.token_length, probe.title))
    assert wrong == []


@pytest.mark.parametrize("length", [1, 99_999, 100_000, 100_001], ids=lambda length: f"{length:,} characters")
def test_the_edges_of_the_token_s_range_are_in_every_profile(length: int) -> None:
    """1, 99,999, 100,000 and 100,001 characters are sent by the smoke profile."""
    assert PROBES[f"token.unknown.length-{length}"].profile is Profile.SMOKE


@pytest.mark.parametrize(
    ("probe_id", "segment"),
    [
        pytest.param("id.zero", b"0", id="0"),
        pytest.param("id.minimum.valid-token", b"1", id="1"),
        pytest.param("id.maximum.valid-token", b"2147483647", id="2147483647"),
        pytest.param("id.over", b"2147483648", id="2147483648"),
        pytest.param("id.alias.2^32", b"%d" % (R + 2**32), id="an alias modulo 2^32"),
        pytest.param("id.alias.2^64", b"%d" % (R + 2**64), id="an alias modulo 2^64"),
        pytest.param("id.negative", b"-%d" % R, id="negative"),
        pytest.param("id.exponent.scientific", b"2.112029391e9", id="scientific notation"),
        pytest.param("id.leading-zero.octal", b"0%o" % R, id="octal after a zero"),
        pytest.param("id.zero-width.after", b"%d%%E2%%80%%8B" % R, id="a zero-width space"),
        pytest.param("id.with-suffix.float", b"%df" % R, id="a float of Java"),
        pytest.param("id.hexadecimal", b"0x%x" % R, id="hexadecimal"),
        pytest.param("id.full-width-digits", b"%EF%BC%92", id="full-width digits"),
    ],
)
def test_ids_are_sent_byte_for_byte(probe_id: str, segment: bytes) -> None:
    """The path has the spelling that the words name, between slashes."""
    request = PROBES[probe_id].request
    assert request is not None
    assert request.target.startswith(b"/v4/repositories/" + segment)
    assert probe_id == "id.full-width-digits" or request.target.split(b"/")[3] == segment


@pytest.mark.parametrize(
    ("clause", "kind"),
    [
        ("path.repository_id.below-minimum", ValueKind.BELOW),
        ("path.repository_id.above-maximum", ValueKind.ABOVE),
        ("path.repository_id.type", ValueKind.NOT_INTEGER),
        ("path.repository_id.notation", ValueKind.NOTATION),
        ("path.repository_id.mandatory", ValueKind.EMPTY),
    ],
)
def test_ids_are_of_the_kind_that_their_clause_speaks_of(clause: str, kind: ValueKind) -> None:
    """For any repository, short and long, every spelling is of its clause's kind."""
    for number in (1, 9, 10, 123, 999, 1000, 65_536, 123_456, R, 2147483647):
        whole = fixtures(resource=number, mutation=Mutation.ANY)
        for probe in all_probes(whole, CATALOGUE):
            if clause in probe.clauses and probe.request:
                assert facts_of(probe.request, whole.known).id_kind is kind, (number, probe.id)


@pytest.mark.parametrize(
    ("clause", "kinds"),
    [
        ("request.body.not-json", {BodyKind.NOT_JSON}),
        ("request.body.not-object", {BodyKind.NOT_OBJECT}),
        ("request.url.type", {BodyKind.INVALID}),
        ("request.url.absent", {BodyKind.MEMBER_ABSENT}),
        ("request.body.absent", {BodyKind.ABSENT}),
        ("request.url.http", {BodyKind.DOCUMENTED}),
        ("request.url.uncommon", {BodyKind.URL_UNCOMMON}),
        ("request.url.open", {BodyKind.URL_OPEN}),
        ("request.url.other", {BodyKind.URL_NOT_HTTP}),
        ("request.body.members", {BodyKind.UNUSUAL}),
        ("request.body.byte-order-mark", {BodyKind.UNUSUAL}),
        ("request.header.content-type", {BodyKind.DOCUMENTED}),
        ("request.header.accept", {BodyKind.DOCUMENTED}),
    ],
)
def test_bodies_are_of_the_kind_that_their_clause_speaks_of(clause: str, kinds: set[BodyKind]) -> None:
    """Every body that is there for a clause is what the clause speaks of."""
    found = {facts(probe).body for probe in PROBES.values() if clause in probe.clauses}
    assert found == kinds


def test_changed_tokens_are_near_valid_ones() -> None:
    """A probe for near-valid tokens sends one near a valid one, to a repository that the description names."""
    for probe in PROBES.values():
        if "status.401.near-valid-token" in probe.clauses:
            assert facts(probe).token is TokenKind.NEAR_VALID
            assert facts(probe).main


def test_tokens_of_odd_characters_are_told_to_be_odd() -> None:
    """A probe for odd characters sends an unusual token, so that nothing is promised about it."""
    for probe in PROBES.values():
        if "header.x-auth-token.characters" in probe.clauses:
            assert facts(probe).token is TokenKind.UNUSUAL
            assert not facts(probe).in_contract


def test_no_body_makes_the_target_touch_another_record() -> None:
    """A body that carries ids carries 0, which cannot exist: a target that believed it would find nothing."""
    request = PROBES["body.extra-id"].request
    assert request is not None
    assert re.findall(rb'id": (\d+)', request.body or b"") == [b"0", b"0"]


def test_a_token_of_fernet_is_whole() -> None:
    """The version, a time, and blocks of 16 bytes between a vector and a code of 32: what fails is the key."""
    value = token_of("token.unknown.fernet")
    packed = urlsafe_b64decode(value)
    assert (packed[0], (len(packed) - 1 - 8 - 16 - 32) % 16) == (0x80, 0)
    assert value.startswith(b"gAAAAA")


def test_two_extremes_meet() -> None:
    """The greatest id and the longest token, a valid one where it may go; the shortest one and an array."""
    both = PROBES["id.maximum.longest-token"].request
    assert both is not None
    assert (facts(PROBES["id.maximum.longest-token"]).id, both.token) == (
        2_147_483_647,
        WHOLE.tokens_by_length[100_000],
    )
    unnamed = {probe.id: probe for probe in all_probes(fixtures(mutation=Mutation.NEVER), CATALOGUE)}
    told = unnamed["id.maximum.longest-token"].request
    assert told is not None
    assert facts_of(told, WHOLE.known).token is TokenKind.UNKNOWN
    assert len(token_of("pair.token-unknown.body-array")) == 1


def test_a_valid_token_stands_in_other_fields_alone() -> None:
    """In one with underscores for hyphens too, which CGI makes the same."""
    moved = PROBES["token.missing.elsewhere"].request
    assert moved is not None
    assert (b"X_Auth_Token", WHOLE.token.value) in moved.headers
    assert moved.token is None


def token_of(name: str) -> bytes:
    """The bytes of a probe's token."""
    request = PROBES[name].request
    assert request is not None
    assert request.token is not None
    return request.token.value
