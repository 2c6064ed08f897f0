"""The two sides of a comparison, found by what a user calls them and brought under one suite."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conformance.exceptions import UsageError
from conformance.history.choose import choose, target_named
from conformance.history.compare import Comparison, compare
from conformance.history.entry import Suite
from conformance.history.flakiness import flaky_at
from conformance.history.snapshot import Snapshot, of_file, of_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.contract.contract import Contract
    from conformance.history.entry import Run
    from conformance.history.flakiness import Flaky
    from conformance.history.store import History

__all__ = ["compared", "found"]


def compared(one: str, other: str, history: Callable[[], History], contract: Callable[[], Contract]) -> Comparison:
    """What changed between two runs; `history` is opened where one of them is not a file.

    Two runs of the same target are compared in the order of their time, two targets in the order given. The contract
    judges what another suite judged, where the traffic is kept. Raises UsageError where a run is not found, the two are
    of different operations, or the earlier one says nothing of any clause.
    """
    words = (one, other)
    store = None if all(map(_is_file, words)) else history()
    rows: list[Run | None] = [None, None]
    if store is not None:
        files = [_is_file(name) for name in words]
        named = [None if file else target_named(name, store) for name, file in zip(words, files, strict=True)]
        meant = named[0] or named[1]
        rows = [None if file else choose(store, name, meant) for name, file in zip(words, files, strict=True)]
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
    flaky: tuple[Flaky, ...] = ()
    if store is not None and rows[1] is not None:
        flaky = flaky_at(store, rows[1])
        notes += _skipped(store, rows[1], words)
    return compare(earlier, before, after, notes, flaky)


def found(words: str, history: Callable[[], History], contract: Callable[[], Contract]) -> Snapshot:
    """One run by what a user calls it; `history` is opened where that is not a file.

    A traffic.har is judged by the contract. Raises UsageError where there is no such run.
    """
    if _is_file(words):
        return of_file(Path(words), contract)
    store = history()
    return of_run(store, choose(store, words))


def _is_file(words: str) -> bool:
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
    """What is newer than the latest whole run, where that was asked for."""
    if not any(name.endswith("latest") for name in words):
        return ()
    newest = history.runs(run.target, limit=1)[0]
    if newest.started_at <= run.started_at or newest.complete:
        return ()
    return (f"{newest.id} is newer and incomplete: {newest.no_verdict or 'it ended early'}",)
