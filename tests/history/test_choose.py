"""What a user calls a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.exceptions import UsageError
from conformance.history.choose import choose, target_named
from conformance.history.store import History
from tests.history.entries import entry, url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[History]:
    """Six nights of one target; the last but one broke off, and the last was asked for one probe only."""
    history = History(url(tmp_path))
    for night in range(6):
        history.add(entry(night, complete=night != 4, narrowed=night == 5))
    yield history
    history.close()


@pytest.mark.parametrize(
    ("words", "run"),
    [
        ("latest", "night-003"),
        ("latest~0", "night-003"),
        ("latest~3", "night-000"),
        ("staging:latest", "night-003"),
        ("2026-01-02", "night-001"),
        ("2027-01-01", "night-003"),
        ("night-005", "night-005"),
        ("night-004", "night-004"),
    ],
)
def test_a_run_has_many_names(nights: History, words: str, run: str) -> None:
    """Runs that broke off or were narrowed are meant by their id only."""
    assert choose(nights, words).id == run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("latest~4", "4 whole runs of staging"),
        ("2025-12-31", "0 whole runs of staging by 2025-12-31"),
        ("2026-13-01", "no such day"),
        ("night-0", "several runs begin so"),
        ("nonsense", "no such run"),
        ("", "no such run"),
        ("latest~x", "no such run"),
        ("other:latest", "0 whole runs of other"),
    ],
)
def test_a_name_that_is_none_is_a_usage_error(nights: History, words: str, said: str) -> None:
    """One line with what to do."""
    with pytest.raises(UsageError, match=said) as caught:
        choose(nights, words)
    assert "conformance history" in str(caught.value)


def test_a_run_may_be_named_by_the_beginning_of_its_id(nights: History) -> None:
    """As long as one run begins so; an id that is whole comes first."""
    nights.add(entry(9, id="night-0001"))
    assert choose(nights, "night-000").id == "night-000"
    assert choose(nights, "night-0001").id == "night-0001"


def test_of_several_targets_one_is_named(nights: History) -> None:
    """Or meant, because the other run's name says so."""
    nights.add(entry(7, target_name="production"))
    with pytest.raises(UsageError, match=r"write for example production:latest \(known are production, staging\)"):
        choose(nights, "latest")
    assert choose(nights, "production:latest").id == "night-007"
    assert choose(nights, "latest", "staging").id == "night-003"


def test_the_target_that_a_name_speaks_of(nights: History) -> None:
    """None where it leaves that open."""
    assert target_named("latest~2", nights) is None
    assert target_named("staging:2026-01-01", nights) == "staging"
    assert target_named("night-002", nights) == "staging"


def test_an_empty_history_says_so(tmp_path: Path) -> None:
    """And how it is filled."""
    history = History(url(tmp_path))
    with pytest.raises(UsageError, match="the history is empty"):
        choose(history, "latest")
    history.close()


def test_what_is_before_the_latest_is_of_its_operation(nights: History) -> None:
    """Runs of another contract on the same target are no nights before."""
    nights.add(entry(6, operation="otherOperation"))
    nights.add(entry(7))
    assert [choose(nights, words).id for words in ("latest", "latest~1")] == ["night-007", "night-003"]
