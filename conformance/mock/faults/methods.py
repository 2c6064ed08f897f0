"""Faults of other methods, of queries and of header fields: the token is not looked at, or the answer is another."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock import Account, Answer, Mock, Request
from conformance.mock.catalogue import Faults, named, reading, refused
from conformance.mock.faults.tokens import unguarded
from conformance.mock.message import CRASH, Receive, Scope, Send

if TYPE_CHECKING:
    from collections.abc import Callable


faults = Faults()

_MANDATORY = "header.x-auth-token.mandatory"
_DEFAULT = b'{"url": "https://example.com/default.git"}'


def _associating(method: str, default: bytes | None = None) -> type[Mock]:
    """The method is taken for POST, with the default, if there is one, for no body."""

    class Associating(Mock):
        def answer(self, request: Request) -> Answer:
            if request.method == method and request.path.endswith(b"/associate"):
                body = request.body if default is None else request.body or default
                request = replace(request, method="POST", body=body)
            return super().answer(request)

    return Associating


def _answered(method: str, answer: Callable[[Request], Answer]) -> type[Mock]:
    """The method has an answer of its own."""

    class Answered(Mock):
        def other_method(self, request: Request, allow: str) -> Answer:
            return answer(request) if request.method == method else super().other_method(request, allow)

    return Answered


for _method in ("PUT", "PATCH", "COPY", "PURGE"):
    faults.should("method.other")(
        named(f"{_method.capitalize()}Associates", f"{_method} associates as POST does.", _associating(_method))
    )

for _name, _sentence, _method in (
    ("GetAssociates", "GET on the path associates too, with a default url where there is no body.", "GET"),
    ("OptionsAssociates", "OPTIONS associates as POST does, and is answered 201.", "OPTIONS"),
):
    faults.should("method.other")(named(_name, _sentence, _associating(_method, _DEFAULT)))

for _name, _sentence, _method, _answer in (
    ("DeleteSucceeds", "DELETE on the path is answered 204, whoever asks.", "DELETE", lambda _: Answer(204)),
    ("HeadSucceeds", "HEAD on the path is answered 200.", "HEAD", lambda _: Answer(200)),
    ("TraceEchoes", "TRACE is answered 200 with the request's body.", "TRACE", lambda request: Answer(200, request.body or b"")),
    ("OptionsAccepted", "OPTIONS on the path is answered 202, as if something had been begun.", "OPTIONS", lambda _: Answer(202)),
):  # fmt: skip
    faults.should("method.other")(named(_name, _sentence, _answered(_method, _answer)))


def _of(method: str) -> Callable[[Request], bool]:
    return lambda request: request.method == method


for _method in ("PUT", "HEAD", "TRACE", "PROPFIND"):
    faults.must("status.server-error")(
        named(
            f"{_method.capitalize()}Crashes",
            f"{_method} on the path is answered 500.",
            reading("other_method", refused(CRASH, _of(_method))),
        )
    )


@faults.should("method.other")
class MethodOverridden(Mock):
    """The header X-HTTP-Method-Override makes a POST of a GET."""

    def answer(self, request: Request) -> Answer:
        override = request.values(b"x-http-method-override")
        return super().answer(replace(request, method=override[0].decode("latin-1")) if override else request)


@faults.should("method.other")
class MethodOverriddenByTheBody(Mock):
    """The member _method of the body makes a POST of a PUT."""

    def answer(self, request: Request) -> Answer:
        asks = request.method == "PUT" and b'"_method": "POST"' in (request.body or b"")
        return super().answer(replace(request, method="POST") if asks else request)


@faults.should("method.other")
class MethodOverriddenByAnotherField(Mock):
    """The header X-HTTP-Method makes a POST of a GET."""

    def answer(self, request: Request) -> Answer:
        override = request.values(b"x-http-method")
        return super().answer(replace(request, method="POST") if override == (b"POST",) else request)


def _token(request: Request) -> bytes:
    return b"".join(request.values(b"x-auth-token")).strip(b" \t")


def _more_members(request: Request) -> bool:
    return (request.body or b"").count(b'": ') > 1


def _from_this_machine(request: Request) -> bool:
    return request.values(b"x-forwarded-for") == (b"127.0.0.1",) and not request.values(b"x-auth-token")


def _of_a_user(request: Request) -> bool:
    return bool(request.values(b"x-forwarded-user")) and not request.values(b"x-auth-token")


for _name, _sentence, _clause, _odd in (
    ("TypelessUnguarded", "Without a Content-Type the token is not looked at.", _MANDATORY, lambda request: not request.values(b"content-type")),
    ("MembersUnguarded", "With further members in the body the token is not looked at.", _MANDATORY, _more_members),
    ("ObsTextTokenAccepted", "A token with bytes over 127 passes for the permitted account's.", _MANDATORY, lambda request: not _token(request).isascii()),
    ("SpacedTokenAccepted", "A token with a space in it passes for the permitted account's.", _MANDATORY, lambda request: b" " in _token(request)),
    ("AddressTrusted", "A client without a token is trusted where X-Forwarded-For says that it is this machine.", "status.401.missing-token", _from_this_machine),
    ("RolesTrusted", "A client without a token has the roles that X-Roles names.", "status.401.missing-token", lambda request: request.values(b"x-roles") and not request.values(b"x-auth-token")),
    ("AddressTrustedBesideAToken", "Whatever the token, a client is trusted where X-Real-IP says that it is this machine.", "status.401.missing-token", lambda request: request.values(b"x-real-ip") == (b"127.0.0.1",)),
    ("UserOfTheProxyTrusted", "A client without a token is the user that X-Forwarded-User names.", "status.401.missing-token", _of_a_user),
):  # fmt: skip
    faults.must(_clause, "status.401.unknown-token", "status.403.no-permission")(
        named(_name, _sentence, unguarded(_odd))
    )


@faults.must(_MANDATORY)
class TokenInAnotherFieldTrusted(Mock):
    """A token in X-Token is as good as one in its own header."""

    def authenticate(self, request: Request) -> Account:
        others = request.values(b"x-token")
        moved = others and not request.values(b"x-auth-token")
        return self.account_of(others[0].decode("latin-1")) if moved else super().authenticate(request)


@faults.must(_MANDATORY)
class UnderscoresAreHyphens(Mock):
    """A token in X_Auth_Token is as good as one in its own header: CGI makes one name of both."""

    def authenticate(self, request: Request) -> Account:
        others = request.values(b"x_auth_token")
        moved = others and not request.values(b"x-auth-token")
        return self.account_of(others[0].decode("latin-1")) if moved else super().authenticate(request)


@faults.must(_MANDATORY, "request.body.not-object")
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


class _Queried(Mock):
    """A POST on the path with a query has an answer of its own."""

    def queried(self, request: Request) -> Answer:
        """Answer such a request."""
        return self.answer(request)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["query_string"]:
            await super().__call__(scope, receive, send)
            return
        request = await Request.read(scope, receive, limit=self.maximum_body)
        if request is not None:
            await self.queried(request).send(request.method, send)


@faults.must("response.201.repository_id.type", "response.201.*")
class QueryAnsweredInShort(_Queried):
    """With a query after the path a 201 has nothing but the id."""

    def queried(self, request: Request) -> Answer:
        answer = super().queried(request)
        short = {"id": json.loads(answer.body)["id"]} if answer.status == 201 else None
        return replace(answer, body=json.dumps(short).encode()) if short else answer


@faults.must(_MANDATORY, "status.403.no-permission")
class QueryUnguarded(_Queried):
    """With a query after the path the token is not looked at."""

    def queried(self, request: Request) -> Answer:
        others = tuple((name, value) for name, value in request.headers if name.lower() != b"x-auth-token")
        token = (b"x-auth-token", self.fixtures.token.encode())
        return super().queried(replace(request, headers=(token, *others)))


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


@faults.must("status.403.no-permission")
class ForcedPermission(_Queried):
    """With force=true in the query permission is not looked at."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.forced = b"force=true" in scope["query_string"]
        await super().__call__(scope, receive, send)

    def authorise(self, account: Account, repository_id: int) -> None:
        if not self.forced:
            super().authorise(account, repository_id)


@faults.must(_MANDATORY, "status.403.no-permission")
class DebuggingUnguarded(_Queried):
    """With debug=1 in the query the token is not looked at."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.debugging = b"debug=1" in scope["query_string"]
        await super().__call__(scope, receive, send)

    def authenticate(self, request: Request) -> Account:
        return "permitted" if self.debugging else super().authenticate(request)


@faults.should("method.other")
class DeleteWithAQuerySucceeds(_Queried):
    """DELETE with a query is answered 204."""

    def queried(self, request: Request) -> Answer:
        return Answer(204) if request.method == "DELETE" else super().queried(request)


@faults.should("request.body.not-object", "request.url.type")
class ArrayWithAQueryAssociates(_Queried):
    """With a query an array as body is read as its first element."""

    queries = False

    def queried(self, request: Request) -> Answer:
        self.queries = True
        try:
            return super().queried(request)
        finally:
            self.queries = False

    def parse_json(self, body: bytes) -> object:
        document = super().parse_json(body)
        return document[0] if self.queries and isinstance(document, list) and document else document


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
