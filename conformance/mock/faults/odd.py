"""Faults of requests that are odd in a second way: the token is not looked at, or the answer is another."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock import Answer, Mock, Request
from conformance.mock.catalogue import Faults, named
from conformance.mock.message import CRASH

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock import Account
    from conformance.mock.message import Receive, Scope, Send

faults = Faults()

_MANDATORY = "header.x-auth-token.mandatory"


def _unguarded(odd: Callable[[Request], object]) -> type[Mock]:
    """Whoever asks passes for the permitted account where the request is odd in this way."""

    class Unguarded(Mock):
        def authenticate(self, request: Request) -> Account:
            return "permitted" if odd(request) else super().authenticate(request)

    return Unguarded


def _token(request: Request) -> bytes:
    return b"".join(request.values(b"x-auth-token")).strip(b" \t")


def _more_members(request: Request) -> bool:
    return (request.body or b"").count(b'": ') > 1


for _name, _sentence, _odd in (
    ("TypelessUnguarded", "Without a Content-Type the token is not looked at.", lambda request: not request.values(b"content-type")),
    ("MembersUnguarded", "With further members in the body the token is not looked at.", _more_members),
    ("ObsTextTokenAccepted", "A token with bytes over 127 passes for the permitted account's.", lambda request: not _token(request).isascii()),
    ("SpacedTokenAccepted", "A token with a space in it passes for the permitted account's.", lambda request: b" " in _token(request)),
):  # fmt: skip
    faults.must(_MANDATORY)(named(_name, _sentence, _unguarded(_odd)))


@faults.must(_MANDATORY)
class BrokenBodyAccepted(Mock):
    """A body that is not JSON is answered 202 to whoever sends no token, to be looked at later."""

    def authenticate(self, request: Request) -> Account:
        if not request.values(b"x-auth-token") and not (request.body or b"").startswith((b"{", b"[")):
            return "permitted"
        return super().authenticate(request)

    def answer(self, request: Request) -> Answer:
        answer = super().answer(request)
        unseen = answer.status == 400 and not request.values(b"x-auth-token")
        return Answer.of_json(202, b"{}") if unseen else answer


class _Asked(Mock):
    """A POST on the path with a query has an answer of its own."""

    def asked(self, request: Request) -> Answer:
        """Answer such a request."""
        return self.answer(request)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["query_string"]:
            await super().__call__(scope, receive, send)
            return
        request = await Request.read(scope, receive, limit=self.maximum_body)
        if request is not None:
            await self.asked(request).send(request.method, send)


@faults.must("response.201.repository_id.type", "response.201.*")
class QueryAnsweredInShort(_Asked):
    """With a query after the path a 201 has nothing but the id."""

    def asked(self, request: Request) -> Answer:
        answer = super().asked(request)
        short = {"id": json.loads(answer.body)["id"]} if answer.status == 201 else None
        return replace(answer, body=json.dumps(short).encode()) if short else answer


@faults.must(_MANDATORY)
class QueryUnguarded(_Asked):
    """With a query after the path the token is not looked at."""

    def asked(self, request: Request) -> Answer:
        others = tuple((name, value) for name, value in request.headers if name.lower() != b"x-auth-token")
        token = (b"x-auth-token", self.fixtures.token.encode())
        return super().asked(replace(request, headers=(token, *others)))


@faults.must("status.server-error")
class RepeatedParameterCrashes(Mock):
    """A parameter that the query has twice is answered 500."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await Request.read(scope, receive, limit=self.maximum_body)
        names = [part.partition(b"=")[0] for part in scope["query_string"].split(b"&")]
        if request is not None:
            twice = len(set(names)) < len(names)
            answer = self.refuse(request, CRASH) if twice else self.answer(request)
            await answer.send(request.method, send)


@faults.must(_MANDATORY)
class DebuggingUnguarded(_Asked):
    """With debug=1 in the query the token is not looked at."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.debugging = b"debug=1" in scope["query_string"]
        await super().__call__(scope, receive, send)

    def authenticate(self, request: Request) -> Account:
        return "permitted" if self.debugging else super().authenticate(request)


@faults.must("status.401.missing-token")
class AddressTrusted(Mock):
    """Who sends no token is trusted where X-Forwarded-For says that it is this machine."""

    def authenticate(self, request: Request) -> Account:
        local = request.values(b"x-forwarded-for") == (b"127.0.0.1",) and not request.values(b"x-auth-token")
        return "permitted" if local else super().authenticate(request)


@faults.must("status.401.missing-token")
class UserOfTheProxyTrusted(Mock):
    """Who sends no token is the user that X-Forwarded-User names."""

    def authenticate(self, request: Request) -> Account:
        told = request.values(b"x-forwarded-user") and not request.values(b"x-auth-token")
        return "permitted" if told else super().authenticate(request)


def _packed(pack: Callable[[bytes], bytes]) -> type[Mock]:
    """Bodies say that they are in gzip, and are what `pack` makes of them."""

    class Packed(Mock):
        def answer(self, request: Request) -> Answer:
            answer = super().answer(request)
            if not answer.body:
                return answer
            return replace(answer, body=pack(answer.body), headers=(*answer.headers, (b"content-encoding", b"gzip")))

    return Packed


for _name, _sentence, _pack in (
    ("GzipDamaged", "Bodies are compressed with gzip, and the last bytes are lost.", lambda body: gzip.compress(body, mtime=0)[:-6]),
    ("GzipClaimed", "Bodies say that they are in gzip, and are not.", lambda body: body),
):  # fmt: skip
    faults.must("response.content-coding")(named(_name, _sentence, _packed(_pack)))
