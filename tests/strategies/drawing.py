"""The values that a strategy draws, the same for the same seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis.errors import NoSuchExample

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

T = TypeVar("T")


def reaches(strategy: SearchStrategy[T], wanted: Callable[[T], object]) -> bool:
    """Whether a value is drawn of which `wanted` holds, sooner or later: when depends on what is imported."""
    enough = settings(
        max_examples=20_000, phases=(Phase.generate,), database=None, suppress_health_check=list(HealthCheck)
    )
    try:
        find(strategy, lambda value: bool(wanted(value)), settings=enough)
    except NoSuchExample:
        return False
    return True


def drawn(strategy: SearchStrategy[T], number: int = 1000, seed_: int = 1) -> list[T]:
    """About so many values."""
    values: list[T] = []

    @seed(seed_)
    @settings(
        max_examples=number, phases=(Phase.generate,), database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def keep(value: T) -> None:
        values.append(value)

    keep()
    return values
