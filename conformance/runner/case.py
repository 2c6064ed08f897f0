"""A case, which is one test of the suite: a clause, the probe or property that tests it, and its verdicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import pytest

from conformance.contract.clause import Clause, Level
from conformance.engine.session import FIRST_FAILURE, Session
from conformance.exceptions import ConformanceError, UsageError
from conformance.judge.summary import disagree
from conformance.judge.verdict import DISAGREEMENT, AnsweredBy, Outcome, Verdict
from conformance.report import allure_results
from conformance.report.words import answer_words, count_words, lines_to_set, probe_words, responder_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from conformance.engine.preparation import Preparation
    from conformance.report.record import Evidence

EVERYTHING = "everything-sent"
NO_TARGET = (
    "conformance.suite tests a target, and none is named: give --conformance-target NAME (of conformance.toml, "
    "or a URL), or use `conformance run`, which starts the embedded mock"
)
NOTHING_SELECTED = "nothing is selected: no clause and probe are left to test; select more or deselect less"
_SHOWN_EXCHANGES = 5


class Kind(StrEnum):
    """The kind of a case: a probe, a property, or everything sent."""

    PROBE = "probe"
    PROPERTY = "property"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Case:
    """One test.

    Attributes:
        kind: What it looks at.
        clause: None for a property, which every clause judges.
        probe: The id of the probe or property.
        title: The title of the probe or property.
        check: How the run verifies a case.
    """

    kind: Kind
    clause: Clause | None
    probe: str
    title: str
    check: Callable[[Case], None] = field(repr=False, compare=False)

    def verify(self) -> None:
        """Fail or skip the current test where the clause does not hold or could not be tested."""
        __tracebackhide__ = True
        self.check(self)

    @property
    def id(self) -> str:
        """Stable for ever: the clause and the probe."""
        return f"{self.clause.id}/{self.probe}" if self.clause else self.probe

    @property
    def headline(self) -> str:
        """Its title in reports; no other case with the same clause has it."""
        return f"{self.clause.title}: {self.title}" if self.clause else f"Generated requests: {self.title}"

    def __repr__(self) -> str:
        return self.id


def selected(preparation: Preparation, kind: Kind) -> Iterator[tuple[Clause | None, str, str]]:
    """Clause, probe and title of each case of a kind that the selection leaves, in the plan's order."""
    makers = {Kind.PROBE: _probes, Kind.PROPERTY: _properties, Kind.EVERYTHING: _everything}
    yield from makers[kind](preparation)


def check_selection(preparation: Preparation) -> None:
    """Raise UsageError where the selection leaves nothing that would be sent."""
    if not any(True for kind in (Kind.PROBE, Kind.PROPERTY) for _ in selected(preparation, kind)):
        raise UsageError(NOTHING_SELECTED)


def _probes(preparation: Preparation) -> Iterator[tuple[Clause, str, str]]:
    catalogue = preparation.contract.catalogue
    for probe in preparation.plan.probes:
        for clause in probe.clauses if probe.id in preparation.chosen else ():
            if clause in preparation.clauses:
                yield catalogue[clause], probe.id, probe.title


def _properties(preparation: Preparation) -> Iterator[tuple[None, str, str]]:
    for prop in preparation.properties:
        asked = prop.id in preparation.chosen and preparation.clauses & set(prop.clauses)
        if asked and prop.promised(preparation.profile):
            yield None, prop.id, prop.title


def _everything(preparation: Preparation) -> Iterator[tuple[Clause, str, str]]:
    for clause in preparation.contract.catalogue:
        if clause.level is not Level.SILENT and clause.id in preparation.clauses:
            yield clause, EVERYTHING, "in whatever else was sent"


