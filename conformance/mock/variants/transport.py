"""Correct answers in another framing and at another pace: what HTTP leaves to the server."""

from __future__ import annotations

import asyncio
import gzip
import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from conformance.mock import Answer, Mock, Refusal, Refused, Request, answer_raw, drop
from conformance.mock.catalogue import Variants, named, writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.message import Headers, Receive, Scope, Send

variant = Variants()

_FAR_OVER = 500_000

_THROTTLED = Refusal(429, "CH.00000429", "Too many requests.", ((b"retry-after", b"0"),))


@variant
class Chunked(Mock):
    """Answers come in chunks, without a length."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await Request.read(scope, receive, limit=self.maximum_body)
        if request is None:
            return
        answer = self.answer(request)
        await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
        if request.method != "HEAD":
            for part in (answer.body[:7], answer.body[7:]):
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


@variant
class ConnectionClosed(Mock):
    """Every answer closes the connection, and says so."""

    about_connections = True

    def answer(self, request: Request) -> Answer:
        answer = super().answer(request)
        return replace(answer, headers=((b"connection", b"close"), *answer.headers))


@variant
class Jittery(Mock):
    """Answers take up to 30 milliseconds, in an order of their own."""

    served = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.served += 1
        await asyncio.sleep(self.served * 7 % 31 / 1_000)
        await super().__call__(scope, receive, send)


@variant
class Throttled(Mock):
    """Every tenth request is answered 429 and may come again at once."""

    served = 0

    def route(self, request: Request) -> Answer:
        self.served += 1
        if self.served % 10 == 0:
            raise Refused(_THROTTLED)
        return super().route(request)


@variant
class ThrottledUntilADate(Mock):
    """Every fortieth request is answered 429 with a date in Retry-After, a second away."""

    served = 0

    def route(self, request: Request) -> Answer:
        self.served += 1
        if self.served % 40 == 0:
            moment = format_datetime(datetime.now(tz=UTC) + timedelta(seconds=1), usegmt=True)
            raise Refused(replace(_THROTTLED, headers=((b"retry-after", moment.encode()),)))
        return super().route(request)


@variant
class ClosedWithoutLength(Mock):
    """Answers have no length and end with the connection."""

    status_line = b"HTTP/1.1 %d OK"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await Request.read(scope, receive, limit=self.maximum_body)
        if request is None:
            return
        answer = self.answer(request)
        head = [self.status_line % answer.status, *(b"%b: %b" % header for header in answer.headers)]
        body = b"" if request.method == "HEAD" else answer.body
        await answer_raw(scope, b"\r\n".join([*head, b"Connection: close", b"", body]))


@variant
class OldVersion(ClosedWithoutLength):
    """Answers are HTTP/1.0."""

    status_line = b"HTTP/1.0 %d OK"


@variant
class WithoutReason(ClosedWithoutLength):
    """Status lines have no reason phrase."""

    status_line = b"HTTP/1.1 %d "


variant(
    named(
        "HeaderNamesCapital",
        "Header names are in capitals, and values have spaces around them.",
        writing(
            "answer",
            lambda answer: replace(
                answer, headers=tuple((name.upper(), b"  " + value + b" ") for name, value in answer.headers)
            ),
        ),
    )
)


@variant
class EarlyHints(Mock):
    """A 103 with a Link comes before each answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"]["conformance.connection"]["write"](
            b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
        )
        await super().__call__(scope, receive, send)


@variant
class SlowBody(Mock):
    """The body of an answer comes 20 milliseconds after its head."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await Request.read(scope, receive, limit=self.maximum_body)
        if request is None:
            return
        answer = self.answer(request)
        headers = [*answer.headers, (b"content-length", b"%d" % len(answer.body))] if answer.status != 204 else []
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await asyncio.sleep(0.02)
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else answer.body})


@variant
class FarOverlongTokenDropped(Mock):
    """On a token over 500,000 characters the connection is closed without an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if any(name == b"x-auth-token" and len(value) > _FAR_OVER for name, value in scope["headers"]):
            await drop(scope)
        else:
            await super().__call__(scope, receive, send)


@variant
class ParserAnswersInText(Mock):
    """A message that is not HTTP is refused with 400 in plain text, before the application sees it."""

    def answer(self, request: Request) -> Answer:
        values = b"".join(value for _, value in request.headers)
        if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", values) or re.search(rb"%(?![0-9A-Fa-f]{2})", request.path):
            return Answer(400, b"Bad Request", ((b"content-type", b"text/plain"),))
        return super().answer(request)


def _coded(pack: Callable[[bytes], bytes], *codings: bytes, headers: Headers = ()) -> type[Mock]:
    """Bodies are packed, and the answer says in which codings, a field for each."""
    fields = (*((b"content-encoding", coding) for coding in codings), *headers)
    return writing(
        "answer",
        lambda answer: (
            replace(answer, body=pack(answer.body), headers=answer.headers + fields) if answer.body else answer
        ),
    )


def _bare(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


variant(
    named(
        "Compressed",
        "Bodies are compressed with gzip, and say so.",
        _coded(lambda body: gzip.compress(body, mtime=0), b"gzip", headers=((b"vary", b"accept-encoding"),)),
    )
)

for _name, _sentence, _codings, _pack in (
    ("CompressedTwice", "Bodies are in two codings, each in a field of its own.", (b"deflate", b"gzip"), lambda body: gzip.compress(zlib.compress(body))),
    ("CompressedInAList", "Bodies are in two codings, which one field lists.", (b"gzip, GZIP",), lambda body: gzip.compress(gzip.compress(body))),
    ("CompressedWithoutZlib", "Bodies are compressed with deflate, without the header of zlib.", (b"deflate",), _bare),
    ("CompressedInBrotli", "Bodies are in br, which the suite did not ask for and cannot undo.", (b"br",), lambda body: b"\x8b\x03\x80" + body[::-1]),
):  # fmt: skip
    variant(named(_name, _sentence, _coded(_pack, *_codings)))
