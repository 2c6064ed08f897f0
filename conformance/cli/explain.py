"""The command `conformance explain`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from conformance.cli import completion
from conformance.cli.entry import Command
from conformance.cli.options import contract_of, form_option, history_option, opened, spec_option
from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.contract.contract import Contract
    from conformance.explain.past import Past

__all__ = ["explain"]


@click.command(cls=Command)
@click.argument("ids", nargs=-1, required=True, metavar="CLAUSE|PROBE...", shell_complete=completion.ids)
@click.option(
    "--target",
    default=None,
    metavar="NAME",
    help="This target's runs; of a probe, as it is sent to it.",
    shell_complete=completion.targets,
)
@history_option
@form_option("text", "json")
@spec_option
def explain(ids: tuple[str, ...], *, target: str | None, url: str | None, form: str, spec: Path | None) -> None:
    """Explain a clause or a probe.

    Give ids or globs, such as 'status.401.*', of clauses, probes and properties. Of a clause it prints the quote,
    the level and its reason, the requests, the outcomes that are accepted, the check, the faults that prove it, and
    the last verdicts. Of a probe or property it prints the request, the clauses, the profiles, and whether safety
    withholds it.
    """
    from conformance.config.settings import find_file, load_settings
    from conformance.config.targets import load_target
    from conformance.explain.explanation import Explainer
    from conformance.explain.text import as_json, show
    from conformance.report.terminal import Output

    file = find_file({}, os.environ)
    contract = contract_of(spec)
    described = target is not None and file is not None and target in file.targets
    past = _past(url, contract, target)
    if target is not None and not described and (past is None or not past.known):
        raise UsageError(f"--target: {target}: no conformance.toml describes it, and no run of it is recorded")
    needed = described and any(word not in contract.catalogue.by_id for word in ids)  # clauses need no secrets of it
    at = load_target(str(target), file, os.environ, contract) if needed else None
    mutation = load_settings({}, os.environ, file).mutation
    found = Explainer(contract, past, at, mutation).explain(ids)
    if form == "json":
        click.echo(as_json(found))
    else:
        show(found, Output(highlight=False))


def _past(url: str | None, contract: Contract, target: str | None) -> Past | None:
    """The recorded runs; None where no history is named and there is none."""
    from conformance.explain.past import Past

    try:
        with opened(url) as history:
            return Past(history, contract.operation.id, target)
    except UsageError:
        if url is not None:
            raise
        return None
