"""report.json, the machine-readable report; spec/report.schema.json and docs/interface.md describe it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from conformance.judge.verdict import Outcome, Verdict
from conformance.report.files import dumps, write_text
from conformance.report.record import TESTS, RunRecord, Since

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.judge.summary import ClauseResult

__all__ = ["FORMAT", "MOST_FAILURES", "report_data", "write_report"]

FORMAT = "conformance-report/1"
MOST_FAILURES = 20


def report_data(record: RunRecord, most: int | None = MOST_FAILURES) -> dict[str, object]:
    """The report as JSON data, with so many failures of each clause, or with all."""
    about, summary = record.about, record.summary
    return {
        "format": FORMAT,
        "suite": {
            "version": about.suite_version,
            "openapi_sha256": about.openapi_sha256,
            "clauses_sha256": about.clauses_sha256,
            "document_revision": about.document_revision,
            "document_title": about.document_title,
            "document": record.document,
            "operation": about.operation,
            "edition": about.edition,
            "dropped": list(summary.edition.dropped) if summary.edition else [],
        },
        "target": {"name": about.target_name, "base_url": about.base_url, "mutation": about.mutation},
        "run": {
            "id": about.id,
            "started_at": about.started_at.isoformat(),
            "finished_at": about.finished_at.isoformat(),
            "profile": about.profile,
            "seed": about.seed,
            "requests": about.requests,
            "probes": about.probes,
            "standard_probes": about.standard_probes,
            "complete": about.complete,
            "interrupted": about.interrupted,
            "fail_on": about.fail_on,
            "reproduce": dict(record.reproduce),
            "variables": dict(about.variables),
            "pace": dict(about.pace),
        },
        "summary": {
            "verdict": summary.conclusion.value,
            "pass": summary.count(Outcome.PASS),
            "fail": summary.count(Outcome.FAIL),
            "not_tested": summary.count(Outcome.NOT_TESTED),
            "recorded": summary.count(Outcome.RECORDED),
            "tests": {outcome: record.tests.get(outcome, 0) for outcome in TESTS} if record.tests else None,
            "gating": list(summary.gating),
            "untested": list(summary.untested),
            "disagreements": list(summary.disagreements),
        },
        "no_verdict": about.no_verdict,
        "baseline": _baseline(record),
        "flaky": about.flaky,
        "left_behind": [left.as_data() for left in record.left_behind],
        "clauses": [_clause(result, record, most) for result in summary.clauses],
        "behaviour": [asdict(behaviour) for behaviour in record.behaviour],
    }


def write_report(record: RunRecord, path: Path) -> None:
    """Write the report; the file is whole or as it was. OSError where it cannot be written."""
    write_text(path, dumps(report_data(record), indent=2) + "\n")


def _baseline(record: RunRecord) -> dict[str, object] | None:
    found = record.deviations
    if found is None:
        return None
    return {
        name: [{"clause": clause, "probe": probe} for clause, probe in getattr(found, name)]
        for name in ("accepted", "new", "expired", "fixed")
    }


def _clause(result: ClauseResult, record: RunRecord, most: int | None) -> dict[str, object]:
    clause, edition = result.clause, record.summary.edition
    return {
        "id": clause.id,
        "level": clause.level.value,
        "edition": edition.notes.get(clause.id) if edition else None,
        "basis": clause.basis,
        "section": clause.section,
        "title": clause.title,
        "quote": clause.quote,
        "lines": [at.first_line, at.last_line] if (at := record.passages.get(clause.id)) else None,
        "accepted": list(clause.accepted),
        "verdict": result.outcome.value,
        "checked": result.checked,
        "reason": result.reason,
        "withheld": list(result.withheld),
        "failures": [_failure(verdict, record) for verdict in result.failures[:most]],
        "failures_total": len(result.failures),
        "failed_probes": sorted({verdict.probe for verdict in result.failures}),
        **_since(record.since.get((clause.id, None))),
    }


def _failure(verdict: Verdict, record: RunRecord) -> dict[str, object]:
    return {
        "probe": verdict.probe,
        "message": verdict.message,
        "accepted": list(verdict.accepted),
        "got": verdict.got,
        "answer": evidence.answer if (evidence := record.evidence.get(verdict.exchange)) else None,
        "answered_by": verdict.answered_by.value,
        "curl": _again(verdict, record),
        "exchange": verdict.exchange,
        **_since(record.since.get((verdict.clause, verdict.probe))),
    }


def _since(since: Since | None) -> dict[str, object]:
    return {"since": asdict(since)} if since else {}


def _again(verdict: Verdict, record: RunRecord) -> str:
    """The line that repeats the request; without its exchange, the command that sends the probe again."""
    evidence = record.evidence.get(verdict.exchange)
    return evidence.curl if evidence and evidence.curl else record.reproduce[verdict.probe]
