"""Values of an integer parameter: its edges, common limits of programs, aliases, look-alikes of numbers, patterns.

Values out of contract are made of the description's value. Only a target that misreads one reaches a resource, and that
is the description's.
"""

from __future__ import annotations

import struct
from base64 import b64encode
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from conformance.plan.probe import Profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.values import Integer

_DEEP, _STANDARD = Profile.DEEP, Profile.STANDARD
_NAMES = {-1: "minus-one", 0: "zero", 2: "two"}
_ALIKE = {
    "2^32", "alias.2^53", "negative.2^31", "negative.alias.2^64", "minus-zero",
    "hexadecimal.bare", "range", "true", "exponent", "with-suffix.double",
    "nul.extension", "minus-sign", "nan", "minus", "dot", "encoded-slash", "plus-sign",
    "bracketed", "numeral", "colon", "decimal.small", "exponent.scientific", "negative.2^31+1", "negative.2^63",
    "negative.2^63+1", "over.two", "alias.2^33", "2^53+1", "2^63", "2^64", "20-digits", "200-digits",
    "decimal.comma", "followed-by-zeros", "with-underscores",
    "exponent.capital", "hexadecimal.capital", "parenthesised", "nul.before",
    "undefined", "encoded-hash", "leading-zeros", "plus-sign.encoded", "percent-encoded",
}  # fmt: skip
"""Values that few servers answer unlike their neighbours; the deep profile sends them."""
_WORDS = ("me", "all", "new", "mine", "first", "last", "any", "own", "my")
_USUAL_WORDS = ("self", "current", "latest")
_NEAR = 10  # how far from a power of two a number is named after it


class Row(NamedTuple):
    """A value of a parameter, byte for byte: its name in a probe's id, and words for it.

    `number` is that of an integer which is not made of the description's value.
    """

    name: str
    segment: bytes
    words: str
    profile: Profile = Profile.STANDARD
    number: int | None = None


def _fixed(number: int, words: str = "", profile: Profile = _STANDARD, name: str = "") -> Row:
    shown = f"{number} ({words})" if words else str(number)
    return Row(name or _named(number), str(number).encode(), shown, profile, number)


def _named(number: int) -> str:
    """The name of a number: a power of two and a little more or less, else its digits."""
    for exponent in range(7, 66):
        if abs(number - 2**exponent) <= min(_NEAR, 2 ** (exponent - 4)):
            rest = number - 2**exponent
            return f"2^{exponent}{f'{rest:+d}' if rest else ''}"
    return _NAMES.get(number, str(number))


def edges(domain: Integer) -> dict[str, Row]:
    """The bounds and the numbers beside them, as far as they are in range; the keys are words of clauses."""
    least, most = domain.minimum, domain.maximum
    found: dict[str, Row] = {}
    if least is not None:
        found["minimum"] = _fixed(least, "the minimum", name="minimum")
        found["second"] = _fixed(least + 1, "one over the minimum")
    if most is not None:
        found["last but one"] = _fixed(most - 1, "one under the maximum")
        found["maximum"] = _fixed(most, "the maximum", name="maximum")
    seen: set[int | None] = set()
    return {key: row for key, row in found.items() if domain.holds(row.number or 0) and not _repeated(row, seen)}


def _repeated(row: Row, seen: set[int | None]) -> bool:
    """Whether a fixed number has been seen before; it is, from now on."""
    if row.number is None:
        return False
    repeated = row.number in seen
    seen.add(row.number)
    return repeated


