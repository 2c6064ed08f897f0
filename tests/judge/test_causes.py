"""The verdicts of a run as a whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.contract.clause import Catalogue
from conformance.contract.message import Token
from conformance.judge.causes import may_change, settle
from conformance.judge.expected import AGAIN
from conformance.judge.judge import judge
from conformance.judge.reading import Context
from conformance.judge.verdict import AnsweredBy, Outcome, Verdict
from tests.shipped import observation_of

from .exchanges import CONTRACT, NEAR, STRANGE, UNKNOWN, VALID, answer, created, exchange, refused, unknown
from .observed import in_turn, observations_of

if TYPE_CHECKING:
    from conformance.contract.message import Exchange


def test_a_run_without_failures_is_left_as_it_is() -> None:
    """The verdicts on each exchange, in their order; what can be compared passes."""
    run = in_turn(exchange(created()), exchange(refused(401), token=UNKNOWN), exchange(refused(404), id=STRANGE))
    verdicts = [verdict for one in run for verdict in judge(one, CONTRACT, Context())]
    assert settle(verdicts, observations_of(run), CONTRACT) == verdicts
    assert settle([], {}, CONTRACT) == []


def test_the_order_of_exchanges_does_not_matter() -> None:
    """The same verdicts, whichever came first."""
    page = answer(431, b"x")
    run = in_turn(
        exchange(created()),
        *(
            exchange(page if length > 8000 else refused(401), token=unknown(length))
            for length in (64, 8000, 8001, 99_999)
        ),
        exchange(refused(422), token=None, id=1),
        exchange(refused(422), token=None, id=STRANGE),
        exchange(created(id=7)),
    )
    verdicts = [verdict for one in run for verdict in judge(one, CONTRACT, Context())]
    one_way = settle(verdicts, observations_of(run), CONTRACT)
    other_way = settle(reversed(verdicts), observations_of(run[::-1]), CONTRACT)
    assert sorted(map(str, one_way)) == sorted(map(str, other_way))


def test_a_failure_told_beside_another_probe_names_it() -> None:
    """Sent again without the probe that was answered alike, it would be another clause's."""
    edge, other = exchange(created(), token=None, id=1), exchange(created(), token=None, id=STRANGE)
    run = in_turn(exchange(created()), replace(edge, probe="edge"), replace(other, probe="other"))
    verdicts = [verdict for one in run for verdict in judge(one, CONTRACT, Context())]
    found = {
        (one.clause, one.probe): one.beside
        for one in settle(verdicts, observations_of(run), CONTRACT)
        if one.outcome is Outcome.FAIL
    }
    assert {found.get(("status.401.precedence", probe)) for probe in ("edge", "other")} == {("other",), ()}


def test_a_verdict_on_an_exchange_that_is_not_there_stays() -> None:
    """An answer that was cut is not seen again."""
    run = in_turn(exchange(refused(422), token=None, id=1), exchange(refused(422), token=None, id=STRANGE))
    verdicts = [verdict for one in run for verdict in judge(one, CONTRACT, Context())]
    observations = observations_of(run)
    assert settle(verdicts, {2: observations[2]}, CONTRACT) == verdicts


def test_clauses_that_the_catalogue_lacks_are_not_spoken_of() -> None:
    """An older catalogue, or a user's own."""
    clauses = tuple(one for one in CONTRACT.catalogue if one.id not in {"state.repeat", "status.401.precedence"})
    less = replace(CONTRACT, catalogue=Catalogue("x", clauses))
    run = in_turn(
        exchange(created()),
        exchange(created(id=7)),
        exchange(refused(422), token=None, id=1),
        exchange(refused(422), token=None, id=STRANGE),
    )
    verdicts = [verdict for one in run for verdict in judge(one, less, Context())]
    assert {verdict.clause for verdict in settle(verdicts, observations_of(run), less)} <= less.catalogue.by_id.keys()


NEAR_CLAUSE = "status.401.near-valid-token"
PADDED = Token(VALID.value, length=9000)


