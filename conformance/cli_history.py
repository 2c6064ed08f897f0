"""The commands `conformance history …`. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import os
import re
import sys
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from conformance.cli_spec import contract_of, spec_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.history.store import History

__all__ = ["compare", "history", "opened"]

_KEEP = re.compile(r"([0-9]{1,5})([dwy])")
_DAYS = {"d": 1, "w": 7, "y": 365}
_LONGEST = timedelta(days=1000 * 365)


@contextmanager
def opened(url: str | None, *, make: bool = False) -> Iterator[History]:
    """The history that the option, the environment or conformance.toml names, else the user's own."""
    from conformance.config.settings import (  # noqa: PLC0415 - the command line must answer at once
        find_file,
        load_settings,
    )
    from conformance.runner.memory import open_history  # noqa: PLC0415

    settings = load_settings({"history": url}, os.environ, find_file({}, os.environ))
    found = open_history(settings.history, make=make)
    try:
        yield found
    finally:
        found.close()


def _keep(_: click.Context, __: click.Parameter, value: str) -> timedelta:
    found = _KEEP.fullmatch(value)
    if found is None:
        raise click.BadParameter(f"{value} is no time: give for example 400d, 60w or 2y")
    kept = timedelta(days=int(found[1]) * _DAYS[found[2]])
    if kept > _LONGEST:
        raise click.BadParameter(f"{value} is over {_LONGEST.days // 365} years: give for example 400d, 60w or 2y")
    return kept


def _database(command: Callable[..., object]) -> Callable[..., object]:
    """Offer `--history`."""
    text = "A SQLite file or a URL. [default: as of a run]"
    return click.option("--history", "url", default=None, metavar="URL", help=text)(command)


@click.command()
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@_database
@click.option("--format", "form", type=click.Choice(["table", "json", "markdown"]), default="table", show_default=True)
@spec_option
def compare(one: str, other: str, url: str | None, form: str, spec: Path | None) -> int:
    """Say what changed between the runs A and B; one line where nothing did.

    A run is an id or its beginning, latest, latest~3, a date (the last run by the end of that day, UTC), NAME:latest or
    NAME:DATE of the target NAME, or the report.json or traffic.har of a run. Runs of one target are compared in the
    order of their time, two targets in the order given. Runs of two operations are not compared.

    Exit codes: 1 for a regression (a clause that fails newly, or vanished), 2 wrong usage, else 0.
    """
    from conformance.history.resolve import compare_runs  # noqa: PLC0415
    from conformance.history.text import comparison_text  # noqa: PLC0415 - the command line must answer at once

    with ExitStack() as stack:
        comparison = compare_runs(one, other, lambda: stack.enter_context(opened(url)), lambda: contract_of(spec))
        with suppress(BrokenPipeError):  # the exit code is still to be given
            click.echo(comparison_text(comparison, form))
    return 1 if comparison.regressions else 0


@click.group(invoke_without_command=True)
@_database
@click.option("--target", default=None, metavar="NAME", help="Only the runs of this target.")
@click.option("--limit", type=click.IntRange(1), default=30, show_default=True, help="How many, the newest first.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.pass_context
def history(context: click.Context, url: str | None, target: str | None, limit: int, form: str) -> None:
    """The runs recorded, newest first, and what is to be done with them."""
    context.obj = url
    if context.invoked_subcommand is not None:
        return
    from conformance.history.text import run_table, runs_json  # noqa: PLC0415 - the command line must answer at once

    with opened(url) as found:
        runs = found.runs(target)
        known = sorted({run.target for run in found.runs()}) if target and not runs else []
    if known:
        raise click.BadParameter(f"no run of {target} is recorded: known are {', '.join(known)}", param_hint="--target")
    if form == "json":
        click.echo(runs_json(runs[:limit]))
        return
    lines = list(run_table(runs))[: limit + 1] if runs else [f"no runs are recorded in {found.place}"]
    more = [f"… and {len(runs) - limit} older ones (--limit)"] if len(runs) > limit else []
    click.echo("\n".join([*lines, *more]))


@history.command()
@click.argument("run")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--traffic", type=click.Path(path_type=Path), default=None, help="Write the run's traffic.har there.")
@_database
@click.pass_obj
def show(given: str | None, url: str | None, run: str, form: str, traffic: Path | None) -> None:
    """Show RUN (an id or its beginning, latest, latest~3, a date, NAME:latest); as JSON it is its report.json."""
    from conformance.exceptions import UsageError  # noqa: PLC0415 - as above
    from conformance.history.resolve import resolve_run  # noqa: PLC0415
    from conformance.history.text import report_text, run_lines  # noqa: PLC0415

    with opened(url or given) as found:
        row = resolve_run(found, run)
        report = found.document(row.report)
        keeper = found.keeper(row) if traffic else None
        raw = found.traffic(keeper) if keeper else None
    if traffic:
        if keeper is None or raw is None:
            raise UsageError(f"{row.id}: its traffic was not kept")
        try:
            traffic.write_bytes(raw)
        except OSError as error:
            raise UsageError(f"--traffic: {traffic}: {error.strerror}: name another file") from error
        if keeper.id != row.id:
            click.echo(f"{traffic}: the traffic of {keeper.id}, the first of the runs like {row.id}", err=True)
    click.echo(report_text(report) if form == "json" else "\n".join(run_lines(row, report)))


@history.command()
@click.option("--output", type=click.Path(path_type=Path), default="trend.html", show_default=True, help="The file.")
@click.option("--target", "targets", multiple=True, metavar="NAME", help="Of this target; repeatable. [default: all]")
@click.option("--nights", type=click.IntRange(1), default=400, show_default=True, help="How many, the newest first.")
@click.pass_obj
def html(url: str | None, output: Path, targets: tuple[str, ...], nights: int) -> None:
    """Write the trend page: one HTML file without a network, clauses by nights, and what changed when."""
    from conformance.history.trend import trend_data, write_page  # noqa: PLC0415 - as above

    with opened(url) as found:
        data = trend_data(found, targets, nights, datetime.now(UTC))
    write_page(data, output)
    click.echo(output)


@history.command()
@click.option("--keep", callback=_keep, required=True, metavar="400d", help="Forget runs older than this (d, w, y).")
@_database
@click.pass_obj
def prune(given: str | None, url: str | None, keep: timedelta) -> None:
    """Forget old runs, and give their space back."""
    before = datetime.now(UTC) - keep
    with opened(url or given) as found:
        gone = found.prune(before)
        left = len(found.runs())
    click.echo(f"{gone} runs from before {before:%Y-%m-%d} are forgotten, {left} are left")


@history.command("export")
@click.option("--target", default=None, metavar="NAME", help="Only the runs of this target.")
@_database
@click.pass_obj
def export_(given: str | None, url: str | None, target: str | None) -> None:
    """Write every run to standard output as JSON Lines, the oldest first, for `history import`."""
    from conformance.history.transfer import exported  # noqa: PLC0415 - as above

    with opened(url or given) as found:
        for line in exported(found, target):
            sys.stdout.write(line)
        sys.stdout.flush()


@history.command("import")
@click.argument("file", type=click.File(encoding="utf-8"))
@_database
@click.pass_obj
def import_(given: str | None, url: str | None, file: TextIO) -> None:
    """Add the runs of FILE (- is standard input), which `history export` wrote; runs that are there stay."""
    from conformance.history.transfer import imported  # noqa: PLC0415 - as above

    with opened(url or given, make=True) as found:
        added, known = imported(found, file, file.name)
    click.echo(f"{added} runs added, {known} were there")
