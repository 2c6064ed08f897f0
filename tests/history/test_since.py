"""Since when something fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.history.row import row_of
from conformance.history.since import since_when
from conformance.history.verdicts import unpacked_verdicts
from conformance.report.record import Since, Time
from tests.history.entries import CLAUSE, FIRST_NIGHT, PROBE, in_a_file, play

if TYPE_CHECKING:
    from conformance.history.store import History

history = in_a_file


def brackets(history: History, nights: str) -> dict[tuple[str, str | None], Since]:
    """Since when it fails, as the last of these nights says."""
    tonight = play(history, nights)
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
    found = brackets(history, nights)
    assert found[CLAUSE, None] == Since(time(first), None if last is None else time(last), suite_changed=False)
    assert found.keys() == {(CLAUSE, None), (CLAUSE, PROBE)}


def test_a_clause_and_its_probes_have_brackets_of_their_own(history: History) -> None:
    """The clause has failed since the first of them did."""
    found = brackets(history, "poof")
    assert found[CLAUSE, None].first_failed == time(1)
    assert found[CLAUSE, PROBE].first_failed == time(3)
    assert (found[CLAUSE, PROBE].last_passed or time(9)) == time(0)


def test_what_passes_has_no_bracket(history: History) -> None:
    """Nor has what is not tested."""
    assert brackets(history, "fp") == {}
    assert brackets(history, "n") == {}


def test_runs_that_broke_off_later_ones_and_other_targets_say_nothing(history: History) -> None:
    """Neither that it passed nor that it failed."""
    play(history, "p")
    play(history, "f", target_name="other")
    play(history, "f", complete=False)
    found = brackets(history, "f")
    assert found[CLAUSE, None] == Since(time(3), time(0), suite_changed=False)


def test_a_change_of_the_suite_in_between_is_said(history: History) -> None:
    """It may be what changed."""
    play(history, "p", suite_version="0.0.1")
    assert brackets(history, "f")[CLAUSE, None].suite_changed


def test_a_run_of_another_operation_is_none_of_the_runs_before(history: History) -> None:
    """The same target and the same clause id say nothing of one another there."""
    play(history, "pf")
    other = play(history, "f", operation="otherOperation")
    found = since_when(history, row_of(other)[0], unpacked_verdicts(other.verdicts))
    assert set(found.values()) == {Since(time(2), None, suite_changed=False)}
