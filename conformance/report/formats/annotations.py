"""Failures at the lines of broken sentences: workflow commands of GitHub Actions, SARIF 2.1.0, GitLab's code quality.

An annotation of GitHub stands at the document, as an error or a warning. A notice at clauses.yaml points there. GitHub
shows ten of each kind. In SARIF the clauses are rules.
"""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from conformance.report.files import dumps
from conformance.report.formats.findings import (
    NO_VERDICT,
    Failure,
    Report,
    Row,
    failures_of,
    line,
    since_of,
    trouble_of,
    verdict_of,
)
from conformance.report.words import count_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.contract import Contract

_MOST = 10  # GitHub shows so many of a kind for each step
_MOST_FAILURES = 3
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"must": "error", "should": "warning", "silent": "note"}
_ROOT = "%SRCROOT%"


def github(report: Report, contract: Contract) -> str:
    """The lines for each broken clause, the errors first; the reason where there is no verdict stands before them."""
    broken = [*_broken(report)]
    found = [_at_the_document(report, failures) for failures in broken]
    if contract.clauses_sha256 == report["suite"]["clauses_sha256"]:
        found += [_at_the_clause(report, failures, contract) for failures in broken]
    lines = []
    if trouble := trouble_of(report):
        lines.append(_command("error", {"title": trouble[0]}, trouble[1]))
    for kind in ("error", "warning", "notice"):
        commands = [command for one, command in found if one == kind]
        room = _MOST - (len(lines) if kind == "error" else 0)
        kept = commands if len(commands) <= room else commands[: room - 1]
        lines += kept
        if more := len(commands) - len(kept):
            lines.append(_command(kind, {}, f"and {count_words(more, 'more broken clause')}: see summary.md"))
    return "".join(f"{one}\n" for one in lines)


def _broken(report: Report) -> Iterator[list[Failure]]:
    """The failures of each clause that failed otherwise than accepted."""
    for _, group in groupby(failures_of(report), key=lambda failure: failure.clause["id"]):
        if failures := [failure for failure in group if not failure.accepted]:
            yield failures


def _at_the_document(report: Report, failures: list[Failure]) -> tuple[str, str]:
    """The kind and the command of a clause, with its failures."""
    clause = failures[0].clause
    kind = "error" if failures[0].error or clause["id"] in report["summary"]["gating"] else "warning"
    place = {"file": report["suite"]["document"]}
    if clause["lines"]:
        place |= {"line": str(clause["lines"][0]), "endLine": str(clause["lines"][1])}
    more = len(failures) - _MOST_FAILURES
    words = [
        clause["title"],
        *filter(None, [since_of(report, clause)]),
        *(failure.text for failure in failures[:_MOST_FAILURES]),
        *([f"and {count_words(more, 'more probe')}"] if more > 0 else []),
    ]
    return kind, _command(kind, {**place, "title": f"{clause['level']} {clause['id']}"}, "\n".join(words))


def _at_the_clause(report: Report, failures: list[Failure], contract: Contract) -> tuple[str, str]:
    """The kind and the command that leads from the clause in clauses.yaml to its failures."""
    clause = failures[0].clause
    place = {"file": contract.clauses_path, "line": str(contract.clause_lines.get(clause["id"], 1))}
    first = f", line {clause['lines'][0]}" if clause["lines"] else ""
    words = (
        f"{clause['title']}\nfailed by {count_words(len(failures), 'probe')}: see {report['suite']['document']}{first}"
    )
    return "notice", _command("notice", {**place, "title": f"{clause['level']} {clause['id']}"}, words)


def _command(kind: str, properties: dict[str, str], message: str) -> str:
    """A workflow command, escaped as GitHub's own toolkit does it."""
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind}{' ' if given else ''}{given}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def code_quality(report: Report) -> str:
    """The failures that no baseline accepts, and a blocker where the run has no verdict."""
    path = report["suite"]["document"]
    issues = [
        _issue(
            (path, (failure.clause["lines"] or [1])[0]),
            f"{line(failure.clause['title'])} ({line(failure.probe)}): {failure.message}",
            failure.clause["id"],
            failure.fingerprint,
            "critical" if failure.error else "minor",
        )
        for failure in failures_of(report)
        if not failure.accepted
    ]
    if trouble := trouble_of(report):
        verdict, why = trouble
        digest = hashlib.sha256(f"{verdict}\n{report['target']['name']}".encode()).hexdigest()
        issues.insert(0, _issue((path, 1), f"{verdict}: {why}", verdict.replace(" ", "-"), digest, "blocker"))
    return dumps(issues, indent=2) + "\n"


def _issue(place: tuple[str, int], description: str, check: str, fingerprint: str, severity: str) -> dict[str, object]:
    path, row = place
    return {
        "description": description,
        "check_name": check,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": row}},
    }


def sarif(report: Report) -> str:
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
