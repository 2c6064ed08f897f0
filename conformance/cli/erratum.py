"""The command on what a service does otherwise: `conformance erratum`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.entry import Command
from conformance.cli.options import contract_of, form_option, history_option, opened, spec_option
from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from conformance.report.har import Traffic

__all__ = ["erratum"]


@click.command(cls=Command)
@click.argument("run", default="latest", metavar="[RUN]")
@form_option("text", "markdown")
@history_option
@spec_option
def erratum(run: str, form: str, url: str | None, spec: Path | None) -> int:
    """Print the errata that a run asks for.

    An erratum is the smallest change of the page under which a failed answer would be right, of three lines at most.
    It is verified: the changed page is read, the contract follows, and the recorded traffic is judged again. RUN is
    named as for `conformance history show`, or is a directory with a traffic.har. Exit code 1 if a failure has no
    erratum.
    """
    from conformance.errata.erratum import errata_of, together
    from conformance.errata.rendering import render
    from conformance.explain.catalogue import checks

    contract = contract_of(spec)
    traffic, flaky = _recorded(run, url)
    if traffic.about.operation != contract.operation.id:
        raise UsageError(f"{run}: the traffic is that of {traffic.about.operation}: name its contract with --spec")
    shown = (one.partition(" (") for found in checks(contract).values() for one in found)
    titles = {probe: words.removesuffix(")") for probe, _, words in shown if words}
    found = errata_of(traffic, contract, titles, flaky)
    click.echo(render(found, contract, form, together(found, traffic, contract)), nl=False)
    return 0 if all(one.edits for one in found) else 1


def _recorded(run: str, url: str | None) -> tuple[Traffic, frozenset[str]]:
    """The traffic of a run, and the clauses that are flaky by the runs before it, if those are known."""
    from conformance.report.har import parse_traffic, read_traffic

    path = Path(run)
    if path.is_dir() or path.suffix in {".har", ".json"}:
        folder = path if path.is_dir() else path.parent
        return read_traffic(path if path.suffix == ".har" else folder / "traffic.har"), frozenset()
    from conformance.history.resolve import resolve_run
    from conformance.history.stability import flaky_at

    with opened(url) as history:
        row = resolve_run(history, run)
        raw = history.traffic(row)
        if raw is None:
            raise UsageError(
                f"run {row.id}: its traffic was not kept: name a run whose verdicts changed, or a directory"
            )
        return parse_traffic(raw, row.id), frozenset(one.name for one in flaky_at(history, row) if one.of == "clause")
