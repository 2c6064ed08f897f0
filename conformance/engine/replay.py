"""Replay: what failed in an earlier run goes out first, and what this run found is kept for the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.examples import Example
from conformance.judge.verdict import Outcome, Verdict
from conformance.plan.generation import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.contract.message import Request
    from conformance.examples import ExampleStore
    from conformance.plan.fixtures import TargetFixtures

__all__ = ["Replay"]


class Replay:
    """The examples `saved` in `store`; without a store nothing is replayed and nothing kept."""

    def __init__(
        self, fixtures: TargetFixtures, store: ExampleStore | None = None, *, saved: Iterable[Example] = ()
    ) -> None:
        self._store = store
        self._saved = tuple(example for example in saved if safe(example.request, fixtures))

    @property
    def trouble(self) -> str | None:
        """What could not be written, or None."""
        return self._store.trouble if self._store else None

    def requests(self, prop: str) -> tuple[Request, ...]:
        """What to send again for a property, as far as the safety policy allows it today; each once."""
        return tuple(dict.fromkeys(example.request for example in self._saved if example.property == prop))

    def conclude(self, prop: str, found: Mapping[Request, tuple[Verdict, ...]], shown: Mapping[str, Request]) -> None:
        """Drop the examples of a property that pass again, and keep the request `shown` for each clause that failed.

        `found` has the verdicts of whatever was sent. An example that proved nothing, unanswered for instance, stays.
        """
        if self._store is None:
            return
        for example in self._saved:
            if example.property == prop and _passes(example.clause, found.get(example.request, ())):
                self._store.drop(example)
        for clause, request in shown.items():
            self._store.save(Example(prop, clause, request))


def _passes(clause: str, verdicts: Iterable[Verdict]) -> bool:
    """Whether an answer came, and the clause has nothing against it, or nothing to say of it any more."""
    outcomes = {verdict.outcome for verdict in verdicts}
    own = {verdict.outcome for verdict in verdicts if verdict.clause == clause}
    return Outcome.PASS in outcomes and not own & {Outcome.FAIL, Outcome.NOT_TESTED}
