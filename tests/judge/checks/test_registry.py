"""Rows whose check does not exist, cannot take their arguments, or lack a bound in openapi.yaml are one line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.contract.clause import Catalogue, Level
from conformance.exceptions import UsageError
from conformance.judge.checks import CHECKS, rules_of, validate
from conformance.judge.checks.registry import check
from tests.judge.checks import test_envelope, test_request, test_response, test_status, test_traffic
from tests.judge.exchanges import CONTRACT, created, exchange, reading
from tests.spec.files import contract_with, shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.contract.contract import Contract

MODULES = (test_envelope, test_request, test_response, test_status, test_traffic)
OF_OTHER_OPERATIONS = {"no-body"}
"""Rows that the shipped catalogue has no use for; the operations of examples/ have."""


def changed(clause: str, **changes: Any) -> Contract:  # noqa: ANN401 - the fields of Clause
    """The shipped contract with one row changed."""
    rows = tuple(replace(row, **changes) if row.id == clause else row for row in CONTRACT.catalogue)
    return replace(CONTRACT, catalogue=Catalogue("2026-04-28", rows, "The page"))


def test_the_shipped_catalogue_is_executable() -> None:
    """Every row has a check, and every check a row."""
    validate(CONTRACT)
    assert rules_of(CONTRACT).keys() == {row.id for row in CONTRACT.catalogue if row.level is not Level.SILENT}
    assert {row.check for row in CONTRACT.catalogue} == CHECKS.keys() - OF_OTHER_OPERATIONS


def test_silent_rows_are_recorded_and_nothing_else_is() -> None:
    """A level and a check say the same."""
    assert {row.id for row in CONTRACT.catalogue if row.check == "recorded"} == {
        row.id for row in CONTRACT.catalogue if row.level is Level.SILENT
    }


def test_every_rule_has_a_case() -> None:
    """Every rule is shown passing, failing and silent, in one place."""
    named = [clause for module in MODULES for clause in module.CASES]
    assert sorted(named) == sorted(row.id for row in CONTRACT.catalogue if row.level is not Level.SILENT)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"check": "refusd"}, "there is no check 'refusd': use one of accepted, answered, at-least"),
        ({"arguments": {"parameter": "id", "when": "missing"}}, "parameter: the operation has no parameter 'id'"),
        ({"arguments": {"parameter": "repository_id", "when": "odd"}}, "when: 'odd' is none of above-maximum"),
        ({"arguments": {"parameter": "repository_id"}}, "lacks 'when'"),
        ({"arguments": {"member": "name", "when": "missing"}}, "member: the request body has no member 'name'"),
        ({"arguments": {"parameter": "repository_id", "when": "missing", "x": 1}}, "takes no 'x'"),
        ({"check": "object", "arguments": {"status": 200}}, "status: the operation documents no status 200"),
        (
            {"check": "member-type", "arguments": {"status": 201, "member": "colour"}},
            "member: the answer has no member 'colour'",
        ),
        ({"check": "no-server-error", "arguments": {"status": 201}}, "takes no 'status'"),
        (
            {"check": "at-least", "arguments": {"status": 201, "member": "id", "least": "1"}},
            "least: is not a number: '1'",
        ),
        ({"check": "same-again", "arguments": {"at-once": 1}}, "at-once: is neither true nor false: 1"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_row_that_cannot_be_judged_is_said_in_one_line(changes: dict[str, Any], said: str) -> None:
    """The message names the row, the check and what is wrong."""
    with pytest.raises(ValueError, match=r"path\.repository_id\.mandatory") as raised:
        validate(changed("path.repository_id.mandatory", **changes))
    assert str(raised.value).startswith("clauses.yaml: path.repository_id.mandatory: ")
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_check_has_one_name() -> None:
    """A second check of a name is an error that shows at once."""
    with pytest.raises(ValueError, match="there is a check object already"):
        check("object")(lambda _contract, _clause: lambda _: None)


def test_a_row_follows_its_arguments() -> None:
    """The same check with another member looks at that member."""
    other = changed("response.201.id.type", arguments={"status": 201, "member": "url"})
    broken = replace(reading(exchange(created(url=5))), contract=other)
    finding = rules_of(other)["response.201.id.type"](broken)
    assert finding is not None
    assert finding.message == "url: 5 is not of type 'string'"


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
    """A row about a member that the schema is silent about cannot be broken."""
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
