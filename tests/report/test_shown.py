"""Verdicts and behaviour, as they may be shown."""

from __future__ import annotations

from dataclasses import replace

from conformance.judge.behaviour import Behaviour
from conformance.report.shown import shown_behaviour, shown_verdict

from .builders import NAME, REDACTOR, SECRET, failed


def test_a_verdict_quotes_no_secret() -> None:
    """What a rule quotes of an answer is redacted in the message and in what came."""
    verdict = failed("error.401.code", message=f"error_code is '{SECRET}'", got=SECRET)
    assert shown_verdict(verdict, REDACTOR) == replace(verdict, message=f"error_code is '${NAME}'", got=f"${NAME}")


def test_a_verdict_without_secrets_is_the_same_one() -> None:
    """Thousands of passes are not copied."""
    verdict = failed("error.401.code")
    assert shown_verdict(verdict, REDACTOR) is verdict


def test_behaviour_names_no_secret() -> None:
    """Not as a code, a media type or a member's name."""
    behaviour = Behaviour("state.first", 401, SECRET, None, f"{{{SECRET}: string}}")
    shown = Behaviour("state.first", 401, f"${NAME}", None, f"{{${NAME}: string}}")
    assert shown_behaviour(behaviour, REDACTOR) == shown
