"""SARIF 2.1.0: the clauses as rules, and each failure at the line of the document that holds the broken sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from conformance.report.files import dumps
from conformance.report.formats.findings import NO_VERDICT, failures_of, line, since_of, trouble_of, verdict_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.report.formats.findings import Failure, Report, Row

__all__ = ["render"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"must": "error", "should": "warning", "silent": "note"}
_ROOT = "%SRCROOT%"


def render(report: Report) -> str:
    """The report as SARIF."""
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=2) + "\n"


def _run(report: Report) -> dict[str, Any]:
    suite, target, run = report["suite"], report["target"], report["run"]
    verdict, why = verdict_of(report)
    index = {row["id"]: number for number, row in enumerate(report["clauses"])}
    category = "/".join(quote(part, safe="") for part in ("conformance", suite["operation"], target["name"]))
    return {
        "tool": {
            "driver": {
                "name": "conformance",
                "version": suite["version"],
                "rules": [_rule(row, report) for row in report["clauses"]],
            }
        },
        "automationDetails": {
            "id": f"{category}/",  # with the slash at its end the whole is the category, whatever the run
            "description": {"text": f"{suite['operation']} at {line(target['base_url'])}"},
        },
        "invocations": [
            {
                "executionSuccessful": verdict != NO_VERDICT,
                "startTimeUtc": _utc(run["started_at"]),
                "endTimeUtc": _utc(run["finished_at"]),
                "toolExecutionNotifications": [*_notifications(report, index)],
            }
        ],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The directory that holds that of the contract."}}},
        "artifacts": [{"location": _artifact(report), "description": {"text": suite["document_title"]}}],
        "results": [_result(failure, report, index) for failure in failures_of(report)],
        "columnKind": "unicodeCodePoints",
        "properties": {
            "verdict": verdict,
            "reason": why,
            "runId": run["id"],
            "profile": run["profile"],
            "seed": run["seed"],
            "requests": run["requests"],
        },
    }


def _rule(row: Row, report: Report) -> dict[str, Any]:
    accepted = " or ".join(row["accepted"])
    help_text = f'{row["section"]}: "{row["quote"]}"\nAccepted: {accepted}'
    return {
        "id": row["id"],
        "shortDescription": {"text": row["title"]},
        "fullDescription": {"text": row["quote"]},
        "help": {"text": f"{report['suite']['document_title']}, {help_text}"},
        "defaultConfiguration": {"level": _LEVELS[row["level"]]},
        "properties": {"level": row["level"], "basis": row["basis"], "tags": [row["level"], row["basis"]]},
    }


def _result(failure: Failure, report: Report, index: dict[str, int]) -> dict[str, Any]:
    clause = failure.clause
    since = since_of(report, failure.row or {})
    known = {"suppressions": [_ACCEPTED] if failure.accepted else []} if report["baseline"] else {}
    return {
        "ruleId": clause["id"],
        "ruleIndex": index[clause["id"]],
        "level": "error" if failure.error else "warning",
        "kind": "fail",
        "message": {"text": failure.text},
        "locations": [{"physicalLocation": {"artifactLocation": {**_artifact(report), "index": 0}, **_region(clause)}}],
        "partialFingerprints": {
            "clauseAndProbe/v1": failure.fingerprint,
            "primaryLocationLineHash": f"{failure.fingerprint[:16]}:1",  # the one that GitHub compares
        },
        **known,
        "properties": {"probe": failure.probe, **({"since": since} if since else {})},
    }


_ACCEPTED = {"kind": "external", "status": "accepted", "justification": "accepted in the baseline"}


def _artifact(report: Report) -> dict[str, str]:
    return {"uri": quote(report["suite"]["document"]), "uriBaseId": _ROOT}


def _region(clause: Row) -> dict[str, Any]:
    if not clause["lines"]:
        return {}
    first, last = clause["lines"]
    return {"region": {"startLine": first, "endLine": last, "snippet": {"text": clause["quote"]}}}


def _notifications(report: Report, index: dict[str, int]) -> Iterator[dict[str, Any]]:
    """The reason where there is no verdict, and each must or should clause that was not tested."""
    if trouble := trouble_of(report):
        verdict, why = trouble
        yield {"level": "error", "message": {"text": f"{verdict}: {why}"}}
    for row in report["clauses"]:
        if row["verdict"] == "not-tested" and row["level"] != "silent":
            yield {
                "level": "warning" if row["id"] in report["summary"]["untested"] else "note",
                "message": {"text": f"not tested: {line(row['reason'])}"},
                "associatedRule": {"id": row["id"], "index": index[row["id"]]},
            }


def _utc(time: str) -> str:
    """A time of the report, which is in UTC, as SARIF writes it."""
    return f"{time[:23] if '.' in time else time[:19]}Z"
