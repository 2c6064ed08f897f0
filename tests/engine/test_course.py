"""Many requests at once for a new association, and the state of a target at the end of a run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from conformance.engine.assembly import session_of
from conformance.engine.rejudge import about_run, rejudge
from conformance.judge.verdict import Outcome
from conformance.mock import Mock, Request
from conformance.mock.faults import FAULTS
from conformance.mock.message import FORBIDDEN
from conformance.report.har import read_traffic
from conformance.runner.embedded import embedded_target
from conformance.selftest import judge_application
from tests.engine.sessions import CONTRACT, complete, preparation, session, target_with

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.mock import Answer


def test_a_race_at_creation_is_seen_and_judged_again_alike(tmp_path: Path) -> None:
    """A new association is sent many times at once; each is held against the first, live and from recorded traffic."""
    har = tmp_path / "traffic.har"
    judged = judge_application(FAULTS["created-many-times"].make(), har)
    assert judged.summary is not None
    live = {result.clause.id: result.failures for result in judged.summary.clauses if result.failures}
    assert list(live) == ["state.concurrent"]
    assert {failure.probe for failure in live["state.concurrent"]} == {"state.creation"}
    again = rejudge(read_traffic(har), CONTRACT).summary
    assert [result.failures for result in again.clauses if result.failures] == list(live.values())


class WearsOut(Mock):
    """Answers 403 to every association after so many requests."""

    def __init__(self, lasts: float) -> None:
        super().__init__()
        self.lasts = lasts
        self.served = 0

    def answer(self, request: Request) -> Answer:
        """Count, and answer."""
        self.served += 1
        if self.served > self.lasts and request.method == "POST" and super().answer(request).status == 201:
            return self.refuse(request, FORBIDDEN)
        return super().answer(request)


def test_what_runs_out_in_the_course_of_a_run_is_seen_at_its_end() -> None:
    """The same association goes out once more after the generated requests: a refusal then is a failure."""
    whole = WearsOut(math.inf)
    assert judge_application(whole).clauses(Outcome.FAIL) == frozenset()
    assert "status.201.permitted" in judge_application(WearsOut(whole.served - 6)).clauses(Outcome.FAIL)


def test_the_pace_is_what_the_association_took_first_and_last() -> None:
    """Both are known after a run, and neither where nothing was sent."""
    with session(Mock()) as of:
        assert of.pace == {}
        complete(of, {"state.first", "state.last"})
        assert sorted(of.pace) == ["first_ms", "last_ms"]
        assert min(of.pace.values()) > 0


def test_what_only_the_mutation_keeps_back_is_known_on_loopback() -> None:
    """Off loopback nobody is told to risk the repositories of others."""
    with embedded_target() as mock:
        kept_back = {}
        for target in (mock, target_with(repository_id=mock.resource)):
            prepared = preparation(target, mutation="fixture")
            of = session_of(prepared, None)
            kept_back[target.loopback] = about_run(prepared, of).only_mutation
            of.client.close()
    assert "id.9.valid-token" in kept_back[True]
    assert "id.minimum.valid-token" not in kept_back[True]
    assert kept_back[False] == []
