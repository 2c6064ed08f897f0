"""Lines that send a failure again: their probes fail the same clauses as in the whole run."""

from __future__ import annotations

from collections import defaultdict

import pytest

from conformance.judge.verdict import Outcome, Verdict
from conformance.mock.faults import FAULTS
from tests.engine.sessions import complete, everything, session

SETUP = {"state.first", "state.again"}


def failures(fault: str, chosen: set[str] | None = None) -> list[Verdict]:
    """The failures of a run with the probes `chosen`, or with all."""
    with session(FAULTS[fault].make()) as of:
        complete(of, SETUP | chosen if chosen else everything(of))
        return [verdict for verdict in of.verdicts if verdict.outcome is Outcome.FAIL]


@pytest.mark.parametrize("fault", ["header-over-8190-answered-400", "header-over-65535-crashes"])
def test_a_line_about_a_limit_fails_what_the_run_failed(fault: str) -> None:
    """A refusal of a long token is told from other mistakes by shorter ones that were answered as they should be."""
    by_probe = defaultdict[str, list[Verdict]](list)
    for verdict in failures(fault):
        by_probe[verdict.probe].append(verdict)
    assert len(by_probe) > 1
    for probe, told in by_probe.items():
        again = failures(fault, {probe}.union(*(verdict.beside for verdict in told)))
        assert {one.clause for one in again if one.probe == probe} == {one.clause for one in told}
