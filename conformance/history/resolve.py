"""Runs by the words of a user (an id, `latest`, a date, a file), and two of them compared under one suite."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import replace
from datetime import date
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.exceptions import UsageError
from conformance.history.compare import Comparison, Kind, compare
from conformance.history.nights import Nights, settled
from conformance.history.runs import Run, Suite
from conformance.history.snapshot import Snapshot, of_file, of_run
from conformance.history.stability import flaky_at, judged_before, lately_passed, since_when
from conformance.report.words import count_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.contract.contract import Contract
    from conformance.history.store import History

_BY_TIME = re.compile(r"(?:(?P<target>.+):)?(?:latest(?:~(?P<back>\d{1,6}))?|(?P<date>\d{4}-\d{2}-\d{2}))")
_BEFORE = re.compile(r"(?P<run>.+)~(?P<back>\d{1,6})")
_HINT = "`conformance history` lists the runs"


def target_named(words: str, history: History) -> str | None:
    """The target that a run's name speaks of, or None where it leaves that open. UsageError for an unknown run."""
    by_time, before = _BY_TIME.fullmatch(words), _BEFORE.fullmatch(words)
    return by_time["target"] if by_time else _by_id(history, before["run"] if before else words).target


def resolve_run(history: History, words: str, target: str | None = None) -> Run:
    """The run; `target` is meant where none is named, and may be left out where the history knows one only.

    `latest` and dates mean whole runs, which tried everything, were asked for everything and have a verdict; a date the
    last of them that began by the end of that day (UTC). Of a name that several checkouts use the one is meant whose
    base URL the user describes, and else the newest. Those before it are of the same service. `ID~1` is the last
    whole run before another of the same service, profile and mutation mode. Raises UsageError where there is none.
    """
    by_time, before = _BY_TIME.fullmatch(words), _BEFORE.fullmatch(words)
    if by_time is None and before is not None:
        return _before(history, words, _by_id(history, before["run"]), int(before["back"]))
    if by_time is None:
        return _by_id(history, words)
    name = by_time["target"] or target or _only_target(history, words)
    back = int(by_time["back"] or 0)
    until = _end_of(by_time["date"])
    newest = history.newest(name, until)
    found = history.runs(service=newest.service, counted=True, until=until, limit=back + 1) if newest else []
    if back >= len(found):
        whole = count_words(len(found), "whole run")
        by = f" by {by_time['date']}" if by_time["date"] else ""
        raise UsageError(f"{words}: the history has {whole} of {name}{by}: {_HINT}")
    return found[back]


def _by_id(history: History, words: str) -> Run:
    found = history.begun(words) if words else []
    if len(found) == 1:
        return found[0]
    problem = "several runs begin so" if found else "there is no such run, file or date"
    raise UsageError(f"{words}: {problem}: {_HINT}")


def _before(history: History, words: str, run: Run, back: int) -> Run:
    """The whole run so many before this one that was asked for the same."""
    known = history.runs(service=run.service, counted=True, until=run.started_at)
    asked = (run.profile, run.mutation)
    older = [one for one in known if one.id != run.id and (one.profile, one.mutation) == asked]
    if back > len(older):
        whole = count_words(len(older), "whole run")
        raise UsageError(f"{words}: the history has {whole} before it of profile {run.profile}: {_HINT}")
    return older[back - 1] if back else run


def _only_target(history: History, words: str) -> str:
    names = history.targets()
    if len(names) == 1:
        return names[0]
    if not names:
        raise UsageError(f"{words}: the history is empty: `conformance run TARGET` records a run")
    raise UsageError(f"{words}: of which target? write for example {names[0]}:{words} (known are {', '.join(names)})")


def _end_of(day: str | None) -> str:
    """The last moment of a day, as times sort; the empty text for none."""
    try:
        return f"{date.fromisoformat(day)}T24" if day else ""
    except ValueError as error:
        raise UsageError(f"{day}: there is no such day: {_HINT}") from error


