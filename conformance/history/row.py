"""The row of the table of runs that an entry makes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from conformance.history.documents import Document, document, json_document
from conformance.history.entry import Entry, Run, time_text

__all__ = ["row_of"]


def row_of(entry: Entry) -> tuple[Run, list[Document]]:
    """The row of a run, and its documents."""
    report = entry.report
    suite, target, run, summary = (report[name] for name in ("suite", "target", "run", "summary"))
    kept: dict[str, Document] = {
        "report": json_document(report),
        "verdicts": json_document(entry.verdicts),
        "behaviour": json_document(report["behaviour"]),
    }
    if entry.traffic is not None:
        kept["traffic"] = entry.traffic if isinstance(entry.traffic, Document) else document(entry.traffic)
    values: dict[str, Any] = {
        **{name: run[name] for name in ("id", "profile", "seed", "requests", "complete")},
        "target": target["name"],
        "base_url": target["base_url"],
        "mutation": target["mutation"],
        "started_at": time_text(datetime.fromisoformat(run["started_at"])),
        "finished_at": time_text(datetime.fromisoformat(run["finished_at"])),
        "suite_version": suite["version"],
        **{name: suite[name] for name in ("openapi_sha256", "clauses_sha256", "document_revision", "operation")},
        "narrowed": entry.narrowed,
        "series": entry.series,
        "traffic": None,
        "conclusion": summary["verdict"],
        "passed": summary["pass"],
        "failed": summary["fail"],
        "not_tested": summary["not_tested"],
        "no_verdict": report.get("no_verdict"),
        **{name: one.digest for name, one in kept.items()},
    }
    return Run(**values), list(kept.values())
