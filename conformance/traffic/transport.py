"""The common part of the transports (pooled, raw, in memory): header fields, answers, errors.

An answer's content codings (RFC 9110 section 8.4) are undone as far as the standard library can. An error says what
probably listens where HTTP/1.1 was expected, by the first bytes or by the complaint of TLS.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance import USER_AGENT
from conformance.contract.message import Request, Response, Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.traffic.endpoint import Endpoint

    Fields = Sequence[tuple[bytes, bytes]]

LARGEST_BODY = 1024 * 1024
CHUNK = 65_536
_VALUE = re.compile(rb"(?:[\x21-\x7e\x80-\xff](?:[\x20-\x7e\t\x80-\xff]*[\x21-\x7e\x80-\xff])?)?")
_NAME = re.compile(rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
_TARGET = re.compile(rb"[\x21-\x7e]+")
_METHOD = re.compile(r"[A-Z-]+")
_OF_THE_MESSAGE = {b"host", b"content-length", b"transfer-encoding", b"connection"}
_USER_AGENT = USER_AGENT.encode("ascii")
_ALERT_OR_HANDSHAKE = (b"\x15\x03", b"\x16\x03")  # RFC 8446 section 5.1: content type, then version
_FRAME_HEADER = 9  # RFC 9113 section 4.1: length, type, flags, stream
_OF_THE_CONNECTION = {(4, 0), (7, 0)}  # SETTINGS and GOAWAY, on stream 0
_COMPLAINTS = {
    "CERTIFICATE_VERIFY_FAILED": "name the bundle of its CA as verify_tls",
    "NO_APPLICATION_PROTOCOL": "it probably speaks HTTP/2 only, and this suite HTTP/1.1",
    "WRONG_VERSION_NUMBER": "it probably speaks plain HTTP there, not TLS: check the port",
    "RECORD_LAYER_FAILURE": "it probably speaks plain HTTP there, not TLS: check the port",
    "PACKET_LENGTH_TOO_LONG": "it probably speaks plain HTTP there, not TLS: check the port",
    "UNEXPECTED_EOF_WHILE_READING": "it perhaps speaks plain HTTP there, not TLS: check the port",
}
_GZIP = {"gzip", "x-gzip"}  # RFC 9110 section 8.4.1.3
_DEFLATE = "deflate"
_NO_CODING = {"", "identity"}
_GZIP_WINDOW, _ZLIB_WINDOW, _BARE_WINDOW = 31, 15, -15
_MAGIC = b"\x1f\x8b"  # RFC 1952 section 2.3.1: another member follows
_MOST_CODINGS = 8  # codings of one answer


class TransportError(Exception):
    """A request got no answer. `trouble` is the kind of failure, the message is the system's."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        super().__init__(detail)
        self.trouble = trouble


def poolable(request: Request) -> bool:
    """Whether the pooled transport sends `request` byte for byte; others need the raw one.

    httpcore refuses some methods, targets, names and values, and frames the message by its headers.
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
    """The parts of a message in the order of leaving: the last two bytes of a `long_head` leave later than the rest.

    The end then arrives alone. A server's limit on an unfinished head is met by its length, whatever the number of
    pieces that the network made of it.
    """
    end = message.find(b"\r\n\r\n")
    return (message[: end + 2], message[end + 2 :]) if long_head and end > 0 else (message,)


def fields_of(request: Request, endpoint: Endpoint) -> list[tuple[bytes, bytes]]:
    """The header fields to send: the request's own in their order, and those of HTTP and of the target description."""
    own = [*request.header_fields(), *endpoint.headers]
    before, after = request.added_fields(own, endpoint.authority)
    agent = [] if any(name.lower() == b"user-agent" for name, _ in own) else [(b"User-Agent", _USER_AGENT)]
    return [*before, *own, *agent, *after]


def answer_of(
    status: int, reason: bytes, headers: Fields, body: bytes, *, http_version: str, truncated: bool
) -> Response:
    """The answer with its content codings undone. A coding that cannot be undone stays on the body."""
    whole = decoded(body, codings_of(headers), truncated=truncated, largest=LARGEST_BODY)
    body = whole.body
    return Response(
        status=status,
        reason=reason.decode("latin-1"),
        headers=tuple((bytes(name), bytes(value)) for name, value in headers),
        body=body[:LARGEST_BODY],
        http_version=http_version,
        truncated=whole.truncated or len(body) > LARGEST_BODY,
        coding=", ".join(whole.left) or None,
        damaged=whole.damaged,
    )


def out_of_reach(detail: str) -> TransportError:
    """The error for a connection that was not made, with its probable cause."""
    return TransportError(Trouble.UNREACHABLE, detail + by_complaint(detail))


