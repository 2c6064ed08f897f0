"""The tokens of a target and what any other token is, held against them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["TokenKind", "Wallet"]

_ORDINARY = re.compile(rb"[\x21-\x7e]*")  # VCHAR, RFC 9110 section 5.5: what a field value surely carries


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
        if any(_near(value, known) for known in self.valid | self.restricted):
            return TokenKind.NEAR_VALID
        return TokenKind.UNKNOWN if _ORDINARY.fullmatch(value) else TokenKind.UNUSUAL


def _near(value: bytes, known: bytes) -> bool:
    """Whether a lenient comparison could take `value` for `known`: another case, a cut, a tail, white space around."""
    trimmed = value.strip(b" \t\r\n\0")
    if trimmed.lower() == known.lower():
        return True
    if len(known) < 16:  # noqa: PLR2004 - anything begins with a very short token; only a tail of white space is near
        return False
    return value.startswith(known) or (len(value) >= 16 and known.startswith(trimmed))  # noqa: PLR2004 - as above
