"""The judge over whole exchanges: what one defect fells, what it leaves, and that nothing makes it raise."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.facts import facts_of, target_of
from conformance.contract.identifier import MAXIMUM
from conformance.contract.message import Exchange, Request, Response, Token, Trouble
from conformance.judge.behaviour import behaviour_of
from conformance.judge.judge import context_of, judge
from conformance.judge.owed import AGAIN, BURST, FIRST
from conformance.judge.reading import Context
from conformance.judge.verdict import AnsweredBy, Outcome, Verdict

from .exchanges import (
    CONTRACT,
    JSON,
    KNOWN,
    LONGEST,
    MISSING,
    NEAR,
    RESTRICTED,
    UNKNOWN,
    VALID,
    WITHOUT_PERMISSION,
    answer,
    clauses,
    created,
    exchange,
    failing,
    from_gateway,
    mirror,
    refused,
    silence,
    unknown,
    verdicts,
)

if TYPE_CHECKING:
    from .exchanges import Answer

LENGTH, DOCUMENTED, ENVELOPE = "header.x-auth-token.length", "status.documented", "error.other.envelope"
MINIMUM, MAXIMUM_ID = "path.repository_id.minimum", "path.repository_id.maximum"


@pytest.mark.parametrize(
    ("of", "fallen"),
    [
        pytest.param(exchange(created()), set(), id="the documented answer"),
        pytest.param(exchange(refused(401), token=UNKNOWN), set(), id="the documented 401"),
        pytest.param(exchange(refused(403), id=RESTRICTED), set(), id="the documented 403"),
        pytest.param(exchange(refused(404), id=MISSING), set(), id="the documented 404"),
        pytest.param(exchange(refused(431), token=unknown(65_536)), {LENGTH, DOCUMENTED}, id="431 to 65,536"),
        pytest.param(
            exchange(answer(431, b""), token=unknown(65_536)), {LENGTH, DOCUMENTED, ENVELOPE}, id="431 and no envelope"
        ),
        pytest.param(
            exchange(from_gateway(494), token=unknown(65_536)), {LENGTH, DOCUMENTED}, id="494 of the gateway"
        ),
        pytest.param(
            exchange(refused(404), token=UNKNOWN, id=MISSING), {"status.401.precedence"}, id="404 before 401"
        ),
        pytest.param(
            exchange(refused(403), token=None, id=RESTRICTED), {"status.401.precedence"}, id="403 before 401"
        ),
        pytest.param(exchange(refused(404), token=UNKNOWN, id=1), {"status.401.precedence"}, id="404 before 401, id 1"),
        pytest.param(exchange(refused(400), token=UNKNOWN, id=1), {MINIMUM, DOCUMENTED}, id="id 1 refused, bad token"),
        pytest.param(exchange(refused(400), id=1), {MINIMUM, DOCUMENTED}, id="id 1 refused"),
        pytest.param(exchange(refused(401), id=1), {MINIMUM}, id="id 1 is a stranger to a valid token"),
        pytest.param(exchange(refused(400), id=MAXIMUM), {MAXIMUM_ID, DOCUMENTED}, id="id 2147483647 refused"),
        pytest.param(
            exchange(refused(500), id=MAXIMUM),
            {MAXIMUM_ID, DOCUMENTED, "status.server-error"},
            id="id 2147483647 overflows",
        ),
        pytest.param(exchange(created(), id=2147483648), {"path.repository_id.above-maximum"}, id="one over"),
        pytest.param(exchange(created(), id=2**32 + 123), {"path.repository_id.above-maximum"}, id="modulo 2^32"),
        pytest.param(exchange(created(), token=None), {"status.401.missing-token"}, id="201 without a token"),
        pytest.param(exchange(created(), token=NEAR), {"status.401.near-valid-token"}, id="201 to a changed token"),
        pytest.param(exchange(refused(400), token=None), {"status.401.missing-token"}, id="400 without a token"),
        pytest.param(
            exchange(refused(403), token=UNKNOWN), {"status.401.unknown-token"}, id="403 to an unknown token"
        ),
        pytest.param(
            exchange(created(), token=WITHOUT_PERMISSION), {"status.403.no-permission"}, id="201 without permission"
        ),
        pytest.param(exchange(refused(403), id=MISSING), {"status.404.no-repository"}, id="403 for no repository"),
        pytest.param(exchange(refused(401), token_header=b"x-auth-token"), {"header.x-auth-token.name"}, id="the name"),
        pytest.param(
            exchange(refused(400), url="https://a.invalid:8443"), {"request.url.http", DOCUMENTED}, id="a port refused"
        ),
        pytest.param(
            exchange(refused(401), token=LONGEST), {"header.x-auth-token.maximum-length"}, id="100,000 refused"
        ),
        pytest.param(
            exchange(answer(200, mirror())), {"status.201.permitted", DOCUMENTED}, id="200 for 201, its body not judged"
        ),
        pytest.param(exchange(answer(401, b""), token=UNKNOWN), {"error.401.envelope"}, id="an empty 401"),
        pytest.param(exchange(refused(401, "CH.00000099"), token=UNKNOWN), {"error.401.code"}, id="another code"),
        pytest.param(exchange(created(id=0)), {"response.201.id.minimum"}, id="id 0 in the answer"),
        pytest.param(exchange(created(id="7")), {"response.201.id.type"}, id="a string for an id"),
        pytest.param(exchange(answer(201, [mirror()])), {"response.201.object"}, id="an array around the answer"),
        pytest.param(exchange(answer(204), method="DELETE"), {"method.other"}, id="DELETE succeeds"),
        pytest.param(exchange(answer(500), method="PUT"), {"status.server-error"}, id="PUT crashes"),
        pytest.param(exchange(answer(503), body=b"{"), {"status.server-error"}, id="a broken body crashes"),
        pytest.param(exchange(created(), body=b"{"), {"request.body.not-json"}, id="a broken body succeeds"),
        pytest.param(silence(confirmed=True, id=0), {"connection.dropped"}, id="id 0 drops the connection"),
    ],
)  # fmt: skip
def test_one_defect_fells_the_clauses_that_it_breaks_and_no_others(of: Exchange, fallen: set[str]) -> None:
    """The attribution of failures, exchange by exchange."""
    assert failing(of) == fallen


def opened(first: Exchange, again: Exchange | None = None) -> Context:
    """What a run knows after its opening."""
    return context_of([first] if again is None else [first, again], CONTRACT)


FOLLOWING = (
    exchange(refused(409), token=LONGEST),
    exchange(refused(409), token_header=b"x-auth-token"),
    exchange(refused(409), url="https://a.invalid:8443"),
    exchange(refused(409), probe=BURST),
    exchange(refused(401), token=UNKNOWN),
    exchange(refused(404), id=MISSING),
)


def test_a_refused_second_association_fells_the_repetition_and_nothing_else() -> None:
    """Clauses that need further 201s are not tested, with that reason; all others are."""
    first, again = exchange(created(), probe=FIRST), exchange(refused(409), probe=AGAIN)
    context = opened(first, again)
    assert context.obstacle == "the target refuses to associate again: it answered 409 CH.00000001"
    run = (first, again, *FOLLOWING)
    assert set().union(*(failing(of, context) for of in run)) == {"state.repeat"}
    untested = [v for of in run for v in verdicts(of, context).values() if v.outcome is Outcome.NOT_TESTED]
    assert {verdict.clause for verdict in untested} == {
        "header.x-auth-token.maximum-length",
        "header.x-auth-token.name",
        "request.url.http",
        "state.concurrent",
        DOCUMENTED,
    }
    assert {verdict.message for verdict in untested} == {context.obstacle}
    assert clauses(Outcome.PASS, first, context) >= {"status.201.permitted", "response.201.id.type"}


@pytest.mark.parametrize(
    ("answered", "got", "fallen"),
    [
        pytest.param(refused(403), "403 CH.00401001", {"status.201.permitted"}, id="403"),
        pytest.param(
            answer(500), "500", {"status.201.permitted", DOCUMENTED, "status.server-error" }, id="500"
        ),
        pytest.param(answer(200, mirror()), "200", {"status.201.permitted", DOCUMENTED}, id="200"),
    ],
)  # fmt: skip
def test_a_refused_first_association_fails_once(answered: Answer, got: str, fallen: set[str]) -> None:
    """What follows is answered in the same way and is not tested; nothing of a 201 is."""
    first, again = exchange(answered, probe=FIRST), exchange(answered, probe=AGAIN)
    context = opened(first, again)
    assert context == Context(obstacle=f"the first valid request was answered {got}", associated=False)
    assert failing(first, context) == fallen
    following = (again, exchange(answered, probe=BURST), exchange(answered, token=LONGEST), exchange(answered))
    everywhere = {"status.server-error"} & fallen
    assert set().union(*(failing(of, context) for of in following)) == everywhere
    declared = {"status.201.permitted", "response.201.id.type"}
    assert verdicts(first, context, declared)["response.201.id.type"].message == (
        f"{FIRST} was answered {got}, which does not test it"
    )


def test_two_associations_with_one_id_are_no_obstacle() -> None:
    """The id is remembered."""
    context = opened(exchange(created(), probe=FIRST), exchange(created(id=12439.0), probe=AGAIN))
    assert context == Context(mirror_id=12439)
    assert opened(exchange(created(), probe=FIRST)) == context


@pytest.mark.parametrize("status", [400, 403, 409, 499, 500, 503])
def test_a_4xx_or_5xx_to_the_second_association_is_an_obstacle(status: int) -> None:
    """The id of the first is remembered all the same."""
    context = opened(exchange(created(), probe=FIRST), exchange(answer(status), probe=AGAIN))
    obstacle = f"the target refuses to associate again: it answered {status}"
    assert context == Context(obstacle=obstacle, mirror_id=12439)


@pytest.mark.parametrize("status", [200, 202, 302, 399, 401])
def test_another_answer_to_the_second_association_is_none(status: int) -> None:
    """A 401 says that the token has expired, others are judged for themselves."""
    context = opened(exchange(created(), probe=FIRST), exchange(answer(status), probe=AGAIN))
    assert context == Context(mirror_id=12439)


def test_another_id_for_the_same_association_is_unsteady() -> None:
    """It fells the repetition, and the burst is not judged by ids."""
    again = exchange(created(id=12440), probe=AGAIN)
    context = opened(exchange(created(), probe=FIRST), again)
    assert context == Context(mirror_id=12439, steady=False)
    assert failing(again, context) == {"state.repeat"}
    assert not failing(exchange(created(id=1), probe=BURST), context)


@pytest.mark.parametrize(
    ("first", "again"),
    [
        pytest.param(created(id=...), created(), id="none in the first"),
        pytest.param(created(), created(id=...), id="none in the second"),
        pytest.param(answer(201, b"x"), created(), id="the first is no JSON"),
        pytest.param(created(), answer(201, b"[]"), id="the second is no object"),
    ],
)
def test_an_id_that_is_missing_is_not_taken_for_another(first: Answer, again: Answer) -> None:
    """Its type fails; that ids change is not said."""
    context = opened(exchange(first, probe=FIRST), exchange(again, probe=AGAIN))
    assert context.steady
    assert context.obstacle is None
    assert "state.repeat" not in failing(exchange(again, probe=AGAIN), context)


def test_without_an_opening_nothing_is_known() -> None:
    """Other exchanges say nothing of the state."""
    assert context_of([], CONTRACT) == Context(recognised=False)
    assert context_of(
        [exchange(refused(403), probe="other"), exchange(refused(409), probe=AGAIN)], CONTRACT
    ) == Context(recognised=False)


def test_an_opening_without_an_answer_says_so() -> None:
    """A first that was not answered is an obstacle; a second only where silence came back."""
    first = silence(Trouble.TIMEOUT, probe=FIRST)
    assert opened(first).obstacle == "the first valid request was answered not at all (no answer in time)"
    made = exchange(created(), probe=FIRST)
    assert opened(made, silence(Trouble.DROPPED, probe=AGAIN, confirmed=True)).obstacle == (
        "the target refuses to associate again: it answered not at all (the connection was dropped)"
    )
    for trouble in (Trouble.NOT_SENT, Trouble.THROTTLED, Trouble.DROPPED):
        assert opened(made, silence(trouble, probe=AGAIN)) == Context(mirror_id=12439)


def test_silent_clauses_are_recorded() -> None:
    """What came stands there, and no silent clause passes or fails."""
    found = verdicts(exchange(refused(400), id="0123"), declared=("path.repository_id.notation",))
    verdict = found["path.repository_id.notation"]
    assert (verdict.outcome, verdict.got, verdict.answered_by) == (
        Outcome.RECORDED,
        "400 CH.00000001",
        AnsweredBy.SERVICE,
    )
    assert (verdict.message, verdict.accepted) == ("", ())


def test_a_declared_clause_that_the_answer_does_not_test_says_so() -> None:
    """Declared and not spoken of is not-tested; not declared is nothing."""
    refusal = exchange(refused(403), probe="p")
    verdict = verdicts(refusal, declared=("response.201.object",))["response.201.object"]
    assert verdict.outcome is Outcome.NOT_TESTED
    assert verdict.message == "p was answered 403 CH.00401001, which does not test it"
    assert "response.201.object" not in verdicts(refusal)


def test_a_declared_clause_is_judged_once() -> None:
    """Declaring a clause that the answer tests changes nothing."""
    of = exchange(created())
    assert verdicts(of, declared=("status.201.permitted", "response.201.object")) == verdicts(of)


def test_a_verdict_has_its_place() -> None:
    """The probe, the number of the exchange, what was accepted, what came, and who answered."""
    of = replace(exchange(from_gateway(400), probe="p", id=MISSING), number=7)
    found = verdicts(of, declared=("response.201.object", "request.body.absent"))
    assert found["status.404.no-repository"] == Verdict(
        "status.404.no-repository", "p", 7, Outcome.FAIL, "answered 400 APIGW.0301 instead of 404", ("404",),
        "400 APIGW.0301", AnsweredBy.GATEWAY,
    )  # fmt: skip
    assert found["response.201.object"] == Verdict(
        "response.201.object", "p", 7, Outcome.NOT_TESTED, "p was answered 400 APIGW.0301, which does not test it", (),
        "400 APIGW.0301", AnsweredBy.GATEWAY,
    )  # fmt: skip
    assert found["request.body.absent"] == Verdict(
        "request.body.absent", "p", 7, Outcome.RECORDED, "", (), "400 APIGW.0301", AnsweredBy.GATEWAY
    )


def test_a_verdict_without_an_answer_has_its_place() -> None:
    """So has what is not tested for want of one."""
    of = replace(silence(Trouble.DROPPED, probe="p", confirmed=True, detail="reset"), number=7)
    assert verdicts(of, declared=("leak.token",)) == {
        verdict.clause: verdict
        for verdict in (
            Verdict(
                "connection.dropped", "p", 7, Outcome.FAIL, "the connection was dropped, again and again: reset",
                CONTRACT.catalogue["connection.dropped"].accepted, "the connection was dropped", AnsweredBy.OTHER,
            ),
            Verdict("leak.token", "p", 7, Outcome.NOT_TESTED, "no answer: the connection was dropped"),
            Verdict("status.201.permitted", "p", 7, Outcome.NOT_TESTED, "no answer: the connection was dropped"),
        )
    }  # fmt: skip


@pytest.mark.parametrize(
    ("of", "reason"),
    [
        pytest.param(silence(Trouble.TIMEOUT), "no answer: no answer in time", id="timeout"),
        pytest.param(silence(Trouble.THROTTLED), "no answer: the target kept answering 429", id="throttled"),
        pytest.param(silence(Trouble.NOT_SENT, detail="the budget is spent"), "the budget is spent", id="not sent"),
        pytest.param(exchange(refused(429)), "no answer: the target kept answering 429", id="a 429"),
    ],
)
def test_without_an_answer_clauses_are_not_tested_with_the_reason(of: Exchange, reason: str) -> None:
    """Those that the probe declares, and the one that owns its status."""
    found = verdicts(of, declared=("request.body.absent", "leak.token"))
    for clause in ("request.body.absent", "leak.token", "status.201.permitted"):
        assert (found[clause].outcome, found[clause].message) == (Outcome.NOT_TESTED, reason)
    assert not failing(of)


def test_a_429_is_never_a_verdict() -> None:
    """Whatever was sent, it fells nothing, and the connection stood."""
    for sent in ({}, {"id": 0}, {"token": UNKNOWN}, {"method": "PUT"}):
        throttled = exchange(answer(429, b"x"), **sent)
        assert not failing(throttled)
        assert clauses(Outcome.PASS, throttled) == {"connection.dropped"}


def test_a_superseded_exchange_gives_no_verdict() -> None:
    """It was sent again."""
    assert judge(exchange(answer(500), superseded=True), CONTRACT, Context(), ("leak.token",)) == ()


@pytest.mark.parametrize("trouble", [Trouble.NOT_SENT, Trouble.UNREACHABLE, Trouble.DROPPED])
def test_the_connection_can_be_declared(trouble: Trouble) -> None:
    """It has a verdict like any declared clause, and one only."""
    found = verdicts(silence(trouble), declared=("connection.dropped",))
    assert found["connection.dropped"].outcome is Outcome.NOT_TESTED


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = tuple(mirror())
NEARLY = st.dictionaries(st.sampled_from((*FIELDS, "error_code", "error_msg")), JSON_VALUES).map(
    lambda changes: json.dumps(mirror() | changes).encode()
)
BODIES = st.binary() | JSON_VALUES.map(lambda value: json.dumps(value).encode()) | NEARLY
HEADERS = st.lists(
    st.tuples(st.sampled_from((b"Content-Type", b"content-type", b"x")) | st.binary(), st.binary()), max_size=4
).map(tuple)
RESPONSES = st.builds(
    Response,
    status=st.sampled_from((200, 201, 401, 403, 404)) | st.integers(100, 999),
    reason=st.text(),
    headers=HEADERS,
    body=BODIES,
    truncated=st.sampled_from((False, False, False, True)),
)
TOKENS = st.sampled_from((None, VALID, UNKNOWN, NEAR, WITHOUT_PERMISSION)) | st.binary(max_size=40).map(Token)
SEGMENTS = st.sampled_from((b"123", b"1", b"0", b"456", b"789", b"2147483647", b"2147483648", b"")) | st.binary()
URLS = (
    st.sampled_from(("https://u:p@m.invalid/", "https://u:\ud800long-enough@m.invalid", "http://[", "//a:b@"))
    | st.text()
)
REQUESTS = st.builds(
    Request,
    method=st.sampled_from(("POST", "POST", "POST", "GET", "HEAD", "OPTIONS", "post")),
    target=SEGMENTS.map(target_of) | st.binary(),
    token=TOKENS,
    body=URLS.map(lambda url: json.dumps({"url": url}).encode()) | st.none() | st.binary(),
    headers=st.sampled_from(((JSON,), ())),
    token_header=st.sampled_from((b"X-Auth-Token", b"x-auth-token")),
)
CONTEXTS = st.builds(
    Context,
    obstacle=st.sampled_from((None, "the target refuses")),
    associated=st.booleans(),
    mirror_id=JSON_VALUES,
    steady=st.booleans(),
)
PROBES = st.sampled_from((FIRST, AGAIN, BURST, "other"))


@given(sent=REQUESTS, response=RESPONSES, context=CONTEXTS, probe=PROBES)
def test_any_answer_to_any_request_is_judged_and_always_in_the_same_way(
    sent: Request, response: Response, context: Context, probe: str
) -> None:
    """Nothing raises, the same exchange has the same verdicts, and these are of clauses in the catalogue."""
    of = Exchange(1, probe, sent, facts_of(sent, KNOWN), response=response)
    found = judge(of, CONTRACT, context)
    assert found == judge(replace(of), CONTRACT, context)
    assert {verdict.clause for verdict in found} <= CONTRACT.catalogue.by_id.keys()
    assert len({verdict.clause for verdict in found}) == len(found)
    for verdict in found:
        assert verdict.accepted or verdict.outcome is Outcome.NOT_TESTED
        assert verdict.message.isprintable()
        assert bool(verdict.message) == (verdict.outcome in {Outcome.FAIL, Outcome.NOT_TESTED})
    assert behaviour_of(of) == behaviour_of(replace(of))
    context_of([replace(of, probe=FIRST), replace(of, probe=AGAIN)], CONTRACT)


@given(
    sent=REQUESTS,
    trouble=st.sampled_from(Trouble),
    confirmed=st.booleans(),
    context=CONTEXTS,
    probe=PROBES,
    declared=st.sets(st.sampled_from(sorted(CONTRACT.catalogue.by_id))),
)
def test_no_answer_fells_at_most_the_connection(
    *, sent: Request, trouble: Trouble, confirmed: bool, context: Context, probe: str, declared: set[str]
) -> None:
    """Whatever was sent, and whatever is declared; and what is declared has a verdict."""
    of = Exchange(1, probe, sent, facts_of(sent, KNOWN), trouble=trouble, confirmed=confirmed)
    found = judge(of, CONTRACT, context, declared)
    assert {verdict.clause for verdict in found if verdict.outcome is not Outcome.NOT_TESTED} <= {"connection.dropped"}
    assert declared <= {verdict.clause for verdict in found} <= CONTRACT.catalogue.by_id.keys()


@given(response=RESPONSES, declared=st.sets(st.sampled_from(sorted(CONTRACT.catalogue.by_id))))
def test_what_is_declared_has_a_verdict(response: Response, declared: set[str]) -> None:
    """Whatever came, each declared clause has one verdict."""
    sent = replace(exchange(created()), response=response)
    assert declared <= {verdict.clause for verdict in judge(sent, CONTRACT, Context(), declared)}


@given(name=st.sampled_from(FIELDS), value=JSON_VALUES | st.just(...), probe=PROBES)
def test_a_change_in_one_field_fells_only_clauses_of_that_field(name: str, value: object, probe: str) -> None:
    """A good 201 with one member changed or taken away; that ids differ is the state's."""
    changed = exchange(created(**{name: value}), probe=probe)
    fallen = failing(changed, Context(mirror_id=12439))
    assert {clause for clause in fallen if not clause.startswith(f"response.201.{name}.")} <= {
        "state.repeat",
        "state.concurrent",
    }


def test_an_id_that_is_no_id_at_all_breaks_nothing() -> None:
    """Deeply nested, very long or not printable, it is compared and shown like any other."""
    deep = json.loads("[" * 490 + "]" * 490)
    for odd in (deep, "\ud800" * 1000, 10**3990, {"a": "\x1b"}):
        found = verdicts(exchange(created(id=odd), probe=AGAIN), Context(mirror_id=12439))
        assert found["state.repeat"].outcome is Outcome.FAIL
        assert found["state.repeat"].message.isprintable()
        assert len(found["state.repeat"].message) <= 20 * 601
        same = verdicts(exchange(created(id=odd), probe=AGAIN), Context(mirror_id=odd))
        assert same["state.repeat"].outcome is Outcome.PASS
