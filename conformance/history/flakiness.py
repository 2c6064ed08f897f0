"""What differs back and forth on the same target, though neither suite nor target is said to have changed.

A clause or the behaviour of a probe is *flaky* where within the last 14 runs it came back twice or more to what it had
been before: pass, fail, pass, fail. One fault that appears and is mended comes back once. Generated requests are left
out: what a property finds depends on the night.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Any

from conformance.history.verdicts import unpacked_verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.history.entry import Run
    from conformance.history.store import History

__all__ = ["WINDOW", "Flaky", "Night", "flaky_at", "flaky_in", "nights_of"]

WINDOW = 14
_RETURNS = 2


@dataclass(frozen=True, slots=True)
class Night:
    """What a run says for this purpose: what each clause and probe came to, as text."""

    run: Run
    clauses: Mapping[str, str]
    behaviour: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Flaky:
    """A clause, or a probe whose behaviour is meant, with the evidence.

    It was `value` in `times` of `runs` runs; it changed `switches` times, first in the run `since` (at that time), and
    was so last in the run `last`.
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


def flaky_at(history: History, run: Run) -> tuple[Flaky, ...]:
    """What was flaky when a run was over."""
    counted = [other for other in history.runs(run.target) if other.counts and other.started_at <= run.started_at]
    alike = list(takewhile(lambda other: other.suite == run.suite, counted[:WINDOW]))
    return flaky_in(nights_of(history, list(reversed(alike))))


def nights_of(history: History, runs: Sequence[Run]) -> list[Night]:
    """The runs with what they say; a document that several share is read once."""
    clauses: dict[str, Mapping[str, str]] = {}
    behaviour: dict[str, Mapping[str, str]] = {}
    for run in runs:
        if run.verdicts not in clauses:
            states = unpacked_verdicts(history.document(run.verdicts))
            clauses[run.verdicts] = {
                name: "fail" if state.failed else "pass" for name, state in states.items() if state.tested
            }
        if run.behaviour not in behaviour:
            behaviour[run.behaviour] = {row["probe"]: _said(row) for row in history.document(run.behaviour)}
    return [Night(run, clauses[run.verdicts], behaviour[run.behaviour]) for run in runs]


def flaky_in(nights: Sequence[Night]) -> tuple[Flaky, ...]:
    """What changed back and forth within these nights, the oldest first."""
    return (
        *_flaky("clause", [(night.run, night.clauses) for night in nights]),
        *_flaky("behaviour", [(night.run, night.behaviour) for night in nights]),
    )


def _flaky(of: str, nights: Sequence[tuple[Run, Mapping[str, str]]]) -> Iterator[Flaky]:
    for name in nights[-1][1] if nights else ():
        seen = [(run, values[name]) for run, values in nights if name in values]
        switches = [later for (_, one), (later, other) in pairwise(seen) if one != other]
        values = [value for _, value in seen]
        if len(switches) + 1 - len(set(values)) < _RETURNS:
            continue
        odd = "fail" if "fail" in values else min(values, key=values.count)
        yield Flaky(
            name=name,
            of=of,
            value=odd,
            times=values.count(odd),
            runs=len(seen),
            switches=len(switches),
            since=switches[0].id,
            since_at=switches[0].started_at,
            last=next(run.id for run, value in reversed(seen) if value == odd),
        )


def _said(row: Mapping[str, Any]) -> str:
    """A behaviour in one line."""
    return ", ".join(f"{name} {value}" for name, value in row.items() if name != "probe" and value not in (None, []))
