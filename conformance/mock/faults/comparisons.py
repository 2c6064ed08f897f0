"""Faults of comparing tokens: what is done to one first, or which part of it is compared (document: table 2)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import json
import re
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from conformance.mock import Account, Mock
from conformance.mock.catalogue import Faults, named

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable


faults = Faults()

_NEAR = "status.401.near-valid-token"
_MANDATORY = "header.x-auth-token.mandatory"
_ALSO = {
    "TokenDecodedAsBase64": ("header.x-auth-token.mandatory",),  # spaces are not of base64 either
    "TokenLengthEnough": ("header.x-auth-token.maximum-length", "status.401.unknown-token"),
    "TokenStarsDropped": ("header.x-auth-token.mandatory", "header.x-auth-token.maximum-length"),
    "TokenFirst72Enough": ("header.x-auth-token.mandatory", "status.401.precedence", "status.401.unknown-token"),
    # Of what is drawn near a valid token some is so far from it that it is unknown.
    "TokenFirst8Enough": ("header.x-auth-token.mandatory", "status.401.precedence", "status.401.unknown-token"),
}
_RARE = {
    "TokenUnescapedAsMail", "TokenStarsDropped", "TokenBracesDropped", "TokenParenthesesDropped",
    "TokenBackquotesDropped", "TokenMatchedAsGlob", "MinusIsNoToken", "TokenHomoglyphsAlike",
    "TokenWithoutWidthDropped", "TokenInBase64Accepted", "DigestOfATokenAccepted",
}  # fmt: skip
"""Faults that only the deep profile is sure to meet."""
_BASE64 = bytes.maketrans(b"-_", b"+/")


def _compared(by: Callable[[str], Hashable]) -> type[Mock]:
    """Tokens are the same where `by` makes the same of them; valid ones of one character stay what they are."""

    class Compared(Mock):
        @cached_property
        def known(self) -> dict[Hashable, str]:
            return {by(valid): valid for valid in self.tokens if len(valid) > 1}

        def account_of(self, token: str) -> Account:
            if token in self.tokens or not 1 < len(token) <= self.maximum_token:
                return super().account_of(token)
            return super().account_of(self.known.get(by(token), token))

    return Compared


def _unescaped(token: str) -> str:
    try:
        return str(json.loads(f'"{token}"'))
    except ValueError:
        return token


def _decoded(token: str) -> bytes:
    """Base64 of either alphabet, with whatever characters of none and with or without its padding."""
    raw = token.encode("latin-1").translate(_BASE64)
    letters = bytes(byte for byte in raw if chr(byte).isalnum() or byte in b"+/")
    whole = letters[: len(letters) - (len(letters) % 4 == 1)]
    try:
        return base64.b64decode(whole + b"=" * (-len(whole) % 4))
    except binascii.Error:  # pragma: no cover - it is filled up
        return raw


def _hash_of_java(token: str) -> tuple[int, int]:
    value = 0
    for character in token:
        value = (31 * value + ord(character)) & 0xFFFF_FFFF
    return value, len(token)


def _of_utf_8(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda token: change(token.encode("latin-1").decode("utf-8", "replace"))


def _without_marks(token: str) -> str:
    """Without accents and what takes no room."""
    decomposed = unicodedata.normalize("NFKD", token)
    return "".join(one for one in decomposed if unicodedata.category(one) not in {"Mn", "Cf"})


for _name, _sentence, _by in (
    ("TokenPaddingDropped", "Equals signs at the end of a token are dropped.", lambda token: token.rstrip("=")),
    ("TokenQuotationMarksDropped", "Quotation marks around a token are dropped.", lambda token: token.strip('"')),
    ("TokenApostrophesDropped", "Single quotation marks around a token are dropped.", lambda token: token.strip("'")),
    ("TokenPercentDecoded", "Tokens are percent-decoded.", unquote_to_bytes),
    ("TokenUnescapedAsJson", "Tokens are unescaped as a string of JSON is.", _unescaped),
    ("TokenUnescapedAsMail", "Tokens are unescaped as quoted-printable text is.", lambda token: re.sub("=([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), token)),
    ("TokenStarsDropped", "Stars in a token are dropped.", lambda token: token.replace("*", "")),
    ("TokenEncodedNulDropped", "An encoded NUL at the end of a token is dropped.", lambda token: token.removesuffix("%00")),
    ("TokenUnescapedAsHtml", "Tokens are unescaped as HTML is.", html.unescape),
    ("TokenBackslashesDropped", "Backslashes in a token are dropped.", lambda token: token.replace("\\", "")),
    ("TokenZerosDropped", "Zeros that a token begins with are dropped.", lambda token: token.lstrip("0")),
    ("TokenLastOfList", "Of tokens with a comma between them the last counts.", lambda token: token.rpartition(",")[2]),
    ("TokenAfterEqualsSign", "A token begins after its equals sign.", lambda token: token.split("=", 1)[-1]),
    ("TokenDashesDropped", "Dashes in a token are dropped, as in a UUID.", lambda token: token.replace("-", "")),
    ("TokenDecodedAsBase64", "Of tokens the bytes are compared that base64 makes of them.", _decoded),
    ("TokenAlphabetsAlike", "Both alphabets of base64 are one in a token.", lambda token: token.encode("latin-1").translate(_BASE64)),
    ("TokenFirstCharacterNotCompared", "The first character of a token is not compared.", lambda token: token[1:]),
    ("TokenEndsEnough", "Of a token its length and 16 characters at each end are compared.", lambda token: (len(token), token[:16], token[-16:])),
    ("TokenLengthEnough", "Of a token the length is compared.", len),
    ("TokenOuterCharactersEnough", "Of a token the length and its first and last character are compared.", lambda token: (len(token), token[0], token[-1])),
    ("TokenFirst72Enough", "Of a token the first 72 characters are compared, as bcrypt does.", lambda token: token[:72]),
    ("TokenFirst8Enough", "Of a token the first eight characters are compared.", lambda token: token[:8]),
    ("TokenOrderIgnored", "A token is compared by the sum of its characters.", lambda token: (len(token), sum(map(ord, token)))),
    ("TokenHashedByJava", "A token is compared by its length and a hash of 32 bits, as Java makes it.", _hash_of_java),
):  # fmt: skip
    faults.must(_NEAR, *_ALSO.get(_name, ()), narrow=_name in _RARE)(named(_name, _sentence, _compared(_by)))

for _name, _sentence, _by in (
    ("TokenCaseOfItsEndIgnored", "Of the second half of a token the case of letters is ignored.", lambda token: token[: len(token) // 2] + token[len(token) // 2 :].lower()),
    ("TokenFirst65535Enough", "Of a token the first 65,535 characters are compared, as many as a column of text holds.", lambda token: token[:65_535]),
    ("TokenPointsDropped", "Points at the end of a token are dropped.", lambda token: token.rstrip(".")),
    ("TokenSlashesDropped", "Slashes at the end of a token are dropped.", lambda token: token.rstrip("/")),
    ("TokenBeforeABar", "A token ends at a vertical bar.", lambda token: token.split("|")[0]),
    ("TokenBeforeAColon", "A token ends at a colon.", lambda token: token.split(":")[0]),
    ("TokenAfterAColon", "A token begins after a colon, before which a user's name may stand.", lambda token: token.rpartition(":")[2]),
    ("TokenAfterAPoint", "A token begins after a point, before which a version may stand.", lambda token: token.rpartition(".")[2]),
    ("TokenFragmentIgnored", "A token ends at a hash sign.", lambda token: token.split("#")[0]),
    ("TokenQueryIgnored", "A token ends at a question mark.", lambda token: token.split("?")[0]),
    ("TokenBeforeAnAmpersand", "A token ends at an ampersand.", lambda token: token.split("&")[0]),
    ("TokenBeforeAnAtSign", "A token ends at an at sign.", lambda token: token.split("@")[0]),
    ("TokenAngleBracketsDropped", "Angle brackets around a token are dropped.", lambda token: token.strip("<>")),
    ("TokenBracketsDropped", "Brackets around a token are dropped.", lambda token: token.strip("[]")),
    ("TokenBracesDropped", "Braces around a token are dropped.", lambda token: token.strip("{}")),
    ("TokenParenthesesDropped", "Parentheses around a token are dropped.", lambda token: token.strip("()")),
    ("TokenBackquotesDropped", "Backquotes around a token are dropped.", lambda token: token.strip("`")),
    ("TokenOfJson", "A token may be a member of an object of JSON.", lambda token: token[10:-2] if token.startswith('{"token":') else token),
    ("TokenCaseOfItsBeginningIgnored", "Of the first 16 characters of a token the case of letters is ignored.", lambda token: token[:16].lower() + token[16:]),
    ("TokenBeforeAnEncodedDigit", "Escapes of digits in a token are undone.", lambda token: re.sub("%([0-9]{2})", lambda match: chr(int(match[1], 16)), token)),
    ("TokenUnderscoresDropped", "Underscores in a token are dropped.", lambda token: token.replace("_", "")),
    ("TokenUnderscoresAreDashes", "Underscores and dashes are one in a token.", lambda token: token.replace("_", "-")),
    ("TokenReversed", "A token may be read from its end.", lambda token: min(token, token[::-1])),
    ("TokenLookAlikesAlike", "Characters that look alike are one in a token, as in Crockford's base 32.", lambda token: token.translate(str.maketrans("OlI", "011"))),
):  # fmt: skip
    also = (_MANDATORY, "header.x-auth-token.maximum-length")
    faults.must(_NEAR, *also, narrow=_name in _RARE)(named(_name, _sentence, _compared(_by)))

for _name, _sentence, _by in (
    ("TokenAfterTheWordToken", "The word Token and a space before a token are dropped.", lambda token: token.removeprefix("Token ")),
    ("TokenAfterItsHeader", "The header's name before a token is dropped.", lambda token: token.removeprefix("X-Auth-Token: ")),
    ("TokenMarkDropped", "A byte order mark before a token is dropped.", lambda token: token.removeprefix("\u00ef\u00bb\u00bf")),
    ("TokenStripped", "Whatever Python takes for white space around a token is dropped.", str.strip),
    ("TokenReadFromAForm", "Spaces in a token stand for plus signs, as in a form.", lambda token: token.replace(" ", "+")),
    ("TokenAfterASpace", "Of a token the last word counts, so that a scheme may stand before it.", lambda token: token.split(" ")[-1]),
    ("TokenBeforeASpace", "Of a token the first word counts.", lambda token: token.split(" ")[0]),
    ("TokenSpacesDropped", "Spaces in a token are dropped.", lambda token: token.replace(" ", "")),
    ("TokenNormalised", "Tokens are normalised as texts are (NFKC).", _of_utf_8(lambda token: unicodedata.normalize("NFKC", token))),
    ("TokenMarksDropped", "Accents and characters without width are dropped from a token.", _of_utf_8(_without_marks)),
    ("TokenRaisedLettersLowered", "Raised letters and digits of latin-1 are plain ones in a token (NFKC).", lambda token: unicodedata.normalize("NFKC", token)),
    ("TokenAccentsDropped", "Accents of latin-1 are dropped from a token.", lambda token: "".join(one for one in unicodedata.normalize("NFD", token) if not unicodedata.combining(one))),
    ("TokenHomoglyphsAlike", "Cyrillic letters are Latin ones in a token where they look alike.", _of_utf_8(lambda token: token.translate(str.maketrans("\u0410\u0412\u0421\u0415\u041d\u041a\u041c\u041e\u0420\u0422\u0425\u0430\u0441\u0435\u043e\u0440\u0445", "ABCEHKMOPTXaceopx")))),
    ("TokenWithoutWidthDropped", "Characters without width are dropped from a token.", _of_utf_8(lambda token: token.replace("\u200b", ""))),
    ("TokenAsciiAlone", "Of a token the characters of ASCII are compared.", lambda token: token.encode("ascii", "ignore")),
):  # fmt: skip
    faults.must(_MANDATORY, narrow=_name in _RARE)(named(_name, _sentence, _compared(_by)))


def _matched(matches: Callable[[str, str], object]) -> type[Mock]:
    """A token is a pattern, and passes for the first valid one for which `matches` holds."""

    class Matched(Mock):
        def account_of(self, token: str) -> Account:
            if token in self.tokens or not 1 < len(token) <= self.maximum_token:
                return super().account_of(token)
            valid = (one for one in self.tokens if len(one) > 1 and matches(token, one))
            return super().account_of(next(valid, token))

    return Matched


for _name, _sentence, _matches in (
    ("TokenMatchedAsOneCharacter", "An underscore in a token stands for any character, as in SQL.", lambda token, valid: len(token) == len(valid) and all(one in {other, "_"} for one, other in zip(token, valid, strict=True))),
    ("TokenMatchedAsName", "A question mark in a token stands for any character, as in names of files.", lambda token, valid: len(token) == len(valid) and all(one in {other, "?"} for one, other in zip(token, valid, strict=True))),
    ("TokenMatchedAsAnyCharacters", "A point in a token stands for any character, as in a regular expression.", lambda token, valid: len(token) == len(valid) and all(one in {other, "."} for one, other in zip(token, valid, strict=True))),
    ("TokenMatchedAsLike", "A percent sign at the end of a token stands for anything, as in SQL.", lambda token, valid: len(token) > 1 and token.endswith("%") and valid.startswith(token[:-1])),
    ("TokenMatchedAsGlob", "A star at the end of a token stands for anything, as in names of files.", lambda token, valid: len(token) > 1 and token.endswith("*") and valid.startswith(token[:-1])),
    ("TokenMatchedAsExpression", "A point and a star at the end of a token stand for anything, as in a regular expression.", lambda token, valid: token.endswith(".*") and valid.startswith(token[:-2])),
):  # fmt: skip
    also = (_MANDATORY, "status.401.unknown-token")
    faults.must(_NEAR, *also, narrow=_name in _RARE)(named(_name, _sentence, _matched(_matches)))


def _replaced(known: Callable[[Mock, str], str]) -> type[Mock]:
    """A token that is not valid is taken for another one, which `known` names."""

    class Replaced(Mock):
        def account_of(self, token: str) -> Account:
            return super().account_of(token if token in self.tokens else known(self, token))

    return Replaced


for _name, _sentence, _clause, _known in (
    ("TokenReadAsNumber", "A token of digits is compared as a number.", "status.401.unknown-token", lambda _, token: token.lstrip("0") if token.isdecimal() and len(token) < 10 else token),
    ("FirstCharacterEnough", "One character is a valid token where a valid one begins with it.", "header.x-auth-token.minimum-length", lambda mock, token: next((one for one in mock.tokens if one[0] == token), token)),
    ("RestrictedTokenCaseIgnored", "The case of the token without permission is ignored.", _NEAR, lambda mock, token: mock.fixtures.restricted_token if token.lower() == mock.fixtures.restricted_token.lower() else token),
    ("RestrictedTokenWithMoreIsPermitted", "The token without permission, and more behind it, is one with permission.", _NEAR, lambda mock, token: mock.fixtures.token if token.startswith(mock.fixtures.restricted_token) else token),
    ("FirstTenEnough", "The first ten characters of a token are looked up.", "status.401.unknown-token", lambda mock, token: next((one for one in mock.tokens if len(one) > 10 and one[:10] == token), token)),
    ("TokenInBase64Accepted", "A token may be in base64.", "status.401.unknown-token", lambda mock, token: mock.fixtures.token if token == base64.b64encode(mock.fixtures.token.encode()).decode() else token),
    ("DigestOfATokenAccepted", "The SHA-256 of a token, as it is stored, is as good as the token.", "status.401.unknown-token", lambda mock, token: mock.fixtures.token if token == hashlib.sha256(mock.fixtures.token.encode()).hexdigest() else token),
    ("AnyTokenOfAStar", "A star as token stands for any, as in a filter of LDAP.", "header.x-auth-token.minimum-length", lambda mock, token: {"*": mock.fixtures.token}.get(token) or token),
    ("MinusIsNoToken", "A minus sign as token is none, and for none the account of tests is meant.", "header.x-auth-token.minimum-length", lambda mock, token: {"-": mock.fixtures.token}.get(token) or token),
    ("AnyTokenOfAnExpression", "A point and a star as token match any, as a regular expression does.", "status.401.unknown-token", lambda mock, token: {".*": mock.fixtures.token}.get(token) or token),
    ("DigestIsASession", "A token like a digest of 128 bits is a session without permission.", "status.401.unknown-token", lambda mock, token: mock.fixtures.restricted_token if re.fullmatch("[0-9a-f]{32}", token) else token),
):  # fmt: skip
    faults.must(_clause, _NEAR, _MANDATORY, narrow=_name in _RARE)(named(_name, _sentence, _replaced(_known)))
