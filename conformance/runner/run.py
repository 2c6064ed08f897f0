"""A run under pytest: what a test asks of it, and what is left to say when all tests are done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.engine.concurrency import run_apart
from conformance.engine.rejudge import about_run
from conformance.engine.session import FIRST_FAILURE
from conformance.exceptions import ConformanceError
from conformance.judge.speaker import disagree
from conformance.judge.summary import summarise
from conformance.judge.verdict import DISAGREEMENT, Outcome, Verdict
from conformance.report import allure_results
from conformance.report.record import RunRecord
from conformance.report.text_report import probe_words
from conformance.runner.case import Case, Kind, cases_of
from conformance.runner.message import failure_message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from conformance.engine.preparation import Preparation
    from conformance.engine.session import Session
    from conformance.report.record import About

__all__ = ["Running"]

_SHOWN_EXCHANGES = 5


class Running:
    """Brings cases and the session together. `preparation` says what was asked for.

    A run that is `interrupted` or `cut_short` sends nothing more; one that is `abandoned` waits for nothing either.
    """

    def __init__(self, preparation: Preparation, session: Session) -> None:
        self.preparation = preparation
        self.session = session
        self.cases: list[Case] = []
        self.no_verdict: str | None = None
        self.settled: Callable[[], object] = lambda: None
        self.interrupted = self.abandoned = self.cut_short = False
        self.disagreements: set[str] = set()
        self.accepted: dict[str, str] = {}
        self._properties = {prop.id: prop for prop in preparation.properties}
        self._gated = preparation.clauses - set(preparation.asked.not_testable or {})

    def cases_of(self, kind: Kind) -> list[Case]:
        """The cases of a kind that may be collected."""
        return list(cases_of(self.preparation, kind, self.verify))

    def start(self, cases: Iterable[Case]) -> None:
        """Send what these cases need. A target that cannot be judged is noted in `no_verdict`."""
        self.cases = list(cases)
        chosen = {case.probe for case in self.cases}
        try:
            run_apart(lambda: self.session.open(chosen))
        except ConformanceError as error:
            self.no_verdict = None if self.interrupted else str(error)
            return
        if not self.interrupted:
            self.session.start(chosen)

    def verify(self, case: Case) -> None:
        """Wait for what the case is about; fail or skip the test that asks, in words for its user.

        What fails and is `accepted` in the baseline is noted there, with the reason.
        """
        __tracebackhide__ = True
        try:
            verdicts = list(self._verdicts(case))
        except ConformanceError as error:
            pytest.exit(str(error), returncode=error.exit_code)
        failures = [verdict for verdict in verdicts if verdict.outcome is Outcome.FAIL]
        shown = failures or verdicts
        numbers = list(dict.fromkeys(verdict.exchange for verdict in shown))[:_SHOWN_EXCHANGES]
        evidence = [found for number in numbers if (found := self.session.recorder.evidence.get(number))]
        disagrees = disagree(failures)
        self.disagreements |= {case.id} if disagrees else set()
        why_accepted = self.preparation.why_accepted(failures)
        tags = [*([DISAGREEMENT] if disagrees else []), *(["accepted"] if why_accepted else [])]
        variables = self.preparation.variables
        document = self.preparation.contract.catalogue.title
        allure_results.describe(
            case.clause, case.probe, case.title, evidence, document=document, tags=tags, variables=variables
        )
        messages = list(self._failure_messages(case, failures))
        if why_accepted:
            broken = dict.fromkeys(message.partition("\n")[0] for message in messages)
            self.accepted[case.id] = "\n".join([f"accepted in the baseline: {why_accepted}", *broken])
        if failures:
            pytest.fail("\n\n".join(messages), pytrace=False)
        if not any(verdict.outcome is not Outcome.NOT_TESTED for verdict in verdicts):
            pytest.skip(self._why_not(case, verdicts))

    @property
    def trouble(self) -> str | None:
        """What could not be written while the run went on, or None."""
        return self.session.recorder.trouble or self.session.replay.trouble

    def _failure_messages(self, case: Case, failures: list[Verdict]) -> Iterator[str]:
        catalogue = self.preparation.contract.catalogue
        for verdict in failures[:_SHOWN_EXCHANGES]:
            yield failure_message(
                catalogue[verdict.clause],
                verdict,
                self._title(verdict.probe),
                self.preparation.reproduce(verdict.probe),
                self.session.recorder.evidence.get(verdict.exchange),
                variables=self.preparation.variables,
            )
        if len(failures) > _SHOWN_EXCHANGES:
            # Of a property's failures each is of another clause, of others each is of another probe.
            more = [verdict.probe if case.clause else verdict.clause for verdict in failures[_SHOWN_EXCHANGES:]]
            yield f"and {len(more)} more failure{'' if len(more) == 1 else 's'} ({case.id}): {probe_words(more)}"

    def _title(self, probe: str) -> str:
        if probe in self._properties:
            return self._properties[probe].title
        found = self.preparation.plan.by_id.get(probe)
        return found.title if found else probe

    def _verdicts(self, case: Case) -> Iterator[Verdict]:
        """The verdicts that a case is about; a probe's other clauses are looked at with everything that was sent."""
        if case.kind != Kind.EVERYTHING:
            sent = self.session.result(case.probe)
            wanted = {case.clause.id} if case.clause else self._gated
            for verdict in sent.verdicts if sent else ():
                if verdict.clause in wanted:
                    yield verdict
            return
        self.session.join()
        own = {(other.clause.id, other.probe) for other in self.cases if other.clause and other.kind == Kind.PROBE}
        for verdict in self.session.verdicts:
            about = case.clause is not None and verdict.clause == case.clause.id
            if about and (verdict.clause, verdict.probe) not in own and verdict.probe not in self._properties:
                yield verdict

    def _why_not(self, case: Case, verdicts: list[Verdict]) -> str:
        if verdicts:
            return verdicts[0].message
        if case.kind is Kind.EVERYTHING:
            return "nothing else that was sent speaks of it"
        probe = self.preparation.plan.by_id.get(case.probe) or self._properties.get(case.probe)
        unsent = FIRST_FAILURE if self.session.ended else "nothing that was sent tests it"
        return (probe.withheld if probe else None) or unsent

    def wait(self) -> None:
        """Wait for what is in flight; Ctrl-C ends the waiting."""
        try:
            if not self.abandoned:
                self.session.join()
        except KeyboardInterrupt:
            self.interrupted = self.abandoned = True
        except ConformanceError:
            pass  # it is told with the verdict
        if self.abandoned:
            self.session.abandon("interrupted")

    def finish(self) -> RunRecord:
        """Wait for what is in flight, close what is written as it comes, and return what the reports say."""
        self.wait()
        self.settled()
        about = about_run(
            self.preparation,
            self.session,
            deselected=self._deselected,
            withheld=self._withheld,
            complete=self.complete,
            interrupted=self.interrupted,
            no_verdict=self._why_no_verdict,
        )
        self.session.recorder.close(about.as_data())
        return self._record(about)

    def _record(self, about: About) -> RunRecord:
        preparation, session = self.preparation, self.session
        asked = replace(preparation.asked, deselected=about.deselected)
        catalogue = preparation.contract.catalogue
        summary = summarise(catalogue, session.verdicts, about.withheld, asked, complete=about.complete)
        failed = {verdict.probe for result in summary.clauses for verdict in result.failures}
        return RunRecord(
            about=about,
            summary=summary,
            behaviour=session.behaviours,
            evidence=dict(session.recorder.evidence),
            reproduce={probe: preparation.reproduce(probe) for probe in sorted(failed)},
            left_behind=session.read_back.changes if session.read_back else (),
            deviations=preparation.deviations(summary),
        )

    @property
    def _deselected(self) -> set[str]:
        """The clauses that leave the gate because nobody asked for them."""
        in_play = {case.clause.id for case in self.cases if case.clause and case.kind == Kind.PROBE}
        in_play |= {verdict.clause for verdict in self.session.verdicts}
        partly = bool(self.preparation.settings.probe) or self._left_out()
        every = self.preparation.contract.catalogue.by_id.keys()
        return set(self.preparation.asked.deselected) | (every - in_play if partly else set())

    @property
    def _withheld(self) -> dict[str, dict[str, str]]:
        """The probes of each clause that were not sent, with the reasons."""
        withheld: dict[str, dict[str, str]] = {}
        for case in self.cases:
            probe = self.preparation.plan.by_id.get(case.probe)
            if case.clause and probe and probe.withheld:
                withheld.setdefault(case.clause.id, {})[probe.id] = probe.withheld
        return withheld

    @property
    def _why_no_verdict(self) -> str | None:
        if self.no_verdict or self.session.error:
            # A target may repeat in its answers what it was sent.
            return self.preparation.redactor.text(self.no_verdict or str(self.session.error))
        if self.session.client.exhausted:
            return "max-requests was reached before everything was sent: raise it, or select less"
        return None

    @property
    def narrowed(self) -> bool:
        """Whether only some probes, clauses or tests were asked for, on the command line: no night to compare with."""
        settings = self.preparation.settings
        some = any(settings.source(name).startswith("--") for name in ("probe", "select", "deselect"))
        return some or self._left_out()

    def _left_out(self) -> bool:
        """Whether cases were deselected by pytest's own options."""
        collected = {case.id for kind in Kind for case in self.cases_of(kind)}
        return not collected <= {case.id for case in self.cases}

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for was tried."""
        broken_off = self.interrupted or self.cut_short or self.no_verdict is not None or self.session.error is not None
        return not (broken_off or self.session.ended or self.session.client.exhausted)

    def exit_code(self, record: RunRecord) -> int:
        """The first that applies: 130 interrupted, 1 a gating failure, 3 no verdict, 0 (docs/interface.md)."""
        return 130 if self.interrupted else record.exit_code
