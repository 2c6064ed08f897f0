"""Values of parameters are in their domain, or are not, whatever kind it is of."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from conformance.contract.operation import Boolean, Domain, Enumeration, Integer, Text
from conformance.contract.values import ValueKind, classify
from conformance.strategies import other_parameter_values, parameter_values
from tests.strategies.drawing import drawn, reaches

DOMAINS: dict[str, tuple[Domain, set[ValueKind]]] = {
    "an integer": (Integer(0, 60), {ValueKind.BELOW, ValueKind.ABOVE}),
    "a text": (Text(4, 8), {ValueKind.TOO_SHORT, ValueKind.TOO_LONG}),
    "a pattern": (Text(1, 8, "^[a-z]*$"), {ValueKind.TOO_LONG, ValueKind.OTHER_PATTERN}),
    "an enumeration": (Enumeration(("cluster", "node")), {ValueKind.NOT_LISTED}),
    "a boolean": (Boolean(), {ValueKind.NOT_BOOLEAN}),
}


def kind(text: str, domain: Domain) -> ValueKind:
    """What a value is, percent-encoded as it is sent."""
    return classify(quote(text, safe="").encode(), domain).kind


@pytest.mark.parametrize(("domain", "wrong"), DOMAINS.values(), ids=DOMAINS)
def test_values_are_in_the_domain_or_are_not(domain: Domain, wrong: set[ValueKind]) -> None:
    """What is not is wrong in every way that the domain has, and never in one that the document is silent about."""
    assert {kind(text, domain) for text in drawn(parameter_values(domain), 150)} == {ValueKind.IN_RANGE}
    found = drawn(other_parameter_values(domain), 300)
    assert {kind(text, domain) for text in found} == wrong
    assert "" not in found


def test_bounds_of_texts_are_reached() -> None:
    """The shortest and the longest, and one over the longest."""
    for length in (4, 8):
        assert reaches(parameter_values(Text(4, 8)), lambda text, length=length: len(text) == length)
    assert reaches(other_parameter_values(Text(4, 8)), lambda text: len(text) == 9)


def test_nothing_is_out_of_a_domain_that_allows_every_text() -> None:
    """A strategy that has nothing to draw says so."""
    assert other_parameter_values(Text()).is_empty
