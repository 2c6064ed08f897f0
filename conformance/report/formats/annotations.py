"""Failures at the lines of broken sentences: workflow commands of GitHub Actions, and GitLab's code quality report.

An annotation stands at the document, as an error or a warning. A notice at clauses.yaml points there. GitHub shows ten
of each kind.
"""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import TYPE_CHECKING

from conformance.report.files import dumps
from conformance.report.formats.findings import failures_of, line, since_of, trouble_of
from conformance.report.words import count_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.contract import Contract
    from conformance.report.formats.findings import Failure, Report

__all__ = ["code_quality", "render"]

_MOST = 10  # GitHub shows so many of a kind for each step
_MOST_FAILURES = 3


def render(report: Report, contract: Contract) -> str:
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
