"""The end of a run: its verdict in every report, and every report in its place."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from _pytest.junitxml import LogXML, xml_key

from conformance.judge.summary import Conclusion
from conformance.report.allure_results import write_broken, write_environment
from conformance.report.files import partial, unwritten
from conformance.report.formats.registry import FORMATS, ReportName, Sources
from conformance.report.words import count_words, first_words, reach_words
from conformance.runner.allure import AllureGuard, AllureListener, AllurePlugin
from conformance.runner.reports import NamedFiles, Reports

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.report.record import RunRecord
    from conformance.runner.case import Case
    from conformance.runner.history import HistoryRecorder
    from conformance.traffic.redaction import Redactor

NO_VERDICT = "conformance::verdict"
"""The id of the one error that a run without a verdict has in reports on tests."""
_REMEMBERING = ("lfplugin", "stepwiseplugin")
_INTERRUPTED = 130


class Publisher:
    """Concludes a run, and publishes its reports.

    JUnit's and Allure's reports are ours unless the user's own pytest options say where they go.

    Attributes:
        record: The content of the reports, once concluded.
        exit_code: The exit code of docs/interface.md, once concluded.
    """

    def __init__(self, reports: Reports, history: HistoryRecorder, redactor: Redactor, contract: Contract) -> None:
        self.exit_code: int | None = None
        self.record: RunRecord | None = None
        self._reports = reports
        self._history = history
        self._redactor = redactor
        self._contract = contract
        self._guard: AllurePlugin = AllureGuard()
        self._own_junit = self._own_allure = False
        self._allure: Path | None = None
        self._named: NamedFiles | None = None
        self._error: str | None = None

    @property
    def places(self) -> dict[str, Path | str]:
        """Each report that is there with its place, and where the run is in the history; the page is the last."""
        written = {title: path for title, path in self._reports.paths.items() if path.exists()}
        places: dict[str, Path | str] = {**written, **self._history.said}
        if (page := places.pop(FORMATS[ReportName.HTML].title, None)) is not None:
            places[FORMATS[ReportName.HTML].title] = page
        return places

    @property
    def page(self) -> Path:
        """The place of index.html."""
        return self._reports.directory / FORMATS[ReportName.HTML].file

    @property
    def sources(self) -> Sources | None:
        """The sources of the reports, once they are published."""
        return self._reports.sources

    def prepare(self, config: pytest.Config, *, alone: bool) -> None:
        """Let JUnit and Allure write to the partial reports; a second call changes nothing.

        With `alone` no plugin of Allure is there, and all tests are the suite's: a listener of ours writes the results.
        """
        option = config.option
        junit, allure = str(partial(self._reports.junit)), str(partial(self._reports.allure))
        if ReportName.JUNIT in self._reports.chosen:
            option.xmlpath = getattr(option, "xmlpath", None) or junit
            self._own_junit = option.xmlpath == junit
        chosen = ReportName.ALLURE in self._reports.chosen
        if hasattr(option, "allure_report_dir"):
            option.allure_report_dir = option.allure_report_dir or (allure if chosen else None)
            self._own_allure = option.allure_report_dir == allure
            self._allure = Path(option.allure_report_dir) if option.allure_report_dir else None
        elif alone and chosen and not isinstance(self._guard, AllureListener):
            self._own_allure, self._allure = True, Path(allure)
            self._guard = AllureListener(self._allure)
            config.pluginmanager.register(self._guard)
        self._named = NamedFiles(config)
        if self._allure is not None and not self._own_allure:
            self._named.folders = [self._allure]
        self._guard.begin()

    def conclude(
        self,
        session: pytest.Session,
        exitstatus: int,
        record: RunRecord,
        trouble: str | None = None,
        *,
        other_failures: bool = False,
    ) -> None:
        """Settle the verdict and the exit code, before JUnit's report is written.

        `trouble` says which file of the run could not be written; `other_failures` are failed tests without a verdict.
        """
        self.record = self._history.recall(record)
        self.exit_code = _INTERRUPTED if record.about.interrupted else self.record.exit_code
        if found := trouble or self._guard.trouble:
            self._refuse(session, found)
        if other_failures:
            self.exit_code = self.exit_code or 1
        _describe_run(session.config, self.record)
        self._tell(session.config)
        if exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            session.exitstatus = self.exit_code

    def publish(self, session: pytest.Session, trouble: str | None, *, traffic: bool, narrowed: bool) -> None:
        """Put the reports in their place; a run with a missing report, or one that holds a secret, is never green.

        `trouble` says why JUnit's report is not whole, or None. The history keeps the `traffic` file too, unless it is
        another run's; `narrowed` runs tested only a part.
        """
        assert self.record is not None  # noqa: S101 - it was concluded
        junit, allure = self._own_junit and trouble is None, self._own_allure and self._guard.trouble is None
        unsaid = self._complete_allure()
        published = self._reports.publish(self.record, allure=allure, junit=junit)
        if junit and (xml := _junit_of(session.config)) is not None:
            xml.logfile = str(self._reports.junit)  # pytest prints it
        if self._own_allure:
            self._allure = self._reports.allure if allure and published is None else None
        if found := self._guard.trouble or trouble or unsaid or published:
            self._refuse(session, found)
        if found := self._write(traffic=traffic):
            self._refuse(session, found)
            self._write(traffic=traffic)
        har = self._reports.har if traffic else None
        if leak := self._reports.scan(self._redactor, self._named or ()):
            self._refuse(session, leak)
            self._write(traffic=traffic)
            self._reports.scan(self._redactor)  # what is made of the same values holds it again
        elif found := self._history.keep(self.record, har, narrowed=narrowed):
            self._refuse(session, found)
            self._write(traffic=traffic)
        if self._error is None and self._tell(session.config):
            late = (self._write_error, self._write_surroundings, lambda: _write_again(session.config))
            for write in late:  # an error that came late has changed the verdict
                with suppress(OSError):  # the exit code says it all the same
                    write()

    def _write(self, *, traffic: bool) -> str | None:
        assert self.record is not None  # noqa: S101 - it was concluded
        return self._reports.write(self.record, self._contract, traffic=traffic)

    def close(self) -> None:
        """Release Allure's writer and the output directory."""
        self._guard.end()
        self._reports.end()

    def _tell(self, config: pytest.Config) -> bool:
        """Report the error of a run without a verdict to all that listen, once; whether there is one.

        Plugins that remember failed tests are left out: there is no test to run again.
        """
        assert self.record is not None  # noqa: S101 - as above
        self._error = words_of(self.record, self.exit_code or 0)
        if self._error is None:
            return False
        manager = config.pluginmanager
        deaf = [plugin for name in _REMEMBERING if (plugin := manager.get_plugin(name)) is not None]
        if (xml := _junit_of(config)) is not None:
            deaf.append(xml)
            _add_error(xml, NO_VERDICT, self._error)
        hook = manager.subset_hook_caller("pytest_runtest_logreport", deaf)
        place = ("conformance", None, "verdict")
        hook(report=pytest.TestReport(NO_VERDICT, place, {}, "failed", self._error, "setup"))
        return True

    def _complete_allure(self) -> str | None:
        """Add the error to Allure's results, and what is said of the run to the user's; why not, or None."""
        try:
            self._write_error()
            if not self._own_allure:  # those of our own are written as the results are published
                self._write_surroundings()
        except OSError as error:
            return unwritten(self._reports.allure.name, error)
        return None

    def _write_error(self) -> None:
        """Put a broken result beside Allure's others, if there is an error. OSError where that cannot be done."""
        if self._error is not None and self.record is not None and self._allure is not None and self._allure.is_dir():
            write_broken(self._allure, self._error, self.record)

    def _write_surroundings(self) -> None:
        """Write what Allure shows of the run as a whole. OSError where that cannot be done."""
        if self.record is not None and self._allure is not None:
            write_environment(self._allure, self.record, executor=self._own_allure)

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


