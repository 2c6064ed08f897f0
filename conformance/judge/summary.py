"""The sum of a run: each clause's verdict over all exchanges, and the verdict on the target."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from conformance.contract.clause import Level
from conformance.judge.speaker import disagree
from conformance.judge.verdict import GENERATED, Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from conformance.contract.clause import Catalogue, Clause
    from conformance.judge.verdict import Verdict

__all__ = ["LACKING", "Asked", "ClauseResult", "Conclusion", "Summary", "accepts", "gates", "summarise"]

LACKING = "the description has no "
"""How reasons begin that a user mends, or declares, in the target description."""


class Conclusion(StrEnum):
    """The verdict on the target."""

    CONFORMANT = "conformant"
    PARTIAL = "partial"
    NON_CONFORMANT = "non-conformant"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """A clause's verdict. `checked` counts the exchanges that passed, failed or were recorded.

    `reason` says why it was not tested; `withheld` lists its probes that were not sent, `excused` that a clause that
    was not tested leaves the gate (deselected, or declared not testable). `probes` says what each probe and property
    proved of it: fail where any of its exchanges failed, not tested where none could test it.
    """

    clause: Clause
    outcome: Outcome
    checked: int
    reason: str | None
    withheld: tuple[str, ...]
    failures: tuple[Verdict, ...]
    excused: bool = False
    probes: Mapping[str, Outcome] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user left out: clauses that were not selected, and those declared not testable with the reason.

    `accepted` are pairs of a clause and a probe that may fail it: a baseline.
    """

    deselected: Collection[str] = ()
    not_testable: Mapping[str, str] | None = None
    fail_on: Level = Level.MUST
    accepted: Collection[tuple[str, str]] = ()

    @property
    def gated(self) -> frozenset[Level]:
        """The levels of the clauses that stop a release."""
        return frozenset({Level.MUST, self.fail_on})


@dataclass(frozen=True, slots=True)
class Summary:
    """Every clause's result, in the catalogue's order, and what follows: the conclusion and the gate.

    `gating` are the failed clauses that stop a release, `untested` the must clauses without a verdict.
    """

    clauses: tuple[ClauseResult, ...]
    conclusion: Conclusion
    gating: tuple[str, ...]
    untested: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """1 where a gating clause failed, 3 where there is no verdict, else 0 (docs/interface.md)."""
        if self.gating:
            return 1
        return 3 if self.conclusion is Conclusion.INCOMPLETE else 0

    @property
    def disagreements(self) -> tuple[str, ...]:
        """The failed clauses of which the gateway's answers are the only failures: document and deployment disagree."""
        return tuple(result.clause.id for result in self.clauses if result.failures and disagree(result.failures))

    def count(self, outcome: Outcome) -> int:
        """How many clauses have this outcome."""
        return sum(result.outcome is outcome for result in self.clauses)


def summarise(
    catalogue: Catalogue,
    verdicts: Iterable[Verdict],
    withheld: Mapping[str, Mapping[str, str]],
    asked: Asked,
    *,
    complete: bool = True,
) -> Summary:
    """Add up `verdicts`; `withheld` maps a clause to its probes that were not sent, with the reasons."""
    by_clause: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        by_clause[verdict.clause].append(verdict)
    results = tuple(
        replace(
            _result(clause, by_clause[clause.id], withheld.get(clause.id, {}), asked),
            probes=_by_probe(by_clause[clause.id]),
        )
        for clause in catalogue
    )
    gating = tuple(
        result.clause.id
        for result in results
        if any(gates(result.clause, failure, asked) for failure in result.failures)
    )
    untested = tuple(
        result.clause.id
        for result in results
        if result.outcome is Outcome.NOT_TESTED and result.clause.level is Level.MUST and not result.excused
    )
    conclusion = _conclude(results, asked.gated, failed=bool(gating), complete=complete and not untested)
    return Summary(results, conclusion, gating, untested)


def gates(clause: Clause, verdict: Verdict, asked: Asked) -> bool:
    """Whether this verdict on the clause stops a release: a failure that was asked about and is not accepted."""
    excused = clause.id in asked.deselected or clause.id in (asked.not_testable or {})
    failed = verdict.outcome is Outcome.FAIL and clause.level in asked.gated
    return failed and not excused and not accepts(asked.accepted, clause.id, verdict.probe)


def accepts(accepted: Collection[tuple[str, str]], clause: str, probe: str) -> bool:
    """Whether a failure is accepted: the pair is, or it was generated and something of this clause is.

    What is generated differs from run to run, and meets an accepted deviation by whichever property comes along.
    """
    return (clause, probe) in accepted or (probe.startswith(GENERATED) and any(one == clause for one, _ in accepted))


def _by_probe(verdicts: Iterable[Verdict]) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    for verdict in verdicts:
        before = found.get(verdict.probe)
        if before in {None, Outcome.NOT_TESTED} or verdict.outcome is Outcome.FAIL:
            found[verdict.probe] = verdict.outcome
    return found


def _result(clause: Clause, verdicts: list[Verdict], withheld: Mapping[str, str], asked: Asked) -> ClauseResult:
    not_testable = (asked.not_testable or {}).get(clause.id)
    if clause.id in asked.deselected:
        return ClauseResult(clause, Outcome.NOT_TESTED, 0, "deselected", (), (), excused=True)
    failures = tuple(verdict for verdict in verdicts if verdict.outcome is Outcome.FAIL)
    checked = sum(verdict.outcome is not Outcome.NOT_TESTED for verdict in verdicts)
    if not_testable is not None and not failures:
        return ClauseResult(
            clause, Outcome.NOT_TESTED, 0, f"declared not testable: {not_testable}", (), (), excused=True
        )
    names = tuple(sorted(withheld))
    if failures:
        return ClauseResult(clause, Outcome.FAIL, checked, None, names, failures, excused=not_testable is not None)
    if checked:
        outcome = Outcome.RECORDED if clause.level is Level.SILENT else Outcome.PASS
        return ClauseResult(clause, outcome, checked, None, names, ())
    # What the run withheld comes before what the description lacks: only the second is mended by declaring it.
    kept_back = sorted(withheld.values(), key=lambda reason: reason.startswith(LACKING))
    reasons = [*(verdict.message for verdict in verdicts), *kept_back, "nothing was sent that tests it"]
    return ClauseResult(clause, Outcome.NOT_TESTED, 0, next(filter(None, reasons)), names, ())


def _conclude(
    results: tuple[ClauseResult, ...], gated: Collection[Level], *, failed: bool, complete: bool
) -> Conclusion:
    if failed:
        return Conclusion.NON_CONFORMANT
    if not complete or not any(result.checked for result in results):
        return Conclusion.INCOMPLETE
    left_out = any(
        result.excused or (result.outcome in {Outcome.NOT_TESTED, Outcome.FAIL} and result.clause.level in gated)
        for result in results
    )
    return Conclusion.PARTIAL if left_out else Conclusion.CONFORMANT
