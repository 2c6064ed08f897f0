"""`conformance history` and `history show`: runs as text."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from conformance.report.strict_json import dumps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.history.entry import Run

__all__ = ["as_json", "report_text", "run_lines", "run_table"]

_HEAD = ("run", "started (UTC)", "target", "verdict", "pass", "fail", "not tested", "requests", "")


def run_table(runs: Sequence[Run]) -> Iterator[str]:
    """The runs, the newest first; the last column marks those that differ from the run of the target before."""
    rows = [_HEAD, *((*_cells(run), _mark(run, runs[place + 1 :])) for place, run in enumerate(runs))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def run_lines(run: Run, report: Mapping[str, Any]) -> Iterator[str]:
    """One run: who judged whom, and what failed."""
    yield f"{run.id}  {run.target} at {run.base_url}"
    yield f"started {run.started_at}, finished {run.finished_at}"
    yield f"profile {run.profile}, mutation {run.mutation}, seed {run.seed}, {run.requests:,} requests"
    yield f"suite {run.suite_version}, document of {run.document_revision}"
    yield f"openapi.yaml {run.openapi_sha256[:12]}, clauses.yaml {run.clauses_sha256[:12]}"
    yield f"{run.conclusion}: {run.passed} passed, {run.failed} failed, {run.not_tested} not tested"
    if run.no_verdict:
        yield f"no verdict: {run.no_verdict}"
    for clause in report["clauses"]:
        if clause["verdict"] == "fail":
            yield f"  {clause['level']} {clause['id']}: {clause['title']}"
            for failure in clause["failures"]:
                yield f"    {failure['probe']}: {failure['message']}"


def as_json(runs: Iterable[Run]) -> str:
    """The rows as JSON."""
    return dumps([asdict(run) for run in runs], indent=2)


def report_text(report: Mapping[str, Any]) -> str:
    """A run's report.json, as the run wrote it."""
    return dumps(report, indent=2)


def _cells(run: Run) -> tuple[str, ...]:
    verdict = run.conclusion if run.complete else f"{run.conclusion} (broken off)"
    return (
        run.id,
        run.started_at[:16].replace("T", " "),
        run.target,
        f"{verdict} (narrowed)" if run.narrowed else verdict,
        str(run.passed),
        str(run.failed),
        str(run.not_tested),
        str(run.requests),
    )


def _asked(run: Run) -> tuple[str, str, str]:
    """What was asked of whom: another profile sends other probes, which is no change."""
    return run.target, run.profile, run.mutation


def _mark(run: Run, older: Sequence[Run]) -> str:
    alike = (other for other in older if (other.target, other.profile, other.mutation) == _asked(run) and other.counts)
    before = next(alike, None)
    if before is None or not run.counts:
        return ""
    parts = (
        ("suite", before.suite != run.suite),
        ("verdicts", before.verdicts != run.verdicts),
        ("behaviour", before.behaviour != run.behaviour),
    )
    changed = [name for name, differs in parts if differs]
    return f"changed: {', '.join(changed)}" if changed else ""
