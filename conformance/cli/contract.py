"""The commands on the contract: `conformance clauses` and `conformance init`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from conformance.cli.completion import clause_ids
from conformance.cli.entry import Command
from conformance.cli.options import PATH, contract_of, form_option, spec_of, spec_option

__all__ = ["clauses", "init"]


@click.command(cls=Command)
@click.argument("ids", nargs=-1, metavar="[ID|GLOB]...", shell_complete=clause_ids)
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
    from conformance.config.reference import write_template
    from conformance.config.schema import schema_text
    from conformance.spec import load_contract

    contract = load_contract(spec)
    if schema:
        click.echo(schema_text(contract), nl=False)
        return
    beside = write_template(path, contract, spec)
    click.echo(f"{path} is written: fill in a target, then `conformance run NAME --dry-run`")
    click.echo(f"{beside} is written: editors check {path.name} by it")
