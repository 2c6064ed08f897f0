"""Common parts of the examples' services: requests as they come, tokens, methods, and ways to misbehave."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping

    from conformance.mock.message import Headers, Receive, Scope, Send

JSON = ((b"content-type", b"application/json"),)


@dataclass(frozen=True, slots=True)
class Request:
    """One request: path and query as they were sent, header names as they were spelled."""

    method: str
    path: bytes
    query: bytes
    headers: Headers
    body: bytes

    def values(self, name: bytes) -> tuple[bytes, ...]:
        """Every value of the header; `name` in lower case."""
        return tuple(value for key, value in self.headers if key.lower() == name)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; its Content-Length is added on the way out."""

    status: int
    body: bytes = b""
    headers: Headers = ()


def of_json(status: int, value: object, headers: Headers = ()) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, json.dumps(value).encode(), JSON + headers)


class Refused(Exception):  # noqa: N818 - an outcome of a step
    """Raised by a step that refuses the request."""

    def __init__(self, status: int, code: str, text: str, headers: Headers = ()) -> None:
        super().__init__(text)
        self.status, self.code, self.text, self.headers = status, code, text, headers


def token_of(seed: str, length: int) -> str:
    """A token of so many characters, the same on every machine."""
    return base64.b64encode(hashlib.shake_256(seed.encode()).digest(length), altchars=b"+-").decode()[:length]


class Service:
    """One operation. A step is a method that can be overridden alone; one that refuses raises `Refused`.

    In order: `route`, the method, `authenticate`, `operate`. Every request is answered at once, so none interleave.
    """

    method: ClassVar[str]
    path: ClassVar[re.Pattern[bytes]]
    longest_token: int
    unauthorized: ClassVar[tuple[int, str, str]]
    not_allowed: ClassVar[tuple[int, str, str]]
    no_route: ClassVar[tuple[int, str, str]]
    tokens: Mapping[str, str]  # token: account

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        body, more = bytearray(), True
        while more:
            event = await receive()
            if event["type"] != "http.request":
                return
            body += event.get("body", b"")
            more = event.get("more_body", False)
        headers = scope["extensions"]["conformance.connection"]["headers"]
        request = Request(scope["method"], scope["raw_path"], scope["query_string"], tuple(headers), bytes(body))
        answer = self.answer(request)
        length = ((b"content-length", str(len(answer.body)).encode()),) if answer.status != 204 else ()
        await send({"type": "http.response.start", "status": answer.status, "headers": [*answer.headers, *length]})
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else answer.body})

    def answer(self, request: Request) -> Answer:
        """The answer to a request; a refusal of any step becomes an envelope here."""
        try:
            return self.route(request)
        except Refused as refused:
            return self.refuse(request, refused)

    def route(self, request: Request) -> Answer:
        """Find the path, byte for byte, then the method."""
        match = self.path.fullmatch(request.path)
        if match is None:
            raise Refused(*self.no_route)
        if request.method not in self.methods():
            return self.other_method(request)
        return self.operate(request, self.authenticate(request), match.groups())

    def methods(self) -> tuple[str, ...]:
        """The methods that carry the operation out."""
        return (self.method, "HEAD") if self.method == "GET" else (self.method,)

    def other_method(self, request: Request) -> Answer:
        """OPTIONS lists the methods, others are refused."""
        allow = ((b"allow", ", ".join([*self.methods(), "OPTIONS"]).encode()),)
        if request.method == "OPTIONS":
            return Answer(204, headers=allow)
        raise Refused(*self.not_allowed, allow)

    def authenticate(self, request: Request) -> str:
        """The account of the token: 401 unless there is exactly one header with a known one."""
        values = request.values(b"x-auth-token")
        if len(values) != 1:
            raise Refused(*self.unauthorized)
        return self.account_of(values[0].decode("latin-1"))

    def account_of(self, token: str) -> str:
        """The account of a token, compared character by character."""
        if len(token) > self.longest_token or token not in self.tokens:
            raise Refused(*self.unauthorized)
        return self.tokens[token]

    def operate(self, request: Request, account: str, segments: tuple[bytes, ...]) -> Answer:
        """Carry the operation out; `segments` are the path parameters as they were sent."""
        raise NotImplementedError

    def refuse(self, request: Request, refused: Refused) -> Answer:
        """Answer a refusal with the envelope."""
        return of_json(refused.status, {"error_code": refused.code, "error_msg": refused.text}, refused.headers)


@dataclass(frozen=True)
class Change:
    """One way in which a service is another: what it `overrides`, and the clauses that this breaks.

    A correct one breaks none. `also` has globs of clauses that may fail with them.
    """

    name: str
    breaks: tuple[str, ...]
    overrides: Mapping[str, Any]
    also: tuple[str, ...] = field(default=())

    def of(self, kind: type[Service]) -> Service:
        """The service, changed."""
        return type(kind.__name__, (kind,), dict(self.overrides))()


def refusals(status: int, change: Callable[[Request, Answer], Answer]) -> dict[str, Any]:
    """Overrides for a service that rewrites the refusals with a status."""

    def refuse(self: Service, request: Request, refused: Refused) -> Answer:
        answer: Answer = super(type(self), self).refuse(request, refused)
        return change(request, answer) if answer.status == status else answer

    return {"refuse": refuse}


def repeats_the_token(request: Request, answer: Answer) -> Answer:
    """The refusal with the token in its text."""
    sent = b" ".join(request.values(b"x-auth-token")).decode("latin-1")
    return of_json(answer.status, json.loads(answer.body) | {"error_msg": f"Unknown: {sent}"})


def token_optional(account: str) -> dict[str, Any]:
    """Overrides for a service that takes a request without the header for this account's."""

    def authenticate(self: Service, request: Request) -> str:
        return Service.authenticate(self, request) if request.values(b"x-auth-token") else account

    return {"authenticate": authenticate}


def _cut(self: Service, token: str) -> str:
    return Service.account_of(self, token[: self.longest_token])


TOKEN_CUT: dict[str, Any] = {"account_of": _cut}
"""Overrides for a service that compares a token up to the longest length alone."""
