"""Values of parameters: their domains, what a text is by a domain, and how a server might misread it."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

URL_MAXIMUM = 2000
"""Characters of an everyday url; the number is this suite's: browsers and proxies have taken that many for long."""
Identifier = int | str
"""A resource's identifier: a number where the parameter is an integer, else text."""

_PREFIX = re.compile(r"[+-]?\d{1,4000}")  # int() refuses over 4,300 digits
_TRIMMED = "".join(map(chr, range(0x21)))  # what Java's String.trim takes, NUL among it
_LONG = re.compile(r"[+-]?\d{4000,}")
_SIGNED_64 = 2**63  # what the widest integer type that databases and languages share does not hold
_WORD = 2**32  # what is in range modulo 2^64 is the same modulo 2^32
_LOW_DIGITS = 32  # 10^32 is a multiple of 2^32: these decide what is left modulo it
_REAL = re.compile(r"[+-]?\d{0,400}(?:\.\d{0,400}|(?=[eE]))(?:[eE][+-]?\d{1,3})?")
_HEXADECIMAL = re.compile(r"[+-]?0[xX][0-9a-fA-F]{1,64}")
_PATTERN = re.compile(r"(?=[0-9]*[%*_?])[0-9%*_?]+")  # of SQL's LIKE, or of file names
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[,.' _]\d{3})+")
_UNRESERVED = re.compile(rb"[A-Za-z0-9._~-]*")  # RFC 3986 section 2.3
_WILD = re.compile(r"[%*_?]")
_WORDS = ("true", "false")
_LIKE_WORDS = {"true", "false", "yes", "no", "on", "off", "t", "f", "y", "n", "1", "0"}


@dataclass(frozen=True, slots=True)
class Integer:
    """Whole numbers from `minimum` to `maximum`, either of which may be open."""

    minimum: int | None = None
    maximum: int | None = None

    def holds(self, number: int) -> bool:
        """Whether `number` is in range."""
        return not self.below(number) and not self.above(number)

    def below(self, number: int) -> bool:
        """Whether `number` is under the minimum."""
        return self.minimum is not None and number < self.minimum

    def above(self, number: int) -> bool:
        """Whether `number` is over the maximum."""
        return self.maximum is not None and number > self.maximum


@dataclass(frozen=True, slots=True)
class Text:
    """Strings of `shortest` to `longest` characters that match `pattern`, a regular expression of ECMA 262."""

    shortest: int = 0
    longest: int | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Enumeration:
    """One of a few strings."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Boolean:
    """The words true and false."""


Domain = Integer | Text | Enumeration | Boolean


class ValueKind(StrEnum):
    """The kinds of texts as values of a parameter."""

    IN_RANGE = "in range"
    BELOW = "below the minimum"
    ABOVE = "above the maximum"
    EMPTY = "empty"
    NOT_INTEGER = "no integer"
    NOT_BOOLEAN = "neither true nor false"
    NOT_LISTED = "none of the listed values"
    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    OTHER_PATTERN = "not of the documented pattern"
    NOTATION = "in a notation the document is silent about"
    ABSENT = "left out"


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter in a request; `value` is None where it has none in the plain notation."""

    kind: ValueKind
    value: Identifier | None = None


def classify(segment: bytes, domain: Domain) -> Argument:
    """Kind and value of a parameter's text, byte for byte as on the wire.

    Silent are leading zeros, a plus sign, percent-encoded characters that need not be, and other cases of listed
    values; every other spelling of a number is not an integer.
    """
    if not segment:
        return Argument(ValueKind.EMPTY)
    return _integer(segment, domain) if isinstance(domain, Integer) else _text(segment, domain)


def _integer(segment: bytes, domain: Integer) -> Argument:
    if re.fullmatch(rb"0|[1-9][0-9]*", segment):
        return _by_value(_number(segment), domain)
    if re.fullmatch(rb"-[0-9]+", segment):
        if (number := _number(segment)) is None:
            return Argument(ValueKind.NOTATION if domain.minimum is None else ValueKind.BELOW)
        found = _by_value(number, domain)
        return Argument(ValueKind.NOTATION) if re.match(rb"-0", segment) and found.kind is ValueKind.IN_RANGE else found
    if re.fullmatch(rb"\+?[0-9]+", unquote_to_bytes(segment)):
        return Argument(ValueKind.NOTATION)
    return Argument(ValueKind.NOT_INTEGER)


def _by_value(value: int | None, domain: Integer) -> Argument:
    """The kind by value; where a bound is open, the document is silent about what 64 bits do not hold."""
    if value is None:  # of over 4,000 digits
        return Argument(ValueKind.NOTATION if domain.maximum is None else ValueKind.ABOVE)
    if domain.above(value):
        return Argument(ValueKind.ABOVE, value)
    if not domain.below(value) and not -_SIGNED_64 <= value < _SIGNED_64:
        return Argument(ValueKind.NOTATION, value)
    return Argument(ValueKind.BELOW if domain.below(value) else ValueKind.IN_RANGE, value)


def _text(segment: bytes, domain: Domain) -> Argument:
    try:
        text = unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        return Argument(ValueKind.NOTATION)
    kind = _kind_of_text(text, domain)
    plain = _UNRESERVED.fullmatch(segment) or segment == quote(text, safe="").encode()
    if kind is ValueKind.IN_RANGE and not plain:
        return Argument(ValueKind.NOTATION)
    return Argument(kind, text)


def _kind_of_text(text: str, domain: Domain) -> ValueKind:
    if isinstance(domain, Enumeration):
        return _listed(text, domain.values, ValueKind.NOT_LISTED)
    if not isinstance(domain, Text):
        found = _listed(text, _WORDS, ValueKind.NOT_BOOLEAN)
        return ValueKind.NOTATION if found is ValueKind.NOT_BOOLEAN and text.lower() in _LIKE_WORDS else found
    if len(text) < domain.shortest:
        return ValueKind.TOO_SHORT
    if domain.longest is not None and len(text) > domain.longest:
        return ValueKind.TOO_LONG
    if domain.pattern is not None and not re.search(domain.pattern, text):
        return ValueKind.OTHER_PATTERN
    return ValueKind.IN_RANGE


def _listed(text: str, listed: Sequence[str], otherwise: ValueKind) -> ValueKind:
    if text in listed:
        return ValueKind.IN_RANGE
    return ValueKind.NOTATION if like_one_of(text, listed) else otherwise


def like_one_of(value: object, listed: Sequence[object]) -> bool:
    """Whether `value` is a listed text in another case, or with white space around it; lenient readers take it."""
    return isinstance(value, str) and value.strip().lower() in {one.lower() for one in listed if isinstance(one, str)}


def spelt(value: object) -> str:
    """A value of JSON or TOML as the text of a parameter: true and false in small letters."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def readings(segment: bytes, domain: Domain, named: Collection[Identifier] = ()) -> frozenset[Identifier]:
    """Every identifier in range that a plausible server could make of `segment`.

    A text is decoded once and twice, trimmed, and cut at NUL. It is also read in lower and in upper case, which may be
    another's, unless it is one of `named`.

    A number is read as it is, modulo 2^32 and 2^64, absolute, truncated, and by its numeric prefix. Its text is decoded
    once and twice, trimmed, unquoted, and cut at NUL. It may be hexadecimal, octal or binary, with an exponent, with
    separators, or in digits of other scripts.

    Saturation (2^31 clamped to 2^31 - 1) and the rounding of integers over 2^53 are left out. They would withhold every
    id over the maximum, and what they reach is no alias of a resource that anybody uses.
    """
    if not isinstance(domain, Integer):
        once = unquote_to_bytes(segment)
        trimmed = {text.split("\0", 1)[0].strip(_TRIMMED) for text in _spellings(once)}
        cases = {case for text in trimmed - set(named) for case in (text.lower(), text.upper())}
        texts = trimmed | cases
        return frozenset(text for text in texts if text and _kind_of_text(text, domain) is ValueKind.IN_RANGE)
    numbers: set[int] = set()
    for text in _spellings(segment):
        numbers.update(_numbers(text))
    wrapped = {signed % _WORD for number in numbers for signed in (number, -number)}
    unwrapped = {signed for number in numbers for signed in (number, -number)}
    return frozenset(number for number in wrapped | unwrapped if domain.holds(number))


def matches_many(segment: bytes, domain: Domain) -> bool:
    """Whether a segment is a pattern of SQL or of file names, or of both, that matches several identifiers in range.

    One that matches a single number, such as the digits of a large one and a star, is among its `readings`. A percent
    sign and two digits are an escape, and beside another wildcard perhaps a wildcard.
    """
    once = unquote_to_bytes(segment)
    beside = segment if re.search(rb"[*_?]", segment) else once
    texts = {raw.decode("latin-1") for raw in (beside, once, unquote_to_bytes(once))}
    if not isinstance(domain, Integer):
        return any(map(_WILD.search, texts))
    maximum = _WORD - 1 if domain.maximum is None else domain.maximum
    return any(_PATTERN.fullmatch(text) and _several(text, maximum) for text in texts)


def _several(pattern: str, maximum: int) -> bool:
    """Whether the least number of one digit more than the pattern has, or one of other digits, is in range."""
    filled = re.sub(r"[_?]", "0", pattern)
    parts = re.split(r"[%*]", filled)
    places = (("".join(parts[:place]), "".join(parts[place:])) for place in range(1, len(parts)))
    longer = [int(f"{head}{'0' if head else '1'}{tail}"[:_LOW_DIGITS]) for head, tail in places]
    shortest = "".join(parts)
    others = filled != pattern and len(shortest) <= len(str(maximum))
    least = [*longer, *([int(f"0{shortest}"[:_LOW_DIGITS])] if others else [])]
    return any(number <= maximum for number in least)


def _number(text: bytes) -> int | None:
    return int(text) if len(text) < 4000 else None  # noqa: PLR2004 - int() refuses over 4,300 digits


def _spellings(segment: bytes) -> set[str]:
    once = unquote_to_bytes(segment)
    decoded = {segment, once, unquote_to_bytes(once)}
    texts = {text for raw in decoded for text in (raw.decode(errors="replace"), raw.decode("latin-1"))}
    return texts | {text.strip(_TRIMMED) for text in texts}


def _numbers(text: str) -> set[int]:
    found: set[int] = set()
    whole = text.split("\0", 1)[0].strip().strip("\"'()[]{}<>")
    for base in (0, 10, 8) if whole.startswith("0") else (0, 10):
        with contextlib.suppress(ValueError):
            found.add(int(whole, base))
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
