"""The tokens of a target and what any other token is, held against them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["TokenKind", "Wallet"]

_ORDINARY = re.compile(rb"[\x21-\x7e]*")  # VCHAR, RFC 9110 section 5.5: what a field value surely carries
_PADDING = b" \t\r\n\0"
_TELLING = 16  # anything begins with a very short token; of those only another case and white space are near


class TokenKind(StrEnum):
    """What a token is to the target."""

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
class Wallet:
    """The valid tokens of the account with permission, and those of the one without; bytes as on the wire."""

    valid: frozenset[bytes]
    restricted: frozenset[bytes] = frozenset()

    def classify(self, value: bytes | None) -> TokenKind:
        """The kind of a token's bytes; None stands for a request without the header."""
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

    def near(self, value: bytes) -> bool:
        """Whether a lenient target could take `value` for a valid token, ordinary characters or not.

        Another case, a cut at either end, something before or after, white space around, one half of it another.
        """
        return any(_near(value, known) for known in self.valid | self.restricted)


def _near(value: bytes, known: bytes) -> bool:
    trimmed, whole = value.strip(_PADDING).lower(), known.lower()
    if trimmed == whole:
        return True
    if len(whole) < _TELLING:
        return False
    half = (len(whole) + 1) // 2
    if trimmed[:half] == whole[:half] or trimmed[-half:] == whole[-half:]:
        return True
    return whole in trimmed or (len(trimmed) >= _TELLING and (whole.startswith(trimmed) or whole.endswith(trimmed)))
