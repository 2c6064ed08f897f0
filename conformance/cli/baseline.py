"""The command `conformance baseline`."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

import click

from conformance.cli.entry import Group
from conformance.cli.options import PATH, contract_of, history_option, opened, spec_option

__all__ = ["baseline"]


@click.group(cls=Group)
def baseline() -> None:
    """Accept known deviations until they are fixed.

    `conformance run --baseline FILE` then gates on other deviations only.
    """


def _day_to_come(_: click.Context, __: click.Parameter, value: datetime | None) -> date | None:
    """A day that has not passed: on the next run an entry of yesterday has expired."""
    day = value.date() if value else None
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
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    callback=_day_to_come,
    default=None,
    help="The last day of the acceptance, today or later.",
)
@click.option(
    "--output",
    type=PATH,
    default=Path("baseline.toml"),
    show_default=True,
    help="The file to extend.",
)
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
    click.echo(f"{output}: {added} added, {extended} extended, {left}")
