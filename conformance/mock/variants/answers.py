"""Correct answers in another form, framing and pace: texts, fields, headers, JSON, and what HTTP leaves to the server."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from conformance.mock import Answer, Fixtures, Mirror, Mock, Refusal, Refused, Request, answer_raw, drop
from conformance.mock.catalogue import Variants, named, writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.message import Headers, Receive, Scope, Send

variant = Variants()


def _saying(text: str) -> type[Mock]:
    """Error messages are this text, with the status in it."""

    class Saying(Mock):
        def refuse(self, request: Request, refusal: Refusal) -> Answer:
            return super().refuse(request, replace(refusal, error_msg=text.format(refusal.status)))

    return Saying


variant(
    named("OtherTexts", "Error messages are other words, and not in English.", _saying("Fehler {}: geht nicht, 不存在"))
)
variant(named("EmptyTexts", "Error messages are empty strings.", _saying("")))


@variant
class ExtraFields(Mock):
    """The 201 and every error have more members than the document shows."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        return super().fields(mirror) | {"branch": None, "links": {"self": "/"}}

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        answer = super().refuse(request, refusal)
        extra = {"request_id": "8f3c", "error": {"code": 1, "details": []}}
        return replace(answer, body=json.dumps(json.loads(answer.body) | extra).encode())


def _with_charset(answer: Answer) -> Answer:
    others = tuple((name, value) for name, value in answer.headers if name != b"content-type")
    kind = ((b"content-type", b"Application/JSON;charset=UTF-8"),) if answer.body else ()
    return replace(answer, headers=kind + others)


def _reversed(answer: Answer) -> Answer:
    if not answer.body:
        return answer
    members = dict(reversed(json.loads(answer.body).items()))
    return replace(answer, body=f"\r\n {json.dumps(members, indent=4)}\n".encode())


_HEADERS = ((b"set-cookie", b"a=1; Path=/"), (b"set-cookie", b"b=2"), (b"server", b"other"), (b"x-request-id", b"8f"))

for _name, _sentence, _form in (
    ("ExtraHeaders", "Every answer has more headers, and sets cookies.", lambda answer: replace(answer, headers=answer.headers + _HEADERS)),
    ("CharsetNamed", "The content type is spelled Application/JSON;charset=UTF-8.", _with_charset),
    ("KeysReversed", "JSON has its members in the opposite order, on many lines, with white space around it.", _reversed),
    ("Escaped", "JSON escapes the slashes of its strings.", lambda answer: replace(answer, body=answer.body.replace(b"/", b"\\/"))),
):  # fmt: skip
    variant(named(_name, _sentence, writing("answer", _form)))

_FAILED = {"update_status": "failed", "number_of_failures": 3, "last_error": "Could not read from remote."}

for _name, _sentence, _fields in (
    ("NumbersWithPoint", "Integers are written with a decimal point and a zero.", lambda fields: fields | {name: float(fields[name]) for name in ("id", "repository_id")}),
    ("LargeIds", "The field id is beyond 2^53.", lambda fields: fields | {"id": 2**60 + 1 + fields["id"]}),
    ("NullsFilled", "Every field that the example shows as null has a value.", lambda fields: fields | {"number_of_failures": 0, "endpoint_uuid": "b2a7c1de-0000-4000-8000-000000000001", "last_error": ""}),
    ("FlagsSet", "Both booleans are true, and the last synchronisation has failed.", lambda fields: fields | {"mirroring_enabled": True, "is_private": True} | _FAILED),
    ("OtherUpdateStatus", "The synchronisation has not finished yet.", lambda fields: fields | {"update_status": "to_be_started"}),
):  # fmt: skip
    variant(named(_name, _sentence, writing("fields", _fields)))


@variant
class DatesInUtc(Mock):
    """Dates end with Z and have six digits after the point."""

    def date(self, moment: datetime) -> str:
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


variant(
    named(
        "DatesWithoutFraction",
        "Dates have no fraction of a second.",
        writing("date", lambda date: date[:19] + "+08:00"),
    )
)


@variant
class AnIdForEachUrl(Mock):
    """Each url that a repository is associated with has an id of its own, which it keeps."""

    def __init__(self, fixtures: Fixtures | None = None) -> None:
        super().__init__(fixtures)
        self.ids: dict[tuple[int, str], int] = {}

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        mirror = super().mirror_of(repository_id, url)
        return replace(mirror, id=self.ids.setdefault((repository_id, url), 20_000 + len(self.ids)))


@variant
class ReplacedByAnotherUrl(Mock):
    """A repository has one mirror: with another url it is another one, with an id of its own."""

    made = 0

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        before = self.mirrors.get(repository_id)
        same = before is not None and before.url == self.shown_url(url)
        mirror = super().mirror_of(repository_id, url)
        self.made += not same
        self.mirrors[repository_id] = replace(mirror, id=before.id if before and same else 12_439 + self.made)
        return self.mirrors[repository_id]


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
