"""The identity service in front of the mock: ``POST /v3/auth/tokens`` issues tokens, which expire.

Written from the vendor's page on obtaining a token by password (shared facts: a run on the real service).
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from conformance.mock.gateway import GatewayRefusal
from conformance.mock.message import Answer, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock.app import Mock
    from conformance.mock.message import Receive, Scope, Send

__all__ = ["DOMAIN", "PASSWORD", "PROJECT", "USER", "Iam"]

USER = "conformance"
PASSWORD = "no-secret-of-the-mock"  # noqa: S105 - the mock prints its fixtures: they are no secrets
DOMAIN = "conformance-account"
PROJECT = "mock-region"

_PATH = b"/v3/auth/tokens"
_LARGEST_BODY = 100_000
_TOKEN_BYTES = 1_500
_EXPIRED = GatewayRefusal(401, "APIGW.0307", "The token must be updated: it has expired.")
_BUSY = GatewayRefusal(503, "APIGW.0613", "The backend service is unavailable.", ((b"retry-after", b"0"),))


def _now() -> datetime:
    return datetime.now(tz=UTC)


class Iam:
    """An application around a mock, whose tokens it adds to; each is good for ``lifetime`` seconds.

    The first ``outages`` requests for a token are answered 503. A request with a token that has expired is answered
    as the gateway does. ``issued`` counts tokens, ``asked`` requests for one. ``clock`` returns an aware datetime.
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
            request = await Request.read(scope, receive, limit=_LARGEST_BODY)
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
