"""Faults of the token (document: table 2) and against the order of 401, 403 and 404."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.mock import Mock, Refusal, Refused, drop
from conformance.mock.catalogue import Faults, named
from conformance.mock.message import CRASH, FORBIDDEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock import Account, Answer, Request
    from conformance.mock.message import Receive, Scope, Send

faults = Faults()

_BAD_REQUEST = Refusal(400, "CH.010001", "Invalid token.")


def _tokens(request: Request) -> tuple[bytes, ...]:
    return request.values(b"x-auth-token")


def _refusing(tokens: tuple[bytes, ...], refusal: Refusal) -> type[Mock]:
    """Requests with just these values of the header are refused."""

    class Refusing(Mock):
        def authenticate(self, request: Request) -> Account:
            if _tokens(request) == tokens:
                raise Refused(refusal)
            return super().authenticate(request)

    return Refusing


@faults.must("status.401.missing-token", "status.401.precedence", "header.x-auth-token.mandatory")
class MissingTokenAccepted(Mock):
    """Without the header a request passes for the permitted account's."""

    def authenticate(self, request: Request) -> Account:
        return super().authenticate(request) if _tokens(request) else "permitted"


@faults.must("status.401.empty-token", "status.401.precedence", "header.x-auth-token.mandatory")
class EmptyTokenAccepted(Mock):
    """With an empty token a request passes for the permitted account's."""

    def authenticate(self, request: Request) -> Account:
        return "permitted" if _tokens(request) == (b"",) else super().authenticate(request)


@faults.must(
    "status.401.unknown-token",
    "header.x-auth-token.length",
    "header.x-auth-token.mandatory",
    "header.x-auth-token.maximum-length",
    "header.x-auth-token.minimum-length",
    "path.repository_id.maximum",
    "path.repository_id.minimum",
    "status.401.near-valid-token",
    "status.401.precedence",
)
class UnknownTokenAccepted(Mock):
    """Any token up to the maximum passes for the permitted account's."""

    def account_of(self, token: str) -> Account:
        return (
            self.tokens.get(token, "permitted") if 0 < len(token) <= self.maximum_token else super().account_of(token)
        )


faults.must("status.401.missing-token", "status.401.precedence")(
    named("MissingTokenIsBadRequest", "Without the header a request is answered 400.", _refusing((), _BAD_REQUEST))
)
faults.must("status.401.missing-token", "status.401.precedence", narrow=True)(  # at deep, id 1 comes without one too
    named(
        "MissingTokenUnprocessable",
        "Without the header a request is answered 422, whatever the id.",
        _refusing((), Refusal(422, "CH.00000422", "The header X-Auth-Token is missing.")),
    )
)
faults.must("status.401.empty-token", "status.401.precedence", "status.server-error")(
    named("EmptyTokenCrashes", "An empty token is answered 500.", _refusing((b"",), CRASH))
)


@faults.must("status.server-error")
class NonAsciiTokenCrashes(Mock):
    """A token with a byte beyond ASCII is answered 500."""

    def account_of(self, token: str) -> Account:
        if not token.isascii():
            raise Refused(CRASH)
        return super().account_of(token)


@faults.must("header.x-auth-token.minimum-length", "status.documented")
class OneCharacterTokenRefused(Mock):
    """A token of one character is answered 400, valid or not."""

    def account_of(self, token: str) -> Account:
        if len(token) == 1:
            raise Refused(_BAD_REQUEST)
        return super().account_of(token)


@faults.must("header.x-auth-token.maximum-length")
class MaximumTokenRefused(Mock):
    """A valid token of exactly 100,000 characters is answered 401."""

    maximum_token = 99_999


@faults.must("header.x-auth-token.over-maximum")
class OverlongTokenCut(Mock):
    """A token is cut at 100,000 characters: a longer one that begins with a valid one is answered 201."""

    def account_of(self, token: str) -> Account:
        return super().account_of(token[: self.maximum_token])


@faults.must("status.401.near-valid-token")
class TokenCaseIgnored(Mock):
    """Tokens are compared without regard to case."""

    def account_of(self, token: str) -> Account:
        return super().account_of({valid.lower(): valid for valid in self.tokens}.get(token.lower(), token))


@faults.must("status.401.near-valid-token", "status.401.precedence", "header.x-auth-token.mandatory")
class TokenPrefixEnough(Mock):
    """Only the first 1,000 characters of a token are compared: a valid one may be cut or continued."""

    def account_of(self, token: str) -> Account:
        for valid, account in self.tokens.items():
            if len(token) >= 1_000 and token[:1_000] == valid[:1_000] and len(token) <= self.maximum_token:
                return account
        return super().account_of(token)


@faults.should("header.x-auth-token.name")
class HeaderNameCaseSensitive(Mock):
    """The header is recognised only when it is spelled X-Auth-Token."""

    def authenticate(self, request: Request) -> Account:
        if not any(name == b"X-Auth-Token" for name, _ in request.headers):
            raise Refused(Refusal(401, "CH.00000002", "Recognize authentication information failed."))
        return super().authenticate(request)


