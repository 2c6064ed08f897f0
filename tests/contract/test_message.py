"""Tokens are recipes; requests and responses are their bytes; the grammar of HTTP."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.facts import facts_of
from conformance.contract.message import LONG_HEAD, Exchange, Request, Response, Token, Trouble, is_http, is_one_segment
from tests.shipped import HEADER, target_of

from .test_facts import KNOWN, REQUEST


@given(head=st.binary(max_size=60), fill=st.binary(min_size=1, max_size=60), length=st.integers(0, 300))
def test_a_token_has_its_length_to_the_byte(head: bytes, fill: bytes, length: int) -> None:
    """The value is the head and then the fill over and over, cut to the length."""
    value = Token(head, fill, length).value
    assert value == (head + fill * 300)[:length]


@pytest.mark.parametrize("length", [1, 99_999, 100_000, 100_001], ids=lambda length: f"{length:,} characters")
def test_long_tokens_have_their_length(length: int) -> None:
    """A recipe of 48 bytes makes a token of exactly the length asked for."""
    assert len(Token(b"h" * 48, b"abc", length).value) == length


def test_a_token_without_a_length_is_its_head() -> None:
    """Without a length, the head is the whole token."""
    assert Token(b"abc").length == 3
    assert Token(b"abc").value == b"abc"


def test_an_empty_token_is_empty() -> None:
    """A head of no bytes is a token of no bytes."""
    assert Token(b"").value == b""


def test_a_token_does_not_show_its_head() -> None:
    """The representation, which may reach a log, has no byte of the head."""
    assert "hush" not in repr(Token(b"hush-hush"))


def test_a_digest_is_of_the_bytes() -> None:
    """The digest is SHA-256 of the value, whatever the recipe."""
    assert Token(b"aa", b"a", 4).digest == Token(b"aaaa").digest == hashlib.sha256(b"aaaa").hexdigest()


def test_the_token_is_sent_first() -> None:
    """The header fields are the token's, under the name given, then the others in order."""
    others = ((b"B", b"2"), (b"A", b"1"))
    request = Request("POST", b"/", Token(b"t"), headers=others, token_header=b"x-auth-token")
    assert request.header_fields() == [(b"x-auth-token", b"t"), *others]


def test_without_a_token_there_is_no_such_field() -> None:
    """None as the token sends no field of that name; an empty token sends an empty one."""
    assert Request("POST", b"/", None, token_header=HEADER).header_fields() == []
    assert Request("POST", b"/", Token(b""), token_header=HEADER).header_fields() == [(b"X-Auth-Token", b"")]


def test_a_response_finds_a_header_in_any_case() -> None:
    """The first field of a name is found, however it is spelt, and decoded as latin-1."""
    response = Response(200, "", ((b"CONTENT-type", b"a\xe9"), (b"Content-Type", b"b")), b"")
    assert response.header("content-Type") == "aé"
    assert response.header("accept") is None
    assert Response(200, "", ((b"\xe9", b"b"),), b"").header("é") == "b"


def test_what_is_not_given_is_the_usual() -> None:
    """A token is its own and repeats x, a request has no more than its token, an answer is whole and of HTTP/1.1."""
    assert Token(b"a") == Token(head=b"a", fill=b"x", length=1, secret=None, made_by=None)
    bare = Request("POST", b"/", None, token_header=HEADER)
    assert bare == Request("POST", b"/", None, body=None, headers=(), token_header=b"X-Auth-Token")
    answer = Response(200, "", (), b"")
    assert answer == Response(200, "", (), b"", http_version="HTTP/1.1", truncated=False, coding=None, damaged=False)
    assert answer.damaged is False
    with pytest.raises(TypeError, match="token_header"):
        Request("POST", b"/", None)  # type: ignore[call-arg]


def test_nothing_has_befallen_an_exchange_that_does_not_say_so() -> None:
    """Neither answer nor trouble, sent once and at no time."""
    facts = facts_of(REQUEST, KNOWN)
    found = Exchange(1, "a.probe", REQUEST, facts)
    assert (found.response, found.trouble, found.detail) == (None, None, "")
    assert (found.confirmed, found.flaky, found.superseded) == (False, 0, False)
    assert (found.started_at, found.seconds) == (0.0, 0.0)


def test_troubles_have_the_words_of_recorded_traffic() -> None:
    """They stand in traffic.har, which may be judged again by a later version."""
    assert [*Trouble] == [
        "no connection could be made", "the connection was dropped", "no answer in time", "the answer is no HTTP",
        "the target kept answering 429", "it was not sent",
    ]  # fmt: skip


