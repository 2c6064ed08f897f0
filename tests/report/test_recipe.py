"""Python expressions that make what was sent."""

from __future__ import annotations

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.report.recipe import bytes_recipe

RUNS = st.lists(st.tuples(st.binary(min_size=1, max_size=9), st.integers(1, 90)), max_size=6)


def _made(data: bytes) -> bytes:
    expression = bytes_recipe(data).expression
    value = eval(expression, {"zlib": zlib, "base64": base64})  # noqa: S307 - the recipe is what is tested
    assert isinstance(value, str)
    return value.encode("latin-1")


@given(RUNS)
def test_a_recipe_makes_what_was_sent(runs: list[tuple[bytes, int]]) -> None:
    """Repetitions of any unit, side by side."""
    data = b"".join(unit * times for unit, times in runs)
    assert _made(data) == data


@pytest.mark.parametrize("unit", [b"x", b"ab", b"[[", b'{"a":', b"\0"])
def test_repetitions_are_counted(unit: bytes) -> None:
    """A million of them are a short expression."""
    data = b'{"url": "https://example.com", "padding": "' + unit * 1_000_000 + b'"}'
    assert len(bytes_recipe(data).expression) < 120
    assert _made(data) == data
