"""Sins against the token (document: table 2) and against the order of 401, 403 and 404."""

# D102: an override does what its class says.
# ruff: noqa: D102

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.mock import Answer, Mock, Refusal, Refused, drop

if TYPE_CHECKING:
    from conformance.mock import Account, Request
    from conformance.mock.message import Receive, Scope, Send

_BAD_REQUEST = Refusal(400, "CH.010001", "Invalid token.")
_FORBIDDEN = Refusal(403, "CH.00401001", "No access permission.")
_CRASH = Refusal(500, "CH.00000500", "Internal error.")
_TOO_LONG = Answer(431, b"<html>Request Header Fields Too Large</html>", ((b"content-type", b"text/html"),))


def _tokens(request: Request) -> tuple[bytes, ...]:
    return request.values(b"x-auth-token")


class MissingTokenAccepted(Mock):
    """Without the header a request passes for the permitted account's."""

    def authenticate(self, request: Request) -> Account:
        return super().authenticate(request) if _tokens(request) else "permitted"


class EmptyTokenAccepted(Mock):
    """With an empty token a request passes for the permitted account's."""

    def authenticate(self, request: Request) -> Account:
        return "permitted" if _tokens(request) == (b"",) else super().authenticate(request)


class UnknownTokenAccepted(Mock):
    """Any token up to the maximum passes for the permitted account's."""

    def account_of(self, token: str) -> Account:
        return (
            self.tokens.get(token, "permitted") if 0 < len(token) <= self.maximum_token else super().account_of(token)
        )


class MissingTokenIsBadRequest(Mock):
    """Without the header a request is answered 400."""

    def authenticate(self, request: Request) -> Account:
        if not _tokens(request):
            raise Refused(_BAD_REQUEST)
        return super().authenticate(request)


class EmptyTokenCrashes(Mock):
    """An empty token is answered 500."""

    def authenticate(self, request: Request) -> Account:
        if _tokens(request) == (b"",):
            raise Refused(_CRASH)
        return super().authenticate(request)


class NonAsciiTokenCrashes(Mock):
    """A token with a byte beyond ASCII is answered 500."""

    def account_of(self, token: str) -> Account:
        if not token.isascii():
            raise Refused(_CRASH)
        return super().account_of(token)


class OneCharacterTokenRefused(Mock):
    """A token of one character is answered 400, valid or not."""

    def account_of(self, token: str) -> Account:
        if len(token) == 1:
            raise Refused(_BAD_REQUEST)
        return super().account_of(token)


class MaximumTokenRefused(Mock):
    """A valid token of exactly 100,000 characters is answered 401."""

    maximum_token = 99_999


class LongHeaderRefused(Mock):
    """A token of 65,536 bytes or more is answered 431 with a page of the server."""

    def answer(self, request: Request) -> Answer:
        if any(len(token) >= 65_536 for token in _tokens(request)):
            return _TOO_LONG
        return super().answer(request)


class LongHeaderDropped(Mock):
    """A token of 65,536 bytes or more gets no answer: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if any(name == b"x-auth-token" and len(value) >= 65_536 for name, value in scope["headers"]):
            await drop(scope)
        else:
            await super().__call__(scope, receive, send)


class OverlongTokenCut(Mock):
    """A token is cut at 100,000 characters: a longer one that begins with a valid one is answered 201."""

    def account_of(self, token: str) -> Account:
        return super().account_of(token[: self.maximum_token])


class TokenCaseIgnored(Mock):
    """Tokens are compared without regard to case."""

    def account_of(self, token: str) -> Account:
        return super().account_of({valid.lower(): valid for valid in self.tokens}.get(token.lower(), token))


class TokenPrefixEnough(Mock):
    """Only the first 1,000 characters of a token are compared: a valid one may be cut or continued."""

    def account_of(self, token: str) -> Account:
        for valid, account in self.tokens.items():
            if len(token) >= 1_000 and token[:1_000] == valid[:1_000] and len(token) <= self.maximum_token:
                return account
        return super().account_of(token)


class HeaderNameCaseSensitive(Mock):
    """The header is recognised only when it is spelled X-Auth-Token."""

    def authenticate(self, request: Request) -> Account:
        if not any(name == b"X-Auth-Token" for name, _ in request.headers):
            raise Refused(Refusal(401, "CH.00000002", "Recognize authentication information failed."))
        return super().authenticate(request)


class UnauthorizedIsForbidden(Mock):
    """A missing, empty or unknown token is answered 403."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        return super().refuse(request, _FORBIDDEN if refusal.status == 401 else refusal)


class NotFoundBeforeUnauthorized(Mock):
    """A missing repository is answered 404 before anyone looks at the token."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        self.find(self.parse_id(raw_id))
        return super().associate(request, raw_id)


class ForbiddenBeforeUnauthorized(Mock):
    """A repository that nobody may associate is answered 403 before anyone looks at the token."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        if not self.fixtures.repositories.get(self.parse_id(raw_id), True):
            raise Refused(_FORBIDDEN)
        return super().associate(request, raw_id)
