"""Ids in range are in range, ids out of range are not, and look-alikes are no plain integers."""

from __future__ import annotations

import re

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from conformance.contract.values import Integer, ValueKind, classify
from conformance.strategies import id_look_alikes, ids_in_range, ids_out_of_range
from tests.strategies.drawing import drawn, reaches

DOMAIN = Integer(1, 2**31 - 1)
IN_RANGE = range(1, 2**31)
OUT_OF_RANGE = ids_out_of_range(DOMAIN, 2112029391)


@given(ids_in_range(DOMAIN))
def test_an_id_in_range_is_one(number: int) -> None:
    """1 to 2147483647."""
    assert number in IN_RANGE


@given(OUT_OF_RANGE)
def test_an_id_out_of_range_is_none(number: int) -> None:
    """Under 1 or over 2147483647."""
    assert number not in IN_RANGE


@pytest.mark.parametrize("edge", [1, 2, 255, 256, 65_535, 65_536, 2**24, 2**30, 2147483646, 2147483647])
def test_ids_in_range_reach_their_edges(edge: int) -> None:
    """The ends of the range, and the powers of two."""
    assert reaches(ids_in_range(DOMAIN), lambda number: number == edge)


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
    """Among 500 are ids with any bits that a shard, a byte or a table might be chosen by."""
    assert reaches(ids_in_range(DOMAIN), pattern)


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


@given(id_look_alikes(DOMAIN))
def test_a_look_alike_is_no_plain_integer(segment: bytes) -> None:
    """It is no integer, or one in a notation that the document is silent about; and it fits into a path as it is."""
    assert classify(segment, DOMAIN).kind in {ValueKind.NOT_INTEGER, ValueKind.NOTATION}
    assert re.fullmatch(rb"[!-~]+", segment)
    assert not set(segment) & set(b"/?#")


SPELLINGS = [
    "7.0", "+7", "0x7", "%EF%BC%97", "%207", "7%20", "7e0", "07", "0b111", "0o7", "7;v=1",
    "%227%22", "%37", "7%00", "7%0A", "null", "NaN", "7L", "7,7", "0.7e1", "%D9%A7",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_look_alikes_of_a_number_reach_every_spelling(spelling: str) -> None:
    """Other notations, other digits, white space around, what stands for nothing."""
    assert reaches(id_look_alikes(DOMAIN, st.just(7)), lambda segment: segment == spelling.encode())


def test_look_alikes_are_of_the_numbers_that_were_asked_for() -> None:
    """The rest are words and arbitrary bytes."""
    found = drawn(id_look_alikes(DOMAIN, st.just(987654)), 300)
    assert sum(b"987654" in segment for segment in found) > 20, "each spelling once"


def test_a_limit_shrinks_to_its_edge() -> None:
    """The least id over a limit is the one over it."""
    assert find(ids_in_range(DOMAIN), lambda number: number > 1_000_000) == 1_000_001
    assert find(ids_out_of_range(DOMAIN), lambda number: number > 2**40) == 2**40 + 1


DOMAINS = {
    "another maximum": Integer(1, 1_000_000),
    "beyond 32 bits": Integer(0, 2**40),
    "below zero": Integer(-10, 10),
    "all below zero": Integer(-300, -1),
    "one value": Integer(7, 7),
    "no maximum": Integer(1, None),
    "no minimum": Integer(None, 99),
    "no bounds": Integer(),
}


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_ids_follow_their_domain(domain: Integer) -> None:
    """In range is in range, whatever the bounds; what is not is on a side that has one; look-alikes are none."""
    inside, alike = drawn(ids_in_range(domain), 300), drawn(id_look_alikes(domain), 100)
    assert all(map(domain.holds, inside))
    assert {bound for bound in (domain.minimum, domain.maximum) if bound is not None} <= set(inside)
    assert {classify(one, domain).kind for one in alike} <= {ValueKind.NOT_INTEGER, ValueKind.NOTATION}
    if domain != Integer():
        outside = drawn(ids_out_of_range(domain), 200)
        assert not any(map(domain.holds, outside))
        beside = [(domain.minimum, -1), (domain.maximum, 1)]
        for edge in [bound + step for bound, step in beside if bound is not None]:
            assert reaches(ids_out_of_range(domain), lambda number, edge=edge: number == edge)


def test_nothing_is_out_of_a_range_without_bounds() -> None:
    """A strategy that has nothing to draw says so."""
    assert ids_out_of_range(Integer()).is_empty
