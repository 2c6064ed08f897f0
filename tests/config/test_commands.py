"""Programs that print a secret: what they print, and that none of them can hang or flood the suite."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from conformance.config.errors import InvalidValue
from conformance.config.secrets import output_of

HERE = Path()
LONGEST = 100_000


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("printf hush", "hush", id="no line break"),
        pytest.param("echo hush", "hush\n", id="a line break"),
        pytest.param("printf '%s' 'a b'", "a b", id="quotes as a shell has them"),
        pytest.param("printf '%s' '$HOME'", "$HOME", id="no shell"),
        pytest.param("printf '\\303\\244'", "Ã¤", id="bytes as latin-1"),
    ],
)
def test_what_is_printed(line: str, expected: str) -> None:
    """Standard output comes back as it is."""
    assert output_of(line, os.environ, HERE, LONGEST) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("", "the program after command: is empty", id="nothing"),
        pytest.param("printf 'hush", "cannot be split into words", id="a quote that is not closed"),
        pytest.param("/no/such/program hush", "cannot be started (No such file or directory)", id="no such program"),
        pytest.param("false hush", "failed (exit code 1)", id="exit code 1"),
        pytest.param("sh -c 'kill $$' hush", "failed (exit code -15)", id="ended by a signal"),
        pytest.param("yes hush", "prints over 100,000 characters", id="endless output"),
        pytest.param("sleep 60", "did not end within 0.2 seconds", id="a program that hangs"),
        pytest.param("sh -c 'exec >&-; sleep 60'", "did not end within 0.2 seconds", id="silent, then hangs"),
        pytest.param("sh -c 'sleep 60 & echo hush'", "did not end within 0.2 seconds", id="a child that keeps it open"),
    ],
)
def test_what_is_no_secret(line: str, expected: str) -> None:
    """A failure is said in a line that shows neither arguments nor output, and soon."""
    seconds = 0.2 if "sleep" in line else 30.0
    with pytest.raises(InvalidValue) as caught:
        output_of(line, os.environ, HERE, LONGEST, seconds)
    assert expected in caught.value.problem
    assert "hush" not in f"{caught.value.problem} {caught.value.hint}"


def test_the_directory_and_the_environment_are_those_given(tmp_path: Path) -> None:
    """The program sees the environment that was given, in the directory of the description."""
    environ = {"PATH": os.environ["PATH"], "FLAVOUR": "sour"}
    shown = output_of("sh -c 'pwd -P; echo $FLAVOUR'", environ, tmp_path, LONGEST)
    assert shown == f"{tmp_path.resolve()}\nsour\n"


def test_a_process_outside_the_program_s_group_is_not_waited_for(tmp_path: Path) -> None:
    """A grandchild that holds the pipe open outlives the attempt; the suite does not hang with it."""
    (tmp_path / "stay").write_text("echo $$ > number; sleep 20; : > over\n", encoding="ascii")
    with pytest.raises(InvalidValue, match="did not end within 2 seconds"):
        output_of("sh -c 'setsid sh stay & echo hush'", os.environ, tmp_path, LONGEST, 2.0)
    number = int((tmp_path / "number").read_text(encoding="ascii"))
    assert not (tmp_path / "over").exists()
    os.killpg(number, signal.SIGKILL)
