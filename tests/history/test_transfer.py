"""Runs handed on: exported and imported as JSON Lines, and as points of Allure's history."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.exceptions import UsageError
from conformance.history.store import History
from conformance.history.transfer import earlier_points, exported, imported
from conformance.judge.behaviour import Behaviour
from conformance.report.allure_page import AllureResults
from tests.history.entries import DREW, entry, url
from tests.report.builders import failed

if TYPE_CHECKING:
    from collections.abc import Iterator

CLAUSE = "path.repository_id.maximum"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[History]:
    """A history elsewhere."""
    history = History(url(tmp_path / "other"))
    yield history
    history.close()


def test_nothing_is_lost_on_the_way(history: History, other: History) -> None:
    """Rows, documents and traffic, thinned as they were; a second time nothing is added."""
    for night in range(4):
        broken = [failed("path.repository_id.maximum")] if night == 3 else []
        history.add(entry(night, broken, narrowed=night == 1, target_name="a" if night == 0 else "staging"))
    lines = list(exported(history))
    assert imported(other, lines, "file") == (4, 0)
    assert other.runs() == history.runs()
    assert [other.traffic(run) for run in other.runs()] == [history.traffic(run) for run in history.runs()]
    assert list(exported(other)) == lines
    assert imported(other, lines, "file") == (0, 4)


def test_the_runs_of_one_target(history: History) -> None:
    """The oldest first; each line is JSON that names its format."""
    for night in range(3):
        history.add(entry(night, target_name="a" if night == 1 else "staging"))
    data = [json.loads(line) for line in exported(history, "staging")]
    assert [line["report"]["run"]["id"] for line in data] == ["night-000", "night-002"]
    assert {line["format"] for line in data} == {"conformance-history/1"}


def test_a_line_with_spoilt_verdicts_is_none(history: History, other: History) -> None:
    """It would be found when somebody compares."""
    history.add(entry(0))
    (line,) = exported(history)
    with pytest.raises(UsageError, match="line 1 is no run"):
        imported(other, [line.replace('"verdict": "pass"', '"verdict": "well"')], "file")
    assert other.runs() == []


@pytest.mark.parametrize("line", ["{", "[]", '{"format": "x"}', '{"format": "conformance-history/1"}', "[" * 9999])
def test_a_line_that_is_none_is_a_usage_error(other: History, line: str) -> None:
    """It is counted, and what stood before it is kept."""
    source = History("sqlite:///" + other.place + ".source")
    source.add(entry(0))
    lines = [*exported(source), "\n", line]
    source.close()
    with pytest.raises(UsageError, match="file: line 3 is no run"):
        imported(other, lines, "file")
    assert len(other.runs()) == 1


def test_surrogates_are_carried_too(history: History, other: History) -> None:
    """The encoding of the pipe makes no difference."""
    behaviour = Behaviour("state.first", 201, None, "application/json", "{x\ud800: integer}")
    history.add(entry(0, behaviour=(behaviour,)))
    lines = list(exported(history))
    assert all(line.isascii() for line in lines)
    assert imported(other, lines, "file") == (1, 0)
    assert other.document(other.runs()[0].behaviour)[0]["shape"] == "{x\ufffd: integer}"


def test_a_line_whose_seed_no_database_holds_is_none(history: History, other: History) -> None:
    """A seed has 64 bits."""
    history.add(entry(0))
    (line,) = exported(history)
    with pytest.raises(UsageError, match=r"line 1 is no run|out of range"):
        imported(other, [line.replace('"seed": 1,', f'"seed": {2**63},')], "file")
    assert other.runs() == []


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
    history.add(entry(1, [DREW]))
    history.add(entry(2))
    assert statuses(history, "night-002", "property.ids", "property.bodies") == [["failed", None], ["passed", None]]


def test_a_run_that_drew_nothing_says_nothing_of_generated_requests(history: History) -> None:
    """Whatever its profile; nor does one that broke off, which may not have drawn all of them.

    Runs of single probes are no points: they send again what a night found.
    """
    history.add(entry(0))
    history.add(entry(1, [DREW], complete=False))
    history.add(entry(2, [DREW], narrowed=True))
    history.add(entry(3))
    assert statuses(history, "night-003", "property.ids") == [[None], [None]]


def test_only_runs_of_the_same_service_that_have_a_verdict(history: History) -> None:
    """A page of results that the history does not know, or that others made, shows none."""
    history.add(entry(0, target_name="other"))
    history.add(entry(1, no_verdict="gone", complete=False))
    history.add(entry(2))
    assert statuses(history, "night-002", f"{CLAUSE}/id.2^31-1") == []
    assert statuses(history, "night-009", f"{CLAUSE}/id.2^31-1") == []
    of_others = AllureResults(Path(), {}, "digest", {}, {})
    assert earlier_points(history, of_others) == []
