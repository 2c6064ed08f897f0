"""Faults of the server in front: limits on the header that are under the documented 100,000, answered in many ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.mock import Answer, Mock, Request, drop
from conformance.mock.catalogue import Faults, named

if TYPE_CHECKING:
    from conformance.mock.message import Receive, Scope, Send

faults = Faults()

_LENGTH = "header.x-auth-token.length"
_MAXIMUM = "header.x-auth-token.maximum-length"


def _longest(request: Request) -> int:
    return max((len(token) for token in request.values(b"x-auth-token")), default=0)


def _page(status: int) -> Answer:
    return Answer(status, b"<html><center>nginx</center></html>", ((b"content-type", b"text/html"),))


def _limited(limit: int, answer: Answer) -> type[Mock]:
    class Limited(Mock):
        def answer(self, request: Request) -> Answer:
            return answer if _longest(request) > limit else super().answer(request)

    return Limited


def _dropping(limit: int) -> type[Mock]:
    class Dropping(Mock):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if any(name == b"x-auth-token" and len(value) > limit for name, value in scope["headers"]):
                await drop(scope)
            else:
                await super().__call__(scope, receive, send)

    return Dropping


for _limit, _status, _whose in (
    (4_096, 400, "a parser with small buffers"),
    (8_190, 400, "Apache"),
    (8_192, 431, "Tomcat"),
    (16_384, 431, "Node"),
    (32_768, 494, "nginx, or a gateway before it"),
    (32_768, 413, "an older proxy"),
    (65_536, 431, "Python"),
    (98_303, 400, "a proxy that counts the whole head"),
):
    faults.must(_LENGTH)(
        named(
            f"HeaderOver{_limit}Answered{_status}",
            f"A token over {_limit:,} characters is answered {_status} by the server, as {_whose} would.",
            _limited(_limit, _page(_status)),
        )
    )

for _limit in (8_190, 65_535):
    faults.must("connection.dropped")(
        named(
            f"HeaderOver{_limit}Dropped",
            f"A token over {_limit:,} characters gets no answer: the connection is closed.",
            _dropping(_limit),
        )
    )


# On a busy machine a head may come in one piece after all: then the limit has no edge, and more clauses fail.
@faults.must(
    _LENGTH,
    "path.repository_id.type",
    "error.other.envelope",
    _MAXIMUM,
    "status.401.near-valid-token",
    "status.documented",
)
class HeadInPiecesRefused(Mock):
    """A head of more than 16,384 bytes is answered 431 where it does not come in one piece, as h11 does it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await Request.read(scope, receive, limit=self.maximum_body)
        if request is not None:
            waited = scope["extensions"]["conformance.connection"]["waited"]
            await (_page(431) if waited > 16_384 else self.answer(request)).send(request.method, send)


faults.must(_MAXIMUM)(
    named(
        "HeaderOver99998Answered431",
        "A token over 99,998 characters is answered 431 by the server, whose limit is a little low.",
        _limited(99_998, _page(431)),
    )
)


@faults.must("status.server-error", _LENGTH)
class HeaderOver65535Crashes(Mock):
    """A token over 65,535 characters is answered 502 by a proxy whose buffer is full."""

    def answer(self, request: Request) -> Answer:
        return _page(502) if _longest(request) > 65_535 else super().answer(request)
