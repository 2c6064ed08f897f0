"""The rows, counts and links that the page has of a report."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

_ROOT = str(Path(__file__).parents[2])


def failed(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The clauses that failed."""
    return [row for row in report["clauses"] if row["verdict"] == "fail"]


def first_failure(row: dict[str, Any]) -> str:
    """The probe of a clause's first failure, its message, and the number of failures."""
    first = row["failures"][0]
    message = first["message"].replace(_ROOT, "…")  # a server's stack trace says where it stands
    times = f"{row['failures_total']} requests" if row["failures_total"] > 1 else "1 request"
    return f"`{first['probe']}`: {cell(message)} ({times})"


def counts(report: dict[str, Any]) -> str:
    """The number of clauses that passed, that failed and so on."""
    summary = report["summary"]
    return (
        f"{summary['pass']} clauses passed, {summary['fail']} failed, {summary['not_tested']} not tested, "
        f"{summary['recorded']} recorded ({report['run']['requests']} requests)"
    )


def untested(report: dict[str, Any]) -> str:
    """Why promises were not tested, each reason with the number of its clauses."""
    rows = (row for row in report["clauses"] if row["verdict"] == "not-tested" and row["level"] != "silent")
    return "; ".join(f"{cell(reason)} ({count})" for reason, count in Counter(row["reason"] for row in rows).items())


def link(clause: str) -> str:
    """A clause, with the anchor that its heading has in docs/clauses.md."""
    return f"[{clause}](clauses.md#{clause.replace('.', '')})"


def cell(text: str) -> str:
    """The text as a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
