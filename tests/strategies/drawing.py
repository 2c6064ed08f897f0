"""What a strategy draws, the same for the same seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["drawn"]

T = TypeVar("T")


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
