"""Header names are the token's, nearly the token's, or any that HTTP allows."""

from __future__ import annotations

import re

from hypothesis import given

from conformance.strategies import header_names, token_header_look_alikes, token_header_names
from tests.strategies.drawing import drawn, reaches

_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@given(token_header_names())
def test_the_tokens_header_is_itself_in_any_case(name: bytes) -> None:
    """Letter by letter in either case."""
    assert name.lower() == b"x-auth-token"


@given(token_header_look_alikes())
def test_a_look_alike_is_another_header(name: bytes) -> None:
    """A name that HTTP allows, and not the token's in any case."""
    assert _NAME.fullmatch(name)
    assert name.lower() != b"x-auth-token"


@given(header_names())
def test_any_name_is_one_that_http_allows(name: bytes) -> None:
    """RFC 9110 section 5.6.2, 1 to 40 characters."""
    assert _NAME.fullmatch(name)
    assert 1 <= len(name) <= 40
    assert name.lower() != b"x-auth-token"


def test_names_reach_their_edges() -> None:
    """All small, all capital, and the classic look-alikes."""
    assert len(set(drawn(token_header_names(), 300))) > 100
    for name in (b"x-auth-token", b"X-AUTH-TOKEN"):
        assert reaches(token_header_names(), lambda drawn, name=name: drawn == name)
    for name in (b"X_Auth_Token", b"X-Auth", b"X-AuthToken"):
        assert reaches(token_header_look_alikes(), lambda drawn, name=name: drawn == name)
