"""The nights of the probes of a service, and the alarm: which failures are a change, and which a flicker to be watched.

A night of a probe is how often it was sent, and how often it failed: once in the run, and again where that changed its
verdict. A night on which it did both settles nothing. Where it failed every time, and on the last settled night did
not, the service changed. Where it did both, the number of failures in tonight and the nights before is held against
a flicker of :data:`FLICKER`: a binomial tail at most :data:`RARENESS`, over any number of nights up to
:data:`WINDOW`, is an alarm. docs/nightly.md says how often that errs; benchmarks/alarm.py proves it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from itertools import islice, takewhile
from math import comb
from typing import TYPE_CHECKING

from conformance.history.runs import Run, Service, States, unpacked_verdicts
from conformance.history.stability import said_of
from conformance.judge.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.history.store import History

CONFIRMATIONS = 4
"""The number of times that a changed probe is sent again in the same night."""
FLICKER = 0.05
"""The share of a probe's sendings that may fail although the service is as it was."""
RARENESS = 5e-7
"""The probability of as many failures by flicker alone, from which on they are an alarm."""
WINDOW = 42
"""Over how many nights failures are counted: a fortnight of three visits a day, each of which is a night here."""


class Signal(StrEnum):
    """The result of a probe in a night."""

    QUIET = "quiet"
    """It passes, or fails as it did before."""
    WATCH = "watch"
    """It failed and passed, as it may by flicker."""
    ALARM = "alarm"
    """It fails, and did not; or it fails more often than by flicker."""


@dataclass(frozen=True, slots=True)
class Sends:
    """A probe in one night: how often it failed, and how often it was sent, once at least."""

    failed: int
    sent: int

    @property
    def settled(self) -> bool | None:
        """Whether it fails; None where it failed and passed."""
        return None if 0 < self.failed < self.sent else self.failed > 0


def failed_before(nights: Sequence[Sends]) -> bool:
    """Whether a probe failed on the last settled night before tonight."""
    return next((night.settled for night in nights[1:WINDOW] if night.settled is not None), False)


def signal_of(nights: Sequence[Sends]) -> Signal:
    """The result of a probe tonight; `nights` are those that sent it, tonight first, :data:`WINDOW` of them count."""
    tonight, *before = nights[:WINDOW]
    if not tonight.failed or failed_before(nights):
        return Signal.QUIET
    if tonight.settled:
        return Signal.ALARM
    failed = sent = 0
    for night in (tonight, *before):
        failed, sent = failed + night.failed, sent + night.sent
        if night.failed and _tail(failed, sent) <= RARENESS:
            return Signal.ALARM
    return Signal.WATCH


@cache
def _tail(failed: int, sent: int) -> float:
    """The probability of so many failures or more by flicker alone."""
    return sum(comb(sent, n) * FLICKER**n * (1 - FLICKER) ** (sent - n) for n in range(failed, sent + 1))


class Nights:
    """The nights of a service.

    A night is a run, with the runs of single probes that come after it and before the next one: of these the first
    :data:`~conformance.history.nights.CONFIRMATIONS` that sent a probe say whether it was a flicker.
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


def settled(states: States, resent: Mapping[tuple[str, str], list[Sends]]) -> States:
    """The results of a run in which a probe that failed and passed in its night is as on the last settled night.

    A clause that the run did not test stays so, whatever was sent again.
    """
    found = States(states)
    found.drew = states.drew
    for (clause, probe), nights in resent.items():
        if nights[0].settled is None and clause in found and found[clause].tested:
            outcome = Outcome.FAIL if failed_before(nights) else Outcome.PASS
            found[clause] = replace(found[clause], probes={**found[clause].probes, probe: outcome})
    return found
