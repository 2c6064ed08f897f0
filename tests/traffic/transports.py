"""Both transports side by side, and requests for them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from conformance.contract.message import Request, Response, Token
from conformance.traffic.pooled import PooledTransport
from conformance.traffic.raw import RawTransport
from conformance.traffic.transport import TransportError
from tests.shipped import HEADER
from tests.traffic.servers import Connection, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.traffic.endpoint import Endpoint

TARGET = b"/v4/repositories/123/remote-mirror/associate"
JSON = ((b"Content-Type", b"application/json"),)
BODY = b'{"url": "https://example.com/a.git"}'
PLAIN = Request("POST", TARGET, Token(b"t" * 64), BODY, JSON, token_header=HEADER)
TIMEOUT = 0.4
LATE = 8
"""Seconds by which a busy machine may be late with what ends in time."""
Transport = PooledTransport | RawTransport

TRANSPORTS: dict[str, Callable[[Endpoint], Transport]] = {
    "pooled": lambda endpoint: PooledTransport(endpoint, 4),
    "raw": RawTransport,
}

both = pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in TRANSPORTS.items()])


def send(make: Callable[[Endpoint], Transport], endpoint: Endpoint, *requests: Request) -> list[Response]:
    """The answers to requests that one transport sends one after the other."""
    wire = make(endpoint)
    try:
        return [wire.send(request) for request in requests]
    finally:
        if isinstance(wire, PooledTransport):
            wire.close()


def trouble(make: Callable[[Endpoint], Transport], endpoint: Endpoint, request: Request = PLAIN) -> TransportError:
    """The error of a request that gets no answer."""
    with pytest.raises(TransportError) as caught:
        send(make, endpoint, request)
    return caught.value


def request(**changes: object) -> Request:
    """The plain request, changed."""
    names = ("method", "target", "token", "body", "headers", "token_header")
    return Request(**({name: getattr(PLAIN, name) for name in names} | changes))  # type: ignore[arg-type]


POOLABLE = {
    "an ordinary request": PLAIN,
    "no token": request(token=None),
    "an empty token": request(token=Token(b"")),
    "a token of 100,000 characters": request(token=Token(b"head", length=100_000)),
    "a token of 131,072 characters": request(token=Token(b"head", length=131_072)),
    "a token with a space inside": request(token=Token(b"a b")),
    "a token with bytes over 127": request(token=Token(b"\xe9\xff\x80")),
    "the token's name in other letters": request(token_header=b"x-AuTh-ToKeN"),
    "headers that are repeated, in order": request(headers=((b"B", b"1"), (b"a", b"2"), (b"b", b"3"))),
    "percent-encoded digits": request(target=TARGET.replace(b"123", b"%31%32%33")),
    "an encoded slash and NUL": request(target=b"/v4/%2F%00/x"),
    "a bad percent-encoding": request(target=b"/v4/123%zz"),
    "two slashes at the start": request(target=b"//v4//repositories"),
    "dot segments": request(target=b"/v4/../v4/./repositories/.."),
    "a query and a fragment": request(target=TARGET + b"?a=b&c#d"),
    "characters that URLs do not have": request(target=b'/v4/"<>^`{|}\\'),
    "a target of 70,000 characters": request(target=b"/" + b"9" * 70_000),
    "GET with a body": request(method="GET"),
    "DELETE without a body": request(method="DELETE", body=None, headers=()),
    "PUT without a body": request(method="PUT", body=None, headers=()),
    "a method of nobody's": request(method="ASSOCIATE"),
    "an empty body": request(body=b""),
    "a body of 10 MB": request(body=b"x" * 10_000_000),
    "a body of any bytes": request(body=bytes(range(256))),
}

RAW_ONLY = {
    "a method in lower case": request(method="post"),
    "NUL in the token": request(token=Token(b"a\x00b")),
    "a control character in the token": request(token=Token(b"a\x01b")),
    "DEL in the token": request(token=Token(b"a\x7fb")),
    "a token that is a space": request(token=Token(b" ")),
    "spaces around the token": request(token=Token(b"  t  ")),
    "a tab after a header's value": request(headers=((b"Accept", b"a\t"),)),
    "a header's name with a space": request(headers=((b"a b", b"c"),)),
    "a header's name that is empty": request(headers=((b"", b"c"),)),
    "bytes over 127 in the target": request(target=b"/v4/\xe9"),
    "a space in the target": request(target=b"/v4/1 2"),
    "a Host of its own": request(headers=((b"host", b"elsewhere.invalid"),)),
    "a Content-Length of its own": request(headers=((b"content-length", b"%d" % len(BODY)),)),
    "a Connection of its own": request(headers=((b"connection", b"close"),)),
    "CONNECT": request(method="CONNECT", body=None),
}

CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n5\r\n": 1}\r\n0\r\n\r\n'
DOCUMENT = b'{"a": 1}'
EARLY = answer(b"431 Too Large", b'{"error_code": "CH.1"}')
LARGE = {
    "a header of 300 kB": request(token=Token(b"t", length=300_000)),
    "a body of 10 MB": request(body=b"x" * 10_000_000),
}

large = pytest.mark.parametrize("sent", [pytest.param(sent, id=words) for words, sent in LARGE.items()])


def says(data: bytes) -> Callable[[Connection], None]:
    """A script that reads, sends this, and closes."""

    def script(connection: Connection) -> None:
        connection.read()
        connection.send(data)

    return script


def says_and_resets(data: bytes) -> Callable[[Connection], None]:
    """A script that reads, sends this, and resets."""

    def script(connection: Connection) -> None:
        connection.read()
        connection.send(data)
        time.sleep(0.05)
        connection.reset()

    return script
