"""Sins against the path parameter (document: table 1)."""

# D102: an override does what its class says.
# ruff: noqa: D102

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote_to_bytes

from conformance.mock import Fixtures, Mock, Refusal, Refused

_CRASH = Refusal(500, "CH.00000500", "Internal error.")
_BAD_ID = Refusal(400, "CH.010001", "Invalid repository ID.")


def _with_repository(repository_id: int) -> Fixtures:
    fixtures = Fixtures.default()
    return replace(fixtures, repositories={**fixtures.repositories, repository_id: frozenset({"permitted"})})


class IdZeroAccepted(Mock):
    """Id 0 is a repository like any other and is answered 201."""

    def __init__(self) -> None:
        super().__init__(_with_repository(0))

    def parse_id(self, raw_id: bytes) -> int:
        return 0 if raw_id == b"0" else super().parse_id(raw_id)


class IdOneRefused(Mock):
    """Id 1 is refused with 400, as if the range began after it."""

    def parse_id(self, raw_id: bytes) -> int:
        if raw_id == b"1":
            raise Refused(_BAD_ID)
        return super().parse_id(raw_id)


class MaximumIdRefused(Mock):
    """Id 2147483647 is refused with 400, as if the range ended before it."""

    maximum_id = 2_147_483_646


class MaximumIdCrashes(Mock):
    """Id 2147483647 overflows on its way and is answered 500."""

    def parse_id(self, raw_id: bytes) -> int:
        if raw_id == b"2147483647":
            raise Refused(_CRASH)
        return super().parse_id(raw_id)


class OneOverMaximumIdAccepted(Mock):
    """Id 2147483648 is a repository like any other and is answered 201."""

    maximum_id = 2_147_483_648

    def __init__(self) -> None:
        super().__init__(_with_repository(2_147_483_648))


class IdWrapsAt32Bits(Mock):
    """An id is taken modulo 2^32: 4294967297 is answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        if re.fullmatch(rb"[0-9]{10,40}", raw_id) and int(raw_id) >= 2**32:
            raw_id = str(int(raw_id) % 2**32).encode()
        return super().parse_id(raw_id)


class IdWrapsAt64Bits(Mock):
    """An id is taken modulo 2^64: 18446744073709551617 is answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        if re.fullmatch(rb"[0-9]{20,40}", raw_id) and int(raw_id) >= 2**64:
            raw_id = str(int(raw_id) % 2**64).encode()
        return super().parse_id(raw_id)


class NegativeIdAccepted(Mock):
    """The sign of a negative id is dropped: -1 is answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        return super().parse_id(raw_id.removeprefix(b"-"))


class IdPrefixRead(Mock):
    """Only the digits that an id begins with are read: 1abc and 1.5 are answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        match = re.match(rb"[0-9]+", raw_id)
        return super().parse_id(match[0] if match else raw_id)


class IdReadAsFloat(Mock):
    """An id is read as a floating-point number: 1.0 and 1e0 are answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        if re.fullmatch(rb"[0-9]+(\.[0-9]+)?([eE][0-9]{1,2})?", raw_id) and not raw_id.isdigit():
            raw_id = str(int(float(raw_id))).encode()
        return super().parse_id(raw_id)


class IdReadAsHexadecimal(Mock):
    """An id may be hexadecimal: 0x1 is answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        if re.fullmatch(rb"0[xX][0-9A-Fa-f]{1,16}", raw_id):
            raw_id = str(int(raw_id, 16)).encode()
        return super().parse_id(raw_id)


class IdUnderscoresRead(Mock):
    """An id may hold underscores between its digits: 2_112_029_391 is answered as 2112029391."""

    def parse_id(self, raw_id: bytes) -> int:
        if re.fullmatch(rb"[0-9]+(_[0-9]+)+", raw_id):
            raw_id = raw_id.replace(b"_", b"")
        return super().parse_id(raw_id)


class IdDigitsOfAnyScript(Mock):
    """Digits of any script are read: a percent-encoded full-width 1 is answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        text = unquote_to_bytes(raw_id).decode("utf-8", "replace")
        if text.isdecimal() and not text.isascii():
            raw_id = str(int(text[:20])).encode()
        return super().parse_id(raw_id)


class IdSpacesTrimmed(Mock):
    """Spaces around an id are dropped: %201 and 1%20 are answered as id 1."""

    def parse_id(self, raw_id: bytes) -> int:
        return super().parse_id(re.sub(rb"^(%20)+|(%20)+$", b"", raw_id))


class LongIdCrashes(Mock):
    """An id of more than 19 digits is answered 500."""

    def parse_id(self, raw_id: bytes) -> int:
        if re.fullmatch(rb"[0-9]{20,}", raw_id):
            raise Refused(_CRASH)
        return super().parse_id(raw_id)
