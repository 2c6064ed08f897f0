"""The commands on the contract: `conformance clauses` and `conformance init`."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.entry import Command
from conformance.cli.options import PATH, contract_of, form_option, spec_option
from conformance.config.reference import write_template
from conformance.config.targets import example_target
from conformance.engine.preparation import fixtures_of
from conformance.plan.plan import all_probes
from conformance.plan.properties import Property, properties
from conformance.report.clauses import Format, render
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.contract.contract import Contract
    from conformance.plan.probe import Probe

__all__ = ["catalogue_page", "checks", "clauses", "init"]


@click.command(cls=Command)
@form_option("table", "json", "markdown")
@spec_option
def clauses(form: str, spec: Path | None) -> None:
    """Print the catalogue: every clause, and what tests it.

    A clause is a testable sentence of the document.
    """
    click.echo(catalogue_page(contract_of(spec), Format(form)), nl=False)


@click.command(cls=Command)
@click.argument("path", type=PATH, default=Path("conformance.toml"), required=False)
@spec_option
def init(path: Path, spec: Path | None) -> None:
    """Write a commented conformance.toml, with the keys of the contract.

    PATH is by default conformance.toml. No file is overwritten.
    """
    write_template(path, load_contract(spec), spec)
    click.echo(f"{path} is written: fill in a target, then `conformance run NAME --dry-run`")


def catalogue_page(contract: Contract, form: Format) -> str:
    """The catalogue as table, json or markdown."""
    return render(contract, checks(contract), form)


def checks(contract: Contract) -> Mapping[str, Sequence[str]]:
    """Clause id to `id (words)` of the probes and properties that are there for it; the same for every target."""
    fixtures = fixtures_of(example_target(contract), contract)
    found: dict[str, list[str]] = defaultdict(list)
    drawn = [one for one in properties(contract) if one.withheld is None]
    entries: list[Probe | Property] = [*all_probes(fixtures, contract.catalogue), *drawn]
    for entry in entries:
        for clause in entry.clauses:
            found[clause].append(f"{entry.id} ({entry.title})")
    return found
