"""The end of a run: what it is worth, and every report in its place."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.judge.summary import Conclusion
from conformance.report.allure_results import AllureGuard, Writing, write_environment
from conformance.report.files import partial, unwritten
from conformance.runner.junit import describe_run, report_of, write_again
from conformance.runner.named_files import NamedFiles
from conformance.runner.no_verdict import NoVerdictError, words_of

if TYPE_CHECKING:
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
        self._writing = Writing()
        self._own_junit = self._own_allure = False
        self._error = NoVerdictError()
        self._allure: Path | None = None
        self._named: NamedFiles | None = None
        self.exit_code: int | None = None
        self.record: RunRecord | None = None

    def prepare(self, config: pytest.Config) -> None:
        """Let JUnit and Allure write where reports are staged; once is enough."""
        option = config.option
        junit, allure = str(partial(self._reports.junit)), str(partial(self._reports.allure))
        option.xmlpath = getattr(option, "xmlpath", None) or junit
        self._own_junit = option.xmlpath == junit
        if hasattr(option, "allure_report_dir"):
            option.allure_report_dir = option.allure_report_dir or allure
            self._own_allure = option.allure_report_dir == allure
            self._allure = Path(option.allure_report_dir)
            if self._own_allure:
                self._writing.begin()
        self._named = NamedFiles(config)
        if self._allure is not None and not self._own_allure:
            self._named.folders = [self._allure]
        self._guard.begin()

    def conclude(
        self,
        session: pytest.Session,
        exitstatus: int,
        *,
        other_failures: bool,
        tests: Mapping[str, int],
        hooks: object = None,
    ) -> None:
        """Wait for what is in flight, and add up; `tests` counts outcomes, `other_failures` are not verdicts.

        Who reports on tests is told of a run without a verdict, but for `hooks`.
        """
        if exitstatus == pytest.ExitCode.INTERNAL_ERROR and self._running.session.error is None:
            self._running.no_verdict = self._running.no_verdict or "pytest itself broke, please report it"
        if session.shouldstop or session.shouldfail:
            self._running.cut_short = True
            self._running.session.client.stop("stopped after a failure")
        self.record = replace(self._memory.recall(self._running.finish()), tests=dict(tests))
        self.exit_code = self._running.exit_code(self.record)
        if found := self._running.trouble or self._guard.trouble:
            self._refuse(session, found)
        if other_failures:
            self.exit_code = self.exit_code or 1
        describe_run(session.config, self.record)
        if words := self._words():
            self._error.tell(session.config, words, apart_from=[hooks])
        if exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            session.exitstatus = self.exit_code

    def publish(self, session: pytest.Session, redactor: Redactor, trouble: str | None) -> None:
        """Put the reports in their place; one that is not there, or holds a secret, is never green.

        `trouble` says why JUnit's is not whole, or None.
        """
        assert self.record is not None  # noqa: S101 - it was concluded
        junit, allure = self._own_junit and trouble is None, self._own_allure and self._guard.trouble is None
        unsaid = self._say_in_allure()
        published = self._reports.publish(self.record, allure=allure, junit=junit)
        if junit and (xml := report_of(session.config)) is not None:
            xml.logfile = str(self._reports.junit)  # what pytest says of it
        if self._own_allure:
            self._allure = self._reports.allure if allure and published is None else None
        self._conclude_late(session, redactor, self._guard.trouble or trouble or unsaid or published)

    def _conclude_late(self, session: pytest.Session, redactor: Redactor, trouble: str | None) -> None:
        """What goes wrong once JUnit's and Allure's reports are there is said in them as well."""
        assert self.record is not None  # noqa: S101 - as above
        if trouble:
            self._refuse(session, trouble)
        if found := self._reports.write(self.record):
            self._refuse(session, found)
        if leak := self._reports.scan(redactor, self._named or ()):
            self._refuse(session, leak)
            if self._reports.json.exists():
                self._reports.write(self.record)
        elif found := self._remember():
            self._refuse(session, found)
            self._reports.write(self.record)
        if self._error.words is None and (words := self._words()):
            self._error.tell(session.config, words)
            with suppress(OSError):  # the exit code says it all the same
                self._error.write(self._allure, self.record)
                write_again(session.config)

    def _words(self) -> str | None:
        """What the error of the run says, or None where it has none."""
        assert self.record is not None  # noqa: S101 - as above
        return words_of(self.record, self.exit_code or 0, interrupted=self._running.interrupted)

    def _say_in_allure(self) -> str | None:
        """Put the error beside Allure's results, and what is ours beside the user's; why that was not possible."""
        assert self.record is not None  # noqa: S101 - as above
        try:
            if self._allure is not None and not self._own_allure:
                write_environment(self._allure, self.record, executor=False)
            self._error.write(self._allure, self.record)
        except OSError as error:
            return unwritten(self._reports.allure.name, error)
        return None

    def _remember(self) -> str | None:
        """Keep the run in the history; a traffic file that its recorder did not write is not this run's."""
        assert self.record is not None  # noqa: S101 - as above
        har = self._reports.har if self._running.session.recorder.written else None
        return self._memory.keep(self.record, har, narrowed=self._running.narrowed)

    def close(self) -> None:
        """Let go of Allure and of the directory."""
        self._writing.end()
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
