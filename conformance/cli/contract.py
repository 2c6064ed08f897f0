"""The commands on the contract: `conformance clauses` and `conformance init`."""

from __future__ import annotations

from pathlib import Path

import click

from conformance.cli.entry import Command
from conformance.cli.options import PATH, contract_of, form_option, spec_option

__all__ = ["clauses", "init"]


@click.command(cls=Command)
@form_option("table", "json", "markdown")
@spec_option
def clauses(form: str, spec: Path | None) -> None:
    """Print the catalogue: every clause, and what tests it.

    A clause is a testable sentence of the document.
    """
    from conformance.explain.catalogue import catalogue_page
    from conformance.report.clauses import Format

    click.echo(catalogue_page(contract_of(spec), Format(form)), nl=False)


@click.command(cls=Command)
@click.argument("path", type=PATH, default=Path("conformance.toml"), required=False)
@spec_option
def init(path: Path, spec: Path | None) -> None:
    """Write a commented conformance.toml, with the keys of the contract.

    PATH is by default conformance.toml. No file is overwritten.
    """
    from conformance.config.reference import write_template
    from conformance.spec import load_contract

    write_template(path, load_contract(spec), spec)
    click.echo(f"{path} is written: fill in a target, then `conformance run NAME --dry-run`")
