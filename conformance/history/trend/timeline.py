"""Every clause run by run, packed for the trend page: a letter a run, the details behind it, and what changed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.history.compare import compare
from conformance.history.runs import LETTERS
from conformance.history.stability import flaky_text
from conformance.history.text import shifts_alike
from conformance.judge.verdict import Outcome, in_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from conformance.history.compare import Change
    from conformance.history.runs import ClauseState, Run
    from conformance.history.snapshot import Snapshot
    from conformance.history.stability import Flaky

__all__ = ["ABSENT", "ACCEPTED", "Details", "RunDelta", "VerdictTimeline", "run_delta"]

ABSENT, ACCEPTED = ".", "a"
"""The letters of a clause that the catalogue did not have, and of one that fails only as the baseline accepts."""
_MOST_PROBES, _MOST_FAILURES = 8, 5
_LONGEST = 300


class Details:
    """Details of verdicts, each kept once; `rows` are JSON data."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self._known: dict[str, int] = {}

    def number(self, row: dict[str, Any]) -> int:
        """The place of these details among `rows`."""
        key = json.dumps(row, sort_keys=True)
        if key not in self._known:
            self._known[key] = len(self.rows)
            self.rows.append(row)
        return self._known[key]


class VerdictTimeline:
    """The clauses of one target; add its nights in the order of their time."""

    def __init__(self, details: Details) -> None:
        self._details = details
        self._nights = 0
        self._letters: dict[str, list[str]] = {}
        self._from: dict[str, list[tuple[int, int]]] = {}
        self._last: dict[str, tuple[ClauseState, str | None]] = {}

    def add(self, night: Snapshot, accepted: Collection[tuple[str, str]] = ()) -> None:
        """A night more, with the failures that its baseline accepted, by clause and probe."""
        rows = night.rows
        for clause, state in night.states.items():
            letters = self._letters.setdefault(clause, [])
            broken = [(clause, probe) for probe in state.failed | state.found]
            known = broken and all(pair in accepted for pair in broken)
            letters += ABSENT * (self._nights - len(letters)) + (ACCEPTED if known else LETTERS[state.outcome])
            found = (state, rows[clause]["reason"])
            if self._last.get(clause) != found:
                self._last[clause] = found
                number = self._details.number(_details(state, rows[clause]))
                self._from.setdefault(clause, []).append((self._nights, number))
        for clause in self._last.keys() - night.states.keys():
            del self._last[clause]
        self._nights += 1

    def again(self) -> None:
        """A night more, like the one before."""
        for letters in self._letters.values():
            if len(letters) == self._nights:
                letters.append(letters[-1])
        self._nights += 1

    def letters(self, clause: str) -> str:
        """A letter for each night: pass, fail, accepted, not tested, recorded, or that there was no such clause."""
        return "".join(self._letters.get(clause, ())).ljust(self._nights, ABSENT)

    def details(self, clause: str) -> list[tuple[int, int]]:
        """From which night on which details are true, as far as the catalogue had the clause."""
        return self._from.get(clause, [])


def _details(state: ClauseState, row: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a clause; members that would be empty are left out."""
    messages = {failure["probe"]: in_words(failure["message"], _LONGEST) for failure in row["failures"]}
    failed = sorted(state.failed) + sorted(state.found)
    passed = sorted(probe for probe, outcome in state.probes.items() if outcome in {Outcome.PASS, Outcome.RECORDED})
    found = {
        "reason": row["reason"] and in_words(row["reason"], _LONGEST),
        "failures": [[probe, messages.get(probe, "")] for probe in failed[:_MOST_FAILURES]],
        "failed": len(failed),
        "probes": passed[:_MOST_PROBES],
        "passed": len(passed),
    }
    return {name: value for name, value in found.items() if value}


_MOST_NAMED, _MOST_EXCHANGES = 5, 2
_Pair = tuple[str, int | None, int | None]
_SUITE = "suite changed: changes of that night may be the suite's doing; compare judges both nights with one"


@dataclass(frozen=True, slots=True)
class RunDelta:
    """The changes of a run, as JSON data; `exchanges` are those worth showing beside each of them.

    They are named by the probe, and by the numbers of those that failed before and after. Behaviour that was flaky
    then is left out, and so is a flaky clause that passes again.
    """

    before: Run
    after: Run
    data: dict[str, Any]
    exchanges: list[tuple[dict[str, Any], list[_Pair]]] = field(default_factory=list)


def run_delta(
    runs: tuple[Run, Run], nights: tuple[Snapshot, Snapshot], flaky: tuple[Flaky, ...], known: tuple[Flaky, ...]
) -> RunDelta | None:
    """The changes of the second night, or None; `known` are the probes that were flaky the night before."""
    comparison = compare(nights[0], *nights, flaky=flaky)
    names = {(one.of, one.name) for one in known}
    new = [one for one in flaky if (one.of, one.name) not in names]
    if comparison.quiet and comparison.same_suite and not new:
        return None
    worse = {(change.kind, change.clause) for change in comparison.regressions}
    delta = RunDelta(*runs, {})
    delta.data.update(
        before=[runs[0].id, runs[0].started_at[:16]],
        notes=[] if comparison.same_suite else [_SUITE],
        clauses=[
            _clause(delta, change, nights, worse=(change.kind, change.clause) in worse) for change in comparison.changes
        ],
        behaviour=[_behaviour(delta, what, probes) for what, probes in shifts_alike(comparison.shifts).items()],
        flaky=[*_flaky(new)],
    )
    return delta


def _clause(delta: RunDelta, change: Change, nights: tuple[Snapshot, Snapshot], *, worse: bool) -> dict[str, Any]:
    data = {"kind": change.kind.value, "clause": change.clause, "worse": worse, **_named(change.probes)}
    before, after = nights
    pairs = [
        (probe, before.failing(change.clause, probe), after.failing(change.clause, probe))
        for probe in change.probes[:_MOST_EXCHANGES]
    ]
    delta.exchanges.append((data, pairs))
    return data


def _behaviour(delta: RunDelta, what: str, probes: Sequence[str]) -> dict[str, Any]:
    data = {"what": what, **_named(probes)}
    delta.exchanges.append((data, [(probe, None, None) for probe in probes[:1]]))
    return data


def _flaky(new: Sequence[Flaky]) -> Iterator[str]:
    """Each clause with its evidence; probes whose behaviour is meant together, since there may be hundreds."""
    yield from (flaky_text(one) for one in new if one.of == "clause")
    probes = [one.name for one in new if one.of == "behaviour"]
    if probes:
        more = f" and {len(probes) - _MOST_NAMED} more" if len(probes) > _MOST_NAMED else ""
        yield f"behaviour of {', '.join(probes[:_MOST_NAMED])}{more}"


def _named(probes: Sequence[str]) -> dict[str, Any]:
    return {"probes": list(probes[:_MOST_NAMED]), "more": max(0, len(probes) - _MOST_NAMED)}