class Cases:
    """The cases of a run, and the verdicts of each.

    Attributes:
        chosen: The cases that pytest's own options leave.
        disagreements: The ids of failed cases in which document and deployment disagree.
        accepted: The ids of failed cases that the baseline or the edition accepts, with the reasons.
    """

    def __init__(self, preparation: Preparation, session: Session) -> None:
        self.chosen: list[Case] = []
        self.disagreements: set[str] = set()
        self.accepted: dict[str, str] = {}
        self._preparation = preparation
        self._session = session
        self._properties = {prop.id: prop for prop in preparation.properties}
        self._gated = preparation.clauses - set(preparation.gate_policy.not_testable or {})

    def of(self, kind: Kind) -> list[Case]:
        """The cases of a kind that may be collected."""
        return [Case(kind, *parts, self.verify) for parts in selected(self._preparation, kind)]

    def verify(self, case: Case) -> None:
        """Wait for the verdicts of a case; fail or skip the current test, in words for its user."""
        __tracebackhide__ = True
        try:
            verdicts = list(self._verdicts(case))
        except ConformanceError as error:
            pytest.exit(str(error), returncode=error.exit_code)
        failures = [verdict for verdict in verdicts if verdict.outcome is Outcome.FAIL]
        disagrees = disagree(failures)
        self.disagreements |= {case.id} if disagrees else set()
        why_accepted = self._preparation.why_accepted(failures)
        allure_results.describe(
            case.clause,
            case.probe,
            case.title,
            self._evidence(failures or verdicts),
            document=self._preparation.contract.catalogue.title,
            tags=[*([DISAGREEMENT] if disagrees else []), *(["accepted"] if why_accepted else [])],
            variables=self._preparation.variables,
        )
        messages = list(self._failure_messages(case, failures))
        if why_accepted:
            broken = dict.fromkeys(message.partition("\n")[0] for message in messages)
            self.accepted[case.id] = "\n".join([why_accepted, *broken])
        if failures:
            pytest.fail("\n\n".join(messages), pytrace=False)
        if not any(verdict.outcome is not Outcome.NOT_TESTED for verdict in verdicts):
            pytest.skip(self._why_not(case, verdicts))

    @property
    def deselected(self) -> set[str]:
        """The clauses that leave the gate because the selection left them out."""
        in_play = {case.clause.id for case in self.chosen if case.clause and case.kind == Kind.PROBE}
        in_play |= {verdict.clause for verdict in self._session.verdicts}
        partly = bool(self._preparation.settings.probe) or self._left_out
        every = self._preparation.contract.catalogue.by_id.keys()
        return set(self._preparation.gate_policy.deselected) | (every - in_play if partly else set())

    @property
    def withheld(self) -> dict[str, dict[str, str]]:
        """The probes of each clause that were not sent, with the reasons."""
        withheld: dict[str, dict[str, str]] = {}
        for case in self.chosen:
            probe = self._preparation.plan.by_id.get(case.probe)
            if case.clause and probe and probe.withheld:
                withheld.setdefault(case.clause.id, {})[probe.id] = probe.withheld
        return withheld

    @property
    def narrowed(self) -> bool:
        """Whether the command line selected only some probes, clauses or tests: no run to compare others with."""
        settings = self._preparation.settings
        some = any(settings.source(name).startswith("--") for name in ("probe", "select", "deselect"))
        return some or self._left_out

    @property
    def _left_out(self) -> bool:
        """Whether cases were deselected by pytest's own options."""
        collected = {case.id for kind in Kind for case in self.of(kind)}
        return not collected <= {case.id for case in self.chosen}

    def _verdicts(self, case: Case) -> Iterator[Verdict]:
        """The verdicts of a case; those of a probe's other clauses belong to the cases over everything sent."""
        if case.kind != Kind.EVERYTHING:
            sent = self._session.result(case.probe)
            wanted = {case.clause.id} if case.clause else self._gated
            for verdict in sent.verdicts if sent else ():
                if verdict.clause in wanted:
                    yield verdict
            return
        self._session.join()
        own = {(other.clause.id, other.probe) for other in self.chosen if other.clause and other.kind == Kind.PROBE}
        for verdict in self._session.verdicts:
            about = case.clause is not None and verdict.clause == case.clause.id
            if about and (verdict.clause, verdict.probe) not in own and verdict.probe not in self._properties:
                yield verdict

    def _evidence(self, verdicts: Iterable[Verdict]) -> list[Evidence]:
        numbers = list(dict.fromkeys(verdict.exchange for verdict in verdicts))[:_SHOWN_EXCHANGES]
        known = self._session.recorder.evidence
        return [found for number in numbers if (found := known.get(number))]

    def _failure_messages(self, case: Case, failures: list[Verdict]) -> Iterator[str]:
        catalogue = self._preparation.contract.catalogue
        for verdict in failures[:_SHOWN_EXCHANGES]:
            yield failure_message(
                catalogue[verdict.clause],
                verdict,
                self._title(verdict.probe),
                self._preparation.reproduce(verdict),
                self._session.recorder.evidence.get(verdict.exchange),
                variables=self._preparation.variables,
            )
        if len(failures) > _SHOWN_EXCHANGES:
            # Of a property's failures each is of another clause, of others each is of another probe.
            more = [verdict.probe if case.clause else verdict.clause for verdict in failures[_SHOWN_EXCHANGES:]]
            yield f"and {count_words(len(more), 'more failure')} ({case.id}): {probe_words(more)}"

    def _title(self, probe: str) -> str:
        if probe in self._properties:
            return self._properties[probe].title
        found = self._preparation.plan.by_id.get(probe)
        return found.title if found else probe

    def _why_not(self, case: Case, verdicts: list[Verdict]) -> str:
        if verdicts:
            return verdicts[0].message
        if case.kind is Kind.EVERYTHING:
            return "no other request tests it"
        probe = self._preparation.plan.by_id.get(case.probe) or self._properties.get(case.probe)
        unsent = FIRST_FAILURE if self._session.ended else "nothing that was sent tests it"
        return (probe.withheld if probe else None) or unsent


def failure_message(
    clause: Clause,
    verdict: Verdict,
    title: str,
    reproduce: str,
    evidence: Evidence | None,
    *,
    variables: Mapping[str, str] | None = None,
) -> str:
    """Several lines; the first is `LEVEL CLAUSE: message`. `variables` holds the source of each.

    The answer stands early: JUnit's viewers show the first 500 characters.
    """
    apart = f": {DISAGREEMENT}" if verdict.answered_by is AnsweredBy.GATEWAY else ""
    lines = [
        f"{clause.level} {clause.id}: {verdict.message}",
        f"  sent         {title} ({verdict.probe})",
        f"  accepted     {' | '.join(verdict.accepted)}",
        f"  got          {verdict.got}, {responder_words(verdict, evidence)}{apart}",
        *([f"  answer       {answer_words(evidence)}"] if evidence else []),
        f"  promise      {clause.title}",
        f"  quote        {' '.join(clause.quote.split())[:200]} ({clause.section}, {clause.basis})",
        f"  reproduce    {reproduce}",
    ]
    if evidence is not None:
        lines += [f"  set          {line}" for line in lines_to_set(variables or {}, [evidence.curl])]
        lines.append(f"  exchange     {evidence.curl}")
    return "\n".join(lines)
