"""The command `conformance selftest`: choose, try out with a progress bar, print."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import click
from rich.progress import Progress

from conformance.exceptions import UsageError
from conformance.mock.faults import FAULTS
from conformance.mock.variants import VARIANTS
from conformance.report.terminal import Output
from conformance.selftest.outcome import Selftest, as_json, as_markdown, show, wrongs
from conformance.selftest.trials import run_trials

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.selftest.trial import Trial

__all__ = ["selftest"]


def selftest(chosen: Sequence[str], seed: int, form: str, workers: int | None) -> int:
    """Try out the chosen faults and variants, all if none is named, and print the matrix; 1 if the suite was wrong.

    Raises UsageError for an id that is in neither catalogue.
    """
    unknown = [name for name in chosen if name not in FAULTS and name not in VARIANTS]
    if unknown:
        raise UsageError(f"no fault or variant is called {unknown[0]}: `conformance mock --list-faults` lists them")
    names = list(chosen) or [*FAULTS, *VARIANTS]
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
