"""GitLab's code quality report: each failure at the line of the document that it breaks."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from conformance.report.formats.findings import failures_of, line, trouble_of
from conformance.report.strict_json import dumps

if TYPE_CHECKING:
    from conformance.report.formats.findings import Report

__all__ = ["render"]


def render(report: Report) -> str:
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
