"""Tokens are of their length, out of their alphabet, and of ordinary characters whatever their shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from conformance.contract.known_tokens import KnownTokens, TokenKind
from conformance.contract.operation import Credential
from conformance.strategies import ALPHABETS, token_lengths, token_shapes, tokens
from tests.strategies.drawing import drawn, reaches

if TYPE_CHECKING:
    from conformance.contract.message import Token

CREDENTIAL = Credential(b"X-Auth-Token", 1, 100_000)
NOBODYS = KnownTokens(frozenset())


@given(token_lengths(CREDENTIAL))
def test_a_length_is_one_that_a_header_can_have(length: int) -> None:
    """1 to 131,072."""
    assert 1 <= length <= 131_072


@pytest.mark.parametrize("maximum", [1, 2, 4096, 8190])
def test_lengths_end_where_they_are_told_to(maximum: int) -> None:
    """No limit of a server comes in over the maximum."""
    assert max(drawn(token_lengths(CREDENTIAL, maximum), 200)) <= maximum


@pytest.mark.parametrize(
    "edge", [1, 4096, 8190, 8191, 16_385, 32_768, 65_535, 65_536, 65_537, 99_999, 100_000, 100_001]
)
def test_lengths_reach_the_limits(edge: int) -> None:
    """Those of common servers and of the document, with their neighbours."""
    assert reaches(token_lengths(CREDENTIAL), lambda length: length == edge)


@given(length=st.integers(1, 100_001), name=st.sampled_from(sorted(ALPHABETS)), data=st.data())
def test_a_token_has_its_length_and_its_alphabet(length: int, name: str, data: st.DataObject) -> None:
    """To the character, and as a recipe that stays small."""
    token = data.draw(tokens(st.just(length), ALPHABETS[name]))
    assert token.length == len(token.value) == length
    assert set(token.value.decode("ascii")) <= set(ALPHABETS[name])
    assert len(token.head) <= 48


@given(token_shapes())
def test_a_shape_is_of_ordinary_characters(token: Token) -> None:
    """Those that a field value surely carries: whether it is known, and nothing else, decides."""
    assert NOBODYS.classify(token.value) is TokenKind.UNKNOWN
    assert 1 <= token.length <= 400


SHAPES = {
    "of three parts": r"[\w-]+\.[\w-]+\.[\w-]+",
    "of five parts": r"[\w-]+(\.[\w-]+){4}",
    "a JWT without a signature": r"eyJhbGciOiJ[uO]b25lIn0\.[\w-]+\.",
    "a JWT with claims": r"eyJhbGciOiJIUzI1NiJ9\.eyJzdWIiOiJyb290In0\.[\w-]+",
    "an object of JSON": r"\{.*\}",
    "in quotation marks": r'"[\w-]+"',
    "padded": r"[\w+/]+==?",
    "padded inside": r"\w+=\w+",
    "beginning with a minus sign": r"-.*",
    "ending with a point": r".*\.",
    "a UUID": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "hexadecimal": r"[0-9a-f]{32,}",
    "one character many times": r"(.)\1{49,}",
    "a word for nothing": r"null|undefined",
    "with a quotation mark": r'.*".*',
    "of digits": r"[0-9]{2,}",
}


@pytest.mark.parametrize("pattern", SHAPES.values(), ids=SHAPES)
def test_shapes_reach_every_shape(pattern: str) -> None:
    """Each that keys, tickets and placeholders have."""
    assert reaches(token_shapes(), lambda token: re.fullmatch(pattern, token.value.decode("ascii")))


def test_a_limit_shrinks_to_its_edge() -> None:
    """The least token over 65,536 characters has 65,537."""
    assert find(token_lengths(CREDENTIAL), lambda length: length > 65_536) == 65_537
    assert find(tokens(token_lengths(CREDENTIAL)), lambda token: token.length > 65_536).length == 65_537


@pytest.mark.parametrize(
    ("shortest", "longest", "most"),
    [
        pytest.param(1, 50_000, 65_536, id="a lower maximum"),
        pytest.param(1, 1_000_000, 1_048_576, id="a higher maximum"),
        pytest.param(32, 64, 128, id="few characters"),
        pytest.param(1, None, 131_072, id="no maximum"),
    ],
)
def test_lengths_follow_the_credential(shortest: int, longest: int | None, most: int) -> None:
    """The bounds and their neighbours are among them, and what is over the longest up to the next power of two."""
    lengths = token_lengths(Credential(b"X-Key", shortest, longest))
    found = drawn(lengths, 300)
    assert min(found) == shortest
    assert max(found) <= most
    for edge in (shortest, shortest + 1, *(() if longest is None else (longest - 1, longest, longest + 1))):
        assert reaches(lengths, lambda length, edge=edge: length == edge)
