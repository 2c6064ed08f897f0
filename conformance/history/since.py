"""Since when something fails: the first run that had it, and the last before that had not.

Nights in which it was not tested say nothing, and runs that broke off are left out. What properties find depends on the
night, so that it has no first one; the clause has.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from conformance.history.verdicts import unpacked_verdicts
from conformance.judge.verdict import Outcome
from conformance.report.record import Since, Time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.history.entry import Run
    from conformance.history.store import History
    from conformance.history.verdicts import ClauseState

__all__ = ["since_when"]

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
