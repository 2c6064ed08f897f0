"""The command `conformance baseline`. Everything heavy is imported where it is needed."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli_spec import contract_of, spec_option

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["baseline"]


@click.group()
def baseline() -> None:
    """Deviations that are accepted until they are fixed: `conformance run --baseline FILE` gates on others only."""


@baseline.command()
@click.argument("run", metavar="RUN")
@click.option("--reason", required=True, help="Why they are accepted.")
@click.option("--ticket", default=None, help="Where they are tracked.")
@click.option("--owner", default=None, help="Who sees to it.")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The last day on which they are.")
@click.option(
    "--output", type=click.Path(path_type=Path), default=Path("baseline.toml"), show_default=True, help="The file."
)
@click.option("--history", "url", default=None, metavar="URL", help="A SQLite file or a URL. [default: as of a run]")
@spec_option
def accept(
    run: str,
    *,
    reason: str,
    ticket: str | None,
    owner: str | None,
    expires: datetime | None,
    output: Path,
    url: str | None,
    spec: Path | None,
) -> None:
    """Add what failed in RUN to the baseline; what is there already stays as it is.

    RUN is the report.json or traffic.har of a run, or what `conformance history` knows it by: an id, latest,
    NAME:latest, a date.
    """
    from conformance.cli_history import opened  # noqa: PLC0415 - the command line must answer at once
    from conformance.config.baseline import add_entries, checked  # noqa: PLC0415
    from conformance.history.resolve import resolve_snapshot  # noqa: PLC0415

    with ExitStack() as stack:
        snapshot = resolve_snapshot(run, lambda: stack.enter_context(opened(url)), lambda: contract_of(spec))
    pairs = [
        (clause, probe) for clause, state in snapshot.states.items() for probe in sorted(state.failed | state.found)
    ]
    given = {"reason": reason, "ticket": ticket, "owner": owner, "expires": expires.date() if expires else None}
    entries = [checked({"clause": clause, "probe": probe, **given}, "baseline accept") for clause, probe in pairs]
    added = add_entries(output, entries)
    for clause in (clause for clause, state in snapshot.states.items() if state.cut):
        click.echo(f"{run}: does not name every probe that failed {clause}: give the run's traffic.har", err=True)
    click.echo(f"{output}: {added} added, {len(pairs) - added} of those that failed in {snapshot.id} were there")
