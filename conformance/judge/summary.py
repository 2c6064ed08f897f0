"""The sum of a run: each clause's verdict over all exchanges, and the verdict on the target."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from conformance.contract.clause import Catalogue, Clause, Edition, Level
from conformance.judge.verdict import GENERATED, AnsweredBy, Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    Pair: TypeAlias = tuple[str, str]

LACKING = "the description has no "
"""The beginning of the reasons that an entry in the target description removes."""

NOTHING_SENT = "nothing was sent that tests it"
"""The reason where there is no other."""


class Conclusion(StrEnum):
    """The verdict on the target."""

    CONFORMANT = "conformant"
    PARTIAL = "partial"
    NON_CONFORMANT = "non-conformant"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """A clause's verdict.

    Attributes:
        clause: the clause.
        outcome: its verdict over all exchanges.
        checked: how many exchanges passed, failed or were recorded.
        reason: why it was not tested.
        withheld: its probes that were not sent.
        failures: the verdicts that fail it.
        excused: whether it leaves the gate: deselected, or declared not testable.
        probes: the outcome of each probe and property; fail where any exchange failed. Where a refusal showed only
            that the clause is not broken, there is none.
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
class GatePolicy:
    """The failures that stop a release.

    Attributes:
        deselected: clauses that were not selected.
        not_testable: clauses declared not testable, with the reasons.
        fail_on: the lowest level that gates; must always does.
        accepted: pairs of a clause and a probe that may fail it: a baseline.
        edition: the edition by which clauses count; None for today's catalogue.
    """

    deselected: Collection[str] = ()
    not_testable: Mapping[str, str] | None = None
    fail_on: Level = Level.MUST
    accepted: Collection[tuple[str, str]] = ()
    edition: Edition | None = None

    def level(self, clause: Clause) -> Level:
        """The level at which the clause counts; silent where it only informs."""
        return self.edition.levels.get(clause.id, Level.SILENT) if self.edition else clause.level

    @property
    def gated(self) -> frozenset[Level]:
        """The levels of the clauses that stop a release."""
        return frozenset({Level.MUST, self.fail_on})


@dataclass(frozen=True, slots=True)
class Summary:
    """The verdict of a run.

    Attributes:
        clauses: every clause's result, in the catalogue's order.
        conclusion: the verdict on the target.
        gating: the failed clauses that stop a release.
        untested: the must clauses without a verdict.
        edition: the edition by which clauses count; None for today's catalogue.
    """

    clauses: tuple[ClauseResult, ...]
    conclusion: Conclusion
    gating: tuple[str, ...]
    untested: tuple[str, ...]
    edition: Edition | None = None

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
        """The number of clauses with this outcome."""
        return sum(result.outcome is outcome for result in self.clauses)


def summarise(
    catalogue: Catalogue,
    verdicts: Iterable[Verdict],
    withheld: Mapping[str, Mapping[str, str]],
    policy: GatePolicy,
    *,
    complete: bool = True,
) -> Summary:
    """Add up `verdicts`; `withheld` maps a clause to its probes that were not sent, with the reasons."""
    by_clause: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        by_clause[verdict.clause].append(verdict)
    results = tuple(
        replace(
            _result(clause, by_clause[clause.id], withheld.get(clause.id, {}), policy),
            probes=_by_probe(by_clause[clause.id]),
        )
        for clause in catalogue
    )
    gating = tuple(
        result.clause.id
        for result in results
        if any(gates(result.clause, failure, policy) for failure in result.failures)
    )
    untested = tuple(
        result.clause.id
        for result in results
        if result.outcome is Outcome.NOT_TESTED and policy.level(result.clause) is Level.MUST and not result.excused
    )
    conclusion = _conclude(results, policy, failed=bool(gating), complete=complete and not untested)
    return Summary(results, conclusion, gating, untested, policy.edition)


def gates(clause: Clause, verdict: Verdict, policy: GatePolicy) -> bool:
    """Whether this verdict on the clause stops a release: a failure of a gating clause that is not accepted."""
    excused = clause.id in policy.deselected or clause.id in (policy.not_testable or {})
    failed = verdict.outcome is Outcome.FAIL and policy.level(clause) in policy.gated
    return failed and not excused and not accepts(policy.accepted, clause.id, verdict.probe)


def accepts(accepted: Collection[tuple[str, str]], clause: str, probe: str) -> bool:
    """Whether a failure is accepted: the pair is, or it was generated and something of this clause is.

    Generated requests differ from run to run, and any property may meet an accepted deviation.
    """
    return (clause, probe) in accepted or (probe.startswith(GENERATED) and any(one == clause for one, _ in accepted))


def _by_probe(verdicts: Iterable[Verdict]) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    for verdict in verdicts:
        if verdict.held:
            continue
        before = found.get(verdict.probe)
        if before in {None, Outcome.NOT_TESTED} or verdict.outcome is Outcome.FAIL:
            found[verdict.probe] = verdict.outcome
    return found


def _result(clause: Clause, verdicts: list[Verdict], withheld: Mapping[str, str], policy: GatePolicy) -> ClauseResult:
    not_testable = (policy.not_testable or {}).get(clause.id)
    if clause.id in policy.deselected:
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
    # What the run withheld comes before what the description lacks: only the second is fixed by declaring it.
    kept_back = sorted(withheld.values(), key=lambda reason: reason.startswith(LACKING))
    reasons = [*(verdict.message for verdict in verdicts), *kept_back, NOTHING_SENT]
    return ClauseResult(clause, Outcome.NOT_TESTED, 0, next(filter(None, reasons)), names, ())


def _conclude(results: tuple[ClauseResult, ...], policy: GatePolicy, *, failed: bool, complete: bool) -> Conclusion:
    if failed:
        return Conclusion.NON_CONFORMANT
    if not complete or not any(result.checked for result in results):
        return Conclusion.INCOMPLETE
    left_out = any(
        result.excused
        or (result.outcome in {Outcome.NOT_TESTED, Outcome.FAIL} and policy.level(result.clause) in policy.gated)
        for result in results
    )
    if policy.edition:
        left_out = left_out or any(level in policy.gated for level in policy.edition.lost.values())
    return Conclusion.PARTIAL if left_out else Conclusion.CONFORMANT


def disagree(failures: Iterable[Verdict]) -> bool:
    """Whether all of these failures are the gateway's: the deployment breaks the document, not the service."""
    return {failure.answered_by for failure in failures} == {AnsweredBy.GATEWAY}


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

    A pair that was not tested this time is none of the four. Nor is a property that passed, since it sent something
    else.
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
