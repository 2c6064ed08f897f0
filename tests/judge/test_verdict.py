"""Findings and verdicts, and words that are fit to be shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.judge.verdict import PASS, AnsweredBy, Outcome, Verdict, fail, in_words, untested


def test_a_finding_says_no_more_than_it_has_to() -> None:
    """A pass has no words, a failure all of them, an untested one the reason."""
    assert (PASS.outcome, PASS.message, PASS.got, PASS.accepted) == (Outcome.PASS, "", "", ())
    failed = fail("it broke", got="500", accepted=("201",))
    assert (failed.outcome, failed.message, failed.got, failed.accepted) == (Outcome.FAIL, "it broke", "500", ("201",))
    assert (untested("no").outcome, untested("no").message) == (Outcome.NOT_TESTED, "no")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("不存在 é", "不存在 é", id="letters of any script"),
        pytest.param("ten letters"[:10], "ten letter", id="exactly as long as allowed"),
        pytest.param("ten letters", "ten letter…", id="one too long"),
        pytest.param("é\n", r"é\n", id="a letter before a line feed"),
        pytest.param("a\nb\tc", r"a\nb\tc", id="lines and tabs"),
        pytest.param("\x1b[2J", r"\x1b[2J", id="a terminal's command"),
        pytest.param("\ud800", r"\ud800", id="a lone surrogate"),
        pytest.param("\u202e", r"\u202e", id="right to left"),
    ],
)
def test_words_are_of_one_line_and_not_too_long(text: str, shown: str) -> None:
    """Characters that do not print are escaped, and a text that is too long ends in an ellipsis."""
    assert in_words(text, 10) == shown


@given(st.text(st.characters()))
def test_any_text_can_be_shown(text: str) -> None:
    """Any words of a target can be printed and written."""
    failed = fail(text * 10, got=text * 10)
    for words in (failed.message, failed.got, untested(text).message):
        assert words.isprintable()
        words.encode("utf-8")


def test_a_failure_is_not_as_long_as_an_answer() -> None:
    """Messages end after 600 characters, what came after 200."""
    failed = fail("m" * 10_000, got="g" * 10_000)
    assert (len(failed.message), len(failed.got)) == (601, 201)


def test_a_verdict_says_no_more_than_it_has_to() -> None:
    """No words, and where there is no answer neither service nor gateway spoke."""
    assert Verdict("a", "b", 1, Outcome.PASS) == Verdict("a", "b", 1, Outcome.PASS, "", (), "", AnsweredBy.OTHER)


def test_outcomes_and_speakers_have_the_words_of_the_report() -> None:
    """They stand in report.json as they are."""
    assert [*Outcome] == ["pass", "fail", "not-tested", "recorded"]
    assert [*AnsweredBy] == ["service", "gateway", "other"]
