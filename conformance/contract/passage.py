"""A passage: the place in the document's text where the quote of a clause stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

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
    for begin, words in _lines(document):
        if words[: len(name)] == name:
            behind = document.find(quote, begin)
            start = behind if behind >= 0 else start
    end = start + len(quote)
    return Passage(start, end, document.count("\n", 0, start) + 1, document.count("\n", 0, end) + 1)


@lru_cache(maxsize=4)  # the place of every clause is asked for, in one document
def _lines(document: str) -> tuple[tuple[int, list[str]], ...]:
    """The beginning and the words of each line."""
    lines = re.finditer(r"^.+$", document, re.MULTILINE)
    return tuple((line.start(), re.findall(r"\w+", line.group())) for line in lines)
