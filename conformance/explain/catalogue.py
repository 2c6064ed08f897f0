"""The catalogue with the probes and properties that test each clause."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.config.targets import example_target
from conformance.engine.preparation import fixtures_of
from conformance.explain.selection import select_ids
from conformance.plan.plan import all_probes
from conformance.plan.properties import properties
from conformance.report.clauses import Format, render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.contract.contract import Contract
    from conformance.plan.probe import Probe
    from conformance.plan.properties import Property

__all__ = ["catalogue_page", "checks", "tests_of"]


def catalogue_page(contract: Contract, form: Format, words: Sequence[str] = (), *, colour: bool = False) -> str:
    """The catalogue as table, json or markdown.

    words: ids and globs of clauses; none for all. Raises UsageError for one that no clause matches.
    colour: whether the table is coloured.
    """
    tested, catalogue = checks(contract), contract.catalogue
    if words:
        chosen = select_ids(words, catalogue.by_id, "clause")
        rows = tuple(clause for clause in catalogue if clause.id in chosen)
        contract = replace(contract, catalogue=replace(catalogue, clauses=rows))
    return render(contract, tested, form, colour=colour)


def checks(contract: Contract) -> Mapping[str, Sequence[str]]:
    """Clause id to `id (words)` of the probes and properties that are there for it; the same for every target."""
    found: dict[str, list[str]] = defaultdict(list)
    for test in tests_of(contract):
        for clause in test.clauses:
            found[clause].append(f"{test.id} ({test.title})")
    return found


def tests_of(contract: Contract) -> list[Probe | Property]:
    """Every probe of every profile, and every property that draws something; the same for every target."""
    fixtures = fixtures_of(example_target(contract), contract)
    drawn = [one for one in properties(contract) if one.withheld is None]
    return [*all_probes(fixtures, contract.catalogue), *drawn]
