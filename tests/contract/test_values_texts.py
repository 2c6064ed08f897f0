"""Values of texts, lists and booleans, and of integers without a bound: their kinds, and how they may be misread."""

from __future__ import annotations

import pytest

from conformance.contract.values import (
    URL_MAXIMUM,
    Argument,
    Boolean,
    Domain,
    Enumeration,
    Integer,
    Text,
    ValueKind,
    classify,
    like_one_of,
    matches_many,
    readings,
)

BOUNDED, HEX, SIDES = Text(2, 4), Text(1, None, "^[0-9a-f]+$"), Enumeration(("north", "South"))


@pytest.mark.parametrize(
    ("domain", "kinds"),
    [
        (BOUNDED, {"a": "TOO_SHORT", "ab": "IN_RANGE", "abcd": "IN_RANGE", "abcde": "TOO_LONG", "": "EMPTY"}),
        (BOUNDED, {"a-._~"[1:5]: "IN_RANGE", "a%20b": "IN_RANGE", "%C3%A9b": "IN_RANGE", "é": "TOO_SHORT"}),
        (Text(), {"a": "IN_RANGE", "a" * 5000: "IN_RANGE", "": "EMPTY"}),
        (HEX, {"0f": "IN_RANGE", "0F": "OTHER_PATTERN", "g": "OTHER_PATTERN", "%20": "OTHER_PATTERN"}),
        (Text(1, None, "a"), {"bab": "IN_RANGE", "b": "OTHER_PATTERN"}),
        (SIDES, {"north": "IN_RANGE", "South": "IN_RANGE", "east": "NOT_LISTED", "nort": "NOT_LISTED"}),
        (Boolean(), {"true": "IN_RANGE", "false": "IN_RANGE", "maybe": "NOT_BOOLEAN", "2": "NOT_BOOLEAN"}),
    ],
)
def test_texts_are_told_apart_by_their_domain(domain: Domain, kinds: dict[str, str]) -> None:
    """By length in characters, pattern, list or word; the value is the decoded text."""
    decoded = {"a%20b": "a b", "%C3%A9b": "éb", "%20": " "}
    for text, kind in kinds.items():
        value = decoded.get(text, text) if text else None
        assert classify(text.encode(), domain) == Argument(ValueKind[kind], value), text


@pytest.mark.parametrize(
    ("domain", "segment", "value"),
    [
        pytest.param(BOUNDED, b"%61b", None, id="a letter that need not be encoded"),
        pytest.param(BOUNDED, b"%c3%a9b", None, id="an escape in lower case"),
        pytest.param(BOUNDED, b"a:b", None, id="a colon that is not encoded"),
        pytest.param(BOUNDED, b"\xffa", None, id="bytes that are no UTF-8"),
        pytest.param(BOUNDED, b"%FFa", None, id="escapes that are no UTF-8"),
        pytest.param(SIDES, b"%6Eorth", None, id="a listed value with an escape"),
        pytest.param(SIDES, b"NORTH", "NORTH", id="capitals"),
        pytest.param(SIDES, b"south", "south", id="small letters"),
        pytest.param(SIDES, b"%20north", " north", id="white space before it"),
        *(
            pytest.param(Boolean(), word.encode(), word, id=word)
            for word in ("True", "FALSE", "YES", "no", "On", "off", "t", "F", "y", "N", "1", "0")
        ),
        pytest.param(Integer(1, None), str(2**63).encode(), 2**63, id="more than 64 bits, without a maximum"),
        pytest.param(Integer(1, None), b"9" * 4000, None, id="4,000 digits, without a maximum"),
        pytest.param(Integer(None, 1), str(-(2**63) - 1).encode(), -(2**63) - 1, id="less, without a minimum"),
        pytest.param(Integer(None, 1), b"-" + b"9" * 4000, None, id="4,000 digits, without a minimum"),
        pytest.param(Integer(), b"-0", None, id="minus 0, without bounds"),
        pytest.param(Integer(), b"-07", None, id="minus 7 with a leading zero"),
    ],
)
def test_spellings_that_nothing_is_said_of_are_a_notation(
    domain: Domain, segment: bytes, value: int | str | None
) -> None:
    """A server may take them or not; the value is told where the text is plain."""
    assert classify(segment, domain) == Argument(ValueKind.NOTATION, value)


