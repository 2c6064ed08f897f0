"""Python expressions that make what was sent."""

from __future__ import annotations

import base64
import os
import subprocess
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.message import Token
from conformance.report.recipe import bytes_recipe, token_recipe, writer
from conformance.strategies.changes import CHANGES, ODD_CHANGES, apply
from conformance.traffic.redaction import Redactor

RUNS = st.lists(st.tuples(st.binary(min_size=1, max_size=9), st.integers(1, 90)), max_size=6)


def _made(data: bytes) -> bytes:
    expression = bytes_recipe(data).expression
    value = eval(expression, {"zlib": zlib, "base64": base64})  # noqa: S307 - the recipe is what is tested
    assert isinstance(value, str)
    return value.encode("latin-1")


@given(RUNS)
def test_a_recipe_makes_what_was_sent(runs: list[tuple[bytes, int]]) -> None:
    """Repetitions of any unit, side by side."""
    data = b"".join(unit * times for unit, times in runs)
    assert _made(data) == data


@pytest.mark.parametrize("unit", [b"x", b"ab", b"[[", b'{"a":', b"\0"])
def test_repetitions_are_counted(unit: bytes) -> None:
    """A million of them are a short expression."""
    data = b'{"url": "https://example.com", "padding": "' + unit * 1_000_000 + b'"}'
    assert len(bytes_recipe(data).expression) < 120
    assert _made(data) == data


def test_every_change_of_a_token_is_made_again_by_its_line() -> None:
    """What a report prints makes the bytes that were sent of the variable, in a shell, and never holds its value."""
    secret = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl-_8"
    redactor = Redactor({"CODEARTS_TOKEN": secret})
    made = {
        name: apply(change, Token(secret.encode(), secret="CODEARTS_TOKEN"))
        for name, change in {**CHANGES, **ODD_CHANGES}.items()
    }
    lines = [writer(token_recipe(token, redactor)) for token in made.values()]
    assert [line for line in lines if secret[:16] in line] == []
    environment = {**os.environ, "CODEARTS_TOKEN": secret}
    done = subprocess.run(["/bin/sh", "-ec", "\n".join(lines)], env=environment, capture_output=True, check=True)
    printed = done.stdout.split(b"\n")[:-1]
    assert [name for name, line in zip(made, printed, strict=True) if made[name].value != line] == []
