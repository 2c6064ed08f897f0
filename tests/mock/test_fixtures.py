"""The fixtures of the mock."""

from __future__ import annotations

import dataclasses

import pytest

from conformance.mock import Fixtures

FIXTURES = Fixtures.default()


def test_default_is_deterministic() -> None:
    """The default fixtures are the same every time."""
    assert Fixtures.default() == FIXTURES


def test_fixtures_are_frozen() -> None:
    """Fixtures cannot be changed."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        FIXTURES.token = "other"  # type: ignore[misc]


def test_issued_tokens_look_like_those_of_iam() -> None:
    """Both tokens are 1,500 printable characters, in upper and lower case, and differ."""
    for token in (FIXTURES.token, FIXTURES.restricted_token):
        assert len(token) == 1_500
        assert token.isascii()
        assert token.isprintable()
        assert " " not in token
        assert token not in (token.lower(), token.upper())
    assert FIXTURES.token != FIXTURES.restricted_token


def test_tokens_by_length_have_their_length() -> None:
    """There is a valid token of exactly 1 and one of exactly 100,000 characters, both of the permitted account."""
    assert {length: len(token) for length, token in FIXTURES.tokens_by_length.items()} == {1: 1, 100_000: 100_000}
    assert {FIXTURES.tokens[token] for token in FIXTURES.tokens_by_length.values()} == {"permitted"}


def test_no_token_begins_with_another_but_for_the_shortest() -> None:
    """No valid token begins with another: cut and continued ones are all unknown."""
    tokens = sorted(FIXTURES.tokens)
    assert not any(two.startswith(one) for one in tokens for two in tokens if one != two)


@pytest.mark.parametrize(
    ("repository_id", "access"),
    [
        pytest.param(1, "permitted", id="the minimum"),
        pytest.param(2_147_483_647, "permitted", id="the maximum"),
        pytest.param(FIXTURES.repository_id, "permitted", id="the named one"),
        pytest.param(FIXTURES.restricted_repository_id, "restricted", id="the restricted one"),
        pytest.param(FIXTURES.missing_repository_id, "missing", id="the missing one"),
    ],
)
def test_access(repository_id: int, access: str) -> None:
    """Each id has its role for the permitted account."""
    assert FIXTURES.access(repository_id) == access


def test_named_ids() -> None:
    """The named ids are those of the document's example and of its neighbourhood."""
    named = (FIXTURES.repository_id, FIXTURES.restricted_repository_id, FIXTURES.missing_repository_id)
    assert named == (2_112_029_391, 456, 2_147_483_646)
