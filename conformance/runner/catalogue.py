"""`conformance clauses`: the catalogue, with the probes and properties that check each clause."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from conformance.contract.facts import Role
from conformance.contract.message import Token
from conformance.mock import Fixtures
from conformance.plan.inventory import Inventory
from conformance.plan.plan import all_probes
from conformance.plan.properties import PROPERTIES, Property
from conformance.report.clauses import render
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.plan.probe import Probe
    from conformance.report.clauses import Format

__all__ = ["catalogue_page", "checks"]


def catalogue_page(form: Format) -> str:
    """The catalogue as table, json or markdown."""
    return render(load_contract().catalogue, checks(), form)


def checks() -> Mapping[str, Sequence[str]]:
    """Clause id to `id (words)` of the probes and properties that are there for it; the same for every target."""
    fixtures = Fixtures.default()
    inventory = Inventory(
        token=Token(fixtures.token.encode("latin-1"), secret="TOKEN"),  # noqa: S106 - the name of a secret
        repository_id=fixtures.repository_id,
        mirror_url="https://example.com/0379d2da2bae4c38b3d2fbbdb6f2a3f2/test.git",
        restricted_token=Token(fixtures.restricted_token.encode("latin-1")),
        restricted_repository_id=fixtures.restricted_repository_id,
        missing_repository_id=fixtures.missing_repository_id,
        repositories={1: Role.PERMITTED},
    )
    found: dict[str, list[str]] = defaultdict(list)
    entries: list[Probe | Property] = [*all_probes(inventory), *PROPERTIES]
    for entry in entries:
        for clause in entry.clauses:
            found[clause].append(f"{entry.id} ({entry.title})")
    return found
