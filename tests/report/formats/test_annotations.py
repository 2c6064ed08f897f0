"""GitHub's annotations, and commands that a target cannot give."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from conformance.report.files import dumps
from conformance.report.formats.registry import ReportName, Sources, make
from conformance.report.report_json import report_data
from conformance.spec import spec_directory
from tests.report.builders import CATALOGUE, CONTRACT, failed, record
from tests.report.formats.material import HOSTILE, MUST, PROBE, RECORDS, SHOULD, text

COMMAND = re.compile(r"::(error|warning|notice) ?([^:]*)::(.*)")
MEMBERS = {"description", "check_name", "fingerprint", "severity", "location"}
SEVERITIES = {"info", "minor", "major", "critical", "blocker"}


def commands(case: str) -> list[tuple[str, dict[str, str], str]]:
    """Kind, properties and message of each."""
    found = []
    for line in text("annotations", case).splitlines():
        command = COMMAND.fullmatch(line)
        assert command, line
        properties = dict(one.split("=", 1) for one in command[2].split(",")) if command[2] else {}
        found.append((command[1], properties, command[3]))
    return found


def test_a_failure_is_annotated_at_its_line() -> None:
    """A must as an error, a should as a warning."""
    (kind, at, message), (other, _, _), _, _ = commands("non-conformant")
    passage = CONTRACT.passages[MUST]
    assert (kind, other) == ("error", "warning")
    assert at == {
        "file": "spec/document/associate-remote-mirror.txt",
        "line": str(passage.first_line),
        "endLine": str(passage.last_line),
        "title": f"must {MUST}",
    }
    assert message.split("%0A")[1].startswith("fails since")
    assert "%0Arepeat: conformance run staging --seed 1 --probe id.maximum.unknown-token" in message
    assert CATALOGUE[SHOULD].level == "should"


def test_a_clause_is_annotated_where_it_stands() -> None:
    """With the place of the failure; by another catalogue than the one that judged nothing is said of its lines."""
    *_, (kind, at, message), _ = commands("non-conformant")
    assert kind == "notice"
    assert at.keys() == {"file", "line", "title"}
    assert at["file"] == "spec/clauses.yaml"
    lines = (spec_directory() / "clauses.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[int(at["line"]) - 1] == f"  - id: {MUST}"
    assert message.endswith(f"see spec/document/associate-remote-mirror.txt, line {CONTRACT.passages[MUST].first_line}")
    report = json.loads(dumps(report_data(RECORDS["non-conformant"])))
    assert "::notice" not in make(ReportName.ANNOTATIONS, Sources(report, {}, CONTRACT))


@pytest.mark.parametrize("case", RECORDS)
def test_each_line_is_one_command(case: str) -> None:
    """Nothing that the target says begins a line or ends the message."""
    assert len(commands(case)) <= 5


def test_hostile_values_are_escaped() -> None:
    """A percent sign, so that no other escape is read; there is no line break left."""
    line = text("annotations", "hostile").splitlines()[0]
    assert line.startswith("::error title=no verdict::")
    assert "%250A::set-output" in line
    assert "\x1b" not in line
    assert len(line) < 5000


@pytest.mark.parametrize("case", ["incomplete", "no verdict", "interrupted", "stale"])
def test_a_run_that_fails_otherwise_says_why(case: str) -> None:
    """First."""
    kind, at, message = commands(case)[0]
    assert kind == "error"
    assert at.keys() == {"title"}
    assert message


def test_accepted_failures_are_not_annotated() -> None:
    """Nor is anything where nothing failed."""
    assert commands("accepted") == commands("conformant") == []


def test_github_shows_ten_and_the_last_counts_the_rest() -> None:
    """Errors and warnings apart."""
    verdicts = [failed(clause.id, message=HOSTILE[:5000]) for clause in CATALOGUE if clause.level != "silent"]
    musts = sum(clause.level == "must" for clause in CATALOGUE)
    lines = text("annotations", record(verdicts)).splitlines()
    assert [line.split(" ")[0].split("::")[1] for line in lines] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert lines[9] == f"::error::and {musts - 9} more broken clauses: see summary.md"


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
