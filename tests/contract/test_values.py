"""A path segment has one kind, and every id that a lenient server may read it as is known."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from conformance.contract.values import ValueKind
from tests.shipped import MAXIMUM, MINIMUM, classify, matches_many, readings

IN_RANGE = st.integers(MINIMUM, MAXIMUM)


@pytest.mark.parametrize(
    ("segment", "kind", "value"),
    [
        pytest.param(b"", ValueKind.EMPTY, None, id="nothing"),
        pytest.param(b"0", ValueKind.BELOW, 0, id="0 (one under the minimum)"),
        pytest.param(b"1", ValueKind.IN_RANGE, 1, id="1 (the minimum)"),
        pytest.param(b"2", ValueKind.IN_RANGE, 2, id="2 (one over the minimum)"),
        pytest.param(b"2147483646", ValueKind.IN_RANGE, MAXIMUM - 1, id="2147483646 (one under the maximum)"),
        pytest.param(b"2147483647", ValueKind.IN_RANGE, MAXIMUM, id="2147483647 (the maximum)"),
        pytest.param(b"2147483648", ValueKind.ABOVE, MAXIMUM + 1, id="2147483648 (one over the maximum)"),
        pytest.param(b"4294967297", ValueKind.ABOVE, 2**32 + 1, id="2^32 + 1"),
        pytest.param(b"9" * 3999, ValueKind.ABOVE, int("9" * 3999), id="3,999 digits (the longest with a value)"),
        pytest.param(b"9" * 4000, ValueKind.ABOVE, None, id="4,000 digits"),
        pytest.param(b"9" * 100_000, ValueKind.ABOVE, None, id="100,000 digits"),
        pytest.param(b"-1", ValueKind.BELOW, -1, id="-1"),
        pytest.param(b"-0", ValueKind.BELOW, 0, id="-0"),
        pytest.param(b"-" + b"9" * 4000, ValueKind.BELOW, None, id="4,000 digits, negative"),
        pytest.param(b"01", ValueKind.NOTATION, None, id="a leading zero"),
        pytest.param(b"00", ValueKind.NOTATION, None, id="two zeros"),
        pytest.param(b"+1", ValueKind.NOTATION, None, id="a plus sign"),
        pytest.param(b"%2B1", ValueKind.NOTATION, None, id="an encoded plus sign"),
        pytest.param(b"%31", ValueKind.NOTATION, None, id="an encoded digit"),
        pytest.param(b"%2531", ValueKind.NOT_INTEGER, None, id="a digit encoded twice"),
        pytest.param(b"1.0", ValueKind.NOT_INTEGER, None, id="a decimal"),
        pytest.param(b"1e0", ValueKind.NOT_INTEGER, None, id="an exponent"),
        pytest.param(b"0x1", ValueKind.NOT_INTEGER, None, id="hexadecimal"),
        pytest.param(b"1_000", ValueKind.NOT_INTEGER, None, id="an underscore"),
        pytest.param(b"1\n", ValueKind.NOT_INTEGER, None, id="a line feed after it"),
        pytest.param(b"1%0A", ValueKind.NOT_INTEGER, None, id="an encoded line feed after it"),
        pytest.param(b"%20" + b"1", ValueKind.NOT_INTEGER, None, id="a space before it"),
        pytest.param(quote("\uff11").encode(), ValueKind.NOT_INTEGER, None, id="a full-width digit"),
        pytest.param(b"--1", ValueKind.NOT_INTEGER, None, id="two minus signs"),
        pytest.param(b"+-1", ValueKind.NOT_INTEGER, None, id="a plus and a minus sign"),
        pytest.param(b"abc", ValueKind.NOT_INTEGER, None, id="a word"),
        pytest.param(b"\xff", ValueKind.NOT_INTEGER, None, id="a byte over 127"),
    ],
)
def test_segments_are_told_apart(segment: bytes, kind: ValueKind, value: int | None) -> None:
    """Each segment has one kind, and a value where it is a plain decimal that can be read."""
    assert classify(segment) == (kind, value)


@given(st.binary())
def test_every_segment_has_a_kind(segment: bytes) -> None:
    """Any bytes have a kind, and a value of that kind or none."""
    kind, value = classify(segment)
    if kind is ValueKind.IN_RANGE:
        assert value is not None
        assert MINIMUM <= value <= MAXIMUM
        assert str(value).encode() == segment
    elif value is not None:
        assert kind is (ValueKind.BELOW if value < MINIMUM else ValueKind.ABOVE)


@given(st.binary() | st.text("0123456789+-.eExX%_, ").map(str.encode))
def test_readings_are_in_range_whatever_the_segment(segment: bytes) -> None:
    """Any bytes have readings, all of them in range, and nothing is raised."""
    assert all(MINIMUM <= number <= MAXIMUM for number in readings(segment))


def _percent(text: str) -> str:
    return "".join(f"%{ord(character):02X}" for character in text)


SPELLINGS = {
    "as it is": str,
    "with leading zeros": lambda n: f"000{n}",
    "after a zero and an underscore": lambda n: f"0_{n}",
    "with a plus sign": lambda n: f"+{n}",
    "negative": lambda n: f"-{n}",
    "plus 2^32": lambda n: str(n + 2**32),
    "less 2^32": lambda n: str(n - 2**32),
    "plus 7 times 2^32": lambda n: str(n + 7 * 2**32),
    "plus 2^64": lambda n: str(n + 2**64),
    "less 2^64": lambda n: str(n - 2**64),
    "plus 2^14000, of over 4,000 digits": lambda n: "1" + f"{n + 2**64:0>4300}",
    "with .0": lambda n: f"{n}.0",
    "with .999": lambda n: f"{n}.999",
    "with a point": lambda n: f"{n}.",
    "with e0": lambda n: f"{n}e0",
    "in scientific notation": lambda n: f"{n:.10e}",
    "in hexadecimal": hex,
    "in hexadecimal, followed by letters": lambda n: f"{n:#x}zz",
    "in octal": oct,
    "in octal, as C has it": lambda n: f"0{n:o}",
    "in binary": bin,
    "with separators": lambda n: f"{n:,}",
    "with underscores": lambda n: f"{n:_}",
    "followed by letters": lambda n: f"{n}abc",
    "followed by a matrix parameter": lambda n: f"{n};v=1",
    "followed by SQL": lambda n: quote(f"{n} OR 1=1"),
    "followed by NUL and more": lambda n: f"{n}%00.git",
    "after NUL, which Java trims": lambda n: f"%00{n}",
    "with spaces around": lambda n: f"%20{n}%20",
    "with a no-break space before": lambda n: f"%C2%A0{n}",
    "with a line feed after": lambda n: f"{n}%0A",
    "in quotation marks": lambda n: f"%22{n}%22",
    "in brackets": lambda n: f"%5B{n}%5D",
    "percent-encoded": lambda n: _percent(str(n)),
    "percent-encoded twice": lambda n: _percent(_percent(str(n))),
    "in full-width digits": lambda n: quote("".join(chr(ord(digit) + 0xFEE0) for digit in str(n))),
    "in Arabic-Indic digits": lambda n: quote("".join(chr(ord(digit) + 0x630) for digit in str(n))),
    "twice, with a comma": lambda n: f"{n},{n}",
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
@given(number=IN_RANGE)
@example(number=MINIMUM)
@example(number=MAXIMUM)
@example(number=2112029391)
def test_readings_contain_the_number_however_it_is_spelt(spelling, number: int) -> None:  # noqa: ANN001 - a row above
    """A spelling that a lenient server takes for an id has that id among its readings."""
    assert number in readings(spelling(number).encode())


@pytest.mark.parametrize(
    "segment",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"0", id="0"),
        pytest.param(b"-0", id="-0"),
        pytest.param(b"2147483648", id="2147483648 (one over the maximum)"),
        pytest.param(b"-2147483648", id="-2^31"),
        pytest.param(b"4294967296", id="2^32"),
        pytest.param(b"18446744073709551616", id="2^64"),
        pytest.param(b"0.5", id="0.5"),
        pytest.param(b"abc", id="a word"),
        pytest.param(b"NaN", id="NaN"),
        pytest.param(b"1e999"[1:], id="an exponent without a number"),
        pytest.param(b"%FF%FE", id="bytes that are not UTF-8"),
    ],
)
def test_what_reaches_nothing_has_no_readings(segment: bytes) -> None:
    """A segment that no plausible server takes for an id in range has no readings."""
    assert readings(segment) == frozenset()


@pytest.mark.parametrize(
    ("segment", "numbers"),
    [
        pytest.param("5", {5}, id="itself"),
        pytest.param("-5", {5}, id="negative"),
        pytest.param("4294967301", {5}, id="2^32 + 5"),
        pytest.param("4294967291", {5}, id="2^32 - 5"),
        pytest.param("-4294967291", {5}, id="5 - 2^32"),
        pytest.param("18446744073709551611", {5}, id="2^64 - 5"),
        pytest.param("2147483649", {MAXIMUM}, id="2^31 + 1, which is negative in 32 bits"),
        pytest.param("010", {8, 10}, id="a leading zero: octal or decimal"),
        pytest.param("10", {10}, id="no leading zero"),
        pytest.param("-08_9", {8, 89}, id="a minus sign, a leading zero and an underscore"),
        pytest.param("08", {8}, id="a leading zero and no octal digit"),
        pytest.param("0o17", {15}, id="octal"),
        pytest.param("0b101", {5}, id="binary"),
        pytest.param("0x1f", {31}, id="hexadecimal"),
        pytest.param("0X1F", {31}, id="hexadecimal in capitals"),
        pytest.param("-0x1fzz", {31}, id="hexadecimal, negative and followed by letters"),
        pytest.param("0x1_f", {1, 31}, id="hexadecimal with an underscore"),
        pytest.param("1_000", {1, 1000}, id="an underscore"),
        pytest.param("1,234", {1, 1234}, id="a comma"),
        pytest.param("1.234", {1, 1234}, id="a point: a fraction or thousands"),
        pytest.param("1'234", {1, 1234}, id="an apostrophe"),
        pytest.param("1%20234", {1, 1234}, id="a space"),
        pytest.param("12,345,678", {12, 12345678}, id="two commas"),
        pytest.param("1,23", {1}, id="a comma that separates no thousands"),
        pytest.param("1234,567", {1234}, id="a comma too late"),
        pytest.param("1.9", {1}, id="a fraction, truncated"),
        pytest.param(".5e1", {5}, id="a fraction with an exponent"),
        pytest.param("1e3", {1, 1000}, id="an exponent"),
        pytest.param("1E+3", {1, 1000}, id="an exponent in capitals, with a sign"),
        pytest.param("15e-1", {1, 15}, id="a negative exponent, truncated"),
        pytest.param("(7)", {7}, id="in parentheses"),
        pytest.param("%A07", {7}, id="a no-break space in latin-1"),
        pytest.param("%007", {7}, id="after NUL"),
        pytest.param("0b101%00x%00y", {5}, id="binary, and NUL twice"),
        pytest.param("X7", set(), id="after a letter"),
        pytest.param("!7", set(), id="after an exclamation mark, which nobody trims"),
    ],
)
def test_a_spelling_reaches_these_and_no_others(segment: str, numbers: set[int]) -> None:
    """A reading too many would withhold a probe that harms nobody."""
    assert readings(segment.encode()) == numbers


def test_a_number_that_no_float_holds_is_read_by_its_prefix() -> None:
    """1e999 is infinite for a float; its prefix is 1."""
    assert readings(b"1e999") == {1}


def test_the_low_bits_of_a_very_long_number_are_exact() -> None:
    """Of 5,000 digits the last 64 decide what is left modulo 2^64."""
    number = 456 + 2**64 * 10**4990
    assert 456 in readings(_decimal(number))


def _decimal(number: int) -> bytes:
    """The decimal digits of a number over the limit of str()."""
    high, low = divmod(number, 10**4000)
    return f"{high}{low:04000d}".encode()


def test_kinds_have_the_words_of_recorded_traffic() -> None:
    """They stand in traffic.har, which may be judged again by a later version."""
    assert [*ValueKind] == [
        "in range", "below the minimum", "above the maximum", "empty", "no integer",
        "neither true nor false", "none of the listed values", "too short", "too long", "not of the documented pattern",
        "in a notation the document is silent about", "left out",
    ]  # fmt: skip


PATTERNS = {
    "%": True, "*": True, "%25": True, "%2525": True, "**": True, "1%": True, "123*": True, "_": True, "____": True,
    "%3F": True, "211202939_": True, "21120293_%25": True, "2_": True, "%391": False, "2%2591": True, "_1": True,
    "2112029391%": False, "2112029391%25": False, "2112029391*": False, "214748365%25": False, "214748364%25": True,
    "___________": False, "2_112029391": False, "999999999_": False, "214748364_": True, "2112029391": False,
    "2*20000000": True, "2%2520000000": True, "*2112029391": False, "211202_*9391": False, "%94*": True, "%94": False,
    "abc*": False, "1-*": False, "": False, "2112029391%zz": False,
}  # fmt: skip


def test_patterns_that_match_several_ids_are_told() -> None:
    """Those of SQL and of file names; a large id and a star matches that id alone."""
    wrong = {text for text, many in PATTERNS.items() if matches_many(text.encode()) is not many}
    assert wrong == set()


@st.composite
def patterns(draw: st.DrawFn) -> tuple[str, int, int]:
    """A pattern and two ids in range that it matches, each sign filled in once for each of them."""
    digit, digits = st.sampled_from("0123456789"), st.text("0123456789", max_size=4)
    some = {"%": digits, "*": digits, "_": digit, "?": digit}
    signs = draw(st.text("0123456789%*_?", min_size=1, max_size=10).filter(lambda text: not text.isdigit()))
    one, other = ("".join(draw(some[sign]) if sign in some else sign for sign in signs) for _ in range(2))
    assume(one != other and all(re.fullmatch("[1-9][0-9]*", text) and int(text) <= MAXIMUM for text in (one, other)))
    return signs, int(one), int(other)


@example(("%94*", 194, 51_474_940))
@example(("%39*", 39, 390))
@given(patterns())
def test_patterns_that_match_two_ids_are_told(found: tuple[str, int, int]) -> None:
    """Any pattern that matches two ids in range is told percent-encoded. It is as it is too, unless it is an escape."""
    pattern, _, _ = found
    assert matches_many(pattern.replace("%", "%25").replace("?", "%3F").encode())
    if not re.search("%[0-9]{2}", pattern) or re.search("[*_?]", pattern):
        assert matches_many(pattern.encode())
