"""The output directory: one run at a time, and each report is whole or as it was.

Reports are also made again from the files of a run. Beside them are files that pytest wrote, and the job of GitHub.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from conformance.exceptions import NoVerdict, UsageError
from conformance.places import read_bounded
from conformance.report.allure_results import write_environment
from conformance.report.files import commit, dumps, partial, plain, rollback, unwritten, write_text
from conformance.report.formats.registry import DEFAULT, FORMATS, ReportName, Sources, make
from conformance.report.record import REPORT_FORMAT, RunRecord, report_data
from conformance.report.words import first_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import pytest

    from conformance.contract.contract import Contract
    from conformance.traffic.redaction import Redactor

_OWN = "conformance_"  # a configuration, a baseline, a history: none of them is a report
_COARSE = 2.0  # seconds; some file systems count in these
_DAMAGED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


class Reports:
    """The reports of a run, in `directory`, which is made where it does not exist.

    The file `.lock` in it is held from `begin` to `end`; the system lets go of it where the process dies.

    Attributes:
        chosen: The names of the reports that are written beside report.json and traffic.har.
        sources: What the last reports were made of; None before.
    """

    def __init__(self, directory: Path, chosen: Collection[ReportName] = DEFAULT) -> None:
        self.directory = directory
        self.chosen = [name for name in FORMATS if name in chosen]
        self.sources: Sources | None = None
        self.har = directory / "traffic.har"
        self.junit = directory / "junit.xml"
        self.allure = directory / "allure-results"
        self.json = directory / "report.json"
        self._begun = False
        self._unchosen: dict[Path, tuple[int, int]] = {}
        self._lock = FileLock(directory / ".lock", timeout=0, thread_local=False)

    @property
    def paths(self) -> dict[str, Path]:
        """The reports by title."""
        chosen = {FORMATS[name].title: self.directory / FORMATS[name].file for name in self.chosen}
        return {"report": self.json, "traffic": self.har, **chosen}

    @property
    def _made(self) -> dict[ReportName, Path]:
        """The reports that are made of report.json and traffic.har, whether chosen or not."""
        return {name: self.directory / one.file for name, one in FORMATS.items() if one.maker}

    def begin(self) -> None:
        """Make the directory and lock it; UsageError where that cannot be done, or something is in a report's way."""
        chosen = [path for name, path in self._made.items() if name in self.chosen]
        for path in (self.har, self.junit, self.json, *chosen):
            if path.is_dir():
                raise UsageError(f"output: {path} is a directory, where a report has to be written: remove it")
        if self.allure.is_file():
            raise UsageError(f"output: {self.allure} is a file, where a folder has to be made: remove it")
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.directory):
                pass
            with suppress(NotImplementedError):  # a file system without locks
                self._lock.acquire()
        except Timeout as error:
            raise UsageError(
                f"output: {self.directory} is in use by another run: wait for its end, or name another directory"
            ) from error
        except OSError as error:
            raise UsageError(
                f"output: {self.directory} cannot be written ({error.strerror}): name another directory"
            ) from error
        self._begun = True
        self._drop()
        written = {ReportName.JUNIT: self.junit, ReportName.ALLURE: self.allure}
        self._unchosen = {
            path: mark for name, path in written.items() if name not in self.chosen and (mark := _mark(path))
        }

    def abandon(self) -> None:
        """Withdraw the reports and release the directory, if it was locked: the run was interrupted as it began."""
        if self._begun or self._lock.is_locked:
            self._begun = True
            self.withdraw()
            self.end()

    def end(self) -> None:
        """Remove partial reports, and release the directory; a second call does nothing."""
        if self._begun:
            self._begun = False
            self._drop()
            self._lock.release()

    def withdraw(self) -> None:
        """Remove the reports of an earlier run: this one ended before it sent anything."""
        earlier = [
            path for path in (self.har, self.junit, self.json, self.allure, *self._made.values()) if path.exists()
        ]
        for path in earlier:
            _remove(path)
        if earlier:
            done = "are left in" if any(path.exists() for path in earlier) else "were removed from"
            with suppress(OSError):  # a closed stream
                sys.stderr.write(f"nothing was sent; the reports of an earlier run {done} {self.directory}\n")

    def publish(self, record: RunRecord, *, allure: bool, junit: bool) -> str | None:
        """Put Allure's and JUnit's reports in their place as far as they are whole; why one is not, or None."""
        wanted = [path for path, whole in ((self.allure, allure), (self.junit, junit)) if whole]
        trouble = None
        for path in wanted:
            try:
                if path is self.allure:
                    write_environment(partial(path), record)
                if partial(path).exists():
                    commit(path)
            except OSError as error:
                trouble = trouble or unwritten(path.name, error)
        return trouble

    def write(self, record: RunRecord, contract: Contract, *, traffic: bool) -> str | None:
        """Write the chosen reports, and report.json last; why that was not possible, or None.

        `traffic` says whether the traffic file is this run's. Files of reports that are not chosen are removed: they
        would be an earlier run's. Those that pytest writes may be named by its own options, and are then new.
        """
        data: Mapping[str, Any] = plain(report_data(record))  # type: ignore[assignment]  # a mapping stays one
        self.sources = Sources(data, har_of(self.har) if traffic and self.har.is_file() else {}, contract)
        trouble = self.make()
        try:
            for name, path in self._made.items():
                if name not in self.chosen:
                    path.unlink(missing_ok=True)
            for path, mark in self._unchosen.items():
                if _mark(path) == mark:
                    _remove(path)
            write_text(self.json, dumps(data, indent=2) + "\n")
        except OSError as error:
            return unwritten(self.json.name, error)
        return trouble

    def make(self) -> str | None:
        """Write those of the chosen reports that are made of `sources`; why that was not possible, or None."""
        assert self.sources is not None  # noqa: S101 - set before
        trouble = None
        for name in self.chosen:
            file = FORMATS[name].file
            try:
                if FORMATS[name].maker:
                    write_text(self.directory / file, make(name, self.sources))
            except OSError as error:
                trouble = trouble or unwritten(file, error)
            except Exception as error:  # noqa: BLE001 - a mistake in one report costs no other, and the run its verdict
                words = f"{type(error).__name__}: {error}"
                trouble = trouble or f"a report could not be made: {file}: {words[:200]}, please report it"
        return trouble

    def scan(self, redactor: Redactor, others: Iterable[Path] = ()) -> str | None:
        """Look for secrets in every report, and in `others`; remove each file that holds one, and name it.

        Nothing should be found: every text is redacted before it is written. This is the second line of defence.
        """
        found = []
        own = dict.fromkeys((self.har, self.junit, self.json, *self._made.values(), *sorted(self.allure.glob("*"))))
        looked: dict[tuple[int, int], str | None] = {}  # attachments that are the same are one file
        there = [(path, path.stat()) for path in own | dict.fromkeys(others) if path.is_file()]
        for path, status in there:
            file = status.st_dev, status.st_ino
            if status.st_nlink == 1 or file not in looked:  # a file system without links may give a number twice
                looked[file] = redactor.found_in(path.read_bytes())
            if name := looked[file]:
                path.unlink()
                place = path.relative_to(self.directory) if path in own else path
                found.append(f"{place} (${name})")
        if not found:
            return None
        return f"a secret was found in {first_words(found, 3)}: removed, please report it"

    def _drop(self) -> None:
        for path in (self.har, self.junit, self.json, self.allure, *self._made.values()):
            rollback(path)


