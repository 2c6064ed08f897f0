"""What the two wires have in common: what goes out, which of them can send it, what an answer is, what goes wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance import USER_AGENT
from conformance.contract.message import Response, Trouble
from conformance.traffic.codings import codings_of, undone
from conformance.traffic.likeness import by_bytes, by_complaint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.contract.message import Request
    from conformance.traffic.endpoint import Endpoint

    Fields = Sequence[tuple[bytes, bytes]]

__all__ = [
    "CHUNK",
    "LARGEST_BODY",
    "WireError",
    "answer_of",
    "cut_short",
    "ends_with_connection",
    "fields_of",
    "out_of_reach",
    "poolable",
    "protocol_trouble",
    "segments",
]  # fmt: skip

LARGEST_BODY = 1024 * 1024
CHUNK = 65_536
_VALUE = re.compile(rb"(?:[\x21-\x7e\x80-\xff](?:[\x20-\x7e\t\x80-\xff]*[\x21-\x7e\x80-\xff])?)?")
_NAME = re.compile(rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
_TARGET = re.compile(rb"[\x21-\x7e]+")
_METHOD = re.compile(r"[A-Z-]+")
_OF_THE_MESSAGE = {b"host", b"content-length", b"transfer-encoding", b"connection"}
_WITHOUT_BODY = {"GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
_USER_AGENT = USER_AGENT.encode("ascii")


class WireError(Exception):
    """A request got no answer; `trouble` says in which way, the message what the system said."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        super().__init__(detail)
        self.trouble = trouble


def poolable(request: Request) -> bool:
    """Whether the pooled wire sends `request` byte for byte; others need the raw one.

    It refuses some methods, targets, names and values, and frames the message by the headers that it is given.
    """
    return (
        _METHOD.fullmatch(request.method) is not None
        and request.method != "CONNECT"
        and _TARGET.fullmatch(request.target) is not None
        and all(
            _NAME.fullmatch(name) and name.lower() not in _OF_THE_MESSAGE and _VALUE.fullmatch(value)
            for name, value in request.header_fields()
        )
    )


def segments(message: bytes, *, long_head: bool) -> tuple[bytes, ...]:
    """What goes out at once, and what a little later: of a `long_head` the very last bytes.

    Its end then comes alone, whatever the network does: a limit on what was read of a head that is not whole holds for
    its length, and not for how many pieces it happened to arrive in.
    """
    end = message.find(b"\r\n\r\n")
    return (message[: end + 2], message[end + 2 :]) if long_head and end > 0 else (message,)


def fields_of(request: Request, endpoint: Endpoint) -> list[tuple[bytes, bytes]]:
    """The header fields that go out: the request's own in their order, and what HTTP and the target description add."""
    own = [*request.header_fields(), *endpoint.headers]
    names = {name.lower() for name, _ in own}
    before = [] if b"host" in names else [(b"Host", endpoint.authority)]
    after = [] if b"user-agent" in names else [(b"User-Agent", _USER_AGENT)]
    framed = names & {b"content-length", b"transfer-encoding"}
    if not framed and (request.body or request.method.upper() not in _WITHOUT_BODY):
        after.append((b"Content-Length", str(len(request.body or b"")).encode("ascii")))
    return [*before, *own, *after]


def answer_of(
    status: int, reason: bytes, headers: Fields, body: bytes, *, http_version: str, truncated: bool
) -> Response:
    """The answer, its content coding undone. What cannot be undone stays as it came: it is an answer all the same."""
    undone_body = undone(body, codings_of(headers), truncated=truncated, largest=LARGEST_BODY)
    body = undone_body.body
    return Response(
        status=status,
        reason=reason.decode("latin-1"),
        headers=tuple((bytes(name), bytes(value)) for name, value in headers),
        body=body[:LARGEST_BODY],
        http_version=http_version,
        truncated=undone_body.truncated or len(body) > LARGEST_BODY,
        coding=", ".join(undone_body.left) or None,
        damaged=undone_body.damaged,
    )


def out_of_reach(detail: str) -> WireError:
    """No connection was made; the error says what that probably means."""
    return WireError(Trouble.UNREACHABLE, detail + by_complaint(detail))


def ends_with_connection(headers: Fields) -> bool:
    """Whether an answer's body lasts as long as its connection (RFC 9112 section 6.3).

    Where such a connection is reset, what came is kept as a truncated answer: a server that refuses a request before it
    has read it whole resets the connection by closing it.
    """
    return not {b"content-length", b"transfer-encoding"} & {name.lower() for name, _ in headers}


def cut_short(received: bytes) -> WireError:
    """The connection ended before the header section did: no answer, or something that was never going to be one."""
    if (other := _no_http(received)) is not None:
        return other
    after = "in the middle of an answer" if received else "without an answer"
    return WireError(Trouble.DROPPED, f"the connection was closed {after}")


def _no_http(received: bytes) -> WireError | None:
    """The error where what came does not begin as HTTP/1.1 does; it shows that, and what it looks like."""
    if b"HTTP/".startswith(received[: len(b"HTTP/")]):
        return None
    return WireError(Trouble.MALFORMED, f"the answer is no HTTP: {received[:64]!r}{by_bytes(received)}")


def protocol_trouble(detail: str, received: bytes = b"") -> WireError:
    """What h11 complains of, by its words: the end came too early, or what came is no HTTP."""
    if (other := _no_http(received)) is not None:
        return other
    early = detail.startswith(("peer closed connection", "peer unexpectedly closed connection"))
    return WireError(Trouble.DROPPED if early else Trouble.MALFORMED, detail)
