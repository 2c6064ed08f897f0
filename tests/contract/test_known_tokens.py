"""The kinds of tokens beside the valid ones."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from conformance.contract.known_tokens import KnownTokens, TokenKind

TOKEN = b"MIIabcDEF-0123456789"
OTHER = b"QQQrestrictedQQQQQQQ"
KNOWN_TOKENS = KnownTokens(frozenset({TOKEN, b"1"}), frozenset({OTHER}))
ORDINARY = st.binary(min_size=1).filter(lambda value: all(0x21 <= byte <= 0x7E for byte in value))
LONG = st.from_regex(rb"[!-~]{16,64}", fullmatch=True)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(None, TokenKind.MISSING, id="none"),
        pytest.param(b"", TokenKind.EMPTY, id="empty"),
        pytest.param(TOKEN, TokenKind.VALID, id="a valid one"),
        pytest.param(b"1", TokenKind.VALID, id="a valid one of 1 character"),
        pytest.param(OTHER, TokenKind.RESTRICTED, id="the one of the account without permission"),
        pytest.param(TOKEN.swapcase(), TokenKind.NEAR_VALID, id="in the other case"),
        pytest.param(TOKEN.lower(), TokenKind.NEAR_VALID, id="in lower case"),
        pytest.param(TOKEN[:-1], TokenKind.NEAR_VALID, id="without its last character"),
        pytest.param(TOKEN[:10], TokenKind.NEAR_VALID, id="its first half"),
        pytest.param(TOKEN[:9], TokenKind.UNKNOWN, id="less than its first half"),
        pytest.param(TOKEN[-10:], TokenKind.NEAR_VALID, id="its second half"),
        pytest.param(TOKEN[-9:], TokenKind.UNKNOWN, id="less than its second half"),
        pytest.param(TOKEN[:10] + b"x" * 10, TokenKind.NEAR_VALID, id="another second half"),
        pytest.param(b"x" * 10 + TOKEN[10:], TokenKind.NEAR_VALID, id="another first half"),
        pytest.param(b"Bearer" + TOKEN + b"x", TokenKind.NEAR_VALID, id="something at both ends"),
        pytest.param(TOKEN[1:], TokenKind.NEAR_VALID, id="without its first character"),
        pytest.param(TOKEN + b"x", TokenKind.NEAR_VALID, id="with one character more"),
        pytest.param(TOKEN + TOKEN, TokenKind.NEAR_VALID, id="twice"),
        pytest.param(b"Bearer" + TOKEN, TokenKind.NEAR_VALID, id="after a word"),
        pytest.param(TOKEN.lower() + b"x", TokenKind.NEAR_VALID, id="in lower case with one character more"),
        pytest.param(TOKEN.upper()[:-1], TokenKind.NEAR_VALID, id="in upper case without its last character"),
        pytest.param(TOKEN + b"x" * 100_000, TokenKind.NEAR_VALID, id="with 100,000 characters more"),
        pytest.param(OTHER + b"x", TokenKind.NEAR_VALID, id="the one without permission with one character more"),
        pytest.param(b"11", TokenKind.UNKNOWN, id="a short valid one twice"),
        pytest.param(b"1x", TokenKind.UNKNOWN, id="a short valid one with one character more"),
        pytest.param(b"2", TokenKind.UNKNOWN, id="another of 1 character"),
        pytest.param(b"x" * 100_000, TokenKind.UNKNOWN, id="another of 100,000 characters"),
        pytest.param(b"!~", TokenKind.UNKNOWN, id="the first and the last ordinary character"),
        pytest.param(b" ", TokenKind.UNUSUAL, id="a space"),
        pytest.param(b" " * 20, TokenKind.UNUSUAL, id="20 spaces"),
        pytest.param(b" " + TOKEN + b" ", TokenKind.UNUSUAL, id="a valid one with spaces around"),
        pytest.param(b"Bearer " + TOKEN, TokenKind.UNUSUAL, id="a valid one after a word and a space"),
        pytest.param(TOKEN + b"\0", TokenKind.UNUSUAL, id="a valid one and NUL"),
        pytest.param(b"a\x7f", TokenKind.UNUSUAL, id="DEL"),
        pytest.param(b"a\xe9", TokenKind.UNUSUAL, id="a byte over 127"),
        pytest.param(b"a\n", TokenKind.UNUSUAL, id="a line feed at the end"),
    ],
)
def test_tokens_are_told_apart(value: bytes | None, kind: TokenKind) -> None:
    """Each token has one kind; where its characters are in doubt, nothing is promised about it."""
    assert KNOWN_TOKENS.classify(value) is kind


ALPHABET = b"abcdefghijklmnopqrstuvwxyz0123456789!#"  # 38 characters, none twice


@pytest.mark.parametrize(
    ("known", "value", "near"),
    [
        pytest.param(ALPHABET, ALPHABET[:16], True, id="the first 16 characters of 38 (the least)"),
        pytest.param(ALPHABET, ALPHABET[:15], False, id="the first 15 characters of 38"),
        pytest.param(ALPHABET, ALPHABET[-16:], True, id="the last 16 characters of 38 (the least)"),
        pytest.param(ALPHABET, ALPHABET[-15:], False, id="the last 15 characters of 38"),
        pytest.param(ALPHABET, ALPHABET[1:17], False, id="16 characters from its middle"),
        pytest.param(ALPHABET[:17], ALPHABET[:9], True, id="the first 9 characters of 17 (the greater half)"),
        pytest.param(ALPHABET[:17], ALPHABET[:8], False, id="the first 8 characters of 17"),
        pytest.param(ALPHABET[:17], ALPHABET[8:17], True, id="the last 9 characters of 17 (the greater half)"),
        pytest.param(ALPHABET[:17], ALPHABET[9:17], False, id="the last 8 characters of 17"),
        pytest.param(ALPHABET[:16], ALPHABET[:15], True, id="a cut in a token of 16 characters (the least)"),
        pytest.param(b"-" * 15 + b"ab", b"x" * 17, False, id="another token beside one of few letters"),
        pytest.param(ALPHABET[:15], ALPHABET[:14], False, id="a cut in a token of 15 characters"),
        pytest.param(ALPHABET[:15], ALPHABET[:15].upper(), True, id="another case of a token of 15 characters"),
        pytest.param(ALPHABET, ALPHABET[:16] + b"-" * 6 + ALPHABET[-16:], True, id="16 characters at both ends"),
        pytest.param(ALPHABET, ALPHABET[:16] + b"-" * 7 + ALPHABET[-15:], False, id="16 and 15 characters at its ends"),
        pytest.param(ALPHABET, ALPHABET[::-1], True, id="its characters in another order"),
        pytest.param(ALPHABET, ALPHABET[:0:-1] + b"#", False, id="all but one of its characters in another order"),
        pytest.param(ALPHABET, b"".join(b"%%%02X" % byte for byte in ALPHABET.upper()), True, id="percent-encoded"),
        pytest.param(ALPHABET, b"".join(b"&#%d;" % byte for byte in ALPHABET.upper()), True, id="numbered characters"),
    ],
)
def test_a_part_is_near_where_it_tells_the_token(known: bytes, value: bytes, *, near: bool) -> None:
    """A half, or 16 characters at an end, of a token of at least 16; anything begins with a part of a short one."""
    assert KnownTokens(frozenset({known})).near(value) is near


def test_tokens_of_either_account_are_near_ones() -> None:
    """Neither account's token may be guessed by a lenient comparison."""
    assert KNOWN_TOKENS.near(TOKEN + b"x")
    assert KNOWN_TOKENS.near(OTHER + b"x")
    assert not KNOWN_TOKENS.near(b"x" * 20)


