"""The tokens that a target knows, and the kind of any other token beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

_ORDINARY = re.compile(rb"[\x21-\x7e]*")  # VCHAR, RFC 9110 section 5.5: what a field value surely carries
_PADDING = b" \t\r\n\0"
_TELLING = 16  # anything begins with a very short token; of those only another case and white space are near
_LETTERS = b"abcdefghijklmnopqrstuvwxyz0123456789"
_SIGNS = bytes(byte for byte in range(256) if byte not in _LETTERS)
_MARKS = (b"%", b"\\", b"&")
_ESCAPED = re.compile(rb"(?:%|\\x|\\u00|&#x)([0-9a-f]{2});?|&#([0-9]{2,3});")  # in lower case


class TokenKind(StrEnum):
    """The kind of a request's token, as the target should see it."""

    VALID = "valid"
    RESTRICTED = "valid, of the account without permission"
    MISSING = "missing"
    EMPTY = "empty"
    NEAR_VALID = "a valid one, changed"
    UNKNOWN = "unknown"
    UNUSUAL = "with characters the document is silent about"

    @classmethod
    def documented(cls) -> frozenset[TokenKind]:
        """The kinds of tokens that can be in contract."""
        return frozenset({cls.VALID, cls.RESTRICTED, cls.NEAR_VALID, cls.UNKNOWN})

    @property
    def good(self) -> bool:
        """Whether the target should recognise it."""
        return self in {TokenKind.VALID, TokenKind.RESTRICTED}


@dataclass(frozen=True, slots=True)
class KnownTokens:
    """The good tokens of a target; bytes as on the wire.

    Attributes:
        valid: those of the account with permission.
        restricted: those of the account without permission.
    """

    valid: frozenset[bytes]
    restricted: frozenset[bytes] = frozenset()

    def classify(self, value: bytes | None) -> TokenKind:
        """The kind of a token's bytes. None stands for a request without the header."""
        if value is None:
            return TokenKind.MISSING
        if value == b"":
            return TokenKind.EMPTY
        if value in self.valid:
            return TokenKind.VALID
        if value in self.restricted:
            return TokenKind.RESTRICTED
        if not _ORDINARY.fullmatch(value):
            return TokenKind.UNUSUAL  # even around a valid one: the server in front may trim it to that
        return TokenKind.NEAR_VALID if self.near(value) else TokenKind.UNKNOWN

    def holds(self, value: bytes) -> bool:
        """Whether `value` is a good token as it is, trimmed, or up to its first NUL."""
        known = self.valid | self.restricted
        return bool({value, value.strip(_PADDING), value.split(b"\0", 1)[0].strip(_PADDING)} & known)

    def within(self, value: bytes) -> bool:
        """Whether the value of another field is a good token, or ends with one after a scheme or a name.

        A short token says nothing: it may stand in any value.
        """
        known = [token for token in self.valid | self.restricted if len(token) >= _TELLING]
        return any(value.endswith(token) and value.removesuffix(token)[-1:] in b" =" for token in known)

    def near(self, value: bytes) -> bool:
        """Whether a lenient target could take `value` for a valid token, ordinary characters or not.

        Changes that it sees: case, a cut at either end, text before, inside or after, white space around, another half,
        escapes, other signs between letters and digits, other characters between the ends, another order.
        """
        trimmed = value.strip(_PADDING).lower()
        letters = _letters(trimmed)
        return any(_near(trimmed, letters, known) for known in self.valid | self.restricted)


def _near(trimmed: bytes, own: bytes, known: bytes) -> bool:
    """Whether a text in lower case, or its `own` letters and digits alone, could be taken for `known`."""
    whole, letters = _folded(known)
    if trimmed == whole:
        return True
    if len(whole) < _TELLING:
        return False
    return (
        _shares(trimmed, whole) or (len(trimmed) == len(whole) and _resembles(trimmed, whole)) or _shares(own, letters)
    )


def _shares(value: bytes, known: bytes) -> bool:
    """Whether `value` has a half of `known` in its place, 16 characters of an end, or all of it."""
    half = (len(known) + 1) // 2
    if half < _TELLING // 2:
        return False
    if value[:half] == known[:half] or value[-half:] == known[-half:]:
        return True
    return known in value or (len(value) >= _TELLING and (known.startswith(value) or known.endswith(value)))


def _resembles(value: bytes, known: bytes) -> bool:
    """Whether two texts of one length have both ends in common, or every letter and digit as often."""
    ends = value[:_TELLING] == known[:_TELLING] and value[-_TELLING:] == known[-_TELLING:]
    return ends or all(value.count(byte) == known.count(byte) for byte in _LETTERS)


def _letters(value: bytes) -> bytes:
    """The letters and digits, escapes undone."""
    if any(mark in value for mark in _MARKS):
        value = _ESCAPED.sub(_unescaped, value).lower()
    return value.translate(None, _SIGNS)


@lru_cache(maxsize=16)  # the same few for every request
def _folded(known: bytes) -> tuple[bytes, bytes]:
    return known.lower(), _letters(known.lower())


def _unescaped(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 16) if match[1] else int(match[2]) % 256])