def compare_runs(one: str, other: str, history: Callable[[], History], contract: Callable[[], Contract]) -> Comparison:
    """The differences between two runs; `history` is opened where one of them is not a file.

    Two runs of the same target are compared in the order of their time, two targets in the order given. The contract
    judges what another suite judged, where the traffic is kept. Raises UsageError where a run is not found, the two are
    of different operations, or the earlier one says nothing of any clause.
    """
    words = (one, other)
    store = None if all(map(is_file, words)) else history()
    rows: list[Run | None] = [None, None]
    if store is not None:
        files = [is_file(name) for name in words]
        named = [None if file else target_named(name, store) for name, file in zip(words, files, strict=True)]
        meant = named[0] or named[1]
        rows = [None if file else resolve_run(store, name, meant) for name, file in zip(words, files, strict=True)]
    sides = [
        of_run(store, row) if store is not None and row is not None else of_file(Path(name), contract)
        for name, row in zip(words, rows, strict=True)
    ]
    if sides[0].target == sides[1].target and sides[1].at < sides[0].at:
        sides.reverse()
        rows.reverse()
    earlier, later = sides
    _refuse_other_operation(earlier, later)
    _refuse_without_verdict(earlier)
    before, after, notes = _under_one_suite(earlier, later, contract)
    notes += _broken_off(earlier) + _broken_off(later) + _cut(before) + _cut(after)
    if store is None or rows[1] is None:
        return compare(earlier, before, after, notes)
    flaky = flaky_at(store, rows[1])
    notes += _skipped(store, rows[1], words)
    nights = Nights(store, rows[1].service)
    earlier_resent, resent = (nights.resent(row) if row else {} for row in rows)
    before = replace(before, states=settled(before.states, earlier_resent))
    now = replace(after, states=settled(after.states, resent))
    lately = _lately(store, rows[0], rows[1])
    comparison = compare(earlier, before, now, notes, flaky, resent=resent, lately=lately)
    both = [*earlier_resent.items(), *resent.items()]
    flickered = {probe for (_, probe), said in both if said[0].settled is None}
    shifts = tuple(one for one in comparison.shifts if one.probe not in flickered)
    told = (*comparison.regressions, *(one for one in comparison.changes if one.kind is Kind.FOUND))
    worse = {change.clause for change in told if change.clause in after.states}
    since = since_when(store, rows[1], {clause: after.states[clause] for clause in worse})
    # Next to another service's run, or one without a verdict, what was last passed here is not what is told.
    by_probe = {
        (clause, probe): one
        for (clause, probe), one in since.items()
        if probe and (one.last_passed or probe in after.states[clause].found)
    }
    return replace(comparison, shifts=shifts, since=by_probe)


def _lately(history: History, before: Run | None, run: Run) -> Callable[[str, str], bool]:
    """Tells of what fails in a run whether it passed when last judged; no beside a file or another service."""
    (older,) = tee(judged_before(history, run), 1)  # its copies share what one of them has read

    def passed(clause: str, probe: str) -> bool:
        if before is None or before.service != run.service:
            return False
        return lately_passed(copy(older), before, run, clause, probe)

    return passed


def resolve_snapshot(words: str, history: Callable[[], History], contract: Callable[[], Contract]) -> Snapshot:
    """One run by what a user calls it; `history` is opened where that is not a file.

    A traffic.har is judged by the contract. Raises UsageError where there is no such run.
    """
    if is_file(words):
        return of_file(Path(words), contract)
    store = history()
    return of_run(store, resolve_run(store, words))


def is_file(words: str) -> bool:
    """Whether the words name a file, and no run of the history."""
    return Path(words).is_file() or words.endswith((".json", ".har"))


def _under_one_suite(
    before: Snapshot, after: Snapshot, named: Callable[[], Contract]
) -> tuple[Snapshot, Snapshot, tuple[str, ...]]:
    """Both sides, judged by one suite where that can be, and what is to be said of it."""
    if before.suite == after.suite:
        return before, after, ()
    contract = named()
    if contract.operation.id != before.operation:
        why = f"name the contract of {before.operation} with --spec to judge both again"
        return before, after, (f"suite changed, and a change may be the suite's: {why}",)
    judged = before.again(contract), after.again(contract)
    again = [old.id for old, new in zip((before, after), judged, strict=True) if new is not old]
    if judged[0].suite == judged[1].suite:
        return *judged, (f"suite changed: {' and '.join(again)} judged again with today's catalogue",)
    today = Suite.today(contract)
    left = [one.id for one in judged if one.suite != today]
    return *judged, (f"suite changed, and {' and '.join(left)} cannot be judged again: a change may be the suite's",)


def _refuse_other_operation(one: Snapshot, other: Snapshot) -> None:
    """Two operations have clauses of the same ids that say something else."""
    if one.operation != other.operation:
        raise UsageError(
            f"{one.id} is a run of {one.operation}, {other.id} of {other.operation}: name two runs of one operation"
        )


def _refuse_without_verdict(run: Snapshot) -> None:
    """A run of which nothing was judged is not the *before* of another: nothing would have changed since."""
    why = run.report.get("no_verdict")
    if why and not any(state.tested for state in run.states.values()):
        raise UsageError(f"{run.id} has no verdict to compare with ({why}): name a run that has one")


def _broken_off(run: Snapshot) -> tuple[str, ...]:
    if run.report["run"]["complete"]:
        return ()
    early = "it was interrupted" if run.report["run"].get("interrupted") else "it ended early"
    why = run.report.get("no_verdict") or early
    return (f"{run.id} is incomplete: {why}",)


def _cut(run: Snapshot) -> tuple[str, ...]:
    """The clauses of which a report names some probes that failed and not the others."""
    clauses = [clause for clause, state in run.states.items() if state.cut]
    if not clauses:
        return ()
    return (
        f"the report of {run.id} does not name every probe that failed {', '.join(clauses)}: the others are left out",
    )


def _skipped(history: History, run: Run, words: tuple[str, ...]) -> tuple[str, ...]:
    """A note on runs newer than the latest whole run, where that was asked for."""
    if not any(name.endswith("latest") for name in words):
        return ()
    newest = history.runs(service=run.service, limit=1)[0]
    if newest.started_at <= run.started_at or newest.counts or newest.narrowed:
        return ()
    return (f"{newest.id} is newer and incomplete: {newest.no_verdict or 'it ended early'}",)
