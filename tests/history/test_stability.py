"""Since when something fails, and what comes and goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.history.runs import row_of, unpacked_verdicts
from conformance.history.stability import WINDOW, flaky_at, flaky_in, flaky_text, since_when, verdicts_of
from conformance.report.record import Since, Time
from tests.history.entries import CLAUSE, FIRST_NIGHT, PROBE, entry, in_a_file, play
from tests.report.builders import failed

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


history = in_a_file


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
    assert (one.since, one.since_at[:10], one.last, one.exchange) == ("night-002", "2026-01-03", "night-005", 17)
    assert flaky_text(one).startswith(f"clause {CLAUSE}: fail in 2 of 8 runs, changing since 2026-01-03 (night-002), ")
    assert flaky_text(one).endswith(" so last in night-005, exchange 17")


def test_tonight_need_not_be_in_the_history(history: History) -> None:
    """As it is not while its reports are written; once it is there it counts once."""
    play(history, "pfp")
    tonight = entry(3, [failed(CLAUSE, PROBE)])
    night = verdicts_of(tonight)
    (before,) = flaky_at(history, night.run, night)
    assert (before.name, before.times, before.runs) == (CLAUSE, 2, 4)
    history.add(tonight)
    assert flaky_at(history, night.run, night) == flaky_at(history, night.run) == (before,)


def test_among_runs_that_repeat_one_another_one_difference_is_enough(history: History) -> None:
    """They follow at once, on the same target."""
    for night, letter in enumerate("pf"):
        broken = [failed(CLAUSE, PROBE)] if letter == "f" else []
        history.add(replace(entry(night, broken), series="night-000"))
    assert [one.name for one in flaky_at(history, history.runs()[0])] == [CLAUSE]
    history.add(replace(entry(2, [failed(CLAUSE, PROBE)]), series="night-002"))
    history.add(replace(entry(3, [failed(CLAUSE, PROBE)]), series="night-002"))
    nights = [verdicts_of(replace(entry(night, []), series=None)) for night in range(2)]
    assert flaky_in(nights) == ()


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
