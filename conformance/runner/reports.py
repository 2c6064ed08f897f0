"""The output directory: what was there is replaced, each report is whole or not there."""

from __future__ import annotations

import shutil
import tempfile
from typing import TYPE_CHECKING

from conformance.exceptions import UsageError
from conformance.report import allure_results
from conformance.report.report_json import write_report

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.report.record import RunRecord
    from conformance.traffic.redaction import Redactor

__all__ = ["Reports"]


class Reports:
    """Where a run's reports go; `directory` is made where it does not exist."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.har = directory / "traffic.har"
        self.junit = directory / "junit.xml"
        self.allure = directory / "allure-results"
        self.json = directory / "report.json"

    @property
    def paths(self) -> dict[str, Path]:
        """The reports by name."""
        return {"report": self.json, "Allure results": self.allure, "traffic": self.har, "JUnit": self.junit}

    def begin(self) -> None:
        """Make the directory; UsageError where that cannot be done, or something is in the way of a report."""
        for path in (self.har, self.junit, self.json):
            if path.is_dir():
                raise UsageError(f"output: {path} is a directory, and a report of that name is due: remove it")
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.directory):
                pass
        except OSError as error:
            raise UsageError(
                f"output: {self.directory} cannot be written ({error.strerror}): name another directory"
            ) from error

    def clear(self) -> None:
        """Remove the Allure results of the run before, which would be mixed with this one's."""
        shutil.rmtree(self.allure, ignore_errors=True)
        self.allure.mkdir(exist_ok=True)

    def scan(self, redactor: Redactor) -> str | None:
        """Look through every report for secrets; a file that holds one is removed. What is to be said.

        Nothing should be found: every text is redacted before it is written. This is for the day on which one is not.
        """
        found = []
        for path in (self.har, self.junit, self.json, *sorted(self.allure.glob("*"))):
            if path.is_file() and (name := redactor.found_in(path.read_bytes())):
                path.unlink()
                found.append(f"{path.relative_to(self.directory)} (${name})")
        if not found:
            return None
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""  # noqa: PLR2004 - enough to begin with
        return f"a secret stood in {', '.join(found[:3])}{more}: removed, please report it"

    def write(self, record: RunRecord) -> str | None:
        """Write what is written at the end; why that was not possible, or None."""
        try:
            write_report(record, self.json)
            allure_results.write_surroundings(self.allure, record)
        except OSError as error:
            return f"a report could not be written: {error.filename or self.directory}: {error.strerror}"
        return None
