"""What the terminal is given: lines, with how they are shown."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Line", "count_words"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line: `wrap` is off for what somebody copies, `badge` counts the characters at the start that stand out.

    `hang` is how much further to the right a wrapped line goes on.
    """

    text: str = ""
    indent: int = 0
    hang: int = 0
    style: str = ""
    wrap: bool = True
    badge: int = 0


def count_words(number: int, noun: str) -> str:
    """A number and what it counts, in the plural where that is due."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
