"""What all strategies have in common."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from conformance import strategies
from tests.strategies.drawing import drawn

DRAWING = [name for name in strategies.__all__ if name not in {"ALPHABETS", "openapi_requests"}]


@pytest.mark.parametrize("name", DRAWING)
def test_the_same_seed_draws_the_same_and_another_does_not(name: str) -> None:
    """A failure can be drawn again; nothing but Hypothesis' own choices decides."""
    make = getattr(strategies, name)
    first, again, other = (drawn(make(), 60, seed_) for seed_ in (1, 1, 2))
    assert first == again != other
    assert isinstance(make(), st.SearchStrategy)


def test_what_is_public_is_listed_and_explained() -> None:
    """`__all__` is sorted, and everything in it says what it draws."""
    assert strategies.__all__ == sorted(strategies.__all__)
    for name in (*DRAWING, "openapi_requests"):
        assert (getattr(strategies, name).__doc__ or "").strip(), name