def numbers_in_range(domain: Integer) -> Iterator[Row]:
    """Fixed numbers that a narrower range would leave out; the edges are not among them."""
    most = domain.maximum
    under = [(9, "nine", _STANDARD), (7, "seven", _DEEP), (2, "two", _DEEP)]
    near = [] if most is None else [_fixed(most - less, f"{word} under the maximum", how) for less, word, how in under]
    rows = (
        _fixed(9, "the last of one digit"),
        _fixed(2**24, "2^24, where float32 loses integers", _DEEP),
        _fixed(2**24 + 1, "no float32"),
        *near[:1],
        _fixed(3, "", _DEEP),
        _fixed(10, "", _DEEP),
        _fixed(100, "", _DEEP),
        _fixed(2**7 - 1, "the maximum of int8", _DEEP),
        _fixed(2**7, "one over int8", _DEEP),
        _fixed(2**8, "one over uint8", _DEEP),
        _fixed(2**15 - 1, "the maximum of int16", _DEEP),
        _fixed(2**15, "one over int16", _DEEP),
        _fixed(2**16 - 1, "the maximum of uint16", _DEEP),
        _fixed(2**16, "one over uint16"),
        _fixed(2**23, "2^23", _DEEP),
        _fixed(999_999, "the last of six digits", _DEEP),
        _fixed(999_999_999, "the last of nine digits", _DEEP),
        _fixed(2**30 - 1, "2^30 - 1", _DEEP),
        _fixed(2**30, "2^30"),
        *near[1:],
        _fixed(2**31 - 1, "the maximum of int32"),
        _fixed(2**31, "one over int32"),
        *_limits(),
        _fixed(0),
        _fixed(-1),
        _fixed(-(2**31), "-2^31", name="negative.2^31"),
    )
    seen: set[int | None] = {row.number for row in edges(domain).values()}
    for row in rows:
        if domain.holds(row.number or 0) and not _repeated(row, seen):
            yield row


def _limits() -> tuple[Row, ...]:
    """Numbers over 2^31 that are limits of programs, in ascending order."""
    return (
        _fixed(2**32 - 1, "the maximum of uint32"),
        Row("2^32", b"4294967296", "4294967296 (2^32)", number=2**32),
        Row("2^53+1", b"%d" % (2**53 + 1), "2^53 + 1 (no float64)", number=2**53 + 1),
        Row("2^63-1", b"%d" % (2**63 - 1), "2^63 - 1 (the maximum of int64)", number=2**63 - 1),
        Row("2^63", b"%d" % 2**63, "2^63", number=2**63),
        Row("2^64", b"%d" % 2**64, "2^64", number=2**64),
    )


def out_of_contract(value: int, domain: Integer, name: str, of: str) -> Iterator[Row]:
    """Numbers under and over the range, look-alikes of numbers, and notations; `of` names `value` in words.

    With wide or open bounds such a value may be in range; its kind decides the clause.
    """
    seen = {row.number for row in (*edges(domain).values(), *numbers_in_range(domain))}
    for row in (*_below(value, domain, of), *_above(value, domain, of)):
        if (row.number is None or not domain.holds(row.number)) and not _repeated(row, seen):
            yield row._replace(profile=_DEEP if row.name in _ALIKE else row.profile)
    for made, segment, words in (*_look_alikes(value, name), *_notations(value)):
        yield Row(made, segment.encode("ascii"), words, _DEEP if made in _ALIKE else _STANDARD)


def _below(r: int, domain: Integer, of: str) -> Iterator[Row]:
    if domain.minimum is not None:
        under = domain.minimum - 1
        yield _fixed(under, "one under the minimum", name=_NAMES.get(under, "under"))
    yield _fixed(0)
    yield Row("minus-zero", b"-0", "-0")
    yield _fixed(-1)
    yield Row("negative", str(-r).encode(), f"{of}, negative")
    yield _fixed(-(2**31), "-2^31", name="negative.2^31")
    yield _fixed(-(2**31) - 1, "one under int32", name="negative.2^31+1")
    yield Row("negative.alias.2^32", str(r - 2**32).encode(), f"{of} less 2^32 (the same as int32)")
    yield Row("negative.alias.2^64", str(r - 2**64).encode(), f"{of} less 2^64 (the same as int64)")
    yield Row("negative.2^63", str(-(2**63)).encode(), "-2^63", number=-(2**63))
    yield Row("negative.2^63+1", str(-(2**63) - 1).encode(), "one under int64", number=-(2**63) - 1)


