"""Faults and variants that appear between two nights: a fault is named, a variant is never a regression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.history.compare import Kind
from conformance.history.resolve import compare_runs
from conformance.history.store import History
from conformance.mock.faults import FAULTS
from conformance.spec import load_contract
from tests.history.entries import in_a_file, url
from tests.history.nights import played

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.history.compare import Comparison
    from conformance.history.runs import Entry

__all__ = ["in_a_file"]
SOME_FAULTS = (
    "maximum-id-crashes", "one-over-maximum-id-accepted", "success-is-ok", "no-permission-is-not-found", "id-missing",
    "empty-token-dropped", "unauthorized-is-bad-request", "last-error-object",
)  # fmt: skip
SOME_VARIANTS = (
    "extra-headers",
    "extra-fields",
    "bad-id-is-not-found",
    "unprocessable",
    "connection-closed",
    "nulls-filled",
)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Entry:
    """A good night."""
    return played("", tmp_path_factory.mktemp("night"))


@pytest.fixture
def history(good: Entry, tmp_path: Path) -> Iterator[History]:
    """A history that begins with it."""
    made = History(url(tmp_path))
    made.add(good)
    yield made
    made.close()


def night_after(history: History, name: str, directory: Path) -> Comparison:
    """The changes between the first night and one on a fault or variant."""
    (first,) = history.runs()
    entry = played(name, directory)
    history.add(entry)
    return compare_runs(first.id, entry.report["run"]["id"], lambda: history, load_contract)


@pytest.mark.parametrize("name", SOME_FAULTS)
def test_a_fault_that_appears_is_named(history: History, name: str, tmp_path: Path) -> None:
    """Its clause fails newly, with the probe that shows it; nothing else fails but what it breaks too."""
    comparison = night_after(history, name, tmp_path)
    fault = FAULTS[name]
    broken = {change.clause: change for change in comparison.changes if change.kind is Kind.FAILING}
    assert fault.clause in broken
    assert broken[fault.clause].probes
    assert all(fault.breaks(clause) for clause in broken)
    assert {change.clause for change in comparison.regressions} == set(broken)
    changed = {shift.probe for shift in comparison.shifts}
    assert changed & set(broken[fault.clause].probes)


def test_a_request_that_was_refused_for_another_reason_and_succeeds_now_fails_newly(
    in_a_file: History, tmp_path: Path
) -> None:
    """On a good night nothing tests the clause by that probe; that it was sent and refused is enough."""
    nights = ("", "token-forgotten-for-malformed-body")
    for entry in (played(name, tmp_path, "standard") for name in nights):
        in_a_file.add(entry)
    comparison = compare_runs("latest~1", "latest", lambda: in_a_file, load_contract)
    pair = ("request.body.not-json", "permission.restricted-token.truncated")
    assert pair in {(one.clause, probe) for one in comparison.regressions for probe in one.probes}
    last = comparison.since[pair].last_passed
    assert last is not None
    assert last.run == comparison.before.id
    assert [one for one in comparison.changes if one.kind is Kind.TESTED] == []


@pytest.mark.parametrize("name", SOME_VARIANTS)
def test_a_variant_is_a_change_of_behaviour_and_no_regression(history: History, name: str, tmp_path: Path) -> None:
    """A change that no clause forbids is told all the same."""
    comparison = night_after(history, name, tmp_path)
    assert comparison.shifts
    assert comparison.changes == ()
    assert comparison.regressions == ()


def test_a_fault_that_goes_is_fixed(history: History, tmp_path: Path) -> None:
    """And two good nights with different seeds are the same."""
    history.add(played("success-is-ok", tmp_path))
    history.add(played("", tmp_path, seed=2))
    fixed = compare_runs("latest", "latest~1", lambda: history, load_contract)
    assert "status.201.permitted" in {change.clause for change in fixed.changes if change.kind is Kind.PASSING}
    assert fixed.regressions == ()
    assert compare_runs("latest~2", "latest", lambda: history, load_contract).quiet
