"""Since when something fails, and what differs back and forth."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Any

from conformance.history.runs import row_of, unpacked_verdicts
from conformance.judge.verdict import Outcome
from conformance.report.record import Since, Time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from conformance.history.runs import ClauseState, Entry, Run
    from conformance.history.store import History

__all__ = [
    "WINDOW",
    "Flaky",
    "RunVerdicts",
    "flaky_at",
    "flaky_in",
    "flaky_text",
    "read_verdicts",
    "since_when",
    "verdicts_of",
]

_Key = tuple[str, str | None]


def since_when(history: History, run: Run, states: Mapping[str, ClauseState]) -> dict[_Key, Since]:
    """Since when what fails in `run` fails: by clause and probe, and with None for the probe by clause.

    `states` is what the run says; it need not be in the history.
    """
    keys = [
        (clause, probe)
        for clause, state in states.items()
        if state.outcome is Outcome.FAIL
        for probe in (None, *sorted(state.failed))
    ]

    @cache
    def outcomes(digest: str) -> dict[_Key, Outcome]:
        """What a document says of these; None is never among it."""
        found = unpacked_verdicts(history.document(digest))
        return {key: outcome for key in keys if (outcome := _outcome(found, key)) is not None}

    known = history.runs(run.target, run.operation, counted=True, until=run.started_at) if keys else []
    older = [other for other in known if other.id != run.id]
    return {key: _since(run, ((other, outcomes(other.verdicts).get(key)) for other in older)) for key in keys}


def _since(run: Run, outcomes: Iterable[tuple[Run, Outcome | None]]) -> Since:
    """Walk back, the newest first, as long as it fails."""
    first, last = run, None
    for other, outcome in outcomes:
        if outcome is Outcome.FAIL:
            first = other
        elif outcome is not None:
            last = other
            break
    return Since(_time(first), _time(last) if last else None, last is not None and last.suite != first.suite)


def _outcome(states: Mapping[str, ClauseState], key: _Key) -> Outcome | None:
    """The verdict of a clause, or what a probe proved of it; None where that is nothing."""
    clause, probe = key
    state = states.get(clause)
    if state is None or not state.tested:
        return None
    outcome = state.outcome if probe is None else state.probes.get(probe)
    return None if outcome is Outcome.NOT_TESTED else outcome


def _time(run: Run) -> Time:
    return Time(run.id, run.started_at)


WINDOW = 14
_RETURNS = 2


@dataclass(frozen=True, slots=True)
class RunVerdicts:
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


def flaky_at(history: History, run: Run, current: RunVerdicts | None = None) -> tuple[Flaky, ...]:
    """What was flaky when a run was over; `current` is what it says where it is not in the history."""
    known = history.runs(run.target, run.operation, counted=True, until=run.started_at, limit=WINDOW + 1)
    older = [other for other in known if current is None or other.id != run.id]
    alike = list(takewhile(lambda other: other.suite == run.suite, older[: WINDOW - (current is not None)]))
    nights = read_verdicts(history, reversed(alike))
    return flaky_in([*nights, *([current] if current else [])])


def verdicts_of(entry: Entry) -> RunVerdicts:
    """What a run says that is not in the history."""
    return RunVerdicts(
        row_of(entry)[0], _clauses(entry.verdicts), _behaviour(entry.report["behaviour"]), lambda: entry.report
    )


def flaky_in(nights: Sequence[RunVerdicts]) -> tuple[Flaky, ...]:
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


def flaky_text(one: Flaky) -> str:
    """The evidence in one line."""
    what = f"{one.value} in {one.times} of {one.runs} runs"
    where = one.last if one.exchange is None else f"{one.last}, exchange {one.exchange}"
    return f"{one.of} {one.name}: {what}, changing since {one.since_at[:10]} ({one.since}), so last in {where}"


def read_verdicts(history: History, runs: Iterable[Run]) -> Iterator[RunVerdicts]:
    """The runs with what they say; a document that several share is read once."""
    clauses: dict[str, Mapping[str, str]] = {}
    behaviour: dict[str, Mapping[str, str]] = {}
    for run in runs:
        if run.verdicts not in clauses:
            clauses[run.verdicts] = _clauses(history.document(run.verdicts))
        if run.behaviour not in behaviour:
            behaviour[run.behaviour] = _behaviour(history.document(run.behaviour))
        yield RunVerdicts(run, clauses[run.verdicts], behaviour[run.behaviour], partial(history.document, run.report))


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
