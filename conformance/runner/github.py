"""GitHub Actions: a log in which nothing that a target says is a command, annotations, and the summary of the job."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.report.files import unwritten
from conformance.report.formats.registry import ReportName, make

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.report.formats.registry import Sources

__all__ = ["GitHubJob"]


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
