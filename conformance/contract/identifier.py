"""The path parameter ``repository_id`` (Table 1: Integer, 1~2147483647) and how a server might misread it."""

from __future__ import annotations

import contextlib
import re
from enum import StrEnum
from urllib.parse import unquote_to_bytes

__all__ = ["MAXIMUM", "MINIMUM", "IdKind", "classify", "matches_many", "readings"]

MINIMUM = 1
MAXIMUM = 2147483647
_PREFIX = re.compile(r"[+-]?\d{1,4000}")  # int() refuses over 4,300 digits
_TRIMMED = "".join(map(chr, range(0x21)))  # what Java's String.trim takes, NUL among it
_LONG = re.compile(r"[+-]?\d{4000,}")
_WORD = 2**32  # what is in range modulo 2^64 is the same modulo 2^32
_LOW_DIGITS = 32  # 10^32 is a multiple of 2^32: these decide what is left modulo it
_REAL = re.compile(r"[+-]?\d{0,400}(?:\.\d{0,400}|(?=[eE]))(?:[eE][+-]?\d{1,3})?")
_HEXADECIMAL = re.compile(r"[+-]?0[xX][0-9a-fA-F]{1,64}")
_PATTERN = re.compile(r"(?=[0-9]*[%*_?])[0-9%*_?]+")  # of SQL's LIKE, or of file names
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[,.' _]\d{3})+")


class IdKind(StrEnum):
    """What a path segment is, seen as a ``repository_id``."""

    IN_RANGE = "in range"
    BELOW = "below the minimum"
    ABOVE = "above the maximum"
    EMPTY = "empty"
    NOT_INTEGER = "no integer"
    NOTATION = "an integer in a notation the document is silent about"


def classify(segment: bytes) -> tuple[IdKind, int | None]:
    """Kind and value of a path segment, byte for byte as on the wire.

    Silent are leading zeros, a plus sign and percent-encoded ASCII digits; every other spelling is no integer.
    The value is None where the segment is no integer in the plain decimal notation.
    """
    if not segment:
        return IdKind.EMPTY, None
    if re.fullmatch(rb"0|[1-9][0-9]*", segment):
        return _by_value(segment)
    if re.fullmatch(rb"-[0-9]+", segment):
        return IdKind.BELOW, _number(segment)
    decoded = unquote_to_bytes(segment)
    if re.fullmatch(rb"\+?[0-9]+", decoded):
        return IdKind.NOTATION, None
    return IdKind.NOT_INTEGER, None


def readings(segment: bytes) -> frozenset[int]:
    """Every repository id in range that a plausible server could make of `segment`.

    As it is, modulo 2^32 and 2^64, absolute, truncated, its numeric prefix; percent-decoded once and twice, trimmed,
    unquoted, cut at NUL, as hexadecimal, octal or binary, with an exponent, separators, digits of other scripts.
    Left out are saturation (2147483648 clamped to 2147483647) and the rounding of integers over 2^53: they would
    withhold every id over the maximum, and what they reach is no alias of a repository that anybody uses.
    """
    numbers: set[int] = set()
    for text in _spellings(segment):
        numbers.update(_numbers(text))
    wrapped = {signed % _WORD for number in numbers for signed in (number, -number)}
    return frozenset(number for number in wrapped if MINIMUM <= number <= MAXIMUM)


def matches_many(segment: bytes) -> bool:
    """Whether a segment is a pattern of SQL or of file names that matches several ids in range.

    One that matches a single id, such as the digits of a large one and a star, is among its `readings`.
    """
    once = unquote_to_bytes(segment)
    texts = {raw.decode("latin-1") for raw in (once, unquote_to_bytes(once))}
    return any(_PATTERN.fullmatch(text) and _several(text) for text in texts)


def _several(pattern: str) -> bool:
    shortest = re.sub(r"[%*]", "", pattern)
    least = int("0" + re.sub(r"[_?]", "0", shortest)[:_LOW_DIGITS])
    longer, others = shortest != pattern, re.search(r"[_?]", shortest) is not None
    return (longer and least * 10 <= MAXIMUM) or (others and least <= MAXIMUM and len(shortest) <= len(str(MAXIMUM)))


def _by_value(segment: bytes) -> tuple[IdKind, int | None]:
    value = _number(segment)
    if value is None or value > MAXIMUM:
        return IdKind.ABOVE, value
    return (IdKind.BELOW if value < MINIMUM else IdKind.IN_RANGE), value


def _number(text: bytes) -> int | None:
    return int(text) if len(text) < 4000 else None  # noqa: PLR2004 - int() refuses over 4,300 digits


def _spellings(segment: bytes) -> set[str]:
    once = unquote_to_bytes(segment)
    decoded = {segment, once, unquote_to_bytes(once)}
    texts = {text for raw in decoded for text in (raw.decode("utf-8", "replace"), raw.decode("latin-1"))}
    return texts | {text.strip(_TRIMMED) for text in texts}


def _numbers(text: str) -> set[int]:
    found: set[int] = set()
    whole = text.split("\0", 1)[0].strip().strip("\"'()[]{}<>")
    with contextlib.suppress(ValueError):
        found.add(int(whole, 0))
    with contextlib.suppress(ValueError):
        found.add(int(whole, 8 if whole.startswith("0") else 10))
    if _THOUSANDS.fullmatch(whole):
        found.add(int(re.sub(r"\D", "", whole)))
    if prefix := _PREFIX.match(whole):
        found.add(int(prefix.group()))
    if long := _LONG.match(whole):
        found.add(int(long.group()[-_LOW_DIGITS:]))
    if prefix := _REAL.match(whole):
        with contextlib.suppress(ValueError, OverflowError):
            found.add(int(float(prefix.group())))
    if prefix := _HEXADECIMAL.match(whole):
        found.add(int(prefix.group(), 16))
    return found
