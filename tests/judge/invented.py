"""Contracts of other operations than the shipped one: an invented operation, and rows by id, check and arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.contract.clause import Catalogue, Clause, Level
from conformance.contract.contract import Contract
from conformance.judge.checks import rules_of
from conformance.judge.reading import Context, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.contract.message import Exchange
    from conformance.contract.operation import Operation
    from conformance.judge.verdict import Finding

Row = tuple[str, str, dict[str, Any]]


def clause(name: str, check: str, arguments: dict[str, Any], level: Level = Level.MUST) -> Clause:
    """A row of clauses.yaml that quotes nothing."""
    return Clause(name, level, "quoted", "Table 1", "", name, "", check, ("any",), arguments)


def contract_of(operation: Operation, rows: Iterable[Row] = ()) -> Contract:
    """The contract of an operation with these rows."""
    catalogue = Catalogue("2026-01-01", tuple(clause(*row) for row in rows))
    return Contract(catalogue, operation, {}, "", "", "")


def judged(
    operation: Operation,
    check: str,
    arguments: dict[str, Any],
    exchange: Exchange,
    context: Context = Context(),  # noqa: B008 - frozen
    *others: Row,
) -> Finding | None:
    """The finding of a row on an exchange; `others` are the rows that stand beside it."""
    contract = contract_of(operation, [("a.row", check, arguments), *others])
    return rules_of(contract)["a.row"](Reading(exchange, contract, context))
