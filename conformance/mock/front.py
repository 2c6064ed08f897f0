"""The API gateway in front of the vendor's service (docs/vendor.md), and the identity service."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from conformance.mock.fixtures import DOMAIN, PASSWORD, PROJECT, USER
from conformance.mock.message import Answer, Application, Headers, Receive, Request, Scope, Send

if TYPE_CHECKING:
    from collections.abc import Callable, Container, MutableMapping

    from conformance.mock.app import Mock

    Event: TypeAlias = MutableMapping[str, Any]

_LARGEST_BODY = 12 * 1024 * 1024
_LONGEST_URI = _LONGEST_HEADER = 32 * 1024
_LONGEST_HEADERS = 128 * 1024
_ROUTE = re.compile(rb"/v4/repositories/[^/]*/remote-mirror(?:(?P<read>)|/associate)|(?P<iam>/v3/auth/tokens)")
_PATH = b"/v3/auth/tokens"
_LARGEST_REQUEST = 100_000
_TOKEN_BYTES = 1_500


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
_EXPIRED = GatewayRefusal(401, "APIGW.0307", "The token must be updated: it has expired.")
_BUSY = GatewayRefusal(503, "APIGW.0613", "The backend service is unavailable.", ((b"retry-after", b"0"),))


class Gateway:
    """An application in front of another: answers have an ``X-Request-Id``, its own refusals the gateway's envelope.

    - ``tokens``: those that it lets pass; None for any.
    - ``throttle``: every request of that number is answered 429, by turns with and without ``Retry-After``; 0 for none.
    - ``outage``: every request of that number is answered 503, as where IAM does not answer; 0 for none.
    - ``seen``: the number of requests.
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


def _now() -> datetime:
    return datetime.now(tz=UTC)


class Iam:
    """The identity service: an application around a mock, to whose tokens it adds those that it issues.

    ``POST /v3/auth/tokens`` issues them, as the vendor's page on tokens by password says. A request with a token that
    has expired is answered as the gateway does.

    - ``lifetime``: how many seconds a token is good for.
    - ``outages``: how many requests for a token are answered 503 at first.
    - ``clock``: returns an aware datetime.
    - ``issued``, ``asked``: the numbers of tokens and of requests for one.
    """

    def __init__(
        self, app: Mock, *, lifetime: float = 86_400, outages: int = 0, clock: Callable[[], datetime] = _now
    ) -> None:
        self.app = app
        self.lifetime = timedelta(seconds=lifetime)
        self.outages = outages
        self.clock = clock
        self.issued = self.asked = 0
        self._expiry: dict[str, datetime] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let the mock do so (ASGI)."""
        if scope["raw_path"] == _PATH:
            request = await Request.read(scope, receive, limit=_LARGEST_REQUEST)
            if request is not None:
                await self.answer(request).send(request.method, send)
        elif self._expired(scope):
            await _EXPIRED.answer().send(scope["method"], send)
        else:
            await self.app(scope, receive, send)

    def answer(self, request: Request) -> Answer:
        """Answer a request for a token: 201, 400 for what is no such request, 401 for credentials that are wrong."""
        if request.method != "POST":
            return _error(404, "Not Found", "The resource could not be found.")
        self.asked += 1
        if self.asked <= self.outages:
            return _BUSY.answer()
        try:
            auth = json.loads(request.body or b"")["auth"]
            methods = auth["identity"]["methods"]
            user = auth["identity"]["password"]["user"]
            given = (user["name"], user["password"], user["domain"]["name"])
            project = auth["scope"]["project"]["name"]
        except (ValueError, KeyError, TypeError):
            return _error(400, "Bad Request", "The request body is invalid.")
        if methods != ["password"] or given != (USER, PASSWORD, DOMAIN):
            return _error(401, "Unauthorized", "The username or password is wrong.")
        if project != PROJECT:
            return _error(401, "Unauthorized", "The project does not exist, or the user has no access to it.")
        return self._issue()

    def _issue(self) -> Answer:
        now = self.clock()
        self.issued += 1
        seed = hashlib.shake_256(f"{self.issued} {now.isoformat()}".encode()).digest(_TOKEN_BYTES)
        token = "MII" + base64.b64encode(seed).decode().rstrip("=")
        expires = now + self.lifetime
        self.app.tokens[token] = "permitted"
        self._expiry[token] = expires
        document: dict[str, Any] = {
            "token": {
                "issued_at": _date(now),
                "expires_at": _date(expires),
                "methods": ["password"],
                "project": {"name": PROJECT, "domain": {"name": DOMAIN}},
                "user": {"name": USER, "domain": {"name": DOMAIN}},
                "roles": [],
                "catalog": [],
            }
        }
        return Answer.of_json(201, json.dumps(document).encode(), ((b"x-subject-token", token.encode()),))

    def _expired(self, scope: Scope) -> bool:
        tokens = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"x-auth-token"]
        expires = self._expiry.get(tokens[0]) if len(tokens) == 1 else None
        return expires is not None and self.clock() >= expires


def _date(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _error(status: int, title: str, message: str) -> Answer:
    """The identity service's own envelope."""
    return Answer.of_json(status, json.dumps({"error": {"code": status, "message": message, "title": title}}).encode())


def with_front(
    mock: Mock, *, iam_lifetime: float | None = None, gateway: bool = False, throttle: int = 0
) -> Application:
    """Put the identity service, the gateway, or both in front of the mock.

    - ``iam_lifetime``: how many seconds issued tokens are good for; None for no identity service.
    - ``gateway``: whether the gateway stands in front.
    - ``throttle``: the gateway answers every request of that number 429; 0 for none.
    """
    app: Application = mock if iam_lifetime is None else Iam(mock, lifetime=iam_lifetime)
    return Gateway(app, tokens=mock.tokens, throttle=throttle) if gateway else app
