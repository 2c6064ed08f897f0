"""report.json, validated by its published schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from conformance.contract.clause import Level
from conformance.judge.summary import GatePolicy
from conformance.judge.verdict import AnsweredBy
from conformance.report.record import (
    MOST_FAILURES,
    REPORT_FORMAT,
    ResourceChange,
    ResourceState,
    Since,
    Time,
    report_data,
    write_report,
)
from conformance.spec import spec_directory

from .builders import CATALOGUE, failed, record

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.report.record import RunRecord

SCHEMA = json.loads((spec_directory() / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
CLAUSE = "status.401.unknown-token"

RECORDS = {
    "conformant": record(),
    "non-conformant": record([failed(CLAUSE), failed("leak.token", by=AnsweredBy.GATEWAY)]),
    "partial": record(untested={"leak.token": "no answer"}),
    "incomplete": record(untested={CLAUSE: "no answer"}, no_verdict="the target cannot be reached", requests=0),
    "interrupted": record([failed(CLAUSE)], complete=False),
    "gated on should": record([failed("leak.token")], asked=GatePolicy(fail_on=Level.SHOULD), fail_on="should"),
    "deselected": record(asked=GatePolicy(deselected={CLAUSE, "error.message"}, not_testable={"leak.token": "no"})),
    "withheld": record(withheld={CLAUSE: {"token.valid.length-1": "no such token"}}, flaky=["a: once"]),
}


def report(of: RunRecord) -> Any:  # noqa: ANN401 - JSON
    """The report, as it is read back."""
    return json.loads(json.dumps(report_data(of)))


def clause_of(data: Any, clause: str) -> Any:  # noqa: ANN401 - JSON
    """A clause of a report."""
    return next(row for row in data["clauses"] if row["id"] == clause)


def test_the_schema_is_valid() -> None:
    """JSON Schema 2020-12, and its format is the report's."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["format"]["const"] == REPORT_FORMAT


@pytest.mark.parametrize("case", RECORDS)
def test_every_report_is_valid(case: str) -> None:
    """It keeps to the published format, for every end of a run."""
    VALIDATOR.validate(report(RECORDS[case]))


def test_a_report_has_the_documented_keys() -> None:
    """docs/interface.md: format conformance-report/1."""
    data = report(RECORDS["non-conformant"])
    assert data.keys() >= {"format", "suite", "target", "run", "summary", "clauses", "behaviour"}
    assert data["suite"].keys() == {
        "version", "openapi_sha256", "clauses_sha256", "document_revision", "document_title", "document", "operation",
        "edition", "dropped",
    }  # fmt: skip
    assert data["target"] == {
        "name": "staging",
        "base_url": "https://codearts.example.test/base",
        "mutation": "fixture",
    }
    assert data["run"]["started_at"] == "2026-11-24T22:00:00+00:00"
    assert data["run"]["complete"] is True
    assert data["summary"]["verdict"] == "non-conformant"
    assert data["summary"]["gating"] == [CLAUSE]
    assert data["summary"]["fail"] == 2
    assert [row["id"] for row in data["clauses"]] == [clause.id for clause in CATALOGUE]
    assert data["behaviour"] == [
        {
            "probe": "state.first",
            "status": 201,
            "error_code": None,
            "content_type": "application/json",
            "shape": "{id: integer}",
            "answered_by": None,
            "headers": [],
            "connection": None,
        }
    ]
    assert data["summary"]["disagreements"] == ["leak.token"]


def test_the_summary_counts_every_clause_once() -> None:
    """Passed, failed, not tested and recorded make the whole catalogue."""
    for of in RECORDS.values():
        summary = report(of)["summary"]
        assert sum(summary[key] for key in ("pass", "fail", "not_tested", "recorded")) == len(CATALOGUE)


def test_a_failure_says_everything() -> None:
    """Probe, message, accepted outcomes, outcome, responder, curl line and exchange."""
    of = RECORDS["non-conformant"]
    (failure,) = clause_of(report(of), CLAUSE)["failures"]
    assert failure == {
        "probe": "id.maximum.unknown-token",
        "message": "answered 500 instead of 401",
        "accepted": ["401"],
        "got": "500",
        "answer": {
            "status": 401,
            "media_type": "application/json",
            "size": 90,
            "body": '{"error_code": "CH.00000002", "error_msg": "Recognize authentication information failed."}',
        },
        "answered_by": "service",
        "curl": of.evidence[17].curl,
        "exchange": 17,
    }


def test_a_failure_without_its_exchange_has_the_command_that_repeats_it() -> None:
    """Every failure has a line that repeats it."""
    of = record([failed(CLAUSE, number=99)])
    assert clause_of(report(of), CLAUSE)["failures"][0]["curl"].startswith("conformance run staging")


