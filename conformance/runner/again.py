"""`conformance judge`: recorded traffic, judged by today's catalogue, sending nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.clause import Level
from conformance.engine.rejudge import rejudge
from conformance.exceptions import NoVerdict
from conformance.report.files import unwritten
from conformance.report.har import read_traffic
from conformance.report.report_json import write_report
from conformance.report.terminal import Output, Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.contract.contract import Contract

__all__ = ["judge_traffic"]


def judge_traffic(traffic: Path, report: Path | None, contract: Contract, fail_on: str | None) -> int:
    """Judge a run's traffic.har again, print the verdict, and write `report` where one is wanted; a run's exit code.

    Raises UsageError for files that cannot be read,
    NoVerdict where the report cannot be written.
    """
    record = rejudge(read_traffic(traffic), contract, Level(fail_on) if fail_on else None)
    if report:
        try:
            write_report(record, report)
        except OSError as error:
            raise NoVerdict(unwritten(report, error)) from error
    view = Terminal(Output(highlight=False))
    about = record.about
    view.begin(about.target_name, about.base_url, about.profile, about.mutation, about.seed, again=True)
    view.finish(record, {"report": report} if report else {})
    return record.exit_code
