"""Correct answers to what the document leaves open: other refusals, another order, more leniency, other timing."""

# D102: an override does what its class says. ANN401: a client may send any JSON.
# ruff: noqa: D102, ANN401

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from conformance.mock import Answer, Mock, Refusal, Refused

if TYPE_CHECKING:
    from conformance.mock import Account, Mirror, Request
    from conformance.mock.message import Receive, Scope, Send

_UNAUTHORIZED = Refusal(401, "CH.00000002", "Recognize authentication information failed.")
_FORBIDDEN = Refusal(403, "CH.00401001", "No access permission.")
_NOT_FOUND = Refusal(404, "CH.00402000", "The repository does not exist. Check and try again.")
_THROTTLED = Refusal(429, "CH.00000429", "Too many requests.", ((b"retry-after", b"0"),))


class BadIdIsNotFound(Mock):
    """An id out of range, or no integer, is answered 404."""

    def parse_id(self, raw_id: bytes) -> int:
        try:
            return super().parse_id(raw_id)
        except Refused:
            raise Refused(_NOT_FOUND) from None


class BadIdIsForbidden(Mock):
    """An id out of range, or no integer, is answered 403."""

    def parse_id(self, raw_id: bytes) -> int:
        try:
            return super().parse_id(raw_id)
        except Refused:
            raise Refused(_FORBIDDEN) from None


class Unprocessable(Mock):
    """What the mock answers 400 is answered 422."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        return super().refuse(request, replace(refusal, status=422) if refusal.status == 400 else refusal)


class IdBeforeToken(Mock):
    """The id's range is checked before the token."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        self.parse_id(raw_id)
        return super().associate(request, raw_id)


class BodyBeforeToken(Mock):
    """The body is checked before the token."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        self.parse_body(request)
        return super().associate(request, raw_id)


class BodyAfterPermission(Mock):
    """The body is checked last."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        account = self.authenticate(request)
        repository_id = self.parse_id(raw_id)
        self.find(repository_id)
        self.authorise(account, repository_id)
        return super().associate(request, raw_id)


class RestrictedAccountSeesNothing(Mock):
    """The restricted account is answered 403 whether the repository exists or not."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        if self.authenticate(request) == "restricted":
            self.parse_id(raw_id)
            self.parse_body(request)
            raise Refused(_FORBIDDEN)
        return super().associate(request, raw_id)


class OverlongTokenIsRefused(Mock):
    """A token over 100,000 characters is answered 431, with the envelope."""

    def account_of(self, token: str) -> Account:
        if len(token) > self.maximum_token:
            raise Refused(Refusal(431, "CH.00000431", "Token too long."))
        return super().account_of(token)


class OtherMethodsUnauthorized(Mock):
    """Other methods on the path are answered 401."""

    def other_method(self, request: Request, allow: str) -> Answer:
        raise Refused(_UNAUTHORIZED)


class OtherMethodsNotFound(Mock):
    """Other methods on the path are answered 404."""

    def other_method(self, request: Request, allow: str) -> Answer:
        raise Refused(Refusal(404, "APIGW.0101", "The API does not exist or has not been published."))


class ReadBackMissing(Mock):
    """There is no read-back."""

    def show(self, request: Request, raw_id: bytes) -> Answer:
        raise Refused(_NOT_FOUND)


class LeadingZerosAccepted(Mock):
    """An id may begin with zeros."""

    def parse_id(self, raw_id: bytes) -> int:
        return super().parse_id(raw_id.lstrip(b"0") if raw_id.isdigit() else raw_id)


class PlusSignAccepted(Mock):
    """An id may begin with a plus sign."""

    def parse_id(self, raw_id: bytes) -> int:
        return super().parse_id(raw_id.removeprefix(b"+"))


class PercentDecoded(Mock):
    """The digits of an id may be percent-encoded."""

    def parse_id(self, raw_id: bytes) -> int:
        return super().parse_id(unquote_to_bytes(raw_id))


class FirstTokenCounts(Mock):
    """Of two token headers the first counts."""

    def authenticate(self, request: Request) -> Account:
        values = request.values(b"x-auth-token")
        return self.account_of(values[0].decode("latin-1")) if values else super().authenticate(request)


class BodyOptional(Mock):
    """Without a body, or a url in it, the earlier url stands, or a default."""

    def parse_body(self, request: Request) -> str:
        return "" if request.body == b"" else super().parse_body(request)

    def parse_url(self, document: dict[str, Any]) -> str:
        return super().parse_url(document) if "url" in document else ""

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        before = self.mirrors.get(repository_id)
        default = "https://example.com/default.git" if before is None else before.url
        return super().mirror_of(repository_id, url or default)


class OtherSchemesAccepted(Mock):
    """A url may be ssh:// or git://, or long, or any text at all."""

    def parse_url(self, document: dict[str, Any]) -> str:
        url = document.get("url")
        return re.sub(r"//[^/?#]*@", "//", url) if isinstance(url, str) else super().parse_url(document)


class ByteOrderMarkAccepted(Mock):
    """A body may begin with a byte order mark."""

    def parse_json(self, body: bytes) -> Any:
        return super().parse_json(body.removeprefix(b"\xef\xbb\xbf"))


class Jittery(Mock):
    """Answers take up to 30 milliseconds, in an order of their own."""

    served = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.served += 1
        await asyncio.sleep(self.served * 7 % 31 / 1_000)
        await super().__call__(scope, receive, send)


class Throttled(Mock):
    """Every tenth request is answered 429 and may come again at once."""

    served = 0

    def route(self, request: Request) -> Answer:
        self.served += 1
        if self.served % 10 == 0:
            raise Refused(_THROTTLED)
        return super().route(request)
