"""Messages: tokens, requests, responses, the exchange that they make, and the grammar of HTTP."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.contract.facts import Facts

    Fields: TypeAlias = list[tuple[bytes, bytes]]

_TOKEN = re.compile(rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+")  # RFC 9110 section 5.6.2
_TARGET = re.compile(rb"/(?:[-A-Za-z0-9._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*")  # RFC 9112 section 3.2.1
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")  # RFC 9110 section 5.5
_ROUTED_ELSEWHERE = re.compile(rb"[\x00-\x1f\x7f/\\?#]")
_DOT_SEGMENTS = {b".", b".."}  # RFC 3986 section 5.2.4
_WITHOUT_BODY = {"GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
LONG_HEAD = 8192  # bytes


@dataclass(frozen=True, slots=True)
class Token:
    """A token as a recipe: `head`, then `fill` over and over, cut to `length` characters (bytes on the wire).

    Recipes keep thousands of exchanges with very long tokens small; `value` makes the bytes when they are sent.
    `secret` names the variable whose value the head is, or comes from; `made_by` is how it was changed, in Python.
    """

    head: bytes = field(repr=False)
    fill: bytes = b"x"
    length: int = -1
    secret: str | None = None
    made_by: str | None = None

    def __post_init__(self) -> None:
        if self.length < 0:
            object.__setattr__(self, "length", len(self.head))

    @property
    def value(self) -> bytes:
        """The token's bytes."""
        return (self.head + self.fill * (self.length // len(self.fill) + 1))[: self.length]

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.value).hexdigest()


@dataclass(frozen=True, slots=True)
class Request:
    """One request, byte for byte, except for what HTTP itself adds (Host, Content-Length).

    `target` is the request target below the base URL, beginning with a slash; `token` is None where no token header is
    sent, `token_header` the name of its field; `headers` are the others, in order.
    """

    method: str
    target: bytes
    token: Token | None
    body: bytes | None = None
    headers: tuple[tuple[bytes, bytes], ...] = ()
    token_header: bytes = field(kw_only=True)

    @property
    def second_token(self) -> bool:
        """Whether another field has the token's name: what that holds counts as credentials too."""
        return any(name.lower() == self.token_header.lower() for name, _ in self.headers)

    @property
    def chunked(self) -> bool:
        """Whether the body has chunks, as the bytes that it is here."""
        return any(name.lower() == b"transfer-encoding" for name, _ in self.headers)

    @property
    def long_head(self) -> bool:
        """Whether its header section is long, so that it leaves in two segments: TCP promises nobody more."""
        fields = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.target) + (self.token.length if self.token else 0) + fields > LONG_HEAD

    def added_fields(self, own: Collection[tuple[bytes, bytes]], authority: bytes) -> tuple[Fields, Fields]:
        """The fields that HTTP adds before and after the `own` ones: Host and Content-Length, unless they are there."""
        names = {name.lower() for name, _ in own}
        framed = names & {b"content-length", b"transfer-encoding"}
        after: Fields = []
        if not framed and (self.body or self.method.upper() not in _WITHOUT_BODY):
            after = [(b"Content-Length", str(len(self.body or b"")).encode("ascii"))]
        return [] if b"host" in names else [(b"Host", authority)], after

    def header_fields(self) -> list[tuple[bytes, bytes]]:
        """All header fields in the order they are sent, the token's first."""
        token = [] if self.token is None else [(self.token_header, self.token.value)]
        return [*token, *self.headers]


def is_http(request: Request) -> bool:
    """Whether method, target and header fields are of HTTP's grammar, byte for byte, with one field of the token.

    A parser may refuse anything else before an application sees it. A field that is no list stands there once (RFC 9110
    section 5.3).
    """
    fields = request.header_fields()
    return (
        not request.second_token
        and _TOKEN.fullmatch(request.method.encode(errors="surrogatepass")) is not None
        and _TARGET.fullmatch(request.target) is not None
        and all(_TOKEN.fullmatch(name) and _VALUE.fullmatch(value) for name, value in fields)
    )


def is_one_segment(segment: bytes) -> bool:
    """Whether every router sees one segment of the path in it.

    To some, an encoded slash, backslash, question mark or hash, a dot segment or a control character makes another
    path. Others refuse them before they look at any path (RFC 3986 section 7.3).
    """
    decoded = unquote_to_bytes(segment)
    return decoded not in _DOT_SEGMENTS and _ROUTED_ELSEWHERE.search(decoded) is None


@dataclass(frozen=True, slots=True)
class Response:
    """An answer as it arrived; `body` is complete unless `truncated` says that reading stopped early.

    `coding` names the content codings that are still on the body: such as are not known, or, where it is `damaged`, one
    that the body does not have, though the answer says so.
    """

    status: int
    reason: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    http_version: str = "HTTP/1.1"
    truncated: bool = False
    coding: str | None = None
    damaged: bool = False

    def header(self, name: str) -> str | None:
        """The first field of that name (any case), decoded as latin-1, or None."""
        wanted = name.lower().encode("latin-1")
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == wanted), None)


class Trouble(StrEnum):
    """The reasons why a request has no answer."""

    UNREACHABLE = "no connection could be made"
    DROPPED = "the connection was dropped"
    TIMEOUT = "no answer in time"
    MALFORMED = "the answer is no HTTP"
    THROTTLED = "the target kept answering 429"
    NOT_SENT = "it was not sent"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer, or the trouble instead of one.

    Attributes:
        number: the number of the exchange in the run.
        probe: the id of the probe or property.
        request: the request, byte for byte.
        facts: the facts of the request.
        response: the answer; None where `trouble` is set.
        trouble: the reason why there is no answer.
        detail: the trouble in words.
        confirmed: whether it came back on fresh connections while a known-good request was answered.
        flaky: how many troubles did not come back.
        superseded: whether it was sent again, after a 429 or trouble; it is then not judged.
        started_at: when it was sent, in seconds since the epoch.
        seconds: how long the answer took.
    """

    number: int
    probe: str
    request: Request
    facts: Facts
    response: Response | None = None
    trouble: Trouble | None = None
    detail: str = ""
    confirmed: bool = False
    flaky: int = 0
    superseded: bool = False
    started_at: float = 0.0
    seconds: float = 0.0
