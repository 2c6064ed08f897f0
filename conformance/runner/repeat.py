"""`conformance run --repeat N`: the same requests again at once; what differs is flaky."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.engine.preparation import Preparation
from conformance.report.terminal import Output
from conformance.runner.command import run_suite

if TYPE_CHECKING:
    from rich.console import Console

    from conformance.history.stability import Flaky
    from conformance.report.record import RunRecord

__all__ = ["run_repeatedly"]

_WORST_FIRST = (130, 2, 1, 3)
_BROKEN_OFF = {130, 2}
_NO_VERDICT = 3


def run_repeatedly(first: Preparation, console: Console | None = None) -> int:
    """Run as often as the settings say, with the seed of the first; the exit code is the first that applies to any.

    The reports of the first go where reports go, those of the others below that, to ``repeat-2`` and so on. An
    interruption or a mistake ends it, and so does a run that broke off: refused credentials, sent again and again, lock
    an account. What a run could only not test ends nothing. Where the first failure is to end a run, it ends them all.
    """
    console = console or Output(highlight=False)
    records: list[RunRecord] = []
    repeat, share = first.settings.repeat, first.bad_credentials
    if repeat > 1 and share is not None:
        limit = first.target.max_bad_credentials
        console.print(f"max_bad_credentials = {limit} is for all {repeat} runs: {share} in each", soft_wrap=True)
    codes = [run_suite(first, console, records.append)]
    for turn in range(2, repeat + 1):
        if first.settings.dry_run or _over(codes, records) or (first.settings.exitfirst and codes[-1] == 1):
            break
        console.print(f"\nrepeat {turn} of {repeat}", style="bold")
        settings = replace(first.settings, seed=first.seed, output=first.settings.output / f"repeat-{turn}")
        again = Preparation.of(settings, first.target, first.contract, embedded=first.embedded, series=first.series)
        codes.append(run_suite(again, console, records.append))
    if len(records) > 1:
        _say(records, first, console)
    return next((code for code in _WORST_FIRST if code in codes), 0)


def _over(codes: list[int], records: list[RunRecord]) -> bool:
    """Whether the last run ended in a way that the next one could only repeat."""
    if len(records) < len(codes):
        return codes[-1] in {*_BROKEN_OFF, _NO_VERDICT}
    return codes[-1] in _BROKEN_OFF or records[-1].about.no_verdict is not None


def _say(records: list[RunRecord], first: Preparation, console: Console) -> None:
    from conformance.history.stability import flaky_text  # noqa: PLC0415 - seldom needed

    flaky = _flaky(records, first)
    silent = sum(record.summary.exit_code == _NO_VERDICT or record.about.no_verdict is not None for record in records)
    runs = f"{len(records)} runs{f', {silent} of them without a verdict' if silent else ''}"
    console.print()
    console.print(f"Flaky within {runs}:" if flaky else f"{runs}, and nothing differs", style="bold")
    for one in flaky:
        console.print(f"  {flaky_text(one)}", soft_wrap=True, markup=False)


def _flaky(records: list[RunRecord], first: Preparation) -> tuple[Flaky, ...]:
    from conformance.history.runs import Entry  # noqa: PLC0415 - seldom needed
    from conformance.history.stability import flaky_in, verdicts_of  # noqa: PLC0415

    return flaky_in([verdicts_of(Entry.of(record, series=first.series)) for record in records])
