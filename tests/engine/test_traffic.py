"""Traffic that was recorded, judged again: the same verdicts, whatever the catalogue of that day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.contract.clause import Catalogue, Level
from conformance.engine.traffic import judge_again
from conformance.judge.summary import Conclusion
from conformance.judge.verdict import Outcome
from conformance.mock.faults import FAULTS
from conformance.report.recorded import Traffic, read_traffic
from conformance.selftest.trial import judge_application
from conformance.spec import load_contract

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.judge.summary import Summary

CONTRACT = load_contract()


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> Traffic:
    """The traffic of a run on a target whose error answers have no error_code where they say 403."""
    return _recorded(tmp_path_factory.mktemp("traffic") / "traffic.har", "forbidden-without-code")[0]


def _recorded(har: Path, fault: str) -> tuple[Traffic, Summary]:
    judged = judge_application(FAULTS[fault].make(), har, profile="smoke")
    assert judged.summary is not None
    return read_traffic(har), judged.summary


def _failed(summary: Summary) -> set[str]:
    return {result.clause.id for result in summary.clauses if result.outcome is Outcome.FAIL}


@pytest.mark.parametrize("fault", ["id-one-refused", "second-association-refused", "token-repeated", "url-masked"])
def test_the_verdicts_are_the_same(tmp_path: Path, fault: str) -> None:
    """Clause by clause, with as many exchanges that speak of each; what is withheld still is."""
    traffic, summary = _recorded(tmp_path / "traffic.har", fault)
    again = judge_again(traffic, CONTRACT).summary
    told = [(one.clause.id, one.outcome, one.checked, one.withheld, len(one.failures)) for one in summary.clauses]
    assert [(one.clause.id, one.outcome, one.checked, one.withheld, len(one.failures)) for one in again.clauses] == told
    assert (again.conclusion, again.gating, again.untested) == (summary.conclusion, summary.gating, summary.untested)
    assert _failed(again)


def test_the_record_is_the_run_s(traffic: Traffic) -> None:
    """Its id, seed, times and requests, and what sends a failed probe again; a behaviour for each probe."""
    record = judge_again(traffic, CONTRACT)
    assert (record.id, record.seed, record.profile, record.requests) == (
        traffic.about.id,
        1,
        "smoke",
        traffic.about.requests,
    )
    assert record.reproduce
    assert all(line.endswith(f"--seed 1 --probe {probe}") for probe, line in record.reproduce.items())
    assert {one.probe for one in record.behaviour} > record.reproduce.keys()


def test_another_level_gates(traffic: Traffic) -> None:
    """The run's own where none is asked for."""
    assert judge_again(traffic, CONTRACT, Level.MUST).fail_on == "must"
    assert judge_again(traffic, CONTRACT).fail_on == traffic.about.fail_on == "should"


def test_a_catalogue_without_the_clause_does_not_accuse(traffic: Traffic) -> None:
    """A clause that is not there any more has no verdict, and its rule is not asked."""
    rest = Catalogue("2026-04-28", tuple(one for one in CONTRACT.catalogue if one.id != "error.403.envelope"))
    again = judge_again(traffic, replace(CONTRACT, catalogue=rest)).summary
    assert _failed(judge_again(traffic, CONTRACT).summary) - _failed(again) == {"error.403.envelope"}


def test_what_gave_no_verdict_gives_none(traffic: Traffic) -> None:
    """A run that broke off is as incomplete as it was, and what had not been judged is not judged now."""
    everything = {entry.probe for entry in traffic.entries}
    about = replace(traffic.about, complete=False, no_verdict="the target went away", unjudged=sorted(everything))
    record = judge_again(Traffic(about, traffic.entries), CONTRACT)
    assert record.no_verdict == "the target went away"
    assert record.summary.conclusion is Conclusion.INCOMPLETE
    assert not any(result.checked for result in record.summary.clauses)


def test_an_answer_that_was_cut_is_not_tested(traffic: Traffic) -> None:
    """Its end is not there: neither a pass nor an accusation."""
    entries = tuple(replace(entry, exchange=None) for entry in traffic.entries)
    summary = judge_again(Traffic(traffic.about, entries), CONTRACT).summary
    assert not any(result.checked for result in summary.clauses)
    reasons = {result.reason for result in summary.clauses if result.outcome is Outcome.NOT_TESTED}
    assert "its answer was too long to be kept, and cannot be judged again" in reasons
