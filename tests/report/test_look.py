"""Text of a target, made fit to be shown."""

from __future__ import annotations

import pytest

from conformance.report.look import one_line, sentence, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("as it is: é 中", "as it is: é 中"),
        ("two\n\tlines", "two\n\tlines"),
        ("\u202eturned\u2066", "\\u202eturned\\u2066"),
        ("\x1b[31mred\r\x00", "\\x1b[31mred\\r\\x00"),
        ("half \ud800", "half \\ud800"),
        ("hidden\u200b\u00ad", "hidden\\u200b\\xad"),
    ],
)
def test_unprintable_characters_are_escaped(text: str, shown: str) -> None:
    """Lines and tabs stay."""
    assert visible(text) == shown


def test_long_text_is_clipped_and_says_how_long_it_was() -> None:
    """Thousands are marked."""
    assert visible("x" * 5_000, 10) == f"{'x' * 10}… (5,000 characters)"
    assert one_line("x" * 5_000, 10) == f"{'x' * 10}…"


def test_lines_become_one() -> None:
    """A dot stands between them, but not behind a colon; empty lines are left out."""
    assert one_line("a\n\n  b\nc:\n\nd") == "a · b · c: d"


def test_a_sentence_of_few_lines_keeps_them() -> None:
    """A table's cells are one line."""
    assert sentence("Value range:\n\n1~9") == "Value range:\n1~9"
    assert sentence("\n\n".join("abcde")) == "a · b · c · d · e"
