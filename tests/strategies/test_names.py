"""Names of header fields and of methods are the documented ones, nearly them, or neither."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from conformance.strategies import header_names, methods, token_header_look_alikes, token_header_names
from tests.strategies.drawing import drawn, reaches

NAME = b"X-Auth-Token"
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@given(token_header_names(NAME))
def test_the_tokens_header_is_itself_in_any_case(name: bytes) -> None:
    """Letter by letter in either case."""
    assert name.lower() == b"x-auth-token"


@given(token_header_look_alikes(NAME))
def test_a_look_alike_is_another_header(name: bytes) -> None:
    """A name that HTTP allows, and not the token's in any case."""
    assert _NAME.fullmatch(name)
    assert name.lower() != b"x-auth-token"


@given(header_names(NAME))
def test_any_name_is_one_that_http_allows(name: bytes) -> None:
    """RFC 9110 section 5.6.2, 1 to 40 characters."""
    assert _NAME.fullmatch(name)
    assert 1 <= len(name) <= 40
    assert name.lower() != b"x-auth-token"


def test_names_reach_their_edges() -> None:
    """All small, all capital, and the classic look-alikes."""
    assert len(set(drawn(token_header_names(NAME), 300))) > 100
    for name in (b"x-auth-token", b"X-AUTH-TOKEN"):
        assert reaches(token_header_names(NAME), lambda drawn, name=name: drawn == name)
    for name in (b"X_Auth_Token", b"X-Auth", b"X-AuthToken"):
        assert reaches(token_header_look_alikes(NAME), lambda drawn, name=name: drawn == name)


@pytest.mark.parametrize("header", [b"X-Key", b"Authorization", b"token", b"X"])
def test_names_follow_the_header(header: bytes) -> None:
    """A header of any name gives them, of one word or more."""
    assert {name.lower() for name in drawn(token_header_names(header), 50)} == {header.lower()}
    alike = drawn(token_header_look_alikes(header), 200)
    assert not any(name.lower() == header.lower() or not _NAME.fullmatch(name) for name in alike)
    assert header + b"s" in alike
    assert not any(name.lower() == header.lower() for name in drawn(header_names(header), 50))


@given(methods("POST"))
def test_a_method_is_not_post(method: str) -> None:
    """One that HTTP allows, of 1 to 20 characters; CONNECT has another form of target."""
    assert re.fullmatch("[A-Z-]{1,20}", method)
    assert method not in {"POST", "CONNECT"}


def test_methods_reach_the_registered_ones() -> None:
    """And others that nobody has heard of."""
    assert len(set(drawn(methods("POST"), 500))) > 50
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "POSTS"):
        assert reaches(methods("POST"), lambda drawn, method=method: drawn == method)


@pytest.mark.parametrize("documented", ["GET", "PUT", "DELETE"])
def test_methods_follow_the_document(documented: str) -> None:
    """The documented one is none of them, POST then is; HEAD belongs to GET."""
    found = set(drawn(methods(documented), 500))
    assert documented not in found
    assert {"POST", f"{documented}S", documented[:-1]} <= found
    assert ("HEAD" in found) == (documented != "GET")
