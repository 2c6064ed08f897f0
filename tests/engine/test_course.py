"""What many requests at once make of a new association, and what is left of a target at the end of a run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from conformance.engine.traffic import judge_again
from conformance.judge.verdict import Outcome
from conformance.mock import Mock, Request
from conformance.mock.faults import FAULTS
from conformance.mock.refusals import FORBIDDEN
from conformance.report.recorded import read_traffic
from conformance.selftest.trial import judge_application
from tests.engine.sessions import CONTRACT

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
    again = judge_again(read_traffic(har), CONTRACT).summary
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
