"""The output directory: one run at a time, and each report is whole or as it was; other files that pytest wrote."""

from __future__ import annotations

import json
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from conformance.exceptions import UsageError
from conformance.report.allure_results import write_environment
from conformance.report.files import commit, partial, rollback, unwritten, write_text
from conformance.report.report_json import report_data, write_report

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest

    from conformance.contract.contract import Contract
    from conformance.report.record import RunRecord
    from conformance.traffic.redaction import Redactor

__all__ = ["NamedFiles", "Reports"]

_OWN = "conformance_"  # a configuration, a baseline, a history: none of them is a report
_COARSE = 2.0  # seconds; some file systems count in these


class Reports:
    """The reports of a run, in `directory`, which is made where it does not exist.

    The file `.lock` in it is held from `begin` to `end`; the system lets go of it where the process dies.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.har = directory / "traffic.har"
        self.junit = directory / "junit.xml"
        self.allure = directory / "allure-results"
        self.json = directory / "report.json"
        self.page = directory / "index.html"
        self._begun = False
        self._lock = FileLock(directory / ".lock", timeout=0, thread_local=False)

    @property
    def paths(self) -> dict[str, Path]:
        """The reports by name, but for the page."""
        return {"report": self.json, "Allure results": self.allure, "traffic": self.har, "JUnit": self.junit}

    def begin(self) -> None:
        """Make the directory and lock it; UsageError where that cannot be done, or something is in a report's way."""
        for path in (self.har, self.junit, self.json, self.page):
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

    def end(self) -> None:
        """Remove partial reports, and release the directory; a second call does nothing."""
        if self._begun:
            self._begun = False
            self._drop()
            self._lock.release()

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

    def write(self, record: RunRecord) -> str | None:
        """Write report.json, the last; why that was not possible, or None."""
        try:
            write_report(record, self.json)
        except OSError as error:
            return unwritten(self.json.name, error)
        return None

    def write_page(self, record: RunRecord, contract: Contract, *, traffic: bool) -> str | None:
        """Write index.html, with the `traffic` file's exchanges unless that is another run's.

        Returns why that was not possible, or None.
        """
        from conformance.report.page import render  # noqa: PLC0415 - Jinja is needed at the end of a run only

        try:
            har = json.loads(self.har.read_bytes()) if traffic else {}
            write_text(self.page, render(report_data(record), har, contract))
        except OSError as error:
            return unwritten(self.page.name, error)
        return None

    def scan(self, redactor: Redactor, others: Iterable[Path] = ()) -> str | None:
        """Look for secrets in every report, and in `others`; remove each file that holds one, and name it.

        Nothing should be found: every text is redacted before it is written. This is the second line of defence.
        """
        found = []
        own = dict.fromkeys((self.har, self.junit, self.json, self.page, *sorted(self.allure.glob("*"))))
        looked: dict[tuple[int, int], str | None] = {}  # attachments that are the same are one file
        for path in own | dict.fromkeys(others):
            if not path.is_file():
                continue
            status = path.stat()
            file = status.st_dev, status.st_ino
            if file not in looked:
                looked[file] = redactor.found_in(path.read_bytes())
            if name := looked[file]:
                path.unlink()
                place = path.relative_to(self.directory) if path in own else path
                found.append(f"{place} (${name})")
        if not found:
            return None
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""  # noqa: PLR2004 - enough to begin with
        return f"a secret was found in {', '.join(found[:3])}{more}: removed, please report it"

    def _drop(self) -> None:
        for path in (self.har, self.junit, self.json, self.page, self.allure):
            rollback(path)


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