def _above(r: int, domain: Integer, of: str) -> Iterator[Row]:
    if domain.maximum is not None:
        yield _fixed(domain.maximum + 1, "one over the maximum", name="over")
        yield _fixed(domain.maximum + 2, "two over the maximum", name="over.two")
        if domain.maximum < 2**31 - 1:
            yield _fixed(2**31 - 1, "the maximum of int32")
            yield _fixed(2**31, "one over int32")
    limits = {row.name: row for row in _limits()}
    yield from (limits["2^32-1"], limits["2^32"])
    yield Row("alias.2^31", str(r + 2**31).encode(), f"{of} plus 2^31 (the same but for the sign bit)")
    yield Row("alias.2^32", str(r + 2**32).encode(), f"{of} plus 2^32 (the same as uint32)")
    yield Row("alias.2^33", str(r + 2**33).encode(), f"{of} plus 2^33")
    tens = r + 2**32 * 5**10  # a multiple of 10^10, and of 2^32: whoever wraps finds the same resource
    yield Row("alias.10^10", str(tens).encode(), f"{of} plus a multiple of 10^10 (its last ten digits)")
    yield Row("alias.2^53", str(r + 2**53).encode(), f"{of} plus 2^53 (where float64 loses integers)")
    yield from (limits["2^53+1"], limits["2^63-1"], limits["2^63"], limits["2^64"])
    yield Row("alias.2^64", str(r + 2**64).encode(), f"{of} plus 2^64 (the same as uint64)")
    if domain.maximum is not None:
        yield Row("followed-by-zeros", _over(r or 1, domain.maximum).encode(), f"{of}, followed by zeros")
        longer = _followed(r, domain.maximum).encode()
        yield Row("followed-by-digits", longer, f"{of}, followed by digits (the same as uint32)")
    yield Row("20-digits", b"9" * 20, "of 20 nines")
    yield Row("200-digits", b"9" * 200, "of 200 digits")
    yield Row("5000-digits", b"9" * 5000, "of 5,000 digits")


def _over(r: int, maximum: int) -> str:
    """`r` followed by as few zeros as make it too large, one at least."""
    made = f"{abs(r)}0"
    while int(made) <= maximum:
        made += "0"
    return made


def _followed(r: int, maximum: int) -> str:
    """`r` followed by as many digits, ten at least, as make it too large, and the same as `r` modulo 2^32.

    Cut after the digits of `r`, or wrapped, it names the same resource.
    """
    begin, places = abs(r) or 1, max(10, len(str(maximum)))
    return str(begin * 10**places + (r - begin * 10**places) % 2**32)


