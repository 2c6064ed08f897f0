"""Values written as text."""

from __future__ import annotations

import pytest

from conformance.config import values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        pytest.param("1_000", "1_000", id="underscore"),
        pytest.param("1.0", "1.0", id="fraction"),
        pytest.param("\u0661", "\u0661", id="Arabic digit"),
        pytest.param("9" * 1001, "9" * 1001, id="1,001 digits"),
        pytest.param("", "", id="empty"),
    ],
)
def test_integer_reads_decimal_digits_only(text: str, expected: int | str) -> None:
    """A whole number is decimal digits with an optional sign; anything else stays text."""
    assert values.integer(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10", 10.0),
        ("0.5", 0.5),
        (".5", 0.5),
        ("2.", 2.0),
        ("1e-2", 0.01),
        ("nan", "nan"),
        ("inf", "inf"),
        ("1_0", "1_0"),
    ],
)
def test_number_reads_decimal_numbers_only(text: str, expected: float | str) -> None:
    """A number is decimal, with an optional exponent; "nan" and "inf" stay text."""
    assert values.number(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("true", True), ("YES", True), ("1", True), ("False", False), ("no", False), ("0", False), ("on", "on")],
)
def test_flag_reads_six_words(text: str, *, expected: bool | str) -> None:
    """A flag is true, 1, yes, false, 0 or no in any case; anything else stays text."""
    assert values.flag(text) == expected