def ends_with_connection(headers: Fields) -> bool:
    """Whether an answer's body lasts as long as its connection (RFC 9112 section 6.3).

    After a reset of such a connection the received part counts as a truncated answer: a server that refuses a request
    before reading all of it resets the connection by closing it.
    """
    return not {b"content-length", b"transfer-encoding"} & {name.lower() for name, _ in headers}


def cut_short(received: bytes) -> TransportError:
    """The error for a connection that ended before the header section did."""
    if (other := _no_http(received)) is not None:
        return other
    after = "in the middle of an answer" if received else "without an answer"
    return TransportError(Trouble.DROPPED, f"the connection was closed {after}")


def _no_http(received: bytes) -> TransportError | None:
    """The error for bytes that do not begin as HTTP/1.1 does, or None. It shows them, and what they look like."""
    if b"HTTP/".startswith(received[: len(b"HTTP/")]):
        return None
    return TransportError(Trouble.MALFORMED, f"the answer is no HTTP: {received[:64]!r}{by_bytes(received)}")


def protocol_trouble(detail: str, received: bytes = b"") -> TransportError:
    """The error for a complaint of h11, by its words: the end came too early, or the bytes are not HTTP."""
    if (other := _no_http(received)) is not None:
        return other
    early = detail.startswith(("peer closed connection", "peer unexpectedly closed connection"))
    return TransportError(Trouble.DROPPED if early else Trouble.MALFORMED, detail)


def by_bytes(received: bytes) -> str:
    """The likely protocol of `received`, as words after a semicolon, or an empty text."""
    if received.startswith(_ALERT_OR_HANDSHAKE):
        return "; it looks like TLS: write https:// in base_url"
    stream = int.from_bytes(received[5:_FRAME_HEADER], "big")
    if len(received) >= _FRAME_HEADER and (received[3], stream) in _OF_THE_CONNECTION:
        return "; it looks like HTTP/2, and this suite speaks HTTP/1.1: name an address that does"
    return ""


def by_complaint(detail: str) -> str:
    """The likely cause of an error in TLS, by its text, as words after a semicolon, or an empty text."""
    words = detail.upper().replace(" ", "_")
    return next((f"; {meant}" for sign, meant in _COMPLAINTS.items() if sign in words), "")


@dataclass(frozen=True, slots=True)
class DecodedBody:
    """A body with its content codings undone.

    Attributes:
        body: the bytes after decoding.
        left: the codings that are still on it.
        truncated: the body is not whole.
        damaged: the last coding in `left` was named, and the body is not in it.
    """

    body: bytes
    left: tuple[str, ...] = ()
    truncated: bool = False
    damaged: bool = False


def codings_of(headers: Sequence[tuple[bytes, bytes]]) -> tuple[str, ...]:
    """The codings in the order of their application, from one field or several, in lower case."""
    fields = [value.decode("latin-1") for name, value in headers if name.lower() == b"content-encoding"]
    named = [coding.strip(" \t").lower() for field in fields for coding in field.split(",")]
    return tuple(coding for coding in named if coding not in _NO_CODING)


def decoded(body: bytes, codings: Sequence[str], *, truncated: bool, largest: int) -> DecodedBody:
    """Undo the codings from the last to the first, to `largest` bytes and one more at most.

    Decoding stops at an unknown coding, and at a body that is not in the coding that was named.
    """
    left = list(codings)
    if not body or len(left) > _MOST_CODINGS:
        return DecodedBody(body, tuple(left) if body else (), truncated)
    while left and (left[-1] in _GZIP or left[-1] == _DEFLATE):
        text = _unpacked(body, left[-1], truncated=truncated, largest=largest)
        if text is None:
            return DecodedBody(body, tuple(left), truncated, damaged=True)
        body, truncated = text, truncated or len(text) > largest
        left.pop()
    return DecodedBody(body, tuple(left), truncated)


def _unpacked(body: bytes, coding: str, *, truncated: bool, largest: int) -> bytes | None:
    """The text, or its beginning where the body is not whole; None for a body that is not in the coding."""
    windows = (_GZIP_WINDOW,) if coding in _GZIP else (_ZLIB_WINDOW, _BARE_WINDOW, _GZIP_WINDOW)
    for window in windows:
        text = _inflated(body, window, truncated=truncated, largest=largest)
        if text is not None:
            return text
    return None


def _inflated(body: bytes, window: int, *, truncated: bool, largest: int) -> bytes | None:
    text, rest = b"", body
    while len(text) <= largest:
        decoder = zlib.decompressobj(window)
        try:
            text += decoder.decompress(rest, largest + 1 - len(text))
        except zlib.error:
            return None
        if not decoder.eof:
            return text if truncated or len(text) > largest else None
        rest = decoder.unused_data
        if window != _GZIP_WINDOW or not rest.startswith(_MAGIC):
            return text
    return text
