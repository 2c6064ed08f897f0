"""Ids that mean something to a database: none that the safety policy lets leave means a stranger."""

from __future__ import annotations

import struct

import pytest
from conformance.plan.probes.lookups import float32_neighbour, lookup_probes
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.facts import facts_of
from conformance.contract.values import MAXIMUM, MINIMUM, ValueKind
from conformance.plan.inventory import Mutation
from conformance.plan.policy import refusal
from tests.plan.inventories import inventory, least

ANY = inventory(mutation=Mutation.ANY)
PROBES = {probe.id: probe for probe in lookup_probes(ANY)}


def float32(number: int) -> float:
    """The number as a float32 holds it."""
    return float(struct.unpack("f", struct.pack("f", number))[0])


@pytest.mark.parametrize("number", [16_777_216, 16_777_217, 2112029391, MAXIMUM, MAXIMUM - 1, 2_000_000_000])
def test_the_neighbour_is_the_same_to_float32(number: int) -> None:
    """Above 2^24 one of the two integers beside most repositories is."""
    neighbour = float32_neighbour(number)
    assert abs(neighbour - number) == 1
    assert float32(neighbour) == float32(number)


@given(st.integers(MINIMUM, MAXIMUM))
def test_the_neighbour_is_in_range(number: int) -> None:
    """One more or one less, whatever the repository."""
    neighbour = float32_neighbour(number)
    assert MINIMUM <= neighbour <= MAXIMUM
    assert abs(neighbour - number) == 1


def test_numbers_are_in_range_and_the_rest_is_no_integer() -> None:
    """What a narrower range leaves out is in contract; what a database understands is not."""
    wrong = []
    for probe in PROBES.values():
        assert probe.request is not None
        kind = facts_of(probe.request, ANY.surroundings).id_kind
        expected = ValueKind.NOT_INTEGER if "path.repository_id.type" in probe.clauses else ValueKind.IN_RANGE
        if kind is not expected:
            wrong.append((probe.id, kind))
    assert wrong == []


@pytest.mark.parametrize(
    ("repository", "sent"),
    [
        pytest.param(2112029391, {"id.like.any", "id.glob.any"}, id="no id in range begins with it"),
        pytest.param(123, set(), id="1234 begins with it"),
    ],
)
def test_a_pattern_leaves_where_it_matches_nothing_else(repository: int, sent: set[str]) -> None:
    """By the default policy a pattern goes only where the named repository is all that it matches."""
    whole = least(resource=repository)
    patterns = {"id.like.any", "id.like.one", "id.glob.any", "id.glob.one"}
    allowed = set()
    for probe in lookup_probes(whole):
        assert probe.request is not None
        if probe.id in patterns and refusal(probe.request, facts_of(probe.request, whole.surroundings), whole) is None:
            allowed.add(probe.id)
    assert allowed == sent
