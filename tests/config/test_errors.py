"""The wording of errors."""

from __future__ import annotations

import datetime as dt

import pytest

from conformance.config.errors import InvalidValue, closest, config_error, one_line, shown


def test_an_error_joins_place_problem_and_hint() -> None:
    """An error reads "place: problem; hint" and ends with exit code 2."""
    error = config_error("--seed", "is empty", "give a whole number")
    assert str(error) == "--seed: is empty; give a whole number"
    assert error.exit_code == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\nb\r", "a\\nb\\r", id="line breaks"),
        pytest.param("\x1b[31m", "\\x1b[31m", id="terminal escape sequence"),
        pytest.param("\u2028", "\\u2028", id="Unicode line separator"),
        pytest.param("\udcff", "\\udcff", id="half a surrogate pair"),
        pytest.param("é …", "é …", id="printable text stays"),
    ],
)
def test_one_line_escapes_what_is_not_printable(text: str, expected: str) -> None:
    """No text that a user wrote can break an error message into lines or colour a terminal."""
    assert one_line(text) == expected


def test_closest_prefers_the_nearest_word() -> None:
    """A misspelt word is answered with the nearest known one."""
    assert closest("profil", ["seed", "profile"]) == 'did you mean "profile"?'


def test_closest_lists_all_when_nothing_is_near() -> None:
    """A word that is near nothing is answered with every known one, or with the hint given."""
    assert closest("xyz", ["seed", "profile"]) == "known are profile, seed"
    assert closest("xyz", ["seed"], "see the list") == "see the list"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param('fa"st', '"fa\\"st"', id="text"),
        pytest.param("x" * 100, '"' + "x" * 59 + "…", id="long text"),
        pytest.param(True, "true", id="boolean"),
        pytest.param(1.5, "1.5", id="number"),
        pytest.param(1 << 20_000, "a number of thousands of digits", id="number that Python refuses to print"),
        pytest.param([1], "a list", id="list"),
        pytest.param({"a": 1}, "a table", id="table"),
        pytest.param(dt.date(2026, 4, 28), "a date or time", id="date"),
    ],
)
def test_shown_writes_values_as_toml_does(value: object, expected: str) -> None:
    """A value is shown as TOML writes it, cut when long, and by its kind when it is no scalar."""
    assert shown(value) == expected


def test_wrong_keeps_problem_and_remedy_apart() -> None:
    """A finding about a value carries a hint, or None where the key's example says enough."""
    wrong = InvalidValue("has no host")
    assert (str(wrong), wrong.problem, wrong.hint) == ("has no host", "has no host", None)
