"""Contracts of other operations than the shipped one: an invented operation, and rows by id, check and arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.contract.clause import Catalogue, Clause, Level
from conformance.contract.contract import Contract
from tests.plan.fixtures import described

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.contract.operation import Operation

Row = tuple[str, str, dict[str, Any]]


def clause(name: str, check: str, arguments: dict[str, Any], level: Level = Level.MUST) -> Clause:
    """A row of clauses.yaml that quotes nothing."""
    return Clause(name, level, "quoted", "Table 1", "", name, "", check, ("any",), arguments)


def contract_of(operation: Operation, rows: Iterable[Row] = ()) -> Contract:
    """The contract of an operation with these rows."""
    catalogue = Catalogue("2026-01-01", tuple(clause(*row) for row in rows))
    return Contract(catalogue, operation, {}, "", "", "")


def invented(
    template: str,
    *parameters: dict[str, Any],
    rows: Iterable[Row] = (),
    **described_so: Any,  # noqa: ANN401 - those of described()
) -> Contract:
    """The contract of an operation that is described in a few words."""
    return contract_of(described(template, *parameters, **described_so)[1], rows)
