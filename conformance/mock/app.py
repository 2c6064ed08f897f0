"""The mock itself: an ASGI application that does what the document says, one small step after the other.

A step is a method that can be overridden alone; one that refuses raises ``Refused``. In order: ``route``, the method,
``authenticate``, ``parse_id``, ``parse_body``, ``find``, ``authorise``, ``mirror_of``, ``success``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from conformance.mock.fixtures import Account, Fixtures
from conformance.mock.message import (
    BAD_BODY,
    BAD_ID,
    BAD_URL,
    FORBIDDEN,
    NO_ROUTE,
    NOT_FOUND,
    TOO_LARGE,
    UNAUTHORIZED,
    Answer,
    Receive,
    Refusal,
    Refused,
    Request,
    Scope,
    Send,
    envelope,
    not_allowed,
)
from conformance.mock.url import is_absolute, without_user

if TYPE_CHECKING:
    from collections.abc import Callable

_ZONE = timezone(timedelta(hours=8))
_PATH = re.compile(rb"/v4/repositories/(?P<id>[^/]*)/remote-mirror(?P<associate>/associate)?")
_FIRST_ID = 12_439
_BRACKETS = 500  # in a request body; the documented one has two


def _now() -> datetime:
    return datetime.now(tz=UTC)


@dataclass(frozen=True, slots=True)
class Mirror:
    """A repository's association: its own id, the repository's, the url without user info, when it was last made."""

    id: int
    repository_id: int
    url: str
    updated_at: datetime

    def fields(self, date: Callable[[datetime], str]) -> dict[str, Any]:
        """Return the eleven fields (document: table 3), typed as in its example; ``date`` writes a date."""
        return {
            "id": self.id,
            "repository_id": self.repository_id,
            "update_status": "finished",
            "last_update_at": date(self.updated_at),
            "url": self.url,
            "last_successful_update_at": date(self.updated_at),
            "number_of_failures": None,
            "mirroring_enabled": False,
            "is_private": False,
            "endpoint_uuid": None,
            "last_error": None,
        }


class Mock:
    """The operation, and its read-back ``GET …/remote-mirror``.

    State lives in memory: one association for each repository. ``clock`` returns an aware datetime. Used on one event
    loop; no step awaits anything, so requests never interleave.
    """

    about_connections = False  # whether it shows only on a socket
    maximum_id = 2_147_483_647
    maximum_token = 100_000  # characters; on the wire bytes
    maximum_body = 12 * 1024 * 1024  # bytes

    def __init__(self, fixtures: Fixtures | None = None, *, clock: Callable[[], datetime] = _now) -> None:
        self.fixtures = Fixtures.default() if fixtures is None else fixtures
        self.clock = clock
        self.tokens: dict[str, Account] = dict(self.fixtures.tokens)
        self.mirrors: dict[int, Mirror] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        request = await Request.read(scope, receive, limit=self.maximum_body)
        if request is not None:
            await self.answer(request).send(request.method, send)

    def answer(self, request: Request) -> Answer:
        """Return the answer to the request; a refusal of any step becomes an envelope here."""
        try:
            return self.route(request)
        except Refused as refused:
            return self.refuse(request, refused.refusal)

    def route(self, request: Request) -> Answer:
        """Find the path, byte for byte, then the method."""
        match = _PATH.fullmatch(request.path)
        if match is None:
            raise Refused(NO_ROUTE)
        handlers = {"POST": self.associate} if match["associate"] else dict.fromkeys(("GET", "HEAD"), self.show)
        handler = handlers.get(request.method)
        if handler is not None:
            return handler(request, match["id"])
        return self.other_method(request, ", ".join([*handlers, "OPTIONS"]))

    def other_method(self, request: Request, allow: str) -> Answer:
        """Answer anything but the path's own methods: OPTIONS lists them, the others are refused."""
        if request.method == "OPTIONS":
            return Answer(204, headers=((b"allow", allow.encode()),))
        raise Refused(not_allowed(allow))

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        """Answer a POST: the documented operation."""
        account = self.authenticate(request)
        repository_id = self.parse_id(raw_id)
        url = self.parse_body(request)
        self.find(repository_id)
        self.authorise(account, repository_id)
        return self.success(request, self.mirror_of(repository_id, url))

    def show(self, request: Request, raw_id: bytes) -> Answer:
        """Answer a GET: the read-back, with the same eleven fields; 404 where nothing is associated."""
        account = self.authenticate(request)
        repository_id = self.parse_id(raw_id)
        self.find(repository_id)
        self.authorise(account, repository_id)
        mirror = self.mirrors.get(repository_id)
        if mirror is None:
            raise Refused(NOT_FOUND)
        return Answer.of_json(200, self.encode(self.fields(mirror)))

    def authenticate(self, request: Request) -> Account:
        """Tell whose token it is (document: table 2); 401 unless there is exactly one header with a valid one."""
        values = request.values(b"x-auth-token")
        if len(values) != 1:
            raise Refused(UNAUTHORIZED)
        return self.account_of(values[0].decode("latin-1"))

    def account_of(self, token: str) -> Account:
        """Return the account of a token, compared character by character; 401 for any unknown or overlong one."""
        account = self.tokens.get(token)
        if account is None or len(token) > self.maximum_token:
            raise Refused(UNAUTHORIZED)
        return account

    def parse_id(self, raw_id: bytes) -> int:
        """Read the id (document: table 1): 1 to 2147483647 in ASCII digits, no sign, no leading zero; else 400."""
        if re.fullmatch(rb"[1-9][0-9]{0,9}", raw_id) is None or int(raw_id) > self.maximum_id:
            raise Refused(BAD_ID)
        return int(raw_id)

    def parse_body(self, request: Request) -> str:
        """Read the ``url`` of the body; 413 for a body over the maximum, 400 for anything but an object with a url."""
        if request.body is None:
            raise Refused(TOO_LARGE)
        document = self.parse_json(request.body)
        if not isinstance(document, dict):
            raise Refused(BAD_BODY)
        return self.parse_url(document)

    def parse_json(self, body: bytes) -> Any:  # noqa: ANN401 - a client may send any JSON
        """Read the body as JSON in UTF-8, without BOM; 400 if it is none, or has too many brackets."""
        if body.count(b"[") + body.count(b"{") > _BRACKETS:
            raise Refused(BAD_BODY)
        try:
            # Numbers are of no interest, and int() refuses very long ones: float() takes them all.
            return json.loads(body.decode(), parse_int=float, parse_constant=_no_constant)
        except ValueError as error:
            raise Refused(BAD_BODY) from error

    def parse_url(self, document: dict[str, Any]) -> str:
        """Read the member ``url``: a string, an absolute http(s) URL of at most 2,000 characters; else 400."""
        url = document.get("url")
        if not isinstance(url, str) or not is_absolute(url):
            raise Refused(BAD_URL)
        return url

    def find(self, repository_id: int) -> None:
        """Refuse with 404 unless the repository exists."""
        if repository_id not in self.fixtures.repositories:
            raise Refused(NOT_FOUND)

    def authorise(self, account: Account, repository_id: int) -> None:
        """Refuse with 403 unless the account may associate the repository."""
        if account not in self.fixtures.repositories[repository_id]:
            raise Refused(FORBIDDEN)

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        """Associate the repository with the url: anew, or in the association it has, which keeps its id."""
        before = self.mirrors.get(repository_id)
        mirror_id = _FIRST_ID + len(self.mirrors) if before is None else before.id
        mirror = Mirror(mirror_id, repository_id, self.shown_url(url), self.clock())
        self.mirrors[repository_id] = mirror
        return mirror

    def shown_url(self, url: str) -> str:
        """Return the url as answers repeat it: without user info, so without a password."""
        return without_user(url)

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        """Return the eleven fields (document: table 3), typed as in its example."""
        return mirror.fields(self.date)

    def date(self, moment: datetime) -> str:
        """Write a date in the form of the document's example: RFC 3339, milliseconds, +08:00."""
        return moment.astimezone(_ZONE).isoformat(timespec="milliseconds")

    def success(self, request: Request, mirror: Mirror) -> Answer:  # noqa: ARG002 - overriders look at the request
        """Answer 201 with the eleven fields."""
        return Answer.of_json(201, self.encode(self.fields(mirror)))

    def refuse(self, request: Request, refusal: Refusal) -> Answer:  # noqa: ARG002 - overriders look at the request
        """Answer the refusal with the envelope (document: tables 4 to 6)."""
        return Answer.of_json(refusal.status, envelope(refusal), refusal.headers)

    def encode(self, document: dict[str, Any]) -> bytes:
        """Write a successful answer's body."""
        return json.dumps(document).encode()


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