def words_of(record: RunRecord, exit_code: int) -> str | None:
    """The error of a run, or None where there is a verdict and its failures are among the tests."""
    if record.about.no_verdict:
        return f"no verdict: {record.about.no_verdict}"
    if record.about.interrupted:
        return "no verdict: the run was interrupted"
    untested = record.summary.untested
    if exit_code == 3 and untested and record.about.complete:  # noqa: PLR2004 - docs/interface.md: no verdict
        clauses = count_words(len(untested), "must clause")
        return f"no verdict: {clauses} could not be tested: {first_words(untested)}"
    if exit_code == 3:  # noqa: PLR2004 - as above
        return "no verdict: the run ended before everything was tried"
    if exit_code and not record.tests.get("failed"):
        return "the run failed, although no test did: the baseline is stale (report.json names the entries)"
    return None


def name_test(item: pytest.Item, case: Case) -> None:
    """Name a test in JUnit's report by its clause and its title; `probe` and `level` are properties of it."""
    xml = _junit_of(item.config)
    if xml is None:
        return
    test = xml.node_reporter(item.nodeid)
    test.add_attribute("classname", case.clause.id if case.clause else case.probe)
    test.add_attribute("name", case.headline)
    item.user_properties += [("probe", case.probe), *([("level", case.clause.level.value)] if case.clause else [])]


def without_path(item: pytest.Item, report: pytest.TestReport) -> None:
    """Let a skipped test name its place in the suite, not on this machine."""
    if report.skipped and isinstance(report.longrepr, tuple):
        _, line, reason = report.longrepr
        report.longrepr = (f"conformance/suite/{item.path.name}", line, reason)


def _junit_of(config: pytest.Config) -> LogXML | None:
    """The plugin that writes JUnit's report, if one does."""
    return config.stash.get(xml_key, None)


def _describe_run(config: pytest.Config, record: RunRecord) -> None:
    """Describe the run in JUnit's report, as properties of the whole; before it is written."""
    xml = _junit_of(config)
    if xml is None:
        return
    about = record.about
    properties: dict[str, object] = {
        "target": about.target_name,
        "base_url": about.base_url,
        "verdict": record.summary.conclusion.value,
        **({"no_verdict": about.no_verdict} if about.no_verdict else {}),
        **({"sent": reach} if (reach := reach_words(about.probes, about.standard_probes)) else {}),
        "run_id": about.id,
        "seed": about.seed,
        "profile": about.profile,
        "requests": about.requests,
    }
    for name, value in properties.items():
        xml.add_global_property(name, str(value))


def _add_error(xml: LogXML, name: str, words: str) -> None:
    """Add an error that belongs to no test."""
    xml.node_reporter(name).attrs.update(classname=name.partition("::")[0], name=name.rpartition("::")[2])
    xml.node_reporter(name)._add_simple("error", words, words)  # noqa: SLF001 - as pytest adds its internal error


def _write_again(config: pytest.Config) -> None:
    """Write JUnit's report once more in its place, with later additions. OSError where that fails."""
    xml = _junit_of(config)
    if xml is not None and Path(xml.logfile).is_file():
        xml.pytest_sessionfinish()
