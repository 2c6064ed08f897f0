"""The alarm: which failures of a probe are a change of the service, and which a flicker to be watched. Pure.

A night of a probe is how often it was sent, and how often it failed: once in the run, and again where that changed its
verdict. A night on which it did both settles nothing. Where it failed every time, and on the last settled night did
not, the service changed. Where it did both, the number of failures in tonight and the nights before is held against
a flicker of :data:`FLICKER`: a binomial tail at most :data:`RARENESS`, over any number of nights up to
:data:`WINDOW`, is an alarm. docs/nightly.md says how often that errs; benchmarks/alarm.py proves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import comb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CONFIRMATIONS", "FLICKER", "RARENESS", "WINDOW", "Sends", "Signal", "failed_before", "signal_of"]

CONFIRMATIONS = 4
"""The number of times that a changed probe is sent again in the same night."""
FLICKER = 0.05
"""The share of a probe's sendings that may fail although the service is as it was."""
RARENESS = 1e-6
"""The probability of as many failures by flicker alone, from which on they are an alarm."""
WINDOW = 14
"""Over how many nights failures are counted."""


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
