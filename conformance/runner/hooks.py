"""The pytest plugin of a run; registered only where a target was named."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

import pytest
from _pytest.compat import NOTSET

from conformance.engine.assembly import session_of
from conformance.judge.verdict import DISAGREEMENT
from conformance.report.files import unwritten
from conformance.report.terminal import Output
from conformance.report.words import reach_words
from conformance.runner import junit
from conformance.runner.case import NOTHING_SELECTED, Case, Kind
from conformance.runner.dry_run import dry_run
from conformance.runner.ending import Ending
from conformance.runner.interruption import Interruption
from conformance.runner.memory import Memory
from conformance.runner.quiet import QuietLogs
from conformance.runner.reports import Reports
from conformance.runner.run import Running

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from pathlib import Path

    from _pytest.terminal import TerminalReporter

    from conformance.engine.preparation import Preparation
    from conformance.engine.session import Outlook
    from conformance.report.record import RunRecord

__all__ = ["Hooks", "View"]

_ORDER = (
    "test_path_parameters",
    "test_request_headers",
    "test_request_body",
    "test_status_codes",
    "test_responses",
    "test_errors",
    "test_methods",
    "test_state",
    "test_others",
    "test_properties",
    "test_traffic",
)  # fmt: skip - what waits longest comes last, so that -x stops early
_KINDS = {"clauses": Kind.PROBE, "properties": Kind.PROPERTY, "everything": Kind.EVERYTHING}


class View(Protocol):
    """Who watches a run."""

    def begin(self, target: str, base_url: str, profile: str, mutation: str, seed: int) -> None:
        """A run starts."""

    def watch(self, outlook: Callable[[], Outlook]) -> None:
        """The requests are on their way; `outlook` says how far they are."""

    def finish(self, record: RunRecord, paths: Mapping[str, Path | str]) -> None:
        """The reports are written."""


class Hooks:
    """Collects cases, starts the traffic once collection is done, and writes the reports at the end.

    Where nothing is to be sent nothing `writes`.
    """

    def __init__(self, preparation: Preparation, view: View | None = None, *, writes: bool = True) -> None:
        self._preparation = preparation
        self._reports = Reports(preparation.settings.output)
        if writes:
            self._reports.begin()
        self._memory = Memory.of(preparation) if writes else Memory()
        self._running = Running(preparation, session_of(preparation, self._reports.har if writes else None))
        self._writes = writes
        self._interruption = Interruption(self._mark, self._stop)
        self._logs = QuietLogs(preparation.redactor)
        self._running.settled = self._interruption.hold
        self._ending = Ending(self._running, self._reports, self._memory)
        self._session: pytest.Session | None = None
        self._view = view
        self._started = self._other_failures = False
        self._tests: Counter[str] = Counter()
        self._verdicts: set[str] = set()
        self._selected: list[Case] = []

    @property
    def exit_code(self) -> int | None:
        """The exit code of docs/interface.md, or None where nothing was sent."""
        return self._ending.exit_code

    @property
    def record(self) -> RunRecord | None:
        """What the reports say, or None where nothing was sent."""
        return self._ending.record

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Point JUnit and Allure at the output directory before their own plugins look."""
        if self._writes:
            self._ending.prepare(config)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of every case."""
        for name, kind in _KINDS.items():
            marker = metafunc.definition.get_closest_marker(name)
            if marker is not None:
                cases = [case for case in self._running.cases_of(kind) if _within(case, marker.args)]
                metafunc.parametrize("case", cases, ids=[case.id for case in cases])

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put probes first, and what looks at everything last; a function that got no case is not a test."""
        items[:] = [item for item in items if not _without_case(item)]
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
            dry_run(self._preparation, Output(highlight=False))
            return True
        if all(case.kind is Kind.EVERYTHING for case in self._selected):
            if session.testsfailed:
                return None
            raise pytest.UsageError(NOTHING_SELECTED)
        self._session = session
        self._interruption.begin()
        self._logs.begin()
        self._started = True
        self._running.start(self._selected)
        if self._view is not None and self._running.no_verdict is None:
            asked = self._preparation
            self._view.begin(
                asked.target.name, asked.target.base_url, asked.profile.value, asked.mutation.value, asked.seed
            )
            self._view.watch(lambda: self._running.session.outlook)
        return True if self._running.no_verdict or self._running.interrupted else None

    def _mark(self) -> None:
        """Note the first interruption; in the signal handler."""
        self._running.interrupted = True
        assert self._session is not None  # noqa: S101 - signals are taken over in its loop
        self._session.shouldstop = "interrupted"

    def _stop(self) -> None:
        """Send nothing more."""
        self._running.session.client.stop("interrupted")
        if self._view is not None:
            with suppress(OSError):  # who read it may have been interrupted too
                sys.stderr.write("interrupted: waiting for what is in flight; once more stops at once\n")

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Tell JUnit which failures are the gateway's; what the baseline accepts is an expected failure."""
        case = _case_of(item)
        if isinstance(case, Case) and call.when == "setup":
            junit.name_test(item, case)
        judged = case.id if call.when == "call" and isinstance(case, Case) else ""
        if judged in self._running.disagreements:
            item.user_properties.append(("finding", DISAGREEMENT))
        report = yield
        if judged in self._running.accepted and not item.config.getoption("runxfail", default=False):
            report.outcome = "skipped"
            report.wasxfail = self._running.accepted[judged]
        if isinstance(case, Case):
            junit.without_path(item, report)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Send nothing more, and wait for what is in flight; pytest.exit and `--stepwise` come this way too."""
        self._running.interrupted |= type(excinfo.value) is KeyboardInterrupt
        self._running.abandoned = self._interruption.times > 1
        self._running.session.client.stop("interrupted" if self._running.interrupted else "stopped")
        self._running.wait()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count tests, and note failures that are no verdicts: another test's, or the suite's own trouble."""
        if report.when == "call" or not report.passed:
            self._tests[report.outcome] += 1
        if report.failed and not (report.when == "call" and report.nodeid in self._verdicts):
            self._other_failures = True

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, None, None]:
        """Say what the run is worth, let the other plugins write their reports, and put all in their place."""
        if self._started:
            self._ending.conclude(
                session, exitstatus, other_failures=self._other_failures, tests=self._tests, hooks=self
            )
        else:
            self._running.session.recorder.discard()
        trouble = None
        try:
            yield
        except OSError as error:
            trouble = unwritten(self._reports.junit.name, error)
        if self._started:
            self._ending.publish(session, self._preparation.redactor, trouble)

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """The verdict, under pytest's own summary."""
        if self.record is not None and self._view is None:
            about = self.record.about
            terminalreporter.section("conformance")
            terminalreporter.line(f"{self.record.summary.conclusion}: {about.target_name} ({about.base_url})")
            if reach := reach_words(about):
                terminalreporter.line(reach)
            if about.no_verdict:
                terminalreporter.line(about.no_verdict)
            terminalreporter.line(f"reports: {self._reports.directory}")

    def pytest_unconfigure(self) -> None:
        """Show the end of it when every report is written, and let the connections go."""
        if self._view is not None and self.record is not None:
            self._view.finish(self.record, {**self._reports.paths, **self._memory.said})
        self._running.session.client.close()
        self._ending.close()
        self._interruption.end()
        self._logs.end()


def _within(case: Case, globs: tuple[str, ...]) -> bool:
    from fnmatch import fnmatchcase  # noqa: PLC0415 - only here

    if case.clause is None or not globs:
        return True
    found = {glob for glob in globs if fnmatchcase(case.clause.id, glob.removeprefix("!"))}
    return bool(found) and not any(glob.startswith("!") for glob in found)


def _without_case(item: pytest.Item) -> bool:
    return _case_of(item) is NOTSET


def _case_of(item: pytest.Item) -> object:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("case") if callspec is not None else None
