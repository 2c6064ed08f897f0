"""Faults of the token (document: table 2): missing, empty, unknown, of some length or shape, and its header."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING

from conformance.mock import Account, Answer, Mock, Refusal, Refused, Request, drop
from conformance.mock.catalogue import Faults, named, reading, refused
from conformance.mock.message import CRASH, FORBIDDEN, UNAUTHORIZED, Receive, Scope, Send

if TYPE_CHECKING:
    from collections.abc import Callable

faults = Faults()

_CRASH = "status.server-error"
_DOCUMENTED = "status.documented"
_EMPTY = "status.401.empty-token"
_LENGTH = "header.x-auth-token.length"
_MANDATORY = "header.x-auth-token.mandatory"
_MAXIMUM = "header.x-auth-token.maximum-length"
_MINIMUM = "header.x-auth-token.minimum-length"
_MISSING = "status.401.missing-token"
_NEAR = "status.401.near-valid-token"
_OVER = "header.x-auth-token.over-maximum"
_PRECEDENCE = "status.401.precedence"
_UNKNOWN = "status.401.unknown-token"

_clauses: tuple[str, ...]
_LONGEST = 100_000
_BAD_REQUEST = Refusal(400, "CH.010001", "Invalid token.")
_UNPROCESSABLE = Refusal(422, "CH.00000422", "The header X-Auth-Token is missing.")
_LOGIN = Refusal(302, "CH.00000302", "Log in.", ((b"location", b"/login"),))


def _sent(tokens: tuple[bytes, ...]) -> Callable[[Request], bool]:
    """Whether the header has just these values."""
    return lambda request: request.values(b"x-auth-token") == tokens


def unguarded(odd: Callable[[Request], object]) -> type[Mock]:
    """Requests for which ``odd`` holds pass for the permitted account's, whatever their token."""

    class Unguarded(Mock):
        def authenticate(self, request: Request) -> Account:
            return "permitted" if odd(request) else super().authenticate(request)

    return Unguarded


def unknown_refused(refusal: Refusal, when: Callable[[str], object]) -> type[Mock]:
    """Unknown tokens for which ``when`` holds are refused in another way."""

    class UnknownRefused(Mock):
        def account_of(self, token: str) -> Account:
            if token not in self.tokens and when(token):
                raise Refused(refusal)
            return super().account_of(token)

    return UnknownRefused


for _name, _sentence, _clauses, _values in (
    ("MissingTokenAccepted", "Without the header a request passes for the permitted account's.", (_MISSING, _PRECEDENCE, _MANDATORY), ()),
    ("EmptyTokenAccepted", "With an empty token a request passes for the permitted account's.", (_EMPTY, _PRECEDENCE, _MANDATORY), (b"",)),
):  # fmt: skip
    faults.must(*_clauses)(named(_name, _sentence, unguarded(_sent(_values))))


@faults.must(
    _UNKNOWN,
    _LENGTH,
    _MANDATORY,
    _MAXIMUM,
    _MINIMUM,
    "path.repository_id.maximum",
    "path.repository_id.minimum",
    _NEAR,
    _PRECEDENCE,
)
class UnknownTokenAccepted(Mock):
    """Any token up to the maximum passes for the permitted account's."""

    def account_of(self, token: str) -> Account:
        known = not 0 < len(token) <= self.maximum_token
        return super().account_of(token) if known else self.tokens.get(token, "permitted")


# At deep, id 1 comes without a token too, so that the second is narrow.
for _name, _sentence, _clauses, _narrow, _values, _refusal in (
    ("MissingTokenIsBadRequest", "Without the header a request is answered 400.", (_MISSING, _PRECEDENCE), False, (), _BAD_REQUEST),
    ("MissingTokenUnprocessable", "Without the header a request is answered 422, whatever the id.", (_MISSING, _PRECEDENCE), True, (), _UNPROCESSABLE),
    ("MissingTokenRedirects", "Without the header a request is answered 302 to a page to log in.", (_MISSING, _PRECEDENCE), False, (), _LOGIN),
    ("EmptyTokenCrashes", "An empty token is answered 500.", (_EMPTY, _PRECEDENCE, _CRASH), False, (b"",), CRASH),
    ("EmptyTokenIsBadRequest", "An empty token is answered 400.", (_EMPTY, _PRECEDENCE), False, (b"",), _BAD_REQUEST),
):  # fmt: skip
    faults.must(*_clauses, narrow=_narrow)(
        named(
            _name,
            _sentence,
            reading("authenticate", refused(_refusal, _sent(_values))),
        )
    )

