"""The end of a run: what it is worth, and every report in its place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from _pytest.junitxml import xml_key

from conformance.judge.summary import Conclusion
from conformance.report.allure_guard import AllureGuard
from conformance.report.staging import staged
from conformance.runner.junit import describe_run

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from conformance.report.record import RunRecord
    from conformance.runner.memory import Memory
    from conformance.runner.reports import Reports
    from conformance.runner.run import Running
    from conformance.traffic.redaction import Redactor

__all__ = ["Ending"]


class Ending:
    """Adds up and publishes; `record` and `exit_code` are there when that is done.

    JUnit's and Allure's reports are ours unless the user's own pytest options say where they go.
    """

    def __init__(self, running: Running, reports: Reports, memory: Memory) -> None:
        self._running = running
        self._reports = reports
        self._memory = memory
        self._guard = AllureGuard()
        self._own_junit = self._own_allure = False
        self.exit_code: int | None = None
        self.record: RunRecord | None = None

    def prepare(self, option: Namespace) -> None:
        """Let JUnit and Allure write where reports are staged; once is enough."""
        junit, allure = str(staged(self._reports.junit)), str(staged(self._reports.allure))
        option.xmlpath = getattr(option, "xmlpath", None) or junit
        self._own_junit = option.xmlpath == junit
        if hasattr(option, "allure_report_dir"):
            option.allure_report_dir = option.allure_report_dir or allure
            self._own_allure = option.allure_report_dir == allure
        self._guard.begin()

    def conclude(
        self, session: pytest.Session, exitstatus: int, *, other_failures: bool, tests: Mapping[str, int]
    ) -> None:
        """Wait for what is in flight, and add up; `tests` counts outcomes, `other_failures` are not verdicts."""
        if session.shouldstop or session.shouldfail:
            self._running.cut_short = True
            self._running.session.sender.stop("stopped after a failure")
        self.record = replace(self._memory.recall(self._running.finish()), tests=dict(tests))
        describe_run(session.config, self.record)
        self.exit_code = self._running.exit_code(self.record)
        if other_failures:
            self.exit_code = self.exit_code or 1
        if exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            session.exitstatus = self.exit_code

    def publish(self, session: pytest.Session, redactor: Redactor, trouble: str | None) -> None:
        """Put the reports in their place; one that is not there, or holds a secret, is never green.

        `trouble` says why JUnit's is not whole, or None.
        """
        assert self.record is not None  # noqa: S101 - it was concluded
        junit, allure = self._own_junit and trouble is None, self._own_allure and self._guard.trouble is None
        published = self._reports.publish(self.record, allure=allure, junit=junit)
        if junit and (xml := session.config.stash.get(xml_key, None)) is not None:
            xml.logfile = str(self._reports.junit)  # what pytest says of it
        if found := self._running.trouble or self._guard.trouble or trouble or published:
            self._refuse(session, found)
        if found := self._reports.write(self.record):
            self._refuse(session, found)
        if leak := self._reports.scan(redactor):
            self._refuse(session, leak)
            if self._reports.json.exists():
                self._reports.write(self.record)
        elif found := self._remember():
            self._refuse(session, found)
            self._reports.write(self.record)

    def _remember(self) -> str | None:
        """Keep the run in the history; a traffic file that its ledger did not write is not this run's."""
        assert self.record is not None  # noqa: S101 - as above
        har = self._reports.har if self._running.session.ledger.written else None
        return self._memory.keep(self.record, har, narrowed=self._running.narrowed)

    def close(self) -> None:
        """Let go of Allure and of the directory."""
        self._guard.end()
        self._reports.end()

    def _refuse(self, session: pytest.Session, trouble: str) -> None:
        """Give no verdict, unless there is a worse one."""
        if self.record is not None:
            summary = self.record.summary
            conclusion = summary.conclusion if summary.gating else Conclusion.INCOMPLETE
            summary = replace(summary, conclusion=conclusion)
            about = replace(self.record.about, no_verdict=trouble, complete=False)
            self.record = replace(self.record, about=about, summary=summary)
        self.exit_code = self.exit_code or 3
        if session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = self.exit_code
