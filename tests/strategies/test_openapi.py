"""What schemathesis makes of the OpenAPI file: its examples, every boundary, and what it draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.contract.body import BodyKind
from conformance.contract.facts import Facts, facts_of
from conformance.contract.values import ValueKind
from conformance.contract.wallet import TokenKind
from conformance.spec import load_contract
from conformance.strategies import openapi_requests
from tests.plan.inventories import inventory
from tests.strategies.drawing import drawn

if TYPE_CHECKING:
    from conformance.contract.message import Request

KNOWN = inventory(repository_id=4711, url="https://mirror.invalid/known.git")
CONTRACT = load_contract()


@pytest.fixture(name="made", scope="module")
def _made():  # type: ignore[no-untyped-def]  # noqa: ANN202
    return openapi_requests(CONTRACT.openapi, KNOWN.token, KNOWN.resource, KNOWN.url)


def facts(request: Request) -> Facts:
    """What is true of a request."""
    return facts_of(request, KNOWN.surroundings)


def test_an_example_reaches_a_201(made) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """It is the documented request, with the repository, url and token that were given."""
    assert made.examples
    assert all(facts(request).succeeds for request in made.examples)


def test_coverage_lies_at_and_beyond_every_boundary(made) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Ids, tokens, methods and types of the body, each wrong by one while all else is right."""
    found = [facts(request) for request in made.coverage]
    assert {1, 2, 2147483646, 2147483647, 0, 2147483648} <= {fact.id for fact in found}
    assert {ValueKind.BELOW, ValueKind.ABOVE, ValueKind.NOT_INTEGER} <= {fact.id_kind for fact in found}
    assert {TokenKind.MISSING, TokenKind.EMPTY, TokenKind.VALID} <= {fact.token for fact in found}
    assert {BodyKind.NOT_OBJECT, BodyKind.URL_NOT_STRING, BodyKind.URL_ABSENT} <= {fact.body for fact in found}
    assert {"PUT", "DELETE", "PATCH"} <= {fact.method for fact in found}
    assert 100_001 in {fact.token_length for fact in found}
    assert len(set(made.coverage)) == len(made.coverage)


def test_fuzzing_draws_right_and_wrong(made) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Where the header is meant to be right the token stands; where not, another or none."""
    found = [facts(request) for request in drawn(made.fuzzing, 150)]
    kinds = {fact.token for fact in found}
    assert TokenKind.VALID in kinds
    assert kinds & {TokenKind.MISSING, TokenKind.EMPTY, TokenKind.UNKNOWN, TokenKind.UNUSUAL}
    assert ValueKind.IN_RANGE in {fact.id_kind for fact in found}
    assert len({fact.body for fact in found}) > 3


def test_the_document_is_left_as_it_is(made) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Examples are put into a copy."""
    assert CONTRACT.openapi == load_contract().openapi
