"""What differs back and forth on the same target, though neither suite nor target is said to have changed.

A clause or the behaviour of a probe is *flaky* where within the last 14 runs it came back twice or more to what it had
been before: pass, fail, pass, fail. One fault that appears and is mended comes back once. Where runs repeat one
another at once (`run --repeat`) a single difference is enough. Generated requests are left out: what a property finds
depends on the night.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Any

from conformance.history.row import row_of
from conformance.history.verdicts import unpacked_verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from conformance.history.entry import Entry, Run
    from conformance.history.store import History

__all__ = ["WINDOW", "Flaky", "Night", "flaky_at", "flaky_in", "in_words", "night_of", "nights_of"]

WINDOW = 14
_RETURNS = 2


@dataclass(frozen=True, slots=True)
class Night:
    """What a run says for this purpose: what each clause and probe came to, as text; `report` is its report.json."""

    run: Run
    clauses: Mapping[str, str]
    behaviour: Mapping[str, str]
    report: Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Flaky:
    """A clause, or a probe whose behaviour is meant, with the evidence.

    It was `value` in `times` of `runs` runs; it changed `switches` times, first in the run `since` (at that time), and
    was so last in the run `last`, for a clause in the `exchange` of this number.
    """

    name: str
    of: str
    value: str
    times: int
    runs: int
    switches: int
    since: str
    since_at: str
    last: str
    exchange: int | None = None


def flaky_at(history: History, run: Run, tonight: Night | None = None) -> tuple[Flaky, ...]:
    """What was flaky when a run was over; `tonight` is what it says where it is not in the history."""
    known = history.runs(run.target, run.operation, counted=True, until=run.started_at, limit=WINDOW + 1)
    older = [other for other in known if tonight is None or other.id != run.id]
    alike = list(takewhile(lambda other: other.suite == run.suite, older[: WINDOW - (tonight is not None)]))
    nights = nights_of(history, reversed(alike))
    return flaky_in([*nights, *([tonight] if tonight else [])])


def night_of(entry: Entry) -> Night:
    """What a run says that is not in the history."""
    return Night(
        row_of(entry)[0], _clauses(entry.verdicts), _behaviour(entry.report["behaviour"]), lambda: entry.report
    )


def flaky_in(nights: Sequence[Night]) -> tuple[Flaky, ...]:
    """What changed back and forth within these nights, the oldest first."""
    reports = {night.run.id: night.report for night in nights}
    return (
        *(
            replace(one, exchange=_exchange(one.name, reports[one.last]()))
            for one in _flaky("clause", [(night.run, night.clauses) for night in nights])
        ),
        *_flaky("behaviour", [(night.run, night.behaviour) for night in nights]),
    )


def _exchange(clause: str, report: Mapping[str, Any]) -> int | None:
    """The first exchange that failed a clause."""
    rows = {row["id"]: row for row in report["clauses"]}
    return next((failure["exchange"] for failure in rows.get(clause, {}).get("failures", ())), None)


def in_words(one: Flaky) -> str:
    """The evidence in one line."""
    what = f"{one.value} in {one.times} of {one.runs} runs"
    where = one.last if one.exchange is None else f"{one.last}, exchange {one.exchange}"
    return f"{one.of} {one.name}: {what}, changing since {one.since_at[:10]} ({one.since}), so last in {where}"


def nights_of(history: History, runs: Iterable[Run]) -> Iterator[Night]:
    """The runs with what they say; a document that several share is read once."""
    clauses: dict[str, Mapping[str, str]] = {}
    behaviour: dict[str, Mapping[str, str]] = {}
    for run in runs:
        if run.verdicts not in clauses:
            clauses[run.verdicts] = _clauses(history.document(run.verdicts))
        if run.behaviour not in behaviour:
            behaviour[run.behaviour] = _behaviour(history.document(run.behaviour))
        yield Night(run, clauses[run.verdicts], behaviour[run.behaviour], partial(history.document, run.report))


def _flaky(of: str, nights: Sequence[tuple[Run, Mapping[str, str]]]) -> Iterator[Flaky]:
    for name in dict.fromkeys(name for _, values in reversed(nights) for name in values):
        seen = [(run, values[name]) for run, values in nights if name in values]
        switches = [(one, other) for (one, was), (other, now) in pairwise(seen) if was != now]
        values = [value for _, value in seen]
        at_once = any(one.series is not None and one.series == other.series for one, other in switches)
        if len(switches) + 1 - len(set(values)) < _RETURNS and not at_once:
            continue
        odd = "fail" if "fail" in values else min(values, key=values.count)
        yield Flaky(
            name=name,
            of=of,
            value=odd,
            times=values.count(odd),
            runs=len(seen),
            switches=len(switches),
            since=switches[0][1].id,
            since_at=switches[0][1].started_at,
            last=next(run.id for run, value in reversed(seen) if value == odd),
        )


def _clauses(verdicts: Mapping[str, Any]) -> dict[str, str]:
    states = unpacked_verdicts(verdicts)
    return {name: "fail" if state.failed else "pass" for name, state in states.items() if state.tested}


def _behaviour(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Each probe's behaviour in one line."""
    return {row["probe"]: ", ".join(_members(row)) for row in rows}


def _members(row: Mapping[str, Any]) -> Iterator[str]:
    """What a behaviour has of each, as JSON."""
    for name in sorted(row):
        if name != "probe" and row[name] not in (None, [], ()):
            yield f"{name} {json.dumps(row[name])}"