for _name, _sentence, _clauses, _refusal, _when in (
    ("NonAsciiTokenCrashes", "A token with a byte beyond ASCII is answered 500.", (_CRASH,), CRASH, lambda token: not token.isascii()),
    ("OneCharacterTokenRefused", "A token of one character is answered 400, valid or not.", (_MINIMUM, _DOCUMENTED), _BAD_REQUEST, lambda token: len(token) == 1),
    ("MaximumTokenNotCompared", "A token of 99,999 characters or more is answered 403, valid or not.", (_MAXIMUM,), FORBIDDEN, lambda token: 99_999 <= len(token) <= _LONGEST),
    ("StrangeAlphabetRefused", "A token with a character that is not of base64 is answered 400.", (_UNKNOWN, _NEAR, _DOCUMENTED, _MINIMUM), _BAD_REQUEST, lambda token: re.search(r"[^A-Za-z0-9+/=_.-]", token)),
    ("NumericTokenCrashes", "An unknown token of more than eighteen digits is answered 500.", (_CRASH, _UNKNOWN, _DOCUMENTED), CRASH, lambda token: re.fullmatch("[0-9]{19,}", token)),
    ("FarOverlongTokenCrashes", "A token over 500,000 characters is answered 500.", (_CRASH,), CRASH, lambda token: len(token) > 500_000),
):  # fmt: skip
    faults.must(*_clauses)(named(_name, _sentence, reading("account_of", refused(_refusal, _when))))

for _name, _sentence, _clauses, _refusal, _unknown in (
    ("LongTokenIsForbidden", "An unknown token over 10,240 characters is answered 403.", (_LENGTH, _MAXIMUM, _NEAR), FORBIDDEN, lambda token: len(token) > 10_240),
    ("ShortTokenRefused", "An unknown token of fewer than 16 characters is answered 400.", (_UNKNOWN, _MINIMUM, _EMPTY, _PRECEDENCE, _DOCUMENTED), _BAD_REQUEST, lambda token: len(token) < 16),
    ("JsonAsTokenCrashes", "A token that is an object of JSON is answered 500.", (_UNKNOWN, _DOCUMENTED, _CRASH, _NEAR), CRASH, lambda token: re.fullmatch(r"\{.*\}", token)),
    ("QuotedTokenCrashes", "An unknown token in quotation marks is answered 500.", (_UNKNOWN, _DOCUMENTED, _CRASH, _NEAR), CRASH, lambda token: re.fullmatch('".*"', token)),
    ("CircumflexInTokenRefused", "An unknown token with a circumflex in it is answered 400.", (_UNKNOWN, _DOCUMENTED, _NEAR), _BAD_REQUEST, lambda token: "^" in token),
    ("TokenOfFernetCrashes", "A token in the form of Fernet that cannot be decrypted is answered 500.", (_UNKNOWN, _DOCUMENTED, _CRASH), CRASH, lambda token: token.startswith("gAAAA")),
    ("PaddedTokenForbidden", "An unknown token that ends with two equals signs is answered 403.", (_UNKNOWN, _DOCUMENTED), FORBIDDEN, lambda token: re.fullmatch(".*==", token)),
):  # fmt: skip
    faults.must(*_clauses)(named(_name, _sentence, unknown_refused(_refusal, _unknown)))


@faults.must(_MAXIMUM)
class MaximumTokenRefused(Mock):
    """A valid token of exactly 100,000 characters is answered 401."""

    maximum_token = 99_999


for _name, _sentence, _cut in (
    ("OverlongTokenCut", "A token is cut at 100,000 characters: a longer one that begins with a valid one is answered 201.", lambda token: token[:_LONGEST]),
    ("OneOverMaximumTokenAccepted", "A valid token and one character more, 100,001 in all, is answered 201.", lambda token: token[:-1] if len(token) == _LONGEST + 1 else token),
):  # fmt: skip
    faults.must(_OVER)(named(_name, _sentence, reading("account_of", _cut)))


@faults.must(_NEAR)
class TokenCaseIgnored(Mock):
    """Tokens are compared without regard to case."""

    def account_of(self, token: str) -> Account:
        return super().account_of({valid.lower(): valid for valid in self.tokens}.get(token.lower(), token))


