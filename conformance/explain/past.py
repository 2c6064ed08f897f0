"""The past of a clause, a probe or a property: what the runs of a history say of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.history.runs import unpacked_verdicts
from conformance.judge.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.history.runs import ClauseState, Run
    from conformance.history.store import History

__all__ = ["Past", "Seen"]

_RUNS = 5
_FEW = 3


@dataclass(frozen=True)
class Seen:
    """A verdict of a run.

    Attributes:
        run: the run's id.
        at: when it started (ISO 8601, UTC).
        target: the target's name.
        verdict: of the clause, or of the clauses that a probe tests.
        by: the probes that failed the clause, or the clauses that the probe failed.

    """

    run: str
    at: str
    target: str
    verdict: Outcome
    by: tuple[str, ...]


class Past:
    """The newest runs of a target, or of all, that have a verdict and were asked this operation.

    known: whether there is any.
    """

    def __init__(self, history: History, operation: str, target: str | None = None) -> None:
        newest = [run for run in history.runs(target, judged=True) if run.operation == operation][:_RUNS]
        self.known = bool(newest)
        self._runs: list[tuple[Run, Mapping[str, ClauseState]]] = [
            (run, unpacked_verdicts(history.document(run.verdicts))) for run in newest
        ]

    def of_clause(self, clause: str) -> tuple[Seen, ...]:
        """The verdicts of a clause, the newest first."""
        return tuple(
            _seen(run, states[clause].outcome, sorted(states[clause].failed | states[clause].found))
            for run, states in self._runs
            if clause in states
        )

    def of_probe(self, probe: str) -> tuple[Seen, ...]:
        """The verdicts of a probe; of a property only those where it failed a clause, since no others are kept."""
        found = []
        for run, states in self._runs:
            spoken: dict[Outcome, list[str]] = defaultdict(list)
            for clause, state in states.items():
                if probe in state.found:
                    spoken[Outcome.FAIL].append(clause)
                elif probe in state.probes:
                    spoken[state.probes[probe]].append(clause)
            worst = next((one for one in (Outcome.FAIL, Outcome.PASS, *Outcome) if one in spoken), None)
            if worst is not None:
                found.append(_seen(run, worst, spoken[Outcome.FAIL]))
        return tuple(found)


def _seen(run: Run, verdict: Outcome, by: list[str]) -> Seen:
    more = (f"and {len(by) - _FEW} more",) if len(by) > _FEW else ()
    return Seen(run.id, run.started_at, run.target, verdict, (*by[:_FEW], *more))
