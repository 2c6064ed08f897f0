"""An error in the configuration, in one line: where it stands, what is wrong, how to fix it."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING

from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN_LENGTH = 60


class InvalidValue(ValueError):  # noqa: N818 - a finding about a value, turned into a UsageError where its place is known
    """A value is invalid, whatever its place.

    `hint` is None where the key's example says enough. `within` is the entry of a table that is meant.
    """

    def __init__(self, problem: str, hint: str | None = None, within: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint
        self.within = within


def config_error(place: str, problem: str, hint: str) -> UsageError:
    """Return the error to raise; a control character in any part is escaped, so that it stays one line."""
    return UsageError(one_line(f"{place}: {problem}; {hint}"))


def one_line(text: str) -> str:
    r"""Escape what is not printable (``\n``, an escape sequence, half a surrogate pair)."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def closest(word: str, known: Iterable[str], otherwise: str | None = None) -> str:
    """Return the hint for a misspelt word: the nearest known one, else ``otherwise``, else all that are known."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1)
    if near:
        return f"did you mean {shown(near[0])}?"
    return otherwise if otherwise is not None else f"known are {', '.join(names)}"


def shown(value: object) -> str:
    """A value that is not secret as TOML would write it, cut after 60 characters; of others than scalars the kind."""
    if isinstance(value, str | bool):
        text = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, int | float):
        text = _number(value)
    else:
        return (
            "a list" if isinstance(value, list | tuple) else "a table" if isinstance(value, dict) else "a date or time"
        )
    return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}…"


def _number(value: float) -> str:
    """Python refuses to print an int of more than 4,300 digits; TOML can hold one in hexadecimal."""
    try:
        return str(value)
    except ValueError:
        return "a number of thousands of digits"
