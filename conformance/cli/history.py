"""The commands on recorded runs: `conformance history …`, `compare` and `baseline …`."""

from __future__ import annotations

import re
import sys
from contextlib import ExitStack, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TextIO

import click

from conformance.cli import completion
from conformance.cli.entry import Command, Group
from conformance.cli.options import PATH, columns, contract_of, form_option, history_option, opened, say, spec_option
from conformance.exceptions import UsageError

_KEEP = re.compile(r"([0-9]{1,5})([dwy])")
_DAYS = {"d": 1, "w": 7, "y": 365}
_LONGEST = timedelta(days=1000 * 365)


_target_option = click.option(
    "--target", default=None, metavar="NAME", help="Only the runs of this target.", shell_complete=completion.targets
)


def _keep(_: click.Context, __: click.Parameter, value: str) -> timedelta:
    found = _KEEP.fullmatch(value)
    if found is None:
        raise click.BadParameter(f"{value} is not a period: give for example 400d, 60w or 2y")
    kept = timedelta(days=int(found[1]) * _DAYS[found[2]])
    if kept > _LONGEST:
        raise click.BadParameter(f"{value} is over {_LONGEST.days // 365} years: give for example 400d, 60w or 2y")
    return kept


@click.command(cls=Command)
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@history_option
@form_option("table", "json", "markdown", "probes")
@click.option("--night", is_flag=True, help="Also list failures that the baseline of the later run does not accept.")
@spec_option
def compare(*, one: str, other: str, url: str | None, form: str, night: bool, spec: Path | None) -> int:
    """Show the changes between the runs A and B.

    If nothing changed, one line says so. A run is an id or its beginning, latest, latest~3, a date (the last run by
    the end of that day, UTC), NAME:latest or NAME:DATE of the target NAME, or the report.json or traffic.har of a run.
    Runs of one target are compared in the order of their time, two targets in the order given. Runs of two operations
    are not compared. Probes that were sent again after the later run count: one that failed and passed is watched,
    and is no regression until it fails too often. `probes` lists those to send again.

    Exit codes: 1 for a regression (a clause that fails newly or too often, or is gone), 2 wrong usage, else 0.
    """
    from conformance.history.resolve import compare_runs
    from conformance.history.text import comparison_text

    with ExitStack() as stack:
        comparison = compare_runs(one, other, lambda: stack.enter_context(opened(url)), lambda: contract_of(spec))
        with suppress(BrokenPipeError):  # the exit code is still to be given
            click.echo(comparison_text(comparison, form, columns(), night=night))
    return 1 if comparison.regressions or (night and comparison.unaccepted) else 0


@click.group(cls=Group, invoke_without_command=True)
@history_option
@_target_option
@click.option(
    "--limit", type=click.IntRange(1), default=30, show_default=True, metavar="N", help="At most so many, newest first."
)
@click.option("--all", "every", is_flag=True, help="List narrowed runs too, each for itself.")
@form_option("table", "json")
@click.pass_context
def history(context: click.Context, *, url: str | None, target: str | None, limit: int, every: bool, form: str) -> None:
    """List, show, export and prune recorded runs.

    Without a command they are listed, newest first. A run that was narrowed to some probes is counted with the whole
    run before it.
    """
    context.obj = url
    if context.invoked_subcommand is not None:
        return
    from conformance.history.text import folded, run_table, runs_json

    with opened(url) as found:
        runs = found.runs(target)
        known = sorted({run.target for run in found.runs()}) if target and not runs else []
    if known:
        raise click.BadParameter(f"no run of {target} is recorded: known are {', '.join(known)}", param_hint="--target")
    if form == "json":
        click.echo(runs_json(runs[:limit]))
        return
    shown = dict.fromkeys((run.id for run in runs), ()) if every else folded(runs)
    lines = list(run_table(runs, limit, columns(), shown)) if runs else [f"no runs are recorded in {found.place}"]
    more = [f"… and {len(shown) - limit} older ones (--limit)"] if len(shown) > limit else []
    click.echo("\n".join([*lines, *more]))


@history.command()
@click.argument("run")
@form_option("table", "json")
@click.option("--traffic", type=PATH, default=None, help="Write the run's traffic.har to this file.")
@history_option
@click.pass_obj
def show(given: str | None, url: str | None, run: str, form: str, traffic: Path | None) -> None:
    """Show RUN; as JSON it is its report.json.

    RUN is an id or its beginning, latest, latest~3, a date, or NAME:latest of the target NAME.
    """
    from conformance.history.resolve import resolve_run
    from conformance.history.text import report_text, run_lines
    from conformance.report.words import minute

    with opened(url or given) as found:
        row = resolve_run(found, run)
        report = found.document(row.report)
        keeper = found.keeper(row) if traffic else None
        raw = found.traffic(keeper) if keeper else None
    if traffic:
        if keeper is None or raw is None:
            raise UsageError(f"{row.id}: its traffic was not recorded")
        try:
            traffic.write_bytes(raw)
        except OSError as error:
            raise UsageError(f"--traffic: {traffic}: {error.strerror}: name another file") from error
        if keeper.id != row.id:
            whose = f"the traffic of {keeper.id} ({minute(keeper.started_at)}), which was answered alike"
            click.echo(f"{traffic}: {whose}: that of {row.id} was not kept", err=True)
    click.echo(report_text(report) if form == "json" else "\n".join(run_lines(row, report, columns())))


