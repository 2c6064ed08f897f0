"""GitHub's annotations, and commands that a target cannot give."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.report.files import dumps
from conformance.report.formats.registry import ReportName, Sources, make
from conformance.report.record import report_data
from conformance.spec import spec_directory
from tests.report.builders import CATALOGUE, CONTRACT, UNAUTHORIZED, failed, record
from tests.report.formats.material import HOSTILE, MUST, PROBE, RECORDS, SHOULD, VERDICTS, text, validator

if TYPE_CHECKING:
    from conformance.report.record import RunRecord

COMMAND = re.compile(r"::(error|warning|notice) ?([^:]*)::(.*)")
MEMBERS = {"description", "check_name", "fingerprint", "severity", "location"}
SEVERITIES = {"info", "minor", "major", "critical", "blocker"}
VALIDATOR = validator("sarif")


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


def run(case: str | RunRecord) -> Any:  # noqa: ANN401 - JSON
    """The run in the log."""
    (found,) = json.loads(text("sarif", case))["runs"]
    return found


@pytest.mark.parametrize("case", RECORDS)
def test_it_is_valid_by_the_published_schema(case: str) -> None:
    """For every end of a run, and whatever the target says."""
    VALIDATOR.validate(json.loads(text("sarif", case)))


def test_the_schema_refuses_what_is_no_sarif() -> None:
    """The copy of the schema is one that bites."""
    log = json.loads(text("sarif", "non-conformant"))
    log["runs"][0]["results"][0]["level"] = "must"
    assert not VALIDATOR.is_valid(log)


def test_each_clause_is_a_rule_with_its_quote() -> None:
    """In the document's order, with the level that a failure has."""
    rules = run("conformant")["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [clause.id for clause in CATALOGUE]
    for rule, clause in zip(rules, CATALOGUE, strict=True):
        assert rule["fullDescription"]["text"] == clause.quote
        assert clause.quote in rule["help"]["text"]
        assert " or ".join(clause.accepted) in rule["help"]["text"]
        level = {"must": "error", "should": "warning", "silent": "note"}[clause.level]
        assert rule["defaultConfiguration"]["level"] == level


def test_a_result_stands_at_the_line_of_the_broken_sentence() -> None:
    """It is the line of the document that holds the quote."""
    found = run("non-conformant")
    rules = found["tool"]["driver"]["rules"]
    assert len(found["results"]) == 3
    for result in found["results"]:
        clause = CATALOGUE[result["ruleId"]]
        assert rules[result["ruleIndex"]]["id"] == clause.id
        (location,) = (one["physicalLocation"] for one in result["locations"])
        assert location["artifactLocation"]["uri"] == "spec/document/associate-remote-mirror.txt"
        first, last = location["region"]["startLine"], location["region"]["endLine"]
        lines = CONTRACT.document.splitlines()[first - 1 : last]
        assert clause.quote in "\n".join(lines)


def test_fingerprints_are_those_of_clause_and_probe() -> None:
    """Another seed, another time and another message change none, so that two runs have the same alerts."""
    later = replace(
        RECORDS["non-conformant"], about=replace(RECORDS["non-conformant"].about, id="other", seed=99, requests=1)
    )
    before, after = ([one["partialFingerprints"] for one in run(case)["results"]] for case in ("non-conformant", later))
    assert before == after
    assert len({json.dumps(one) for one in before}) == 3


def test_a_target_has_one_category() -> None:
    """Every run has the same category; a slash in its name makes no other."""
    assert run("conformant")["automationDetails"]["id"] == "conformance/associateRemoteMirror/staging/"
    record = RECORDS["conformant"]
    other = run(replace(record, about=replace(record.about, target_name="a/b", id="other")))
    assert other["automationDetails"]["id"] == "conformance/associateRemoteMirror/a%2Fb/"


@pytest.mark.parametrize(("case", "verdict"), VERDICTS.items())
def test_a_run_without_a_verdict_was_not_executed(case: str, verdict: str) -> None:
    """The invocation says so, and why."""
    (invocation,) = run(case)["invocations"]
    assert invocation["executionSuccessful"] is (verdict != "no verdict")
    errors = [one["message"]["text"] for one in invocation["toolExecutionNotifications"] if one["level"] == "error"]
    assert len(errors) == (verdict in {"no verdict", "stale baseline"})
    assert all(one.startswith(f"{verdict}: ") for one in errors)


def test_an_untested_clause_is_a_notification_of_its_rule() -> None:
    """With the reason, and as a warning where that is no excuse."""
    (_, note) = run("incomplete")["invocations"][0]["toolExecutionNotifications"]
    assert (note["level"], note["message"]["text"]) == ("warning", "not tested: no answer")
    assert note["associatedRule"]["id"] == MUST


def test_accepted_failures_are_suppressed() -> None:
    """The others have an empty list, which says that they are not."""
    (result,) = run("accepted")["results"]
    assert [one["status"] for one in result["suppressions"]] == ["accepted"]
    assert all("suppressions" not in one for one in run("non-conformant")["results"])


def test_a_result_says_what_the_terminal_does() -> None:
    """Message, expected, got, and the line to repeat it; since when stands beside."""
    result = next(one for one in run("non-conformant")["results"] if one["properties"]["probe"] == PROBE)
    assert result["message"]["text"].splitlines() == [
        f"{PROBE}: answered 500 instead of 401",
        "expected: 401",
        "got: 500, answered by the service",
        f"answer: 401, application/json, 90 bytes: {UNAUTHORIZED.decode()}",
        f"repeat: conformance run staging --seed 1 --probe {PROBE}",
    ]
    assert result["properties"]["since"].startswith("fails since 2026-11-20 02:00 (r2), last passed")
