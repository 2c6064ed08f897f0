"""The vendor's document on the page: its lines, in pieces, each with the clauses whose sentence it is part of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.contract.passage import Passage

__all__ = ["Block", "Piece", "blocks_of"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line.

    Attributes:
        text: its text.
        clauses: the places of the clauses whose sentence holds it; none where it is no clause.
        begins: those among them that begin here.
        goes_on: whether the piece before it is of the same clauses.
    """

    text: str
    clauses: tuple[int, ...]
    begins: tuple[int, ...]
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Lines between empty ones.

    Attributes:
        kind: ``heading``, ``code`` where a line begins with a bracket or a space, else ``text``.
        line: the number of the first, from 1.
        lines: the pieces of each.
    """

    kind: str
    line: int
    lines: tuple[tuple[Piece, ...], ...]

    @property
    def begins(self) -> tuple[int, ...]:
        """The places of the clauses whose sentences begin in it."""
        return tuple(place for line in self.lines for piece in line for place in piece.begins)


def blocks_of(document: str, sections: Iterable[str], passages: Mapping[int, Passage]) -> Iterator[Block]:
    """The blocks of a document; `passages` has the passages by the places of their clauses.

    A line that begins with the words of one of the `sections` is a heading.
    """
    names = [re.findall(r"\w+", section) for section in sections]
    before: tuple[int, ...] = ()
    begun: set[int] = set()
    lines: list[tuple[Piece, ...]] = []
    first, offset = 1, 0
    for number, text in enumerate([*document.split("\n"), ""], 1):
        if text.strip():
            first = first if lines else number
            pieces = []
            for start, end, clauses in _cut(offset, offset + len(text), passages):
                begins = tuple(clause for clause in clauses if clause not in begun)
                begun.update(begins)
                goes_on = bool(clauses) and clauses == before
                pieces.append(Piece(document[start:end], clauses, begins, goes_on))
                before = clauses
            lines.append(tuple(pieces))
        elif lines:
            words = re.findall(r"\w+", "".join(piece.text for piece in lines[0]))
            heading = len(lines) == 1 and any(words[: len(name)] == name for name in names)
            code = any(line[0].text.startswith(("{", "[", " ")) for line in lines)
            kind = "heading" if heading else "code" if code else "text"
            yield Block(kind, first, tuple(lines))
            lines = []
        offset += len(text) + 1


def _cut(begin: int, end: int, passages: Mapping[int, Passage]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """The pieces of a line, from `begin` to `end`, with the clauses that hold each."""
    mine = {clause: one for clause, one in passages.items() if one.start < end and one.end > begin}
    edges = {edge for one in mine.values() for edge in (one.start, one.end) if begin < edge < end}
    for start, stop in pairwise(sorted({begin, end, *edges})):
        yield start, stop, tuple(clause for clause, one in mine.items() if one.start < stop and one.end > start)
