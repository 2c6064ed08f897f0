"""The judge over whole exchanges: the clauses that one defect fails, and the words of a verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.contract.message import Exchange, Trouble
from conformance.judge.judge import judge
from conformance.judge.reading import Context
from conformance.judge.summary import GatePolicy, summarise
from conformance.judge.verdict import AnsweredBy, Outcome, Verdict
from tests.shipped import MAXIMUM

from .exchanges import (
    CONTRACT,
    LONGEST,
    MISSING,
    NEAR,
    RESTRICTED,
    UNKNOWN,
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
def test_one_defect_fails_the_clauses_that_it_breaks_and_no_others(of: Exchange, fallen: set[str]) -> None:
    """The attribution of failures, exchange by exchange."""
    assert failing(of) == fallen


def test_silent_clauses_are_recorded() -> None:
    """The answer stands there, and no silent clause passes or fails."""
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


@pytest.mark.parametrize(("status", "held"), [(403, True), (500, False)])
def test_a_refusal_of_what_must_not_succeed_breaks_nothing_though_it_tests_nothing(status: int, *, held: bool) -> None:
    """The clause has no verdict by it, and the probe none to be remembered; after a 5xx that is open."""
    broken = exchange(refused(status), probe="p", token=WITHOUT_PERMISSION, body=b"{")
    verdict = verdicts(broken, declared=("request.body.not-json",))["request.body.not-json"]
    assert (verdict.outcome, verdict.held) == (Outcome.NOT_TESTED, held)
    (result,) = (
        one
        for one in summarise(CONTRACT.catalogue, [verdict], {}, GatePolicy()).clauses
        if one.clause.id == verdict.clause
    )
    assert (result.outcome, result.probes) == (Outcome.NOT_TESTED, {} if held else {"p": Outcome.NOT_TESTED})
    assert not verdicts(exchange(refused(403)), declared=("response.201.object",))["response.201.object"].held


@pytest.mark.parametrize("context", [Context(succeeded=False), Context(recognised=False)], ids=["nothing", "the token"])
def test_where_everything_is_refused_a_refusal_shows_nothing(context: Context) -> None:
    """A night on which nothing succeeded, or no valid token was tried, is no last pass."""
    broken = exchange(refused(403), probe="p", token=WITHOUT_PERMISSION, body=b"{")
    assert not verdicts(broken, context, declared=("request.body.not-json",))["request.body.not-json"].held


def test_a_declared_clause_is_judged_once() -> None:
    """Declaring a clause that the answer tests changes nothing."""
    of = exchange(created())
    assert verdicts(of, declared=("status.201.permitted", "response.201.object")) == verdicts(of)


def test_clauses_that_a_catalogue_lacks_are_not_judged() -> None:
    """Recorded traffic may be judged by the catalogue of an earlier version."""
    known = tuple(clause for clause in CONTRACT.catalogue if clause.id != "response.201.object")
    earlier = replace(CONTRACT, catalogue=replace(CONTRACT.catalogue, clauses=known))
    found = {verdict.clause for verdict in judge(exchange(created()), earlier, Context())}
    assert found == verdicts(exchange(created())).keys() - {"response.201.object"}


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
    """For any request, it fails nothing, and the connection stood."""
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
