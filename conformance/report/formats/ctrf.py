"""CTRF, the Common Test Report Format: a test for each clause."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conformance.report.files import dumps
from conformance.report.formats.findings import (
    Failure,
    Report,
    Row,
    failures_of,
    line,
    since_of,
    trouble_of,
    verdict_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SPEC = "0.0.0"
_STATUS = {"pass": "passed", "fail": "failed", "not-tested": "skipped", "recorded": "other"}
_STATUSES = ("passed", "failed", "skipped", "pending", "other")
_LONGEST = 4000


def render(report: Report, har: Mapping[str, Any]) -> str:
    """The report as CTRF; durations and retries are those of the exchanges in traffic.har, and 0 without it."""
    suite, run, target = report["suite"], report["run"], report["target"]
    start, stop = _milliseconds(run["started_at"]), _milliseconds(run["finished_at"])
    failures: dict[str, list[Failure]] = defaultdict(list)
    for failure in failures_of(report):
        failures[failure.clause["id"]].append(failure)
    exchanges = _by_clause(har)
    tests = [_test(row, failures[row["id"]], exchanges[row["id"]], report) for row in report["clauses"]]
    if trouble := trouble_of(report):
        verdict, why = trouble
        tests.insert(0, {"name": verdict, "status": "failed", "duration": 0, "testId": verdict, "message": why})
    counts = Counter(test["status"] for test in tests)
    verdict, why = verdict_of(report)
    return (
        dumps(
            {
                "reportFormat": "CTRF",
                "specVersion": _SPEC,
                "reportId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:conformance:{run['id']}")),
                "runId": run["id"],
                "timestamp": run["finished_at"],
                "generatedBy": "conformance",
                "results": {
                    "tool": {"name": "conformance", "version": suite["version"]},
                    "summary": {
                        "tests": len(tests),
                        **{status: counts[status] for status in _STATUSES},
                        "flaky": sum(test.get("flaky", False) for test in tests),
                        "start": start,
                        "stop": stop,
                        "duration": stop - start,
                        "extra": {"verdict": verdict, "reason": why, "requests": run["requests"]},
                    },
                    "tests": tests,
                    "environment": {
                        "reportName": suite["document_title"],
                        "appName": suite["operation"],
                        "testEnvironment": target["name"],
                        "extra": {"base_url": target["base_url"], "profile": run["profile"], "seed": run["seed"]},
                    },
                    "extra": {"flaky": [line(one) for one in report["flaky"]]},
                },
            },
            indent=2,
        )
        + "\n"
    )


def _test(row: Row, failures: list[Failure], exchanges: list[Mapping[str, Any]], report: Report) -> dict[str, Any]:
    retries = sum(one["flaky"] for one in exchanges)
    test: dict[str, Any] = {
        "name": f"{row['id']}: {row['title']}",
        "testId": row["id"],
        "status": _STATUS[row["verdict"]],
        "rawStatus": row["verdict"],
        "duration": round(sum(one["seconds"] for one in exchanges) * 1000),
        "suite": [report["suite"]["document_title"], row["section"]],
        "filePath": report["suite"]["document"],
        "tags": [row["level"], row["basis"]],
        "extra": {"quote": row["quote"], "checked": row["checked"], "withheld": row["withheld"]},
    }
    if row["lines"]:
        test["line"] = row["lines"][0]
    if row["reason"]:
        test["message"] = line(row["reason"])
    if failures:
        more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
        test["message"] = f"{line(failures[0].probe)}: {failures[0].message}{more}"
        test["trace"] = "\n\n".join(failure.text for failure in failures)[:_LONGEST]
        test["extra"]["accepted"] = all(failure.accepted for failure in failures)
    if since := since_of(report, row):
        test["extra"]["since"] = since
    if retries:
        test |= {"retries": retries, "flaky": row["verdict"] == "pass"}
    return test


def _by_clause(har: Mapping[str, Any]) -> Mapping[str, list[Mapping[str, Any]]]:
    """The statements of the entries on their exchanges, by the clauses that these test."""
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    entries: Iterable[Mapping[str, Any]] = har["log"]["entries"] if har else ()
    for entry in entries:
        known = entry["_conformance"]
        for clause in known["clauses"] or ():
            found[clause].append(known)
    return found


def _milliseconds(time: str) -> int:
    return round(datetime.fromisoformat(time).timestamp() * 1000)
