"""The command `conformance selftest`."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from conformance.cli.completion import subject_ids
from conformance.cli.entry import Command
from conformance.cli.options import form_option, spec_option
from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rich.progress import Progress

    from conformance.selftest.trial import Trial

__all__ = ["selftest"]


@click.command(cls=Command)
@click.argument("ids", nargs=-1, metavar="[FAULT|VARIANT]...", shell_complete=subject_ids)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The seed of every trial.")
@click.option("--workers", type=click.IntRange(1), default=None, show_default="cores + 1", help="Number of processes.")
@form_option("table", "json", "markdown")
@spec_option
def selftest(ids: tuple[str, ...], seed: int, workers: int | None, form: str, spec: Path | None) -> int:
    """Try the suite on every fault of the mock.

    And on every variant, which is correct in another way. It prints the clause that caught each fault: a regression
    test of the suite, on faults of our own making. Exit 1 if a fault was missed, or a clause failed that nothing
    broke.
    """
    from rich.progress import Progress

    from conformance.mock.faults import FAULTS
    from conformance.mock.variants import VARIANTS
    from conformance.report.terminal import Output
    from conformance.runner.embedded import check_served
    from conformance.selftest.outcome import Selftest, as_json, as_markdown, show, wrongs
    from conformance.selftest.trial import run_trials
    from conformance.spec import load_contract

    if spec is not None:
        check_served(load_contract(spec), "leave --spec out")
    unknown = [name for name in ids if name not in FAULTS and name not in VARIANTS]
    if unknown:
        raise UsageError(f"no fault or variant is called {unknown[0]}: `conformance mock --list-faults` lists them")
    names = list(ids) or [*FAULTS, *VARIANTS]
    begun = time.monotonic()
    with Progress(console=Output(stderr=True), transient=True) as progress:
        task = progress.add_task("Trying out", total=len(names))
        trials = run_trials(names, seed, _advance(progress, task), workers)
    outcome = Selftest(trials, seed, time.monotonic() - begun)
    if form == "table":
        show(outcome, Output(highlight=False))
    else:
        with suppress(BrokenPipeError):  # the exit code is still to be given
            click.echo(as_json(outcome) if form == "json" else as_markdown(outcome), nl=form == "json")
        with suppress(BrokenPipeError):
            for line in wrongs(outcome):
                click.echo(line, err=True)
    return 0 if outcome.proven else 1


def _advance(progress: Progress, task: object) -> Callable[[Trial], None]:
    return lambda _: progress.advance(task)  # type: ignore[arg-type]  # what add_task returned