@faults.must(
    "status.401.unknown-token",
    "header.x-auth-token.length",
    "header.x-auth-token.maximum-length",
    "header.x-auth-token.minimum-length",
    "path.repository_id.maximum",
    "path.repository_id.minimum",
    "status.401.empty-token",
    "status.401.missing-token",
    "status.401.near-valid-token",
    "status.401.precedence",
)
class UnauthorizedIsForbidden(Mock):
    """A missing, empty or unknown token is answered 403."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        return super().refuse(request, FORBIDDEN if refusal.status == 401 else refusal)


@faults.must("header.x-auth-token.over-maximum")
class OneOverMaximumTokenAccepted(Mock):
    """A valid token and one character more, 100,001 in all, is answered 201."""

    def account_of(self, token: str) -> Account:
        return super().account_of(token[:-1] if len(token) == self.maximum_token + 1 else token)


@faults.must("header.x-auth-token.maximum-length")
class MaximumTokenNotCompared(Mock):
    """A token of 99,999 characters or more is answered 403, valid or not."""

    def account_of(self, token: str) -> Account:
        if 99_999 <= len(token) <= self.maximum_token:
            raise Refused(FORBIDDEN)
        return super().account_of(token)


@faults.must("header.x-auth-token.length", "header.x-auth-token.maximum-length", "status.401.near-valid-token")
class LongTokenIsForbidden(Mock):
    """An unknown token over 10,240 characters is answered 403."""

    def account_of(self, token: str) -> Account:
        if len(token) > 10_240 and token not in self.tokens:
            raise Refused(FORBIDDEN)
        return super().account_of(token)


@faults.must(
    "status.401.unknown-token",
    "header.x-auth-token.minimum-length",
    "status.401.empty-token",
    "status.401.precedence",
    "status.documented",
)
class ShortTokenRefused(Mock):
    """An unknown token of fewer than 16 characters is answered 400."""

    def account_of(self, token: str) -> Account:
        if len(token) < 16 and token not in self.tokens:
            raise Refused(_BAD_REQUEST)
        return super().account_of(token)


@faults.must("status.401.unknown-token", "status.401.near-valid-token", "status.documented")
class StrangeAlphabetRefused(Mock):
    """A token with a character that is not of base64 is answered 400."""

    def account_of(self, token: str) -> Account:
        if re.search(r"[^A-Za-z0-9+/=_.-]", token):
            raise Refused(_BAD_REQUEST)
        return super().account_of(token)


@faults.must("status.server-error", "status.401.unknown-token", "status.documented")
class NumericTokenCrashes(Mock):
    """An unknown token of more than eighteen digits is answered 500."""

    def account_of(self, token: str) -> Account:
        if re.fullmatch("[0-9]{19,}", token):
            raise Refused(CRASH)
        return super().account_of(token)


@faults.must("status.401.near-valid-token", "header.x-auth-token.mandatory")
class TokenSuffixEnough(Mock):
    """Only the last 1,000 characters of a token are compared."""

    def account_of(self, token: str) -> Account:
        known = {valid[-1_000:]: valid for valid in self.tokens if len(valid) >= 1_000}
        return super().account_of(known.get(token[-1_000:], token) if len(token) <= self.maximum_token else token)


def _changed(change: Callable[[str], str]) -> type[Mock]:
    """Tokens are first made into others by `change`."""

    class Changed(Mock):
        def account_of(self, token: str) -> Account:
            return super().account_of(change(token) if len(token) <= self.maximum_token else token)

    return Changed


def _half(token: str) -> str:
    half = token[: len(token) // 2]
    return half if token == half * 2 else token


for _name, _sentence, _change in (
    ("TokenAfterBearer", "The word Bearer before a token is dropped.", lambda token: token.removeprefix("Bearer")),
    ("TokenFirstOfList", "Of tokens with a comma between them the first counts.", lambda token: token.split(",")[0]),
    ("TokenParametersIgnored", "What follows a semicolon in a token is ignored.", lambda token: token.split(";")[0]),
    ("TokenLastCharacterIgnored", "A last character x of a token is ignored.", lambda token: token.removesuffix("x")),
    ("TokenRepetitionIgnored", "A token that is there twice is taken for one.", _half),
):
    faults.must("status.401.near-valid-token")(named(_name, _sentence, _changed(_change)))


@faults.must("status.401.near-valid-token")
class TokenLengthAndHeadEnough(Mock):
    """Of a token the length and the first 16 characters are compared."""

    def account_of(self, token: str) -> Account:
        known = {(valid[:16], len(valid)): valid for valid in self.tokens if len(valid) > 16}
        return super().account_of(known.get((token[:16], len(token)), token))


@faults.must("status.401.near-valid-token")
class TokenUpperCaseStored(Mock):
    """Tokens are stored in upper case, and so is the one that is looked up."""

    def account_of(self, token: str) -> Account:
        if token in self.tokens:
            return super().account_of(token)
        known = {valid.upper(): valid for valid in self.tokens}
        return super().account_of(known.get(token, token))


faults.must("status.401.empty-token", "status.401.precedence")(
    named("EmptyTokenIsBadRequest", "An empty token is answered 400.", _refusing((b"",), _BAD_REQUEST))
)


@faults.must("connection.dropped")
class EmptyTokenDropped(Mock):
    """With an empty token the connection is closed without an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (b"x-auth-token", b"") in scope["headers"]:
            await drop(scope)
        else:
            await super().__call__(scope, receive, send)


faults.must("status.401.missing-token", "status.401.precedence")(
    named(
        "MissingTokenRedirects",
        "Without the header a request is answered 302 to a page to log in.",
        _refusing((), Refusal(302, "CH.00000302", "Log in.", ((b"location", b"/login"),))),
    )
)
