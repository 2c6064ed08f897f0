"""Sins of comparing tokens: what is done to one first, or which part of it is compared (document: table 2)."""

from __future__ import annotations

import base64
import binascii
import html
import json
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from conformance.mock import Mock
from conformance.mock.catalogue import Faults, named

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from conformance.mock import Account

faults = Faults()

_NEAR = "status.401.near-valid-token"
_ALSO = {
    "TokenDecodedAsBase64": ("header.x-auth-token.mandatory",),  # spaces are not of base64 either
    "TokenLengthEnough": ("header.x-auth-token.maximum-length", "status.401.unknown-token"),
    "TokenFirst72Enough": ("header.x-auth-token.mandatory", "status.401.precedence", "status.401.unknown-token"),
    # Of what is drawn near a valid token some is so far from it that it is unknown.
    "TokenFirst8Enough": ("header.x-auth-token.mandatory", "status.401.precedence", "status.401.unknown-token"),
}
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
    ("TokenUnescapedAsHtml", "Tokens are unescaped as HTML is.", html.unescape),
    ("TokenBackslashesDropped", "Backslashes in a token are dropped.", lambda token: token.replace("\\", "")),
    ("TokenZerosDropped", "Zeros that a token begins with are dropped.", lambda token: token.lstrip("0")),
    ("TokenLastOfList", "Of tokens with a comma between them the last counts.", lambda token: token.rpartition(",")[2]),
    ("TokenAfterEqualsSign", "What stands before an equals sign in a token is dropped.", lambda token: token.split("=", 1)[-1]),
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
    faults.must(_NEAR, *_ALSO.get(_name, ()))(named(_name, _sentence, _compared(_by)))

for _name, _sentence, _by in (
    ("TokenAfterASpace", "Of a token the last word counts, so that a scheme may stand before it.", lambda token: token.split(" ")[-1]),
    ("TokenBeforeASpace", "Of a token the first word counts.", lambda token: token.split(" ")[0]),
    ("TokenSpacesDropped", "Spaces in a token are dropped.", lambda token: token.replace(" ", "")),
    ("TokenNormalised", "Tokens are normalised as texts are (NFKC).", _of_utf_8(lambda token: unicodedata.normalize("NFKC", token))),
    ("TokenMarksDropped", "Accents and characters without width are dropped from a token.", _of_utf_8(_without_marks)),
    ("TokenAsciiAlone", "Of a token the characters of ASCII are compared.", lambda token: token.encode("ascii", "ignore")),
):  # fmt: skip
    faults.must("header.x-auth-token.mandatory")(named(_name, _sentence, _compared(_by)))
