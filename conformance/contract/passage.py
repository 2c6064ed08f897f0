"""A passage: the place in the document's text where the quote of a clause stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Passage", "passage_of"]


@dataclass(frozen=True, slots=True)
class Passage:
    """The quote is ``document[start:end]``; it begins in line `first_line` and ends in `last_line`, counted from 1."""

    start: int
    end: int
    first_line: int
    last_line: int


def passage_of(document: str, section: str, quote: str) -> Passage | None:
    """The place of `quote`, in `section` where it stands there too; None where the document does not hold it.

    A section is named as in clauses.yaml; what follows `` / `` in it is left out. Of several headings of that name the
    last one with the quote behind it counts: the examples come after the tables.
    """
    name = re.findall(r"\w+", section.partition(" /")[0])
    start = document.find(quote)
    if start < 0:
        return None
    for line in re.finditer(r"^.+$", document, re.MULTILINE):
        if re.findall(r"\w+", line.group())[: len(name)] == name:
            behind = document.find(quote, line.start())
            start = behind if behind >= 0 else start
    end = start + len(quote)
    return Passage(start, end, document.count("\n", 0, start) + 1, document.count("\n", 0, end) + 1)
