"""The API gateway in front of the service: its limits, its envelope, its request ids (docs/vendor.md)."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from conformance.mock.message import Answer, Request

if TYPE_CHECKING:
    from collections.abc import Container, MutableMapping

    from conformance.mock.message import Application, Headers, Receive, Scope, Send

    Event: TypeAlias = MutableMapping[str, Any]

__all__ = ["Gateway", "GatewayRefusal"]

_LARGEST_BODY = 12 * 1024 * 1024
_LONGEST_URI = _LONGEST_HEADER = 32 * 1024
_LONGEST_HEADERS = 128 * 1024
_ROUTE = re.compile(rb"/v4/repositories/[^/]*/remote-mirror(?:(?P<read>)|/associate)|(?P<iam>/v3/auth/tokens)")


@dataclass(frozen=True, slots=True)
class GatewayRefusal:
    """Why the gateway refuses a request; its envelope has a third member."""

    status: int
    error_code: str
    error_msg: str
    headers: Headers = ()

    def answer(self, request_id: str | None = None) -> Answer:
        """The answer to the request with this id, or with one of its own."""
        named = uuid.uuid4().hex if request_id is None else request_id
        document = {"error_code": self.error_code, "error_msg": self.error_msg, "request_id": named}
        return Answer.of_json(self.status, json.dumps(document).encode(), self.headers)


_NO_ROUTE = GatewayRefusal(404, "APIGW.0101", "The API does not exist or has not been published in the environment.")
_BODY = GatewayRefusal(413, "APIGW.0201", "Request body too large.")
_URI = GatewayRefusal(414, "APIGW.0201", "Request URI too long.")
_HEADER = GatewayRefusal(494, "APIGW.0201", "Request header too large.")
_TOKEN = GatewayRefusal(401, "APIGW.0301", "Incorrect IAM authentication information: no token.")
_THROTTLED = GatewayRefusal(429, "APIGW.0308", "The throttling threshold has been reached.")
_THROTTLED_FOR = GatewayRefusal(429, "APIGW.0308", _THROTTLED.error_msg, ((b"retry-after", b"1"),))
_IAM = GatewayRefusal(503, "APIGW.0613", "The IAM service is unavailable.")


class Gateway:
    """An application in front of another: answers have an ``X-Request-Id``, its own refusals the gateway's envelope.

    Every ``throttle``-th request is answered 429, by turns with and without ``Retry-After``; every ``outage``-th 503,
    as where IAM does not answer the gateway. 0 is never. ``tokens`` are those that it lets pass; without them any.
    ``seen`` counts the requests.
    """

    def __init__(
        self, app: Application, *, tokens: Container[str] | None = None, throttle: int = 0, outage: int = 0
    ) -> None:
        self.app = app
        self.tokens = tokens
        self.throttle = throttle
        self.outage = outage
        self.seen = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let the service do so (ASGI)."""
        self.seen += 1
        request_id = uuid.uuid4().hex
        request = await Request.read(scope, receive, limit=_LARGEST_BODY)
        if request is None:
            return

        async def marked(event: Event) -> None:
            if event["type"] == "http.response.start":
                event = {**event, "headers": [*event["headers"], (b"x-request-id", request_id.encode())]}
            await send(event)

        async def again() -> Event:
            return {"type": "http.request", "body": request.body, "more_body": False}

        refusal = self.refusal(request, scope["query_string"])
        if refusal is None:
            await self.app(scope, again, marked)
        else:
            await refusal.answer(request_id).send(request.method, marked)

    def refusal(self, request: Request, query: bytes) -> GatewayRefusal | None:
        """Why the gateway refuses a request; None where the service may have it."""
        route = _ROUTE.fullmatch(request.path)
        token = b"".join(request.values(b"x-auth-token")).decode("latin-1")
        unknown = not token or (self.tokens is not None and token not in self.tokens)
        checks = {
            _URI: len(request.path) + len(query) > _LONGEST_URI,
            _HEADER: _too_large(request.headers),
            _BODY: request.body is None,
            _NO_ROUTE: route is None or request.method != ("GET" if route["read"] is not None else "POST"),
            _THROTTLED: self._every(self.throttle),
            _IAM: self._every(self.outage),
            _TOKEN: unknown and not (route is not None and route["iam"] is not None),
        }
        refusal = next((refusal for refusal, applies in checks.items() if applies), None)
        return _THROTTLED_FOR if refusal is _THROTTLED and self.seen // self.throttle % 2 else refusal

    def _every(self, nth: int) -> bool:
        return nth > 0 and self.seen % nth == 0


def _too_large(headers: Headers) -> bool:
    lengths = [len(name) + len(value) for name, value in headers]
    return max(lengths, default=0) > _LONGEST_HEADER or sum(lengths) > _LONGEST_HEADERS