@history.command()
@click.option("--output", type=PATH, default="trend.html", show_default=True, help="The file to write.")
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="NAME",
    help="Only this target; repeatable. [default: all]",
    shell_complete=completion.targets,
)
@click.option("--nights", type=click.IntRange(1), default=400, show_default=True, help="At most so many, newest first.")
@click.pass_obj
def html(url: str | None, output: Path, targets: tuple[str, ...], nights: int) -> None:
    """Write the trend page.

    It is one HTML file that needs no network: clauses by nights, and each change.
    """
    from conformance.history.trend import trend_data, write_page

    with opened(url) as found:
        data = trend_data(found, targets, nights, datetime.now(UTC))
    write_page(data, output)
    click.echo(output)


@history.command()
@click.option(
    "--keep",
    callback=_keep,
    required=True,
    metavar="400d",
    help="Delete runs older than this: days, weeks or years (400d, 60w, 2y).",
)
@history_option
@click.pass_obj
def prune(given: str | None, url: str | None, keep: timedelta) -> None:
    """Delete old runs, and free their space."""
    before = datetime.now(UTC) - keep
    with opened(url or given) as found:
        gone = found.prune(before)
        left = len(found.runs())
    say(f"{gone} runs from before {before:%Y-%m-%d} were deleted, {left} are left")


@history.command("export")
@_target_option
@history_option
@click.pass_obj
def export_(given: str | None, url: str | None, target: str | None) -> None:
    """Write every run as JSON Lines, oldest first.

    They go to standard output, for `history import`.
    """
    from conformance.history.transfer import exported

    with opened(url or given) as found:
        for line in exported(found, target):
            sys.stdout.write(line)
        sys.stdout.flush()


@history.command("import")
@click.argument("file", type=click.File(encoding="utf-8"))
@history_option
@click.pass_obj
def import_(given: str | None, url: str | None, file: TextIO) -> None:
    """Add the runs of a file of `history export`.

    Recorded ones stay as they are. FILE - is standard input.
    """
    from conformance.history.transfer import imported

    with opened(url or given, make=True) as found:
        added, known = imported(found, file, file.name)
    say(f"{added} runs added, {known} were recorded already")


@click.group(cls=Group)
def baseline() -> None:
    """Accept known deviations until they are fixed.

    `conformance run --baseline FILE` then gates on other deviations only.
    """


def _day_to_come(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    """A day that has not passed: on the next run an entry of yesterday has expired."""
    try:
        day = date.fromisoformat(value) if value else None
    except ValueError:
        raise click.BadParameter(f"{value} is no day: give for example 2027-03-01") from None
    if day and day < datetime.now(UTC).date():
        raise click.BadParameter(f"{day} has passed: give the last day of the acceptance, from today on")
    return day


@baseline.command()
@click.argument("run", metavar="RUN")
@click.option("--reason", required=True, help="The reason for accepting the deviations.")
@click.option("--ticket", default=None, help="The ticket that tracks them.")
@click.option("--owner", default=None, help="The person responsible for them.")
@click.option(
    "--expires",
    metavar="YYYY-MM-DD",
    callback=_day_to_come,
    default=None,
    help="The last day of the acceptance, today or later.",
)
@click.option("--output", type=PATH, default=Path("baseline.toml"), show_default=True, help="The file to extend.")
@history_option
@spec_option
def accept(
    run: str,
    *,
    reason: str,
    ticket: str | None,
    owner: str | None,
    expires: date | None,
    output: Path,
    url: str | None,
    spec: Path | None,
) -> None:
    """Add the failures of RUN to the baseline.

    Entries that expired are extended: they get the reason and the last day given, and the ticket and owner where these
    are. Other entries stay as they are. RUN is the report.json or traffic.har of a run, or its name in `conformance
    history`: an id, latest, NAME:latest, a date.
    """
    from conformance.config.baseline import add_entries, checked
    from conformance.history.resolve import resolve_snapshot

    with ExitStack() as stack:
        snapshot = resolve_snapshot(run, lambda: stack.enter_context(opened(url)), lambda: contract_of(spec))
    pairs = [
        (clause, probe) for clause, state in snapshot.states.items() for probe in sorted(state.failed | state.found)
    ]
    given = {"reason": reason, "ticket": ticket, "owner": owner, "expires": expires}
    entries = [checked({"clause": clause, "probe": probe, **given}, "baseline accept") for clause, probe in pairs]
    added, extended = add_entries(output, entries, datetime.now(UTC).date())
    for clause in (clause for clause, state in snapshot.states.items() if state.cut):
        click.echo(f"{run} does not name every probe that failed {clause}: give the run's traffic.har", err=True)
    left = f"{len(pairs) - added - extended} of the failures in {snapshot.id} were accepted already"
    say(f"{output}: {added} added, {extended} extended, {left}")