@pytest.mark.parametrize(
    ("domain", "segment", "kind"),
    [
        (Integer(1, None), b"0", ValueKind.BELOW),
        (Integer(1, None), b"-00", ValueKind.BELOW),
        (Integer(1, None), str(2**63 - 1).encode(), ValueKind.IN_RANGE),
        (Integer(None, 1), str(-(2**63)).encode(), ValueKind.IN_RANGE),
        (Integer(None, 1), b"2", ValueKind.ABOVE),
        (Integer(None, 1), b"-7", ValueKind.IN_RANGE),
        (Integer(1, 2**70), str(2**70 + 1).encode(), ValueKind.ABOVE),
        (Integer(-(2**70), 1), str(-(2**70) - 1).encode(), ValueKind.BELOW),
    ],
)
def test_bounds_of_an_open_range_are_kept(domain: Integer, segment: bytes, kind: ValueKind) -> None:
    """All that 64 bits hold is in range on the open side; a documented bound counts beyond them too."""
    assert classify(segment, domain) == Argument(kind, int(segment))
    assert domain.holds(int(segment)) is (kind is ValueKind.IN_RANGE)


def test_a_domain_of_nothing_is_open() -> None:
    """Any number and any text; an argument without a value has none."""
    assert (Integer(), Text()) == (Integer(None, None), Text(0, None, None))
    assert Argument(ValueKind.EMPTY).value is None
    assert URL_MAXIMUM == 2000


@pytest.mark.parametrize(
    ("value", "listed", "like"),
    [
        ("A", ["a"], True), ("a", ["A"], True), (" a\n", ["b", "a"], True), ("a", [1, "a"], True),
        ("a b", ["ab"], False), ("", ["a"], False), (1, [1], False), (None, ["none"], False), (["a"], ["a"], False),
    ],
)  # fmt: skip
def test_a_listed_text_may_be_written_in_another_way(value: object, listed: list[object], *, like: bool) -> None:
    """In another case or with white space around it; only a text is like one."""
    assert like_one_of(value, listed) is like


@pytest.mark.parametrize(
    ("segment", "domain", "read"),
    [
        pytest.param(b"ab", BOUNDED, {"ab", "AB"}, id="both cases"),
        pytest.param(b"aB", BOUNDED, {"aB", "ab", "AB"}, id="as it is, too"),
        pytest.param(b"%61b", BOUNDED, {"ab", "AB"}, id="decoded"),
        pytest.param(b"%2561b", BOUNDED, {"ab", "AB", "%61b", "%61B"}, id="decoded twice"),
        pytest.param(b"%20ab%0A", BOUNDED, {"ab", "AB"}, id="trimmed"),
        pytest.param(b"%00ab%00", BOUNDED, {"ab", "AB"}, id="trimmed of NUL"),
        pytest.param(b"ab%00c%00d", BOUNDED, {"ab", "AB"}, id="cut at NUL"),
        pytest.param(b"%C3%A9b", BOUNDED, {"éb", "ÉB", "Ã©b", "ã©b", "Ã©B"}, id="as latin-1, too"),
        pytest.param(b"a", BOUNDED, set(), id="too short"),
        pytest.param(b"abcde", BOUNDED, set(), id="too long"),
        pytest.param(b"", Text(), set(), id="nothing"),
        pytest.param(b"NORTH", SIDES, {"north"}, id="a listed one in capitals"),
        pytest.param(b"0F", HEX, {"0f"}, id="of the pattern"),
    ],
)
def test_texts_may_be_read_in_several_ways(segment: bytes, domain: Domain, read: set[str]) -> None:
    """Every text of the domain that a plausible server makes of a segment."""
    assert readings(segment, domain) == read


def test_a_text_that_is_named_is_not_another_in_other_case() -> None:
    """The description's author knows it; another text is read in both cases all the same."""
    assert readings(b"aB", BOUNDED, ["aB"]) == {"aB"}
    assert readings(b"aB", BOUNDED, ["ab"]) == {"aB", "ab", "AB"}
    assert readings(b"%61B", BOUNDED, ["aB"]) == {"aB"}


@pytest.mark.parametrize(
    ("segment", "domain", "many"),
    [
        (b"ab", Text(), False), (b"a*", Text(), True), (b"a%25", Text(), True), (b"a%2525", Text(), True),
        (b"a_b", Text(), True), (b"a?b", Text(), True), (b"a%3F", SIDES, True), (b"north", SIDES, False),
        (b"4*", Integer(1, None), True), (b"429496730*", Integer(1, None), False), (b"4294967295*", Integer(), False),
        (b"42949672_5", Integer(1, None), True), (b"429496730_", Integer(1, None), False),
        (b"4294967295", Integer(1, None), False), (b"1*", Integer(1, 9), False), (b"_", Integer(1, 9), True),
        (b"*", Integer(1, 9), True), (b"1_", Integer(1, 9), False), (b"1_", Integer(1, 10), True),
        (b"1%5F", Integer(1, 10), True), (b"1%255F", Integer(1, 10), True), (b"a*", Integer(1, 99), False),
    ],
)  # fmt: skip
def test_a_pattern_may_match_several_identifiers(segment: bytes, domain: Domain, *, many: bool) -> None:
    """Of SQL or of file names, decoded once and twice; 32 bits are the range of an integer without a maximum."""
    assert matches_many(segment, domain) is many
