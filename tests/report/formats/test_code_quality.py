"""GitLab's code quality report."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.report.builders import CONTRACT
from tests.report.formats.material import MUST, PROBE, RECORDS, text

MEMBERS = {"description", "check_name", "fingerprint", "severity", "location"}
SEVERITIES = {"info", "minor", "major", "critical", "blocker"}


def issues(case: str) -> list[Any]:
    """The issues of a report."""
    found: list[Any] = json.loads(text("code-quality", case))
    return found


@pytest.mark.parametrize("case", RECORDS)
def test_it_is_what_gitlab_reads(case: str) -> None:
    """Every issue has the members that its documentation requires, and fingerprints are told apart."""
    found = issues(case)
    assert all(one.keys() == MEMBERS and one["severity"] in SEVERITIES for one in found)
    assert all(one["location"]["lines"]["begin"] >= 1 and one["location"]["path"] for one in found)
    assert len({one["fingerprint"] for one in found}) == len(found)


def test_an_issue_stands_at_the_line_of_its_sentence() -> None:
    """With the clause's title and the probe."""
    first, second, third = issues("non-conformant")
    assert (first["check_name"], first["severity"], third["severity"]) == (MUST, "critical", "minor")
    assert first["location"] == {
        "path": "spec/document/associate-remote-mirror.txt",
        "lines": {"begin": CONTRACT.passages[MUST].first_line},
    }
    assert f"({PROBE}): answered 500 instead of 401" in first["description"]
    assert "(token.empty)" in second["description"]


def test_a_run_without_a_verdict_is_a_blocker() -> None:
    """An accepted failure is no issue."""
    assert issues("conformant") == issues("accepted") == []
    (issue,) = issues("interrupted")
    assert (issue["severity"], issue["description"]) == (
        "blocker",
        "no verdict: the run was interrupted, after 412 requests",
    )