@contextmanager
def none_if_interrupted(directory: Path) -> Iterator[None]:
    """Leave no report of an earlier run in a directory where an interruption comes before the run takes it over."""
    try:
        yield
    except KeyboardInterrupt:
        reports = Reports(directory)
        with suppress(UsageError):  # it is in use, or no directory of reports
            if directory.is_dir():
                reports.begin()
                reports.abandon()
        raise


def _mark(path: Path) -> tuple[int, int] | None:
    """A mark of a file or folder that changes when it is written; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _remove(path: Path) -> None:
    """Remove a file or folder, as far as that can be done."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def har_of(path: Path) -> Mapping[str, Any]:
    """The content of a traffic file. OSError or ValueError where it has none."""
    har: Mapping[str, Any] = json.loads(read_bounded(path))
    return har


class NamedFiles:
    """The files that the user's own pytest options name, and that this run wrote: reports like ours.

    Attributes:
        folders: Folders whose files are reports as well.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._since = time.time() - _COARSE
        self.folders: list[Path] = []

    def __iter__(self) -> Iterator[Path]:
        """Each file once."""
        yield from dict.fromkeys(path for path in self._named() if self._written(path))

    def _named(self) -> Iterator[Path]:
        """Every path that an option's value may be, the log's (a setting may name it), and those of folders."""
        logs = self._config.pluginmanager.get_plugin("logging-plugin")
        if logs is not None:
            yield Path(logs.log_file_handler.baseFilename)
        for name, value in vars(self._config.option).items():
            if isinstance(value, str) and value and not name.startswith(_OWN):
                yield Path(self._config.invocation_params.dir, value).expanduser()
        for folder in self.folders:
            yield from sorted(folder.rglob("*"))

    def _written(self, path: Path) -> bool:
        try:
            return path.is_file() and path.stat().st_mtime >= self._since
        except (OSError, ValueError):  # a value that is no path
            return False


def remake(directory: Path, asked: Sequence[ReportName], contract: Contract) -> Iterator[Path]:
    """Write the reports that are asked for, by default those of a run, to the run's output directory; yield each path.

    Raises UsageError where the directory does not hold what they are made of, NoVerdict where one cannot be written.
    """
    for name in asked:
        if FORMATS[name].maker is None:
            raise UsageError(f"--report {name}: only a run can write it: `conformance run --report {name}`")
    chosen = asked or tuple(name for name in DEFAULT if FORMATS[name].maker)
    data = _report(directory / "report.json")
    needs = {need for name in chosen for need in FORMATS[name].needs}
    sources = Sources(data, _har(directory / "traffic.har", data) if "har" in needs else {}, contract)
    texts = {name: _made(name, sources, directory) for name in chosen}
    reports = Reports(directory, chosen)
    reports.begin()
    try:
        for name, text in texts.items():
            path = directory / FORMATS[name].file
            try:
                write_text(path, text)
            except OSError as error:
                raise NoVerdict(unwritten(path, error)) from error
            yield path
    finally:
        reports.end()


def _report(path: Path) -> Mapping[str, Any]:
    try:
        data: Mapping[str, Any] = json.loads(read_bounded(path))
        known = data["format"] == REPORT_FORMAT
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}: name the output directory of a run") from error
    except _DAMAGED:
        known = False
    if not known:
        raise UsageError(f"{path} is no {REPORT_FORMAT}: name the output directory of a run")
    return data


def _har(path: Path, data: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        har = har_of(path)
        same = har["log"]["_conformance"]["id"] == data["run"]["id"]
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}: it belongs beside the run's report.json") from error
    except _DAMAGED as error:
        raise UsageError(f"{path} is no traffic file of this suite: put the run's own there") from error
    if not same:
        raise UsageError(f"{path} is of another run than the report.json beside it: put the run's own there")
    return har


def _made(name: ReportName, sources: Sources, directory: Path) -> str:
    try:
        return make(name, sources)
    except _DAMAGED as error:
        words = " ".join(f"{type(error).__name__}: {error}".split())[:100]
        why = "report.json is damaged, or of another version of the suite: use that version"
        raise UsageError(f"{directory}: {name} cannot be made ({words}): {why}") from error


class GitHubJob:
    """The job that this process is a step of, by its variables; without them there is nothing to print."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._annotates = environ.get("GITHUB_ACTIONS") == "true"
        self._summary = environ.get("GITHUB_STEP_SUMMARY")
        self._token = ""

    def begin(self) -> list[str]:
        """The lines after which the runner obeys no command in the log, which shows answers of the target."""
        if not self._annotates:
            return []
        self._token = secrets.token_hex(16)
        return [f"::stop-commands::{self._token}"]

    def end(self, sources: Sources | None) -> list[str]:
        """Append the summary to the job's, and return the lines with the annotations."""
        lines = [f"::{self._token}::"] if self._token else []
        if sources is None:
            return lines
        if self._annotates:
            lines += make(ReportName.ANNOTATIONS, sources).splitlines()
        if self._summary:
            try:
                with Path(self._summary).open("a", encoding="utf-8") as stream:
                    stream.write(make(ReportName.SUMMARY, sources))
            except OSError as error:
                lines.append(unwritten("GITHUB_STEP_SUMMARY", error))
        return lines
