"""A row about a bound that openapi.yaml does not have is refused when the contract is read: it would prove nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.exceptions import UsageError
from tests.spec.files import contract_with, shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _schema(operation: dict[str, Any], place: int) -> dict[str, Any]:
    found: dict[str, Any] = operation["parameters"][place]["schema"]
    return found


@pytest.mark.parametrize(
    ("change", "row", "said"),
    [
        (lambda one: _schema(one, 0).pop("minimum"), "path.repository_id.below-minimum", "can be below-minimum"),
        (lambda one: _schema(one, 0).pop("maximum"), "path.repository_id.above-maximum", "can be above-maximum"),
        (lambda one: _schema(one, 1).pop("maxLength"), "header.x-auth-token.length", "has no maxLength"),
        (lambda one: _schema(one, 0).update(type="string"), "path.repository_id.type", "can be wrong-type"),
    ],
    ids=["no minimum", "no maximum", "no longest token", "a text"],
)
def test_a_row_without_its_bound_is_one_line(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], row: str, said: str
) -> None:
    """The row is named, and what openapi.yaml lacks."""
    with pytest.raises(UsageError) as raised:
        contract_with(tmp_path, change)
    assert f"clauses.yaml: {row}: " in str(raised.value)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("too-long", "has no maxLength for url"),
        ("not-listed", "has no enum for url"),
        ("missing", "does not make mandatory url"),
    ],
)
def test_a_row_about_a_member_needs_the_keyword(tmp_path: Path, when: str, said: str) -> None:
    """What the schema does not say of a member cannot be broken."""
    with pytest.raises(UsageError, match=said):
        contract_with(
            tmp_path, clauses=lambda catalogue: _row(catalogue).update({"with": {"member": "url", "when": when}})
        )


def _row(catalogue: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in catalogue["clauses"] if row["id"] == "request.url.type")
    return found


def test_the_shipped_rows_have_their_bounds(tmp_path: Path) -> None:
    """Written and read again, the shipped contract is one."""
    assert shipped().contract(tmp_path).catalogue.clauses
