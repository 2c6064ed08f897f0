"""The commands on the contract: `conformance clauses`, `explain` and `init`."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli import completion
from conformance.cli.entry import Command
from conformance.cli.options import PATH, contract_of, form_option, history_option, opened, spec_of, spec_option
from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.explain.explanation import Past

__all__ = ["clauses", "explain", "init"]


@click.command(cls=Command)
@click.argument("ids", nargs=-1, metavar="[ID|GLOB]...", shell_complete=completion.clause_ids)
@form_option("table", "json", "markdown")
@click.option("--coverage", "covered", is_flag=True, help="Print the coverage of each line and each keyword.")
@click.option("--openapi-3.0", "older", is_flag=True, help="Print openapi.yaml as OpenAPI 3.0 instead, in JSON.")
@spec_option
@click.option("--freeze", "edition", default=None, metavar="NAME", help="Write the catalogue as an edition instead.")
def clauses(
    *, ids: tuple[str, ...], form: str, covered: bool, older: bool, edition: str | None, spec: Path | None
) -> int:
    """Print the clauses and the probes of each.

    A clause is a testable sentence of the document. Without ID or GLOB, such as 'status.401.*', all are printed. With
    --coverage it is a page in Markdown of lines, clauses and keywords of openapi.yaml; exit code 1 if one is
    covered by nothing.
    """
    if edition is not None:
        from conformance.spec import freeze

        click.echo(freeze(spec_of(spec), edition, datetime.now(UTC).date()))
        return 0
    from conformance.explain.catalogue import catalogue_page
    from conformance.report.clauses import Format
    from conformance.report.terminal import Output

    contract = contract_of(spec)
    if older:
        from conformance.contract.openapi_3_0 import openapi_3_0

        click.echo(json.dumps(openapi_3_0(contract.openapi), ensure_ascii=False, indent=2))
        return 0
    if not covered:
        colour = Output().color_system is not None
        click.echo(catalogue_page(contract, Format(form), ids, colour=colour), nl=False, color=colour)
        return 0
    from conformance.explain.coverage import coverage_of, markdown

    found = coverage_of(contract)
    click.echo(markdown(found), nl=False)
    for gap in found.gaps:
        click.echo(gap, err=True)
    return 1 if found.gaps else 0


@click.command(cls=Command)
@click.argument("path", type=PATH, default=Path("conformance.toml"), required=False)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the file instead, for editors.")
@spec_option
def init(path: Path, *, schema: bool, spec: Path | None) -> None:
    """Write a commented conformance.toml.

    It has the options of `run` and the keys of the contract. PATH is by default conformance.toml; an existing file
    is not overwritten. Its JSON Schema is written beside it: editors with a plug-in for TOML check and complete by
    it.
    """
    from conformance.config.reference import schema_text, write_template
    from conformance.spec import load_contract

    contract = load_contract(spec)
    if schema:
        click.echo(schema_text(contract), nl=False)
        return
    beside = write_template(path, contract, spec)
    click.echo(f"{path} is written: fill in a target, then `conformance run NAME --dry-run`")
    click.echo(f"{beside} is written: editors check {path.name} by it")


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
    from conformance.explain.explanation import Past

    try:
        with opened(url) as history:
            return Past(history, contract.operation.id, target)
    except UsageError:
        if url is not None:
            raise
        return None