def _look_alikes(r: int, name: str) -> Iterator[tuple[str, str, str]]:
    digits = str(r)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in digits)
    arabic = "".join(chr(ord(digit) - 0x30 + 0x660) for digit in digits)
    places = len(digits.lstrip("-")) - 1
    yield from (
        ("decimal", f"{r}.5", "with a decimal"),
        ("decimal.zero", f"{r}.0", "with .0"),
        ("decimal.point", f"{r}.", "with a trailing point"),
        ("decimal.comma", f"{r},5", "with a decimal comma"),
        ("decimal.small", "0.5", "0.5"),
        ("exponent", f"{r}e0", "with an exponent"),
        ("exponent.capital", f"{r}E0", "with an exponent, E"),
        ("exponent.scientific", f"{r / 10**places:.{places}f}e{places}", "in scientific notation"),
        ("hexadecimal", f"0x{r:x}", "in hexadecimal, 0x"),
        ("hexadecimal.bare", f"{r:x}h" if f"{r:x}".isdigit() else f"{r:x}", "in hexadecimal, without 0x"),
        ("hexadecimal.capital", f"0X{r:X}", "in hexadecimal, 0X"),
        ("octal", f"0o{r:o}", "in octal, 0o"),
        ("binary", f"0b{r:b}", "in binary, 0b"),
        ("with-letters", f"{r}abc", "followed by letters"),
        ("json", f"{r}.json", "with the suffix of JSON"),
        ("double-encoded", "".join(f"%25{ord(digit):02X}" for digit in digits), "in digits that are encoded twice"),
        ("with-suffix", f"{r}L", "with the suffix of a long"),
        ("with-suffix.float", f"{r}f", "with the suffix of a float"),
        ("with-suffix.double", f"{r}d", "with the suffix of a double"),
        ("with-underscores", f"{digits[0]}_{digits[1:] or 0}", "with an underscore between digits"),
        ("with-underscores.zero", f"0_{digits}", "after a zero and an underscore"),  # a prefix of it names nothing
        ("with-separators", f"{r:,}" if r > 999 else f"{r},", "with separators of thousands"),  # noqa: PLR2004 - as it says
        ("with-letters.before", f"a{r}", "with a letter before it"),
        ("colon", f"{r}:x", "followed by a colon and a letter"),
        ("quoted", quote(f'"{r}"'), "in quotation marks"),
        ("bracketed", quote(f"[{r}]"), "in brackets"),
        ("parenthesised", quote(f"({r})"), "in parentheses"),
        ("list", f"{r},{r}", "twice, with a comma"),
        ("range", f"{r}-{r}", "as a range"),
        ("plus-sum", f"{r}+0", "as a sum"),
        ("space.before", f"%20{r}", "with a space before it"),
        ("space.after", f"{r}%20", "with a space after it"),
        ("tab.after", f"{r}%09", "with a tab after it"),
        ("newline.after", f"{r}%0A", "with a line feed after it"),
        ("carriage-return.after", f"{r}%0D", "with a carriage return after it"),
        ("no-break-space.before", f"%C2%A0{r}", "with a no-break space before it"),
        ("zero-width.after", f"{r}%E2%80%8B", "with a zero-width space after it"),
        ("nul.after", f"{r}%00", "with NUL after it"),
        ("nul.before", f"%00{r}", "with NUL before it"),
        ("nul.extension", f"{r}%00.git", "with NUL and more after it"),
        ("full-width-digits", quote(wide), "in full-width digits"),
        ("arabic-digits", quote(arabic), "in Arabic-Indic digits"),
        ("superscript", quote(f"{r}²"), "with a superscript digit"),
        ("numeral", quote("①"), "that is a number in a circle"),
        ("blank", "%20", "that is a space"),
        ("minus-sign", quote("\u2212") + digits, "with a Unicode minus sign"),
        ("word", "default", "that is a word"),
        ("null", "null", "null"),
        ("undefined", "undefined", "undefined"),
        ("true", "true", "true"),
        ("nan", "NaN", "NaN"),
        ("infinity", "Infinity", "Infinity"),
        ("placeholder", quote(f"{{{name}}}"), "that is the placeholder"),
        ("star", "*", "that is a star"),
        ("minus", "-", "that is a minus sign"),
        ("dot", ".%00", "that is a dot and NUL"),
        ("invalid-utf-8", "%FF%FE", "that is not UTF-8"),
        ("bad-percent", f"{r}%zz", "followed by a bad percent-encoding"),
        ("sql", quote(f"{r} OR 1=0"), "followed by SQL"),
        ("matrix", f"{r};v=1", "with a matrix parameter"),
        ("encoded-slash", f"{r}%2F", "followed by an encoded slash"),
        ("encoded-path", f"{r}%2F..%2F{r}", "with an encoded path"),
        ("encoded-question-mark", f"{r}%3Fa=b", "followed by an encoded question mark"),
        ("encoded-hash", f"{r}%23", "followed by an encoded hash"),
    )


def _notations(r: int) -> tuple[tuple[str, str, str], ...]:
    digits = str(r)
    return (
        ("leading-zero", f"0{r}", "with a leading zero"),
        ("leading-zeros", f"0000000000{r}", "with ten leading zeros"),
        ("leading-zero.octal", f"0{abs(r):o}", "in octal, with a leading zero"),
        ("plus-sign", f"+{r}", "with a plus sign"),
        ("plus-sign.encoded", f"%2B{r}", "with an encoded plus sign"),
        ("percent-encoded", "".join(f"%{ord(digit):02X}" for digit in digits), "in percent-encoded digits"),
        ("percent-encoded.one", f"%{ord(digits[0]):02X}{digits[1:]}", "with one percent-encoded digit"),
    )