def test_failures_are_counted_and_twenty_of_them_listed() -> None:
    """One defect in thousands of exchanges does not make a report of megabytes."""
    row = clause_of(report(record([failed(CLAUSE)] * 25)), CLAUSE)
    assert len(row["failures"]) == MOST_FAILURES
    assert row["failures_total"] == 25


def test_every_probe_that_failed_is_named() -> None:
    """Once, and in order, though only twenty failures are shown."""
    names = [f"probe-{number:02}" for number in range(25)]
    data = report(record([failed(CLAUSE, name) for name in [*reversed(names), *names]]))
    VALIDATOR.validate(data)
    assert clause_of(data, CLAUSE)["failed_probes"] == names


def test_extensions_have_further_facts() -> None:
    """Flaky answers, the reason for no verdict, and the commands that repeat failures."""
    assert report(RECORDS["withheld"])["flaky"] == ["a: once"]
    assert clause_of(report(RECORDS["withheld"]), CLAUSE)["withheld"] == ["token.valid.length-1"]
    assert report(RECORDS["incomplete"])["no_verdict"] == "the target cannot be reached"
    assert report(RECORDS["conformant"])["no_verdict"] is None
    assert "id.maximum.unknown-token" in report(RECORDS["conformant"])["run"]["reproduce"]


BROKEN = {
    "another format": lambda data: data.update(format="conformance-report/2"),
    "no suite": lambda data: data.pop("suite"),
    "a failure without curl": lambda data: clause_of(data, CLAUSE)["failures"][0].pop("curl"),
    "a failure without outcomes": lambda data: clause_of(data, CLAUSE)["failures"][0].update(accepted=[]),
    "a failed clause without a failure": lambda data: clause_of(data, CLAUSE).update(failures=[]),
    "a silent clause that failed": lambda data: clause_of(data, "error.message").update(verdict="fail"),
    "not tested for no reason": lambda data: clause_of(data, "leak.token").update(verdict="not-tested"),
    "a pass of nothing": lambda data: clause_of(data, "status.201.permitted").update(checked=0),
    "non-conformant without a gating clause": lambda data: data["summary"].update(gating=[]),
    "a date without an offset": lambda data: data["run"].update(started_at="2026-11-24T22:00:00"),
    "a hash cut short": lambda data: data["suite"].update(openapi_sha256="0"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_the_schema_refuses(case: str) -> None:
    """It is strict about the members that the format promises."""
    data = report(RECORDS["non-conformant"])
    BROKEN[case](data)
    assert not VALIDATOR.is_valid(data)


def test_the_schema_allows_extensions() -> None:
    """Later releases may add keys anywhere."""
    data = report(RECORDS["non-conformant"])
    for part in (data, data["run"], data["summary"], data["clauses"][0], clause_of(data, CLAUSE)["failures"][0]):
        part["new"] = 1
    VALIDATOR.validate(data)


def test_a_report_is_written_in_one_step(tmp_path: Path) -> None:
    """The file is valid, and no other is beside it."""
    path = tmp_path / "report.json"
    path.write_text("before")
    write_report(RECORDS["conformant"], path)
    VALIDATOR.validate(json.loads(path.read_text(encoding="utf-8")))
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_that_cannot_be_made_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old report is better than half a report."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "report.json"
    path.write_text("before")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_report(RECORDS["conformant"], path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_changed_resources_have_rows() -> None:
    """A row for each repository, before and after, valid against the schema."""
    state = ResourceState(200, {"url": "https://example.com/a.git"})
    of = record(
        left_behind=(
            ResourceChange("repository_id", 5, ResourceState(404), state),
            ResourceChange("repository_id", 6, None),
        )
    )
    assert report(of)["left_behind"] == [
        {
            "resource": 5,
            "before": {"status": 404, "shown": None},
            "after": {"status": 200, "shown": state.shown},
        },
        {"resource": 6, "before": None, "after": None},
    ]


def test_a_failure_says_since_when_where_a_history_is_kept() -> None:
    """By clause and by probe, as the schema describes it; without a history the key is not there."""
    since = Since(Time("r2", "2026-01-02T02:00:00+00:00"), Time("r1", "2026-01-01T02:00:00+00:00"), suite_changed=False)
    first = Since(Time("r0", "2026-01-02T02:00:00+00:00"), None, suite_changed=True)
    given = record([failed(CLAUSE)], since={(CLAUSE, None): since, (CLAUSE, "id.maximum.unknown-token"): first})
    data = json.loads(json.dumps(report_data(given)))
    VALIDATOR.validate(data)
    row = next(row for row in data["clauses"] if row["id"] == CLAUSE)
    assert row["since"]["last_passed"] == {"run": "r1", "at": "2026-01-01T02:00:00+00:00"}
    assert row["failures"][0]["since"] == {
        "first_failed": {"run": "r0", "at": "2026-01-02T02:00:00+00:00"},
        "last_passed": None,
        "suite_changed": True,
    }
    assert all("since" not in row for row in report_data(record([failed(CLAUSE)]))["clauses"])  # type: ignore[union-attr]
