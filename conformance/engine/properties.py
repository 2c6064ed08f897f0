"""Properties at work: drawn while the probes are on their way, sent side by side, shrunk where one fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.facts import facts_of
from conformance.engine.scheduler import Job, run_jobs
from conformance.judge.verdict import Outcome, Verdict
from conformance.plan.generation import collect, shrink
from conformance.plan.properties import PROPERTIES, Property

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from collections.abc import Set as AbstractSet
    from typing import Any

    from conformance.contract.message import Exchange, Request
    from conformance.plan.families import Family
    from conformance.plan.inventory import Inventory, Profile

__all__ = ["PropertyRunner"]

_SHRUNK_CLAUSES = 5


class PropertyRunner:
    """Runs the chosen properties; `send` makes an exchange and `judge` its verdicts.

    `forget` is told the numbers of the exchanges that nothing is to be said of.
    """

    def __init__(
        self,
        chosen: Collection[str],
        inventory: Inventory,
        openapi: Mapping[str, Any],
        profile: Profile,
        *,
        send: Callable[[str, Request], Exchange],
        judge: Callable[[Exchange], tuple[Verdict, ...]],
        forget: Callable[[AbstractSet[int]], None],
    ) -> None:
        self.properties = tuple(prop for prop in PROPERTIES if prop.id in chosen and prop.examples(profile))
        self._inventory = inventory
        self._openapi = openapi
        self._profile = profile
        self._send = send
        self._judge = judge
        self._forget = forget
        self._families: dict[str, Family] = {}
        self._drawn: dict[str, tuple[Request, ...]] = {}
        self._judged: dict[tuple[str, Request], tuple[Verdict, ...]] = {}

    def draw(self) -> None:
        """Make the requests of every property; sends nothing."""
        for prop in self.properties:
            family = self._families[prop.id] = prop.family(self._inventory, self._openapi)
            self._drawn[prop.id] = collect(prop.id, family, self._inventory, prop.examples(self._profile))

    def send_all(self, workers: int) -> None:
        """Send what was drawn, several at a time."""
        jobs = [self._job(prop, request) for prop in self.properties for request in self._drawn[prop.id]]
        run_jobs(jobs, self._try, workers)

    def _try(self, work: tuple[Property, Request]) -> None:
        self._verdicts(*work)

    def conclude(self, prop: Property) -> list[Verdict]:
        """The verdicts of a property; of the failures of a clause only the simplest, found by sending more."""
        verdicts = [verdict for request in self._drawn[prop.id] for verdict in self._judged[prop.id, request]]
        failures = [verdict for verdict in verdicts if verdict.outcome is Outcome.FAIL]
        kept = [verdict for verdict in verdicts if verdict.outcome is not Outcome.FAIL]
        for count, clause in enumerate(dict.fromkeys(verdict.clause for verdict in failures)):
            simplest = self._simplest(prop, clause) if count < _SHRUNK_CLAUSES else None
            kept.append(simplest or next(verdict for verdict in failures if verdict.clause == clause))
        shown = {verdict.exchange for verdict in kept if verdict.outcome is Outcome.FAIL}
        own = [verdict for (name, _), found in self._judged.items() if name == prop.id for verdict in found]
        self._forget({verdict.exchange for verdict in own} - shown)
        return kept

    def _simplest(self, prop: Property, clause: str) -> Verdict | None:
        def fails(request: Request) -> bool:
            return _failure(self._verdicts(prop, request), clause) is not None

        number = prop.examples(self._profile)
        request = shrink(prop.id, self._families[prop.id], self._inventory, number, fails)
        return None if request is None else _failure(self._judged[prop.id, request], clause)

    def _verdicts(self, prop: Property, request: Request) -> tuple[Verdict, ...]:
        """What an exchange of this request proves; the same request is sent once."""
        key = (prop.id, request)
        if key not in self._judged:
            exchange = self._send(prop.id, request)
            found = self._judged[key] = self._judge(exchange)
            if not any(verdict.outcome is Outcome.FAIL for verdict in found):
                self._forget({exchange.number})
        return self._judged[key]

    def _job(self, prop: Property, request: Request) -> Job[tuple[Property, Request]]:
        facts = facts_of(request, self._inventory.surroundings)
        return Job((prop, request), facts.id if facts.succeeds else None)


def _failure(verdicts: tuple[Verdict, ...], clause: str) -> Verdict | None:
    failures = (verdict for verdict in verdicts if verdict.clause == clause and verdict.outcome is Outcome.FAIL)
    return next(failures, None)