@given(known=LONG, value=st.binary())
def test_every_token_has_a_kind(known: bytes, value: bytes) -> None:
    """Any bytes have a kind; only the valid ones are good."""
    kind = KnownTokens(frozenset({known})).classify(value)
    assert kind.good == (value == known)
    assert (kind is TokenKind.EMPTY) == (value == b"")


@given(known=LONG, before=st.binary(), after=st.binary(), data=st.data())
def test_whatever_a_valid_token_is_made_into_is_near(
    known: bytes, before: bytes, after: bytes, data: st.DataObject
) -> None:
    """Another case, a cut at either end, and anything around it leave a token near the valid one."""
    known_tokens = KnownTokens(frozenset({known}))
    assert known_tokens.near(known.swapcase())
    assert known_tokens.near(before + known + after)
    length = data.draw(st.integers(16, len(known)))
    assert known_tokens.near(known[:length])
    assert known_tokens.near(known[-length:])


@given(value=ORDINARY)
def test_near_ones_can_be_in_contract_and_are_not_good(value: bytes) -> None:
    """An ordinary token that is not valid is unknown or near, and both are in contract."""
    assume(value not in {TOKEN, OTHER, b"1"})
    kind = KNOWN_TOKENS.classify(value)
    assert kind in {TokenKind.UNKNOWN, TokenKind.NEAR_VALID}
    assert kind in TokenKind.documented()
    assert not kind.good


@pytest.mark.parametrize("padding", [b" ", b"\t", b"\r\n", b"\0"], ids=["a space", "a tab", "a line break", "NUL"])
def test_a_short_token_is_near_with_white_space_around(padding: bytes) -> None:
    """White space is trimmed, however short the token."""
    assert KNOWN_TOKENS.near(padding + b"1" + padding)


def test_nothing_is_near_where_no_token_is_known() -> None:
    """Every ordinary token is unknown without a valid one."""
    assert KnownTokens(frozenset()).classify(TOKEN) is TokenKind.UNKNOWN


def test_kinds_have_the_words_of_recorded_traffic() -> None:
    """They stand in traffic.har, which may be judged again by a later version."""
    assert [*TokenKind] == [
        "valid", "valid, of the account without permission", "missing", "empty", "a valid one, changed", "unknown",
        "with characters the document is silent about",
    ]  # fmt: skip


def test_a_token_is_held_where_a_server_may_trim_or_cut_it_to_one() -> None:
    """White space around it, and whatever follows NUL; a part of it, another case, and something beside it do not."""
    for value in (
        TOKEN,
        OTHER,
        b"1",
        b" " + TOKEN + b"\t ",
        b"\r\n1\0",
        TOKEN + b"\0x",
        b" " + OTHER + b" \0 x",
        b"\0" + TOKEN,
    ):
        assert KNOWN_TOKENS.holds(value), value
    for value in (
        b"",
        b" ",
        TOKEN[:-1],
        TOKEN.lower(),
        TOKEN + b" x",
        b"x " + TOKEN,
        TOKEN * 2,
        b"x\0" + TOKEN,
        b"\x0b" + TOKEN,
    ):
        assert not KNOWN_TOKENS.holds(value), value


def test_a_token_is_within_the_value_of_another_field_after_a_scheme_or_a_name() -> None:
    """A short token may stand in any value, and says nothing."""
    for value in (TOKEN, b"Bearer " + OTHER, b"X-Auth-Token=" + TOKEN):
        assert KNOWN_TOKENS.within(value), value
    for value in (b"", b"1", b"11", b"a=b; c=1", TOKEN[:-1], b"Bearer " + TOKEN + b"x", TOKEN + b" x"):
        assert not KNOWN_TOKENS.within(value), value
