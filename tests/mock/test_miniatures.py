"""The miniatures: each is what its name says, as far as a hundred requests can tell."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from conformance.mock import Application, Fixtures, Mock, running
from tests.miniatures import BROKEN, CORRECT

from .conftest import BODY, PATH, raw_request, send_raw

if TYPE_CHECKING:
    from collections.abc import MutableMapping

FIXTURES = Fixtures.default()
LONGEST = FIXTURES.tokens_by_length[100_000]

Sent = tuple[str, str, str | None, bytes]
Seen = tuple[int, tuple[tuple[bytes, bytes], ...], bytes] | None

_IDS = (
    "0 1 2147483647 2147483648 4294967297 18446744073709551617 -1 +1 01 1abc 1.0 1e0 0x1 2_112_029_391 "
    f"%201 %31 %EF%BC%91 {FIXTURES.repository_id} {FIXTURES.restricted_repository_id} {FIXTURES.missing_repository_id}"
).split()
_TOKENS = (
    None,
    "",
    "2",
    "\xe9" * 20,
    "t" * 1_500,
    "t" * 65_536,
    *FIXTURES.tokens,
    FIXTURES.token.swapcase(),
    FIXTURES.token[:-1],
    LONGEST + "t",
)
_URLS: tuple[object, ...] = (
    "https://u:hush@example.com/" + "a" * 1_100,
    "https://example.com:8443/a",
    "http://example.com/b",
    "ssh://u:hush@example.com/c",
    "\0",
    None,
    1,
    {},
)
_BODIES = (b"", b"no JSON", b"\xff", b"[]", b"1", b"{}", b"[" * 600, b"\xef\xbb\xbf" + BODY)

REQUESTS: tuple[Sent, ...] = (
    ("GET", "1", "1", b""),
    *(("POST", repository_id, FIXTURES.token, BODY) for repository_id in _IDS),
    *(("POST", repository_id, token, BODY) for token in _TOKENS for repository_id in ("1", "456", "2147483646", "0")),
    *(("POST", "1", "1", json.dumps({"url": url}).encode()) for url in _URLS),
    *(("POST", "1", token, body) for body in _BODIES for token in ("1", "2")),
    ("POST", str(FIXTURES.missing_repository_id), "1", b""),
    *((method, "1", "1", BODY) for method in ("GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")),
)


async def exchange(app: Application, sent: Sent) -> Seen:
    """Send one request to the application itself; None where the connection was dropped."""
    method, repository_id, token, body = sent
    header = [] if token is None else [(b"x-auth-token", token.encode("latin-1"))]
    messages: list[MutableMapping[str, Any]] = []
    dropped: list[bool] = []
    connection = {"headers": header, "drop": lambda: dropped.append(True)}
    scope = {
        "type": "http",
        "method": method,
        "raw_path": PATH.format(repository_id).encode(),
        "headers": header,
        "extensions": {"conformance.connection": connection},
    }

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: MutableMapping[str, Any]) -> None:
        messages.append(message)

    await app(scope, receive, send)
    if dropped:
        return None
    start, *parts = messages
    return start["status"], tuple(start["headers"]), b"".join(part["body"] for part in parts)


def behaviour(app: Application) -> list[Seen]:
    """Answers to every request in order, then to twenty at once, on a clock that stands still."""
    assert isinstance(app, Mock)
    app.clock = lambda: datetime(2025, 4, 24, 12, 4, 44, tzinfo=UTC)

    async def run() -> list[Seen]:
        answers = [await exchange(app, sent) for sent in REQUESTS]
        return answers + await asyncio.gather(*(exchange(app, ("POST", "1", "1", BODY)) for _ in range(20)))

    return asyncio.run(run())


@cache
def behaviour_of(name: str) -> list[Seen]:
    """Return the behaviour of the miniature, broken or correct."""
    return behaviour((BROKEN | CORRECT)[name].make())


USUAL = behaviour(Mock())
NOT_SEEN_HERE = {
    "header_name_case_sensitive",
    "read_back_missing",
    "first_token_counts",
    "jittery",
    "many_at_once_crash",
}


def test_there_are_enough() -> None:
    """There are at least 32 broken and 14 correct miniatures, and no name is used twice."""
    assert len(BROKEN) >= 32
    assert len(CORRECT) >= 14
    assert not BROKEN.keys() & CORRECT.keys()
    assert all(name == miniature.name for name, miniature in (BROKEN | CORRECT).items())


@pytest.mark.parametrize("name", BROKEN)
def test_sin_is_one_sentence(name: str) -> None:
    """A sin is one sentence."""
    assert re.fullmatch(r"[A-Z][^\n]{10,120}\.", BROKEN[name].sin)
    assert ". " not in BROKEN[name].sin


@pytest.mark.parametrize("name", CORRECT)
def test_otherness_is_one_sentence(name: str) -> None:
    """What is otherwise is one sentence."""
    assert re.fullmatch(r"[A-Z][^\n]{10,120}\.", CORRECT[name].otherwise)
    assert ". " not in CORRECT[name].otherwise


@pytest.mark.parametrize("name", sorted((BROKEN.keys() | CORRECT.keys()) - NOT_SEEN_HERE))
def test_differs_from_the_mock(name: str) -> None:
    """Every miniature answers some request otherwise than the mock."""
    assert behaviour_of(name) != USUAL


def test_broken_ones_differ_from_each_other() -> None:
    """No two broken miniatures are one and the same."""
    behaviours = [repr(behaviour_of(name)) for name in BROKEN.keys() - NOT_SEEN_HERE]
    assert len(set(behaviours)) == len(behaviours)


@pytest.mark.parametrize("name", CORRECT)
def test_correct_ones_keep_the_first_promises(name: str) -> None:
    """A correct one never fails, drops or throttles twice, and associates what may be associated."""
    for sent, usual, seen in zip(REQUESTS, USUAL, behaviour_of(name), strict=False):
        assert usual is not None
        assert seen is not None
        assert seen[0] < 500
        if usual[0] == 201 and seen[0] != 429:
            assert seen[0] == 201, sent
            assert json.loads(usual[2]).keys() <= json.loads(seen[2]).keys()


def test_header_name_case_sensitive_on_the_wire() -> None:
    """The one that looks at the spelling of the header accepts one spelling only."""
    with running(BROKEN["header_name_case_sensitive"].make()) as url:
        assert send_raw(url, raw_request(headers=b"X-Auth-Token: 1\r\n")).status == 201
        assert send_raw(url, raw_request(headers=b"x-auth-token: 1\r\n")).status == 401


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        pytest.param("deep_nesting_dropped", raw_request(body=b"[" * 600), id="deep nesting"),
        pytest.param(
            "long_header_dropped", raw_request(headers=b"X-Auth-Token: " + b"t" * 65_536 + b"\r\n"), id="header"
        ),
    ],
)
def test_dropping_on_the_wire(name: str, request_: bytes) -> None:
    """The ones that drop a connection drop it for their input, each time, and for no other."""
    with running(BROKEN[name].make()) as url:
        for _ in range(3):
            with pytest.raises((ConnectionError, OSError)):
                send_raw(url, request_)
            assert send_raw(url, raw_request()).status == 201


def test_first_token_counts_on_the_wire() -> None:
    """The one that takes the first of two tokens does."""
    with running(CORRECT["first_token_counts"].make()) as url:
        assert send_raw(url, raw_request(headers=b"X-Auth-Token: 1\r\nX-Auth-Token: 2\r\n")).status == 201
        assert send_raw(url, raw_request(headers=b"X-Auth-Token: 2\r\nX-Auth-Token: 1\r\n")).status == 401


def test_no_read_back() -> None:
    """The one without a read-back answers 404 after an association."""
    with running(CORRECT["read_back_missing"].make()) as url, httpx.Client(headers={"X-Auth-Token": "1"}) as client:
        assert client.post(url + PATH.format(1), content=BODY).status_code == 201
        assert client.get(url + PATH.format(1).removesuffix("/associate")).status_code == 404
