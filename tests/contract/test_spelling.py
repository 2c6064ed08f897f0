"""How a secret can come back whole."""

from __future__ import annotations

from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.spelling import percent_encoded, spellings


@given(st.binary())
def test_percent_encoding_is_that_of_the_standard_library(raw: bytes) -> None:
    """Byte for byte."""
    assert percent_encoded(raw) == quote(raw, safe="")


@given(st.text(st.characters()))
def test_no_spelling_is_shorter_than_what_it_spells(text: str) -> None:
    """An answer with less room than the secret cannot hold it."""
    assert min(map(len, spellings(text))) >= len(text)


def test_a_text_is_spelt_in_these_ways() -> None:
    """As it is, escaped as in JSON with and without slashes, percent-encoded with digits in either case."""
    assert spellings('a/"\xe9?') == {
        b'a/"\xc3\xa9?',
        rb"a/\"\u00e9?",
        rb"a\/\"\u00e9?",
        b"a%2F%22%C3%A9%3F",
        b"a%2f%22%c3%a9%3f",
    }
