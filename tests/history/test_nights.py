"""Requests that were sent again after a run decide the verdict of its night, told by comparing recorded runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from conformance.history.nights import Sends, Signal, settled, signal_of
from conformance.history.resolve import compare_runs
from conformance.history.runs import ClauseState, States, time_text
from conformance.history.text import comparison_text
from conformance.judge.verdict import Outcome
from conformance.spec import load_contract
from tests.history.entries import CLAUSE, DREW, FIRST_NIGHT, entry, in_a_file
from tests.report.builders import failed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.history.compare import Comparison
    from conformance.history.store import History

__all__ = ["in_a_file"]

PROBE = "state.first"
"""The probe by which the built runs pass every clause."""
QUIET, WATCH, ALARM = Signal.QUIET, Signal.WATCH, Signal.ALARM


def play(history: History, *nights: str, name: str = "run") -> Comparison:
    """Nights as letters for the run and for each time that it was sent again; the last one, compared.

    The probe failed the clause (f), passed it (p), or was answered so that the clause is silent of it (s).
    """
    for number, letters in enumerate(nights):
        for turn, letter in enumerate(letters):
            made = entry(number, [failed(CLAUSE, PROBE)] if letter == "f" else (), narrowed=turn > 0, target_name=name)
            at = time_text(FIRST_NIGHT + timedelta(days=number, minutes=turn))
            run = {**made.report["run"], "id": f"{name}-{number}-{turn}", "started_at": at}
            verdicts = silent(made.verdicts) if letter == "s" else made.verdicts
            history.add(replace(made, report={**made.report, "run": run}, verdicts=verdicts))
    last = f"{name}-{len(nights) - 1}-0"
    return compare_runs(f"{last}~1", last, lambda: history, load_contract)


def silent(verdicts: Mapping[str, Any]) -> dict[str, Any]:
    """The verdicts of a run without what the probe says of the clause; another probe passes it."""
    rows = {clause: {**row, "probes": row["probes"] + "p"} for clause, row in verdicts["clauses"].items()}
    place = verdicts["probes"].index(PROBE)
    letters = rows[CLAUSE]["probes"]
    rows[CLAUSE]["probes"] = f"{letters[:place]}.{letters[place + 1 :]}"
    return {"probes": [*verdicts["probes"], "zz.another"], "clauses": rows}


def kinds(comparison: Comparison) -> list[str]:
    """The kinds of change of the clause."""
    return [str(change.kind) for change in comparison.changes]


def test_a_single_failure_is_watched(in_a_file: History) -> None:
    """It is no regression, and the one line of the night says so."""
    comparison = play(in_a_file, "p", "fpppp")
    assert (kinds(comparison), comparison.regressions, comparison.watch) == ([], (), ((CLAUSE, PROBE),))
    line = comparison_text(comparison, "table")
    assert line.endswith(f"watch {PROBE}: failed 1 of 5 times, 1 of 6 in 2 nights ({CLAUSE})")
    assert "\n" not in line


def test_a_steady_failure_is_an_alarm_with_its_dates(in_a_file: History) -> None:
    """The first bad run and the last good one stand beside it."""
    comparison = play(in_a_file, "p", "p", "fffff")
    assert kinds(comparison) == ["newly failing"]
    assert comparison.regressions
    assert (
        "alarm: fails since 2026-01-03 02:00 (run-2-0), last passed 2026-01-02 02:00 (run-1-0); "
        "failed 5 of 5 times, 5 of 7 in 3 nights"
    ) in comparison_text(comparison, "table")


def test_a_probe_passed_if_the_clause_is_silent_and_it_failed_no_other(in_a_file: History) -> None:
    """As where a failure is told of a clause that has nothing to say of the right answer."""
    comparison = play(in_a_file, "s", "fssss", name="flicker")
    assert (kinds(comparison), comparison.watch) == ([], ((CLAUSE, PROBE),))
    comparison = play(in_a_file, "s", "fffff", name="change")
    assert kinds(comparison) == ["newly failing"]
    assert "last passed 2026-01-01 02:00 (change-0-0); failed 5 of 5 times" in comparison_text(comparison, "table")
    assert kinds(play(in_a_file, "s", "f", "s", name="mended")) == ["newly passing"]


def test_what_generated_requests_find_is_named_and_no_alarm(in_a_file: History) -> None:
    """It is not sent again; the run that drew it first is known, and the last that passed only where that drew it."""
    found = [failed(CLAUSE, DREW.probe)]
    for seed, said in (
        (2, "first found 2026-01-02 02:00 (night-001)\n"),
        (1, "last passed 2026-01-01 02:00 (night-000)"),
    ):
        for night, verdicts, drawn in ((0, [DREW], 1), (1, found, seed)):
            in_a_file.add(entry(night, verdicts, seed=drawn, target_name=f"of-{seed}", id=f"of-{seed}-{night}"))
        comparison = compare_runs(f"of-{seed}-0", f"of-{seed}-1", lambda: in_a_file, load_contract)
        assert (kinds(comparison), comparison.regressions, comparison.to_send_again) == (["newly found"], (), ())
        text = comparison_text(comparison, "table")
        assert said.replace("night-00", f"of-{seed}-") in f"{text}\n"
        assert "alarm" not in text


def test_a_change_after_a_flicker_is_new(in_a_file: History) -> None:
    """The night before settled nothing; the one before that did."""
    comparison = play(in_a_file, "p", "fpppp", "fffff")
    assert kinds(comparison) == ["newly failing"]
    after = next(iter(comparison.since.values()))
    assert (after.first_failed.run, after.last_passed and after.last_passed.run) == ("run-2-0", "run-1-4")


def test_a_flicker_that_is_over_is_no_news(in_a_file: History) -> None:
    """Nothing passes newly that only flickered."""
    assert play(in_a_file, "p", "fpppp", "p").quiet


def test_a_known_failure_that_passes_once_fails_still(in_a_file: History) -> None:
    """Nothing passes newly, and the next night nothing fails newly."""
    assert play(in_a_file, "f", "pffff").quiet
    assert play(in_a_file, "f", "pffff", "f").quiet


def test_failures_too_frequent_for_a_flicker_are_an_alarm(in_a_file: History) -> None:
    """Though it passes each night when it is sent again."""
    comparison = play(in_a_file, "p", "fffpp", "ffffp", "ffffp")
    assert kinds(comparison) == ["failing now and then"]
    assert comparison.regressions
    assert "failed 4 of 5 times, 11 of 16 in 4 nights" in comparison_text(comparison, "table")


def test_changes_are_to_be_sent_again_once(in_a_file: History) -> None:
    """Whether it fails newly or passes newly; a probe a line."""
    assert comparison_text(play(in_a_file, "p", "f"), "probes") == PROBE
    assert comparison_text(play(in_a_file, "p", "f", "p"), "probes") == PROBE
    assert comparison_text(play(in_a_file, "p", "f", "p", "fp"), "probes") == ""


def test_the_baseline_of_a_night_is_settled_too(in_a_file: History) -> None:
    """A flicker is neither an unaccepted failure nor one that is fixed; a steady change is told."""
    row = {"clause": CLAUSE, "probe": PROBE}
    for nights, name, steady in (
        ("p fpppp", "new", 0),
        ("p fffff", "new", 1),
        ("f pffff", "fixed", 0),
        ("f p", "fixed", 1),
    ):
        comparison = play(in_a_file, *nights.split(), name=f"{name}{steady}")
        report = {**comparison.after.report, "baseline": {name: [row]}}
        told = replace(comparison, after=replace(comparison.after, report=report))
        assert len(told.unaccepted) == steady
        text = comparison_text(told, "table", night=True)
        assert ("Baseline: 1 pair of clause and probe to see to" in text) is bool(steady)


def test_a_clause_that_a_run_did_not_test_stays_untested() -> None:
    """A probe whose other verdicts all passed seems to say something of it; what was sent again makes it no verdict."""
    flickered = {(CLAUSE, PROBE): [Sends(1, 2), Sends(0, 1)]}
    for outcome, probes in ((Outcome.NOT_TESTED, {}), (Outcome.FAIL, {PROBE: Outcome.PASS})):
        states = States({CLAUSE: ClauseState(outcome, {})})
        assert settled(states, flickered)[CLAUSE].probes == probes


def nights(text: str) -> list[Sends]:
    """Nights as `failed/sent`, tonight first; one figure is a night on which it was sent once."""
    return [Sends(*map(int, one.split("/"))) if "/" in one else Sends(int(one), 1) for one in text.split()]


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        pytest.param("0 0 0", QUIET, id="it passes"),
        pytest.param("5/5 0 0", ALARM, id="it fails every time, and passed the night before"),
        pytest.param("1 0 0", ALARM, id="it fails, and was not sent again"),
        pytest.param("5/5", ALARM, id="it fails, and was never sent before"),
        pytest.param("1 5/5 0", QUIET, id="it fails as it did the night before"),
        pytest.param("1/5 0 0", WATCH, id="it failed once, and passed when sent again"),
        pytest.param("4/5 0 0 0", WATCH, id="it failed four times of five, which flicker may do"),
        pytest.param("4/5 4/5 0", ALARM, id="it did so two nights in a row, which flicker does not"),
        pytest.param("5/5 1/5 0", ALARM, id="it changed the night after a flicker"),
        pytest.param("1/5 5/5 0", QUIET, id="a known failure passed, and failed when sent again"),
        pytest.param("1 4/5 5/5 0", QUIET, id="it fails still, a night after that"),
        pytest.param("3/5 0 3/5 0 0 3/5", ALARM, id="it failed nine times on three of six nights"),
        pytest.param("2/5" + " 0" * 41 + " 5/5 5/5 4/5", WATCH, id="what was more than a fortnight ago"),
    ],
)
def test_the_verdict_of_tonight(text: str, signal: Signal) -> None:
    """A change is told from a flicker by what was sent again, and a frequent flicker by the nights before."""
    assert signal_of(nights(text)) is signal