def lookups(value: int, name: str) -> Iterator[Row]:
    """Texts with a meaning to a database or a program: patterns, expressions, comments.

    A pattern matches the value and no other, where that can be. `name` is the parameter's.
    """
    r = str(value)
    standard = (
        ("like.any", f"{r}%25", "followed by what matches anything in SQL"),
        ("apostrophe", f"{r}%27", "followed by an apostrophe"),
        ("sql.string", quote(f"{r}' AND '1'='1"), "followed by an apostrophe and SQL"),
        ("sql.comment", f"{r}--", "followed by a comment of SQL"),
        *((f"word.{word}", word, f"that is {word}") for word in _USUAL_WORDS),
        ("name.id", ":id", "that is id after a colon"),
        ("slug", f"{r}-name", "followed by a name"),
        ("suffix", f"{r}.git", "with the suffix of Git"),
        ("signs", f"{r}!$&()+=@~%09%0D%5C%5E%60%7C", "followed by signs"),
        ("odd-letters", r + quote("\u2212\u00a0\u0661\u0301\u0130"), "followed by signs and spaces beyond ASCII"),
    )
    deep = (
        ("sql.block-comment", quote(f"{r}/**/", safe="*"), "followed by a comment of SQL in stars"),
        ("like.one", f"{r[:-1]}_", "with what matches one character in SQL for its last digit"),
        *((f"word.{word}", word, f"that is {word}") for word in _WORDS),
        ("name", name, "that is the parameter's name"),
        ("name.colon", f":{name}", "that is the parameter's name after a colon"),
        ("name.id.angle-bracketed", quote("<id>"), "that is id in angle brackets"),
        ("name.angle-bracketed", quote(f"<{name}>"), "that is the parameter's name in angle brackets"),
        ("namespaced", f"group%2F{r}", "after a group and an encoded slash"),
        ("home", "~", "that is a tilde"),
        ("uuid", "5f0c3b9a-6d1e-4b8e-9c57-0a2d3e4f5a6b", "that is a UUID"),
        ("base64", quote(b64encode(r.encode()).decode(), safe="=+"), "in base64"),
        ("labelled", f"id:{r}", "after its label"),
        ("branch", f"{r}@main", "followed by an at sign and a name"),
        ("at-sign", f"@{r}", "after an at sign"),
        ("hash-sign", f"%23{r}", "after an encoded hash sign"),
        ("glob.any", f"{r}*", "followed by a star"),
        ("expression", quote(f"^{r}$"), "as a regular expression"),
        ("tilde", f"~{r}", "after a tilde"),
        ("glob.one", f"{r[:-1]}%3F", "with an encoded question mark for its last digit"),
        ("glob.set", f"%5B{r[0]}%5D{r[1:]}", "with its first digit in brackets"),
        ("quotation-mark", f"{r}%22", "followed by a quotation mark"),
        ("backslash", f"{r}%5C", "followed by a backslash"),
        ("sql.semicolon", f"{r}%3B", "followed by an encoded semicolon"),
        ("sql.cast", f"{r}::int", "with a cast of SQL"),
        ("or", f"{r}%7C{r}", "twice, with a vertical bar"),
    )
    for rows, profile in ((standard, _STANDARD), (deep, _DEEP)):
        yield from (Row(name, segment.encode("ascii"), words, profile) for name, segment, words in rows)


def float32_neighbour(number: int, domain: Integer) -> int:
    """The integer beside `number` that float32 makes the same, where there is one; it is in range."""
    above = domain.holds(number + 1) and _float32(number + 1) == _float32(number)
    return number + 1 if above or not domain.holds(number - 1) else number - 1


def _float32(number: int) -> float:
    return float(struct.unpack("f", struct.pack("f", number))[0])
