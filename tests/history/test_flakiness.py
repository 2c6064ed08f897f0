"""What changes back and forth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.history.flakiness import WINDOW, flaky_at
from conformance.history.store import History
from tests.history.entries import entry, url
from tests.report.builders import failed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLAUSE = "path.repository_id.maximum"


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """An empty history."""
    made = History(url(tmp_path))
    yield made
    made.close()


def play(history: History, nights: str, **fields: object) -> None:
    """A night for each letter: f in which the clause fails, p in which it passes, n in which it is not tested."""
    for night, letter in enumerate(nights, len(history.runs())):
        broken = [failed(CLAUSE, "state.first")] if letter == "f" else []
        history.add(entry(night, broken, untested={CLAUSE: "why"} if letter == "n" else None, **fields))


@pytest.mark.parametrize(
    ("nights", "flaky"),
    [
        ("pppp", False),
        ("pffp", False),
        ("fpf", False),
        ("pfpf", True),
        ("fpfp", True),
        ("pnfnpnf", True),
        ("pfpf" + "p" * (WINDOW - 4), True),
        ("pfpf" + "p" * (WINDOW - 1), False),
        ("pfpfpfpfpfpfpf" + "f" * WINDOW, False),
    ],
)
def test_what_comes_back_twice_is_flaky(history: History, nights: str, flaky: bool) -> None:  # noqa: FBT001
    """A fault that appears and is mended is not; nights in which it was not tested say nothing."""
    play(history, nights)
    assert [one.name for one in flaky_at(history, history.runs()[0])] == [CLAUSE] * flaky


def test_the_evidence_says_how_often_since_when_and_where(history: History) -> None:
    """The last failure is where to look."""
    play(history, "ppfppfpp")
    (one,) = flaky_at(history, history.runs()[0])
    assert (one.of, one.value, one.times, one.runs, one.switches) == ("clause", "fail", 2, 8, 4)
    assert (one.since, one.since_at[:10], one.last) == ("night-002", "2026-01-03", "night-005")


def test_a_change_of_the_suite_begins_anew(history: History) -> None:
    """What two suites say differently is no flicker."""
    play(history, "pf")
    play(history, "pf", suite_version="0.2.0")
    assert flaky_at(history, history.runs()[0]) == ()


def test_runs_that_broke_off_and_other_targets_are_left_out(history: History) -> None:
    """So is what came later than the run that is asked about."""
    for night, letter in enumerate("pfpf"):
        play(history, letter, **({"target_name": "other"} if night % 2 else {}))
    assert flaky_at(history, history.runs("staging")[0]) == ()
    play(history, "pf", complete=False)
    assert flaky_at(history, history.runs("staging")[0]) == ()
    play(history, "fpfp")
    assert flaky_at(history, history.runs("staging")[-1]) == ()
    assert flaky_at(history, history.runs("staging")[0]) != ()


def test_a_behaviour_may_be_flaky_too(history: History) -> None:
    """The rarer value is named; ever new ones are no flicker."""
    for night, status in enumerate([201, 201, 200, 201, 200, 201]):
        history.add(entry(night, status=status))
    (one,) = flaky_at(history, history.runs()[0])
    assert (one.name, one.of, one.times, one.runs) == ("state.first", "behaviour", 2, 6)
    assert "status 200" in one.value
    for night, status in enumerate(range(300, 300 + WINDOW), 6):
        history.add(entry(night, status=status))
    assert flaky_at(history, history.runs()[0]) == ()
