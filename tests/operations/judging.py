"""A service of an example, judged by the suite: in memory, with every probe and property, by the example's contract."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.config.settings import load_settings
from conformance.config.targets import build_target
from conformance.engine.assembly import session_of
from conformance.engine.preparation import Preparation
from conformance.engine.traffic import about_run
from conformance.exceptions import NoVerdict
from conformance.judge.summary import summarise
from conformance.mock.memory import in_memory
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.message import Request
    from conformance.judge.summary import Summary
    from conformance.judge.verdict import Outcome
    from tests.operations.service import Service

__all__ = ["EXAMPLES", "Judged", "judge"]

EXAMPLES = Path(__file__).parents[2] / "examples"
_NOWHERE = "http://127.0.0.1:1"  # nothing is sent there


@dataclass(frozen=True)
class Judged:
    """What the suite said of a service."""

    summary: Summary
    requests: int
    withheld: dict[str, dict[str, str]]

    def clauses(self, outcome: Outcome) -> dict[str, Any]:
        """The results of the clauses with this outcome, by id."""
        return {result.clause.id: result for result in self.summary.clauses if result.outcome is outcome}


def judge(example: str, service: Service, target: Mapping[str, Any], seed: int = 1) -> Judged:
    """Judge the service at standard; AssertionError where there is no verdict."""
    contract = load_contract(EXAMPLES / example)
    settings = load_settings({"seed": seed, "fail_on": "should"}, {}, None)
    with in_memory(service) as connect:
        described = build_target(example, {"base_url": _NOWHERE, **target}, contract, environ={})
        preparation = Preparation.of(settings, described, contract, embedded=True)
        session = session_of(preparation, None, recorded=False, connect=connect)
        session.drawn = _drawn(example, seed)
        chosen = {probe.id for probe in preparation.plan.probes} | {prop.id for prop in preparation.properties}
        try:
            session.open(chosen)
            session.start(chosen)
            session.join()
        except NoVerdict as error:
            session.ledger.discard()
            raise AssertionError(str(error)) from error
        finally:
            session.sender.close()
        withheld: dict[str, dict[str, str]] = {}
        for probe in preparation.plan.probes:
            for clause in probe.clauses if probe.withheld else ():
                withheld.setdefault(clause, {})[probe.id] = probe.withheld or ""
        session.ledger.close(about_run(preparation, session, withheld=withheld).as_data())
        summary = summarise(contract.catalogue, session.verdicts, withheld, preparation.asked)
        return Judged(summary, session.sender.requests, withheld)


@cache
def _drawn(example: str, seed: int) -> dict[str, tuple[Request, ...]]:
    """What is drawn is the same for every service."""
    return {}