@pytest.mark.parametrize(
    ("of", "clause", "may"),
    [
        pytest.param(exchange(refused(422), token=None, id=1), "path.repository_id.minimum", True, id="an edge"),
        pytest.param(exchange(created(), token=None, headers=()), "header.x-auth-token.mandatory", True, id="a token"),
        pytest.param(exchange(refused(431), token=unknown(1024)), "status.401.unknown-token", True, id="a length"),
        pytest.param(exchange(refused(431), token=unknown(1023)), "status.401.unknown-token", False, id="a short one"),
        pytest.param(exchange(created(), token=unknown(9000)), "header.x-auth-token.length", False, id="a success"),
        pytest.param(exchange(refused(400), token=NEAR), NEAR_CLAUSE, False, id="a near one"),
        pytest.param(exchange(refused(431), token=PADDED), NEAR_CLAUSE, True, id="a near one, padded"),
        pytest.param(exchange(created(id="7")), "response.201.id.type", False, id="a member"),
        pytest.param(exchange(answer(418), token=unknown(100_001)), "error.other.envelope", False, id="no contract"),
    ],
)
def test_only_what_others_can_explain_may_change(of: Exchange, clause: str, *, may: bool) -> None:
    """A failure that is settled before the end of a run need not wait for the others."""
    found = {one.clause: one for one in judge(of, CONTRACT, Context())}[clause]
    assert found.outcome is Outcome.FAIL
    assert may_change(found, observation_of(of), CONTRACT) is may
    assert not may_change(replace(found, outcome=Outcome.PASS), observation_of(of), CONTRACT)
    assert not may_change(found, None, CONTRACT)


def test_what_a_target_chose_for_an_id_fills_no_report() -> None:
    """Messages are of one printable line and end where it is enough."""
    run = in_turn(exchange(created()), exchange(created(id="\x1b" * 9000)))
    verdicts = [verdict for one in run for verdict in judge(one, CONTRACT, Context())]
    found = next(one for one in settle(verdicts, observations_of(run), CONTRACT) if one.clause == "state.repeat")
    assert found.message.isprintable()
    assert len(found.message) < 20 * 601


def test_what_is_compared_over_the_run_has_its_place() -> None:
    """The probe, the exchange, what was accepted, and who answered; what passes has nothing to say."""
    run = in_turn(
        exchange(created(), probe="a"), exchange(created(), probe="b"), exchange(created(id="x" * 900), probe="c")
    )
    verdicts = [verdict for one in run for verdict in judge(one, CONTRACT, Context())]
    passed, failed = settle(verdicts, observations_of(run), CONTRACT)[len(verdicts) :]
    accepted = ("201 with the same id",)
    assert passed == Verdict("state.repeat", "b", 2, Outcome.PASS, "", accepted, "", AnsweredBy.SERVICE)
    assert (failed.clause, failed.probe, failed.exchange, failed.outcome) == ("state.repeat", "c", 3, Outcome.FAIL)
    assert (failed.accepted, failed.answered_by) == (accepted, AnsweredBy.SERVICE)
    assert failed.message == f"the id was 12439 and is {'x' * 900!r}"[:600] + "…"
    assert failed.got == f"id {'x' * 900!r}"[:200] + "…"


def test_where_the_first_two_say_it_the_others_do_not() -> None:
    """A failure of the repetition is said once; where it passed, the rest is compared."""
    failing = in_turn(exchange(created()), exchange(created(id=7), probe=AGAIN), exchange(created(id=8)))
    passing = in_turn(exchange(created()), exchange(created(), probe=AGAIN), exchange(created(id=8)))
    for run, count in ((failing, 1), (passing, 2)):
        verdicts = [verdict for one in run for verdict in judge(one, CONTRACT, Context(same=12439))]
        found = settle(verdicts, observations_of(run), CONTRACT)
        assert len([one for one in found if one.clause == "state.repeat"]) == count
