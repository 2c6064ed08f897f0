"""The runs of the history as points of Allure's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conformance.history.allure import earlier_points
from conformance.report.allure_copy import AllureResults
from tests.history.entries import entry
from tests.report.builders import failed

if TYPE_CHECKING:
    from conformance.history.store import History

CLAUSE = "path.repository_id.maximum"


def results(run: str, *cases: str) -> AllureResults:
    """The results of a run that has these tests."""
    rows = {case: {"name": f"test of {case}", "labels": [{"name": "ALLURE_ID", "value": case}]} for case in cases}
    return AllureResults(Path(), rows, "digest", {"type": "conformance", "buildName": run}, {})


def statuses(history: History, run: str, *cases: str) -> list[list[str | None]]:
    """The statuses of these tests in each earlier run, the oldest first."""
    found = results(run, *cases)
    names = [found.cases[case][0] for case in cases]
    points = earlier_points(history, found)
    return [[point["testResults"].get(name, {}).get("status") for name in names] for point in points]


def test_what_earlier_runs_say_of_the_tests(history: History) -> None:
    """By clause and probe; a test that a run did not have is new, and later runs say nothing."""
    history.add(entry(0))
    history.add(entry(1, [failed(CLAUSE, "id.2^31-1")]))
    history.add(entry(2))
    history.add(entry(3, [failed(CLAUSE, "id.2^31-1")]))
    cases = (f"{CLAUSE}/id.2^31-1", f"{CLAUSE}/everything-sent", "no.such.clause/id.2^31-1", f"{CLAUSE}/no-such-probe")
    first, second = statuses(history, "night-002", *cases)
    assert first[1:] == ["passed", None, None]
    assert second == ["failed", "skipped", None, None]  # no other probe of the clause was sent
    assert [point["conformanceRun"] for point in earlier_points(history, results("night-002"))] == [
        "night-000",
        "night-001",
    ]


def test_what_no_test_of_its_own_tells_is_told_by_everything_sent(history: History) -> None:
    """A probe that fails a clause that is not its own."""
    history.add(entry(0, [failed(CLAUSE, "id.2^31-1")]))
    history.add(entry(1))
    assert statuses(history, "night-001", f"{CLAUSE}/everything-sent") == [["failed"]]


def test_generated_requests_fail_where_they_failed_any_clause(history: History) -> None:
    """Their test has no clause."""
    history.add(entry(0, [failed(CLAUSE, "property.ids")]))
    history.add(entry(1))
    assert statuses(history, "night-001", "property.ids", "property.bodies") == [["failed", "passed"]]


def test_a_run_that_drew_nothing_says_nothing_of_generated_requests(history: History) -> None:
    """Neither a smoke run nor one that broke off passed them."""
    history.add(entry(0, profile="smoke"))
    history.add(entry(1, complete=False))
    history.add(entry(2))
    assert statuses(history, "night-002", "property.ids") == [[None], [None]]


def test_only_runs_of_the_same_service_that_have_a_verdict(history: History) -> None:
    """A page of results that the history does not know, or that others made, shows none."""
    history.add(entry(0, target_name="other"))
    history.add(entry(1, no_verdict="gone", complete=False))
    history.add(entry(2))
    assert statuses(history, "night-002", f"{CLAUSE}/id.2^31-1") == []
    assert statuses(history, "night-009", f"{CLAUSE}/id.2^31-1") == []
    of_others = AllureResults(Path(), {}, "digest", {}, {})
    assert earlier_points(history, of_others) == []
