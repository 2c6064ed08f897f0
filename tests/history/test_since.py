"""Since when something fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.history.row import row_of
from conformance.history.since import since_when
from conformance.history.store import History
from conformance.history.verdicts import unpacked_verdicts
from conformance.report.record import Since, Time
from tests.history.entries import FIRST_NIGHT, entry, url
from tests.report.builders import failed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLAUSE, PROBE, OTHER = "path.repository_id.maximum", "state.first", "other.probe"


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """An empty history."""
    made = History(url(tmp_path))
    yield made
    made.close()


def play(history: History, nights: str, **fields: object) -> dict[tuple[str, str | None], Since]:
    """A night for each letter: f and o in which a probe failed, p passed, n nothing was tested; the last is tonight."""
    for night, letter in enumerate(nights, len(history.runs())):
        broken = {"f": [failed(CLAUSE, PROBE)], "o": [failed(CLAUSE, OTHER)]}.get(letter, [])
        tonight = entry(night, broken, untested={CLAUSE: "why"} if letter == "n" else None, **fields)
        history.add(tonight)
    return since_when(history, row_of(tonight)[0], unpacked_verdicts(tonight.verdicts))


def time(night: int) -> Time:
    """A night."""
    at = FIRST_NIGHT.replace(day=1 + night).isoformat(timespec="microseconds")
    return Time(f"night-{night:03}", at)


@pytest.mark.parametrize(
    ("nights", "first", "last"),
    [
        ("f", 0, None),
        ("pf", 1, 0),
        ("pfff", 1, 0),
        ("pffpf", 4, 3),
        ("pfnnf", 1, 0),
        ("pnf", 2, 0),
        ("nf", 1, None),
    ],
)
def test_the_bracket_is_the_first_night_that_had_it_and_the_last_that_had_not(
    history: History, nights: str, first: int, last: int | None
) -> None:
    """Nights in which it was not tested are in neither."""
    found = play(history, nights)
    assert found[CLAUSE, None] == Since(time(first), None if last is None else time(last), suite_changed=False)
    assert found.keys() == {(CLAUSE, None), (CLAUSE, PROBE)}


def test_a_clause_and_its_probes_have_brackets_of_their_own(history: History) -> None:
    """The clause has failed since the first of them did."""
    found = play(history, "poof")
    assert found[CLAUSE, None].first_failed == time(1)
    assert found[CLAUSE, PROBE].first_failed == time(3)
    assert (found[CLAUSE, PROBE].last_passed or time(9)) == time(0)


def test_what_passes_has_no_bracket(history: History) -> None:
    """Nor has what is not tested."""
    assert play(history, "fp") == {}
    assert play(history, "n") == {}


def test_runs_that_broke_off_later_ones_and_other_targets_say_nothing(history: History) -> None:
    """Neither that it passed nor that it failed."""
    play(history, "p")
    play(history, "f", target_name="other")
    play(history, "f", complete=False)
    found = play(history, "f")
    assert found[CLAUSE, None] == Since(time(3), time(0), suite_changed=False)


def test_a_change_of_the_suite_in_between_is_said(history: History) -> None:
    """It may be what changed."""
    play(history, "p", suite_version="0.0.1")
    assert play(history, "f")[CLAUSE, None].suite_changed
