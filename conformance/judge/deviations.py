"""Deviations: what fails, held against what was accepted to fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from conformance.judge.summary import accepts
from conformance.judge.verdict import GENERATED, Outcome

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.judge.summary import Summary

    Pair: TypeAlias = tuple[str, str]

__all__ = ["Deviations", "weigh"]


@dataclass(frozen=True, slots=True)
class Deviations:
    """Pairs of clause and probe (or property), in the catalogue's order.

    Attributes:
        accepted: Failing, and accepted.
        new: Failing the gate, and in no baseline.
        expired: Failing, and the acceptance has expired.
        fixed: In the baseline, and passed.

    """

    accepted: tuple[Pair, ...] = ()
    new: tuple[Pair, ...] = ()
    expired: tuple[Pair, ...] = ()
    fixed: tuple[Pair, ...] = ()

    @property
    def stale(self) -> bool:
        """Whether the baseline needs an edit: an entry has expired or is fixed."""
        return bool(self.expired or self.fixed)


def weigh(summary: Summary, accepted: Collection[Pair], expired: Collection[Pair]) -> Deviations:
    """Hold a summary against a baseline; `expired` are its entries whose last day has passed.

    What was not tested this time is none of the four; nor is a property that passed, since it sent something else.
    """
    proved = {
        (result.clause.id, probe): outcome
        for result in summary.clauses
        if not result.excused
        for probe, outcome in result.probes.items()
    }
    failing = [pair for pair, outcome in proved.items() if outcome is Outcome.FAIL]
    known = {*accepted, *expired}
    return Deviations(
        accepted=tuple(pair for pair in failing if accepts(accepted, *pair)),
        new=tuple(pair for pair in failing if not accepts(known, *pair) and pair[0] in summary.gating),
        expired=tuple(pair for pair in failing if pair in set(expired)),
        fixed=tuple(
            pair
            for pair, outcome in proved.items()
            if pair in known and outcome is Outcome.PASS and not pair[1].startswith(GENERATED)
        ),
    )
