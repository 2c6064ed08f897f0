"""Edits of a page: lines that become others, their size, and the diff that shows them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MOST", "Edit", "added", "amended", "diff", "moved", "replaced", "size"]

MOST = 3
"""The greatest number of lines that an erratum may change."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """The lines from `first` on, `gone` of them, become `lines`; lines are counted from 1."""

    first: int
    gone: int
    lines: tuple[str, ...]


def replaced(line: int, text: str) -> Edit:
    """The edit that makes one line another."""
    return Edit(line, 1, (text,))


def added(after: int, *texts: str) -> Edit:
    """The edit that adds cells or paragraphs below a line, each set off by an empty one."""
    return Edit(after + 1, 0, tuple(line for text in texts for line in ("", text)))


def amended(document: str, edits: Iterable[Edit]) -> str:
    """The page with its edits made; they do not touch each other."""
    lines = document.split("\n")
    for edit in sorted(edits, reverse=True):
        lines[edit.first - 1 : edit.first - 1 + edit.gone] = edit.lines
    return "\n".join(lines)


def moved(line: int, edits: Iterable[Edit], *, end: bool = False) -> int:
    """The line that a line of the page is after the edits; `end` asks for the last of those that it became."""
    return line + sum(
        len(edit.lines) - edit.gone for edit in edits if edit.first + edit.gone <= line or (end and edit.first <= line)
    )


def size(edits: Iterable[Edit]) -> int:
    """The number of lines that an erratum changes; the empty lines between cells say nothing and do not count."""
    return sum(max(edit.gone, sum(bool(line.strip()) for line in edit.lines)) for edit in edits)


def diff(document: str, edits: Iterable[Edit], name: str) -> list[str]:
    """The unified diff of the page, without line feeds."""
    after = amended(document, edits).split("\n")
    return list(difflib.unified_diff(document.split("\n"), after, f"a/{name}", f"b/{name}", lineterm="", n=3))
