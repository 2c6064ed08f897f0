"""The module of the suite: every clause of every contract is tested by one of its functions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from conformance.contract.clause import Clause, Level
from conformance.runner.case import Case, Kind
from conformance.runner.run import _within
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Iterator

with patch.object(pytest.mark, "_config", None):  # its markers are made known where it is collected
    from conformance.suite import test_clauses as suite

LAST = "test_other"


def marked(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The functions with a marker, and its arguments."""
    for function, test in vars(suite).items():
        for mark in getattr(test, "pytestmark", ()):
            if mark.name == name:
                yield function, mark.args


def functions_of(clause: str) -> list[str]:
    """The functions that test a clause."""
    row = Clause(
        id=clause, level=Level.MUST, basis="quoted", section="", quote="", title="", sent="", check="", accepted=()
    )
    case = Case(Kind.PROBE, row, "probe", "title", Case.verify)
    return [name for name, globs in marked("clauses") if _within(case, globs)]


@pytest.mark.parametrize("clause", ["query.wait.maximum", "weather.is-fine", *load_contract().catalogue.by_id])
def test_a_clause_is_tested_by_one_function(clause: str) -> None:
    """One whose id begins in a way of its own by the last of them."""
    assert len(functions_of(clause)) == 1
    assert (functions_of(clause) == [LAST]) is (clause == "weather.is-fine")


def test_the_longest_wait_comes_last() -> None:
    """Pytest runs a module in its own order, and `-x` stops at the first failure."""
    tests = [name for name in vars(suite) if name.startswith("test_")]
    assert tests[-3:] == [LAST, "test_property", "test_everything_sent"]
    assert [name for name, _ in (*marked("properties"), *marked("everything"))] == tests[-2:]
