"""The screens of the command line: what they show, at 80 columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conformance.cli.mock import fault_lines, variant_lines
from tests.cli.screens import FOLDER, SCREENS, WIDTH, screen

if TYPE_CHECKING:
    from collections.abc import Callable

_COLOUR = re.compile(r"␛\[[0-9;]*m")
_COPIED = re.compile(r"\s*(?:curl |reproduce|printf |conformance run )|.*'https?://")
"""Lines that are to be copied are not wrapped."""
_RENEW = "look at it, and write it anew with `python -m tests.cli.screens`"


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_what_it_was(name: str) -> None:
    """To the letter; and it fits, but for lines that are to be copied."""
    shown = screen(name)
    assert shown == (FOLDER / f"{name}.txt").read_text(encoding="utf-8"), _RENEW
    wide = [line for line in _COLOUR.sub("", shown).splitlines() if len(line) > WIDTH and not _COPIED.match(line)]
    assert wide == []


def test_no_file_is_left_of_a_screen_that_is_gone() -> None:
    """Every file is one of a screen."""
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(SCREENS)


@pytest.mark.parametrize("name", [name for name in SCREENS if name.startswith("help")])
def test_a_command_has_one_line_in_the_list(name: str) -> None:
    """Its summary has at most 45 characters, and is not cut or wrapped."""
    _, _, listed = screen(name).partition("Commands:\n")
    for line in listed.splitlines():
        words = re.fullmatch(r"  [a-z]+ +(\S.*)", line)
        assert words is not None, line
        assert len(words[1]) <= 45
        assert words[1].endswith(".")
        assert not words[1].endswith("...")


@pytest.mark.parametrize("listing", [fault_lines, variant_lines])
def test_the_lists_of_the_mock_fit(listing: Callable[[int], list[str]]) -> None:
    """Every line of them: the screens hold the first only."""
    assert [line for line in listing(WIDTH) if len(line) > WIDTH] == []