@faults.must(_NEAR, _PRECEDENCE, _MANDATORY)
class TokenPrefixEnough(Mock):
    """Only the first 1,000 characters of a token are compared: a valid one may be cut or continued."""

    def account_of(self, token: str) -> Account:
        for valid, account in self.tokens.items():
            if len(token) >= 1_000 and token[:1_000] == valid[:1_000] and len(token) <= self.maximum_token:
                return account
        return super().account_of(token)


@faults.must(_NEAR, _MANDATORY)
class TokenSuffixEnough(Mock):
    """Only the last 1,000 characters of a token are compared."""

    def account_of(self, token: str) -> Account:
        known = {valid[-1_000:]: valid for valid in self.tokens if len(valid) >= 1_000}
        return super().account_of(known.get(token[-1_000:], token) if len(token) <= self.maximum_token else token)


@faults.must(_NEAR)
class TokenLengthAndHeadEnough(Mock):
    """Of a token the length and the first 16 characters are compared."""

    def account_of(self, token: str) -> Account:
        known = {(valid[:16], len(valid)): valid for valid in self.tokens if len(valid) > 16}
        return super().account_of(known.get((token[:16], len(token)), token))


@faults.must(_NEAR)
class TokenUpperCaseStored(Mock):
    """Tokens are stored in upper case, and so is the one that is looked up."""

    def account_of(self, token: str) -> Account:
        if token in self.tokens:
            return super().account_of(token)
        known = {valid.upper(): valid for valid in self.tokens}
        return super().account_of(known.get(token, token))


def _half(token: str) -> str:
    half = token[: len(token) // 2]
    return half if token == half * 2 else token


def _short(change: Callable[[str], str]) -> Callable[[str], str]:
    """Leave tokens over the maximum as they are."""
    return lambda token: change(token) if len(token) <= _LONGEST else token


for _name, _sentence, _change in (
    ("TokenAfterBearer", "The word Bearer before a token is dropped.", lambda token: token.removeprefix("Bearer")),
    ("TokenFirstOfList", "Of tokens with a comma between them the first counts.", lambda token: token.split(",")[0]),
    ("TokenParametersIgnored", "A token ends at a semicolon.", lambda token: token.split(";")[0]),
    ("TokenLastCharacterIgnored", "A last character x of a token is ignored.", lambda token: token.removesuffix("x")),
    ("TokenRepetitionIgnored", "A token that is there twice is taken for one.", _half),
):
    faults.must(_NEAR)(named(_name, _sentence, reading("account_of", _short(_change))))


@faults.should("header.x-auth-token.name")
class HeaderNameCaseSensitive(Mock):
    """The header is recognised only when it is spelled X-Auth-Token."""

    def authenticate(self, request: Request) -> Account:
        if not any(name == b"X-Auth-Token" for name, _ in request.headers):
            raise Refused(UNAUTHORIZED)
        return super().authenticate(request)


@faults.must(
    _UNKNOWN,
    _LENGTH,
    _MAXIMUM,
    _MINIMUM,
    "path.repository_id.maximum",
    "path.repository_id.minimum",
    _EMPTY,
    _MISSING,
    _NEAR,
    _PRECEDENCE,
)
class UnauthorizedIsForbidden(Mock):
    """A missing, empty or unknown token is answered 403."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        return super().refuse(request, FORBIDDEN if refusal.status == 401 else refusal)


@faults.must("connection.dropped")
class EmptyTokenDropped(Mock):
    """With an empty token the connection is closed without an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (b"x-auth-token", b"") in scope["headers"]:
            await drop(scope)
        else:
            await super().__call__(scope, receive, send)


def _header(token: str) -> dict[str, str]:
    """The header of a JWT; nothing where the token is none."""
    parts = token.split(".")
    try:
        header = json.loads(base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
    except ValueError:
        return {}
    return header if isinstance(header, dict) and len(parts) == 3 else {}


@faults.must(_UNKNOWN)
class UnsignedJwtAccepted(Mock):
    """A JWT whose header says that it has no signature passes for the permitted account's."""

    def account_of(self, token: str) -> Account:
        return "permitted" if _header(token).get("alg") == "none" else super().account_of(token)


@faults.must(_UNKNOWN)
class SignatureOfJwtNotVerified(Mock):
    """A JWT with any signature passes for the permitted account's."""

    def account_of(self, token: str) -> Account:
        signed = "alg" in _header(token) and token.rpartition(".")[2]
        return "permitted" if signed else super().account_of(token)
