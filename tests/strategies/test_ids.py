"""Ids in range are in range, ids out of range are not, and look-alikes are no plain integers."""

from __future__ import annotations

import re

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from conformance.contract.values import ValueKind, classify
from conformance.strategies import id_look_alikes, ids_in_range, ids_out_of_range
from tests.strategies.drawing import drawn, reaches

IN_RANGE = range(1, 2**31)
OUT_OF_RANGE = ids_out_of_range(2112029391)


@given(ids_in_range())
def test_an_id_in_range_is_one(number: int) -> None:
    """1 to 2147483647."""
    assert number in IN_RANGE


@given(ids_out_of_range(2112029391))
def test_an_id_out_of_range_is_none(number: int) -> None:
    """Under 1 or over 2147483647."""
    assert number not in IN_RANGE


@pytest.mark.parametrize("edge", [1, 2, 255, 256, 65_535, 65_536, 2**24, 2**30, 2147483646, 2147483647])
def test_ids_in_range_reach_their_edges(edge: int) -> None:
    """The ends of the range, and the powers of two."""
    assert reaches(ids_in_range(), lambda number: number == edge)


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(lambda n: n > 2**16 and n % 256 == 255, id="a last byte of ones"),
        pytest.param(lambda n: n > 2**24 and n >> 16 & 255 == 0, id="a byte of zeros inside"),
        pytest.param(lambda n: 100 < n < 1000 and str(n) == str(n)[::-1], id="a palindrome"),
        pytest.param(lambda n: n % 64 == 7, id="a remainder"),
    ],
)
def test_ids_in_range_have_telling_bits(pattern) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """What a shard, a byte or a table might be chosen by is among 500."""
    assert reaches(ids_in_range(), pattern)


@pytest.mark.parametrize(
    "edge", [0, -1, 2147483648, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**31), -2112029391, 21120293910]
)
def test_ids_out_of_range_reach_their_edges(edge: int) -> None:
    """One beyond each end, the limits of integer types, and what a sloppy reader takes for the repository."""
    assert reaches(OUT_OF_RANGE, lambda number: number == edge)


@pytest.mark.parametrize("bits", [32, 33, 40, 64])
def test_ids_out_of_range_have_aliases_of_the_repository(bits: int) -> None:
    """Those that are the repository's id once they are cut to so many bits."""
    assert reaches(OUT_OF_RANGE, lambda number: number > 0 and number % 2**bits == 2112029391)


@given(id_look_alikes())
def test_a_look_alike_is_no_plain_integer(segment: bytes) -> None:
    """It is no integer, or one in a notation that the document is silent about; and it fits into a path as it is."""
    assert classify(segment)[0] in {ValueKind.NOT_INTEGER, ValueKind.NOTATION}
    assert re.fullmatch(rb"[!-~]+", segment)
    assert not set(segment) & set(b"/?#")


SPELLINGS = [
    "7.0", "+7", "0x7", "%EF%BC%97", "%207", "7%20", "7e0", "07", "0b111", "0o7", "7;v=1",
    "%227%22", "%37", "7%00", "7%0A", "null", "NaN", "7L", "7,7", "0.7e1", "%D9%A7",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_look_alikes_of_a_number_reach_every_spelling(spelling: str) -> None:
    """Other notations, other digits, white space around, what stands for nothing."""
    assert reaches(id_look_alikes(st.just(7)), lambda segment: segment == spelling.encode())


def test_look_alikes_are_of_the_numbers_that_were_asked_for() -> None:
    """The rest are words and arbitrary bytes."""
    found = drawn(id_look_alikes(st.just(987654)), 300)
    assert sum(b"987654" in segment for segment in found) > 20, "each spelling once"


def test_a_limit_shrinks_to_its_edge() -> None:
    """The least id over a limit is the one over it."""
    assert find(ids_in_range(), lambda number: number > 1_000_000) == 1_000_001
    assert find(ids_out_of_range(), lambda number: number > 2**40) == 2**40 + 1
