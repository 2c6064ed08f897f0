"""The output directory: one run at a time, and each report is whole or as it was."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from conformance.exceptions import UsageError
from conformance.report.allure_results import write_environment
from conformance.report.files import commit, partial, rollback, unwritten
from conformance.report.report_json import write_report

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from conformance.report.record import RunRecord
    from conformance.traffic.redaction import Redactor

__all__ = ["Reports"]


class Reports:
    """Where a run's reports go; `directory` is made where it does not exist.

    The file `.lock` in it is held from `begin` to `end`; the system lets go of it where the process dies.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.har = directory / "traffic.har"
        self.junit = directory / "junit.xml"
        self.allure = directory / "allure-results"
        self.json = directory / "report.json"
        self._begun = False
        self._lock = FileLock(directory / ".lock", timeout=0, thread_local=False)

    @property
    def paths(self) -> dict[str, Path]:
        """The reports by name."""
        return {"report": self.json, "Allure results": self.allure, "traffic": self.har, "JUnit": self.junit}

    def begin(self) -> None:
        """Make the directory and lock it; UsageError where that cannot be done, or something is in a report's way."""
        for path in (self.har, self.junit, self.json):
            if path.is_dir():
                raise UsageError(f"output: {path} is a directory, and a report of that name is due: remove it")
        if self.allure.is_file():
            raise UsageError(f"output: {self.allure} is a file, and a folder of that name is due: remove it")
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
        """Remove what was begun and is not whole, and let go of the directory; once is enough."""
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
        """Write report.json, which says what is wrong with the others; why that was not possible, or None."""
        try:
            write_report(record, self.json)
        except OSError as error:
            return unwritten(self.json.name, error)
        return None

    def scan(self, redactor: Redactor, others: Iterable[Path] = ()) -> str | None:
        """Look through every report, and `others`, for secrets; a file that holds one is removed. What is to be said.

        Nothing should be found: every text is redacted before it is written. This is for the day on which one is not.
        """
        found = []
        own = dict.fromkeys((self.har, self.junit, self.json, *sorted(self.allure.glob("*"))))
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
        return f"a secret stood in {', '.join(found[:3])}{more}: removed, please report it"

    def _drop(self) -> None:
        for path in (self.har, self.junit, self.json, self.allure):
            rollback(path)
