"""A run under pytest: the plugin that collects the cases, sends their requests, and has the reports written."""

from __future__ import annotations

import io
import os
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest
from _pytest.compat import NOTSET
from _pytest.terminal import TerminalReporter

from conformance.engine.assembly import session_of
from conformance.engine.concurrency import run_apart
from conformance.engine.rejudge import about_run
from conformance.exceptions import ConformanceError
from conformance.judge.summary import summarise
from conformance.judge.verdict import DISAGREEMENT
from conformance.report.files import unwritten
from conformance.report.formats.registry import DEFAULT, ReportName
from conformance.report.record import About, RunRecord, commands
from conformance.report.terminal import Output, Terminal
from conformance.report.words import reach_words
from conformance.runner.case import NOTHING_SELECTED, Case, Cases, Kind
from conformance.runner.history import HistoryRecorder
from conformance.runner.preview import dry_run
from conformance.runner.process import Interruption, QuietLogs, open_page
from conformance.runner.publisher import NO_VERDICT, Publisher, name_test, without_path
from conformance.runner.reports import GitHubJob, Reports

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from conformance.engine.preparation import Preparation

_KINDS = {"clauses": Kind.PROBE, "properties": Kind.PROPERTY, "everything": Kind.EVERYTHING}


class PytestRun:
    """The pytest plugin of a run; registered only where a target was named.

    A run that is interrupted or cut short sends nothing more; one that is abandoned waits for nothing either. Unless
    it `writes`, no file is made: nothing is to be sent.
    """

    def __init__(self, preparation: Preparation, view: Terminal | None = None, *, writes: bool = True) -> None:
        self._preparation = preparation
        self._view = view
        self._writes = writes
        opened = (ReportName.HTML,) if preparation.settings.open else ()
        reports = self._reports = Reports(
            preparation.settings.output, (*(preparation.settings.report or DEFAULT), *opened)
        )
        try:
            self._begin(reports)
        except KeyboardInterrupt:
            reports.abandon()
            raise

    def _begin(self, reports: Reports) -> None:
        preparation, writes = self._preparation, self._writes
        if writes:
            reports.begin()
        history = HistoryRecorder.of(preparation) if writes else HistoryRecorder()
        self._publisher = Publisher(reports, history, preparation.redactor, preparation.contract)
        self._session = session_of(preparation, reports.har if writes else None)
        self._cases = Cases(preparation, self._session)
        self._interruption = Interruption(self._mark, self._stop)
        self._job = GitHubJob(os.environ if writes else {})
        self._logs = QuietLogs(preparation.redactor)
        self._pytest: pytest.Session | None = None
        self._started = self._interrupted = self._abandoned = self._cut_short = self._other_failures = False
        self._no_verdict: str | None = None
        self._tests: Counter[str] = Counter()
        self._verdicts: set[str] = set()

    @property
    def exit_code(self) -> int | None:
        """The exit code of docs/interface.md, or None where nothing was sent."""
        return self._publisher.exit_code

    @property
    def record(self) -> RunRecord | None:
        """The content of the reports, or None where nothing was sent."""
        return self._publisher.record

    # Collection

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Point JUnit and Allure at the output directory before their own plugins look."""
        if self._writes:
            self._publisher.prepare(config, alone=self._view is not None)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of every case."""
        for name, kind in _KINDS.items():
            marker = metafunc.definition.get_closest_marker(name)
            if marker is not None:
                cases = [case for case in self._cases.of(kind) if _within(case, marker.args)]
                metafunc.parametrize("case", cases, ids=[case.id for case in cases])

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out functions that got no case."""
        items[:] = [item for item in items if _case_of(item) is not NOTSET]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note the cases that are left once deselection is done."""
        found = [(item.nodeid, case) for item in session.items if isinstance(case := _case_of(item), Case)]
        self._cases.chosen = [case for _, case in found]
        self._verdicts = {nodeid for nodeid, _ in found}

    # The traffic

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Open the session and start sending; no test is run where the target cannot be judged."""
        if session.config.option.collectonly:
            return None
        if self._preparation.settings.dry_run:
            dry_run(self._preparation, Output(highlight=False))
            return True
        if all(case.kind is Kind.EVERYTHING for case in self._cases.chosen):
            if session.testsfailed:
                return None
            raise pytest.UsageError(NOTHING_SELECTED)
        self._pytest = session
        self._interruption.begin()
        self._logs.begin()
        self._started = True
        self._print(self._job.begin(), session.config.pluginmanager.get_plugin("terminalreporter"))
        self._send()
        if self._view is not None and self._no_verdict is None:
            asked = self._preparation
            self._view.begin(
                asked.target.name, asked.target.base_url, asked.profile.value, asked.mutation.value, asked.seed
            )
            self._view.watch(lambda: self._session.progress)
        return True if self._no_verdict or self._interrupted else None

    def _send(self) -> None:
        """Send the requests of the chosen cases, or note why the target cannot be judged."""
        chosen = {case.probe for case in self._cases.chosen}
        try:
            run_apart(lambda: self._session.open(chosen))
        except ConformanceError as error:
            self._no_verdict = None if self._interrupted else str(error)
            return
        if not self._interrupted:
            self._session.start(chosen)

    def _mark(self) -> None:
        """Note the first interruption; in the signal handler."""
        self._interrupted = True
        assert self._pytest is not None  # noqa: S101 - signals are taken over in its loop
        self._pytest.shouldstop = "interrupted"

    def _stop(self) -> None:
        """Send nothing more."""
        self._session.client.stop("interrupted")
        if self._view is not None:
            with suppress(OSError):  # the reader may have been interrupted too
                sys.stderr.write("interrupted: waiting for requests in flight; once more stops at once\n")

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Send nothing more, and wait for requests in flight; pytest.exit and `--stepwise` come this way too."""
        self._interrupted |= type(excinfo.value) is KeyboardInterrupt
        self._abandoned = self._interruption.times > 1
        self._session.client.stop("interrupted" if self._interrupted else "stopped")
        self._wait()

    def _wait(self) -> None:
        """Wait for requests in flight; Ctrl-C ends the waiting."""
        try:
            if not self._abandoned:
                self._session.join()
        except KeyboardInterrupt:
            self._interrupted = self._abandoned = True
        except ConformanceError:
            pass  # it is told with the verdict
        if self._abandoned:
            self._session.abandon("interrupted")

    # Each test

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Mark failures that are the gateway's for JUnit; what the baseline accepts is an expected failure."""
        case = _case_of(item)
        if isinstance(case, Case) and call.when == "setup":
            name_test(item, case)
        judged = case.id if call.when == "call" and isinstance(case, Case) else ""
        if judged in self._cases.disagreements:
            item.user_properties.append(("finding", DISAGREEMENT))
        report = yield
        if judged in self._cases.accepted and not item.config.getoption("runxfail", default=False):
            report.outcome = "skipped"
            report.wasxfail = self._cases.accepted[judged]
        if isinstance(case, Case):
            without_path(item, report)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count tests, and note failures that are no verdicts: another test's, or the suite's own trouble."""
        if report.nodeid == NO_VERDICT:
            return
        if report.when == "call" or not report.passed:
            self._tests[report.outcome] += 1
        if report.failed and not (report.when == "call" and report.nodeid in self._verdicts):
            self._other_failures = True

    # The end

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, None, None]:
        """Conclude, let the other plugins write their reports, and put all in their place."""
        recorder = self._session.recorder
        if self._started:
            record = self._finish(session, exitstatus)
            trouble = recorder.trouble or self._session.replay.trouble
            self._publisher.conclude(session, exitstatus, record, trouble, other_failures=self._other_failures)
        else:
            recorder.discard()
        unwritable = None
        try:
            yield
        except OSError as error:
            unwritable = unwritten("junit.xml", error)
        if self._started:
            # A traffic file that the recorder did not write is not this run's.
            self._publisher.publish(session, unwritable, traffic=recorder.written, narrowed=self._cases.narrowed)
        elif exitstatus in {pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR}:
            self.withdraw()

    def withdraw(self) -> None:
        """Leave no report, also of an earlier run: this one ended before it sent anything."""
        self._session.recorder.discard()
        if self._writes:
            self._reports.withdraw()

    def _finish(self, session: pytest.Session, exitstatus: int) -> RunRecord:
        """Wait for requests in flight, close the traffic file, and return the content of the reports."""
        if exitstatus == pytest.ExitCode.INTERNAL_ERROR and self._session.error is None:
            self._no_verdict = self._no_verdict or "pytest itself broke, please report it"
        if session.shouldstop or session.shouldfail:
            self._cut_short = True
            self._session.client.stop("stopped after a failure")
        self._wait()
        self._interruption.hold()
        about = about_run(
            self._preparation,
            self._session,
            deselected=self._cases.deselected,
            withheld=self._cases.withheld,
            complete=self._complete,
            interrupted=self._interrupted,
            no_verdict=self._why_no_verdict,
        )
        self._session.recorder.close(about.as_data())
        return self._record(about)

    def _record(self, about: About) -> RunRecord:
        preparation, session = self._preparation, self._session
        asked = replace(preparation.gate_policy, deselected=about.deselected)
        catalogue = preparation.contract.catalogue
        summary = summarise(catalogue, session.verdicts, about.withheld, asked, complete=about.complete)
        failures = [verdict for result in summary.clauses for verdict in result.failures]
        return RunRecord(
            about=about,
            summary=summary,
            behaviour=session.behaviours,
            evidence=dict(session.recorder.evidence),
            reproduce=commands(failures, preparation.command, preparation.profile.value),
            left_behind=session.read_back.changes if session.read_back else (),
            deviations=preparation.deviations(summary),
            tests=dict(self._tests),
            document=preparation.contract.shown_path,
            passages=preparation.contract.passages,
        )

    @property
    def _why_no_verdict(self) -> str | None:
        if self._no_verdict or self._session.error:
            # A target may repeat in its answers what it was sent.
            return self._preparation.redactor.text(self._no_verdict or str(self._session.error))
        if self._session.client.exhausted:
            return "max-requests was reached before everything was sent: raise it, or select less"
        return None

    @property
    def _complete(self) -> bool:
        """Whether everything that was asked for was tried."""
        session = self._session
        broken_off = self._interrupted or self._cut_short or self._no_verdict is not None or session.error is not None
        return not (broken_off or session.ended or session.client.exhausted)

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Print the verdict under pytest's own summary."""
        if self.record is not None and self._view is None:
            self._print(self._job.end(self._publisher.sources), terminalreporter)
            about = self.record.about
            terminalreporter.section("conformance")
            terminalreporter.line(f"{self.record.summary.conclusion}: {about.target_name} ({about.base_url})")
            if reach := reach_words(about.probes, about.standard_probes):
                terminalreporter.line(reach)
            if about.no_verdict:
                terminalreporter.line(about.no_verdict)
            terminalreporter.line(f"reports: {self._preparation.settings.output}")

    def _print(self, lines: Iterable[str], reporter: TerminalReporter | None = None) -> None:
        """Print lines for the program that reads the output."""
        for line in lines:
            if self._view is not None:
                self._view.command(line)
            elif reporter is not None:
                reporter.write_line(line)

    def pytest_unconfigure(self) -> None:
        """Show the verdict once every report is written, and close the connections."""
        if self._view is not None and self.record is not None:
            self._view.finish(self.record, self._publisher.places)
            self._print(self._job.end(self._publisher.sources))
        if self._preparation.settings.open and self.record is not None and self._publisher.page.exists():
            open_page(self._publisher.page)
        self._session.client.close()
        self._publisher.close()
        self._interruption.end()
        self._logs.end()


def _within(case: Case, globs: tuple[str, ...]) -> bool:
    """Whether a case is one of a test function's: its clause matches a glob, and none that begins with `!`."""
    if case.clause is None or not globs:
        return True
    found = {glob for glob in globs if fnmatchcase(case.clause.id, glob.removeprefix("!"))}
    return bool(found) and not any(glob.startswith("!") for glob in found)


def _case_of(item: pytest.Item) -> object:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("case") if callspec is not None else None


class Silence:
    """A plugin that sends pytest's own terminal output to `output`; it must come after the reporter's plugin."""

    def __init__(self) -> None:
        self.output = io.StringIO()

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Replace pytest's reporter."""
        config.pluginmanager.unregister(name="terminalreporter")
        config.pluginmanager.register(TerminalReporter(config, self.output), "terminalreporter")
