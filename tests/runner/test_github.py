"""GitHub Actions: what a run prints for the runner, and the summary of the job."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.report.formats.registry import Sources
from conformance.report.report_json import report_data
from conformance.runner.github import GitHubJob
from tests.report.builders import CONTRACT, failed, record

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = Sources(report_data(record([failed("status.401.unknown-token")])), {}, CONTRACT)


def test_the_runner_obeys_nothing_between_two_lines_that_nobody_can_guess() -> None:
    """The annotations stand behind the second."""
    jobs = [GitHubJob({"GITHUB_ACTIONS": "true"}) for _ in range(2)]
    (first,), (other,) = (job.begin() for job in jobs)
    token = re.fullmatch("::stop-commands::([0-9a-f]{32})", first)
    assert token
    assert first != other
    last, annotation = jobs[0].end(SOURCES)
    assert last == f"::{token[1]}::"
    assert annotation.startswith("::error file=")


def test_a_run_that_made_no_report_gives_the_log_back() -> None:
    """No annotation, and no error."""
    job = GitHubJob({"GITHUB_ACTIONS": "true"})
    assert len(job.begin()) == len(job.end(None)) == 1


def test_elsewhere_nothing_is_printed(tmp_path: Path) -> None:
    """The summary is appended wherever a file is named for it."""
    job = GitHubJob({"GITHUB_STEP_SUMMARY": str(tmp_path / "step.md")})
    assert job.begin() == job.end(SOURCES) == []
    assert (tmp_path / "step.md").read_text(encoding="utf-8").startswith("## ❌ Non-conformant: 1 clause failed")


def test_a_summary_that_cannot_be_appended_is_one_line(tmp_path: Path) -> None:
    """The verdict stays what it is."""
    job = GitHubJob({"GITHUB_STEP_SUMMARY": str(tmp_path / "nowhere" / "step.md")})
    assert job.end(SOURCES) == ["a report could not be written: GITHUB_STEP_SUMMARY: No such file or directory"]
