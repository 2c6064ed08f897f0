"""What HTTP's grammar allows is told from what a parser may refuse by itself."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.grammar import is_http, is_one_segment
from conformance.contract.message import Request, Token
from tests.shipped import HEADER, target_of

REQUEST = Request(
    "POST", target_of("123"), Token(b"abc"), b"{}", ((b"Content-Type", b"application/json"),), token_header=HEADER
)


def test_what_the_grammar_allows_is_http() -> None:
    """Odd, but every parser takes it: RFC 9110 sections 5.5, 5.6.2 and 9.1, RFC 9112 section 3.2.1."""
    for allowed in (
        REQUEST,
        replace(REQUEST, method="post"),
        replace(REQUEST, method="!#$%&'*+-.^_`|~09azAZ"),
        replace(REQUEST, token=None, headers=()),
        replace(REQUEST, token=Token(b"")),
        replace(REQUEST, token=Token(b"a b\tc\x80\xff~!")),
        replace(REQUEST, target=b"/"),
        replace(REQUEST, target=b"/a-z.A_Z~0!$&'()*+,;=9:@//%00%fF/?/?a=b"),
        replace(REQUEST, token_header=b"x.token"),
    ):
        assert is_http(allowed), allowed


def test_what_the_grammar_does_not_allow_is_no_http() -> None:
    """Control characters and DEL in a value, and what has no place in a name, a method or a target."""
    values = [replace(REQUEST, token=Token(b"a" + bytes([code]))) for code in (0, 1, 8, 10, 13, 0x1F, 0x7F)]
    names = [replace(REQUEST, headers=((name, b"x"),)) for name in (b"", b"a b", b"a:", b"\xe9", b"a\n")]
    methods = [replace(REQUEST, method=method) for method in ("", "PO ST", "POST\n", "PÖST", "\ud800", "A/B")]
    targets = [
        replace(REQUEST, target=target)
        for target in (
            b"", b"a", b"/ ", b"/a#b", b"/%", b"/%4", b"/%zz", b"/%4g", b"/[", b"/\\", b"/{a}", b'/"', b"/|", b"/\xe9",
            b"/\n", b"/a?^", b"*",
        )
    ]  # fmt: skip
    for odd in (*values, *names, *methods, *targets):
        assert not is_http(odd), odd


@given(
    method=st.text(),
    target=st.binary(),
    token=st.none() | st.binary().map(Token),
    headers=st.lists(st.tuples(st.binary(), st.binary())).map(tuple),
)
def test_any_request_is_http_or_not(
    method: str, target: bytes, token: Token | None, headers: tuple[tuple[bytes, bytes], ...]
) -> None:
    """Nothing is raised, whatever the bytes."""
    assert is_http(Request(method, target, token, None, headers, token_header=HEADER)) in {True, False}


def test_what_a_router_may_take_for_another_path_is_not_one_segment() -> None:
    """Separators and control characters, encoded or not, and dot segments."""
    one = (
        b"123",
        b"abc",
        b"",
        b"...",
        b"a.",
        b".a",
        b"123;v=1",
        b"%31",
        b"%20",
        b"%25",
        b"%252F",
        b"%FF",
        b"123%zz",
        b"1,2",
    )
    for segment in one:
        assert is_one_segment(segment), segment
    more = (
        b"123%2F", b"%2f", b"1%5C2", b"1%5c", b"1%3Fa=b", b"1%23", b"%00", b"1%0A", b"1%0d", b"%1F", b"%7f", b".",
        b"..", b"%2E", b"%2e.", b"1/2", b"1\\2",
    )  # fmt: skip
    for segment in more:
        assert not is_one_segment(segment), segment
