"""The pytest plugin of a run; registered only where a target was named."""

from __future__ import annotations

import io
import signal
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from _pytest.terminal import TerminalReporter
from rich.console import Console

from conformance.judge.verdict import DISAGREEMENT
from conformance.runner.case import NOTHING_SELECTED, Case, Kind
from conformance.runner.dry_run import dry_run
from conformance.runner.reports import Reports
from conformance.runner.run import Running

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from conformance.engine.preparation import Preparation
    from conformance.report.record import RunRecord

__all__ = ["Hooks", "Silence", "View"]

_ORDER = (
    "test_state", "test_path_parameters", "test_request_headers", "test_request_body", "test_status_codes",
    "test_responses", "test_errors", "test_methods", "test_properties", "test_traffic",
)  # fmt: skip
_KINDS = {"clauses": Kind.PROBE, "properties": Kind.PROPERTY, "everything": Kind.EVERYTHING}


class View(Protocol):
    """Who watches a run."""

    def begin(self, target: str, base_url: str, profile: str, mutation: str, seed: int) -> None:
        """A run starts."""

    def advance(self, done: int, total: int, requests: int) -> None:
        """A test is done."""

    def finish(self, record: RunRecord, paths: Mapping[str, Path]) -> None:
        """The reports are written."""


class Hooks:
    """Collects cases, starts the traffic once collection is done, and writes the reports at the end.

    `exit_code` and `record` are there when the session is over.
    """

    def __init__(self, preparation: Preparation, view: View | None = None) -> None:
        self._preparation = preparation
        self._reports = Reports(preparation.settings.output)
        self._reports.begin()
        self._running = Running(preparation, preparation.session(self._reports.har))
        self._view = view
        self._done = 0
        self._started = self._other_failures = False
        self._verdicts: set[str] = set()
        self._selected: list[Case] = []
        self._terminated: Any = signal.SIG_DFL
        self.exit_code: int | None = None
        self.record: RunRecord | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Point JUnit and Allure at the output directory before their own plugins look."""
        for marker in ("clauses(*globs): what a test of the suite looks at", "properties", "everything"):
            config.addinivalue_line("markers", marker)
        option = config.option
        option.xmlpath = getattr(option, "xmlpath", None) or str(self._reports.junit)
        if hasattr(option, "allure_report_dir"):
            option.allure_report_dir = option.allure_report_dir or str(self._reports.allure)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of every case."""
        for name, kind in _KINDS.items():
            marker = metafunc.definition.get_closest_marker(name)
            if marker is not None:
                cases = [case for case in self._running.cases_of(kind) if _within(case, marker.args)]
                metafunc.parametrize("case", cases, ids=[case.id for case in cases])

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put probes first and what looks at everything last."""
        items.sort(key=lambda item: _ORDER.index(item.path.stem) if item.path.stem in _ORDER else -1)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note what is left once deselection is done."""
        found = [(item.nodeid, case) for item in session.items if isinstance(case := _case_of(item), Case)]
        self._selected = [case for _, case in found]
        self._verdicts = {nodeid for nodeid, _ in found}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Open the session and start sending; without a target to judge no test is run."""
        if session.config.option.collectonly:
            return None
        if self._preparation.settings.dry_run:
            dry_run(self._preparation, Console(highlight=False))
            return True
        if all(case.kind is Kind.EVERYTHING for case in self._selected):
            if session.testsfailed:
                return None
            raise pytest.UsageError(NOTHING_SELECTED)
        if threading.current_thread() is threading.main_thread():
            self._terminated = signal.signal(signal.SIGTERM, _interrupt)
        self._reports.clear()
        self._started = True
        self._running.start(self._selected)
        if self._view is not None and self._running.no_verdict is None:
            asked = self._preparation
            self._view.begin(
                asked.target.name, asked.target.base_url, asked.profile.value, asked.mutation.value, asked.seed
            )
        return True if self._running.no_verdict else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Tell JUnit which failures are the gateway's."""
        case = _case_of(item)
        if call.when == "call" and isinstance(case, Case) and case.id in self._running.disagreements:
            item.user_properties.append(("finding", DISAGREEMENT))

    def pytest_runtest_logfinish(self) -> None:
        """Tell who watches."""
        self._done += 1
        if self._view is not None:
            self._view.advance(self._done, len(self._selected), self._running.session.sender.requests)

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Send nothing more, and wait for what is in flight; pytest.exit comes this way too."""
        self._running.interrupted = isinstance(excinfo.value, KeyboardInterrupt)
        self._running.session.stop("interrupted")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note failures that are no verdicts: another test's, or the suite's own trouble."""
        if report.failed and not (report.when == "call" and report.nodeid in self._verdicts):
            self._other_failures = True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, None, None]:
        """Say what the run is worth, and let the other plugins write their reports."""
        if self._started:
            self._finish(session, exitstatus)
        else:
            self._running.session.ledger.discard()
        try:
            yield
        except OSError as error:
            self._unwritten(session, f"a report could not be written: {error.filename}: {error.strerror}")
        if self._started and (leak := self._reports.scan(self._preparation.redactor)):
            self._unwritten(session, leak)

    def _finish(self, session: pytest.Session, exitstatus: int) -> None:
        """Wait for what is in flight, and write the reports."""
        signal.signal(signal.SIGTERM, self._terminated)
        if session.shouldstop or session.shouldfail:
            self._running.session.sender.stop("stopped after a failure")
        self._running.finish()
        self.record = self._running.record()
        summary = self.record.summary
        self.exit_code = self._running.exit_code(summary)
        if self._other_failures:
            self.exit_code = self.exit_code or 1
        if exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            session.exitstatus = self.exit_code
        if trouble := self._reports.write(self.record) or self._running.trouble:
            self._unwritten(session, trouble)

    def _unwritten(self, session: pytest.Session, trouble: str) -> None:
        """A report that is not there is never green."""
        if self.record is not None:
            self.record = replace(self.record, no_verdict=trouble, complete=False)
        self.exit_code = self.exit_code or 3
        if session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = self.exit_code

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """The verdict, under pytest's own summary."""
        if self.record is not None and self._view is None:
            summary = self.record.summary
            terminalreporter.section("conformance")
            terminalreporter.line(f"{summary.conclusion}: {self.record.target_name} ({self.record.base_url})")
            if self.record.no_verdict:
                terminalreporter.line(self.record.no_verdict)
            terminalreporter.line(f"reports: {self._reports.directory}")

    def pytest_unconfigure(self) -> None:
        """Show the end of it when every report is written, and let the connections go."""
        if self._view is not None and self.record is not None:
            self._view.finish(self.record, self._reports.paths)
        self._running.session.sender.close()


class Silence:
    """Lets pytest's own terminal output go to `output`; a plugin of its own, since it must come after the reporter."""

    def __init__(self) -> None:
        self.output = io.StringIO()

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Put another reporter in the place of pytest's."""
        config.pluginmanager.unregister(name="terminalreporter")
        config.pluginmanager.register(TerminalReporter(config, self.output), "terminalreporter")


def _within(case: Case, globs: tuple[str, ...]) -> bool:
    from fnmatch import fnmatchcase  # noqa: PLC0415 - only here

    return case.clause is None or not globs or any(fnmatchcase(case.clause.id, glob) for glob in globs)


def _case_of(item: pytest.Item) -> object:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("case") if callspec is not None else None


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
