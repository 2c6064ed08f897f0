"""The nights of the probes of a service: what a run said, and what was said when the same was sent again after it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from conformance.history.alarm import CONFIRMATIONS, WINDOW, Sends, failed_before
from conformance.history.runs import States, unpacked_verdicts
from conformance.history.stability import said_of
from conformance.judge.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.history.runs import ClauseState, Run, Service
    from conformance.history.store import History

__all__ = ["Nights", "settled"]


class Nights:
    """The nights of a service.

    A night is a run, with the runs of single probes that come after it and before the next one: of these the first
    :data:`~conformance.history.alarm.CONFIRMATIONS` that sent a probe say whether it was a flicker.
    """

    def __init__(self, history: History, service: Service) -> None:
        self._states = cache(lambda digest: unpacked_verdicts(history.document(digest)))
        self._nights: list[list[Run]] = []
        for one in reversed(history.runs(service=service, judged=True)):
            if one.narrowed and self._nights:
                self._nights[-1].append(one)
            else:
                self._nights.append([one])

    def resent(self, run: Run) -> dict[tuple[str, str], list[Sends]]:
        """The nights of each clause and probe that a run speaks of, and that was sent again after it; its own first.

        Those before count as far as the same suite judged them.
        """
        mine = next((place for place, night in enumerate(self._nights) if night[0].id == run.id), None)
        if mine is None or len(self._nights[mine]) == 1:
            return {}
        before = reversed(self._nights[: mine + 1])
        nights = [*islice(takewhile(lambda night: night[0].suite == run.suite, before), WINDOW)]
        tonight = [self._states(one.verdicts) for one in nights[0]]
        pairs = {
            (clause, probe)
            for states in tonight
            for clause, state in states.items()
            for probe in state.probes
            if any(_says(again, clause, probe) for again in tonight[1:]) and _says(tonight[0], clause, probe)
        }
        return {pair: [*self._sends(nights, *pair)] for pair in sorted(pairs)}

    def _sends(self, nights: Iterable[Sequence[Run]], clause: str, probe: str) -> Iterator[Sends]:
        for night in nights:
            said = (said_of(self._states(one.verdicts), clause, probe, alike=False) for one in night)
            known = [*islice((failed for failed in said if failed is not None), 1 + CONFIRMATIONS)]
            if known:
                yield Sends(sum(known), len(known))


def _says(states: States, clause: str, probe: str) -> bool:
    return said_of(states, clause, probe, alike=False) is not None


def settled(states: Mapping[str, ClauseState], resent: Mapping[tuple[str, str], list[Sends]]) -> States:
    """The results of a run in which a probe that failed and passed in its night is as on the last settled night."""
    found = States(states)
    for (clause, probe), nights in resent.items():
        if nights[0].settled is None and clause in found:
            outcome = Outcome.FAIL if failed_before(nights) else Outcome.PASS
            found[clause] = replace(found[clause], probes={**found[clause].probes, probe: outcome})
    return found
