"""Runs the probes of the suite against an application, in this process and without reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.config.settings import load_settings
from conformance.engine.preparation import Preparation
from conformance.judge.summary import Conclusion, Summary, summarise
from conformance.judge.verdict import Outcome
from conformance.runner.embedded import embedded_target
from conformance.spec import load_contract

if TYPE_CHECKING:
    from conformance.mock import Application

__all__ = ["Judged", "judge_application"]


@dataclass(frozen=True)
class Judged:
    """What the probes found."""

    summary: Summary
    requests: int

    @property
    def conclusion(self) -> Conclusion:
        """The verdict on the target."""
        return self.summary.conclusion

    def clauses(self, outcome: Outcome) -> set[str]:
        """The ids of the clauses with this outcome."""
        return {result.clause.id for result in self.summary.clauses if result.outcome is outcome}

    @property
    def failed(self) -> set[str]:
        """The ids of the clauses that failed."""
        return self.clauses(Outcome.FAIL)


def judge_application(application: Application | None = None, **options: object) -> Judged:
    """Judge an application that has the mock's fixtures, or the mock itself; `options` are those of a run."""
    settings = load_settings({"seed": 1, **options}, {}, None)
    with embedded_target(application) as target:
        preparation = Preparation.of(settings, target, load_contract(), embedded=True)
        session = preparation.session(None)
        probes = {probe.id for probe in preparation.plan.probes}
        try:
            session.open(probes)
            session.start(probes)
            session.join()
        finally:
            session.sender.close()
        withheld: dict[str, dict[str, str]] = {}
        for probe in preparation.plan.probes:
            for clause in probe.clauses if probe.withheld else ():
                withheld.setdefault(clause, {})[probe.id] = probe.withheld or ""
        summary = summarise(preparation.contract.catalogue, session.verdicts, withheld, preparation.asked)
    return Judged(summary, session.sender.requests)