def test_a_second_token_is_seen_in_any_case() -> None:
    """It is a field of the token's name beside the token, or instead of it."""
    assert Request("POST", b"/", Token(b"t"), headers=((b"x-auth-TOKEN", b"u"),), token_header=HEADER).second_token
    assert not Request("POST", b"/", Token(b"t"), headers=((b"X-Auth", b"u"),), token_header=HEADER).second_token


def test_a_body_in_chunks_says_so_in_any_case() -> None:
    """The field that names the coding is enough."""
    chunked, other = ((b"transfer-ENCODING", b"chunked"),), ((b"Encoding", b"chunked"),)
    assert Request("POST", b"/", None, headers=chunked, token_header=HEADER).chunked
    assert not Request("POST", b"/", None, headers=other, token_header=HEADER).chunked


@pytest.mark.parametrize("more", [0, 1])
def test_a_head_is_long_by_all_that_stands_in_it(more: int) -> None:
    """Target, token and the other fields, names and values, are over 8,192 bytes together."""
    rest = 8192 - len(b"/target") - len(b"Name") - len(b"value") + more
    token, fields = Token(b"t", length=rest), ((b"Name", b"value"),)
    long = (*fields, (b"A", b"a" * (rest - 1)))
    assert Request("POST", b"/target", token, headers=fields, token_header=HEADER).long_head == bool(more)
    assert Request("POST", b"/target", None, headers=long, token_header=HEADER).long_head == bool(more)
    assert LONG_HEAD == 8192


HOST, LENGTH = [(b"Host", b"a.invalid:80")], b"Content-Length"


@pytest.mark.parametrize(
    ("method", "body", "own", "added"),
    [
        pytest.param("POST", b"ab", [(b"Accept", b"*/*")], (HOST, [(LENGTH, b"2")]), id="both"),
        pytest.param("POST", None, [], (HOST, [(LENGTH, b"0")]), id="a method with a body, and none"),
        pytest.param("PATCH", b"", [], (HOST, [(LENGTH, b"0")]), id="a body of no bytes"),
        pytest.param("get", None, [], (HOST, []), id="a method without a body, in lower case"),
        pytest.param("GET", b"a", [], (HOST, [(LENGTH, b"1")]), id="a body all the same"),
        pytest.param("POST", b"ab", [(b"HOST", b"b")], ([], [(LENGTH, b"2")]), id="a host of its own"),
        pytest.param("POST", b"ab", [(b"content-LENGTH", b"1")], (HOST, []), id="a length of its own"),
        pytest.param("POST", b"ab", [(b"Transfer-Encoding", b"chunked")], (HOST, []), id="chunks"),
        *(
            pytest.param(method, None, [], (HOST, []), id=method)
            for method in ("GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT")
        ),
    ],
)
def test_http_adds_its_fields(
    method: str,
    body: bytes | None,
    own: list[tuple[bytes, bytes]],
    added: tuple[list[tuple[bytes, bytes]], list[tuple[bytes, bytes]]],
) -> None:
    """Host before the others and Content-Length after them, unless they are there, in any case."""
    request = Request(method, b"/", None, body, token_header=b"X-Key")
    assert request.added_fields(own, b"a.invalid:80") == added


PLAIN = Request(
    "POST", target_of("123"), Token(b"abc"), b"{}", ((b"Content-Type", b"application/json"),), token_header=HEADER
)


def test_bytes_that_the_grammar_allows_are_http() -> None:
    """Odd, but every parser takes it: RFC 9110 sections 5.5, 5.6.2 and 9.1, RFC 9112 section 3.2.1."""
    for allowed in (
        PLAIN,
        replace(PLAIN, method="post"),
        replace(PLAIN, method="!#$%&'*+-.^_`|~09azAZ"),
        replace(PLAIN, token=None, headers=()),
        replace(PLAIN, token=Token(b"")),
        replace(PLAIN, token=Token(b"a b\tc\x80\xff~!")),
        replace(PLAIN, target=b"/"),
        replace(PLAIN, target=b"/a-z.A_Z~0!$&'()*+,;=9:@//%00%fF/?/?a=b"),
        replace(PLAIN, token_header=b"x.token"),
    ):
        assert is_http(allowed), allowed


def test_bytes_that_the_grammar_does_not_allow_are_no_http() -> None:
    """Control characters and DEL in a value, and what has no place in a name, a method or a target."""
    values = [replace(PLAIN, token=Token(b"a" + bytes([code]))) for code in (0, 1, 8, 10, 13, 0x1F, 0x7F)]
    names = [replace(PLAIN, headers=((name, b"x"),)) for name in (b"", b"a b", b"a:", b"\xe9", b"a\n")]
    methods = [replace(PLAIN, method=method) for method in ("", "PO ST", "POST\n", "PÖST", "\ud800", "A/B")]
    targets = [
        replace(PLAIN, target=target)
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
