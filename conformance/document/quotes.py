"""The quotes of a contract, looked for on a page of any format: words and signs count, layout does not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from conformance.document.differences import Change, Difference
from conformance.document.files import sheet_from
from conformance.document.labels import CAPTION, STATUS
from conformance.document.sheet import Form, Heading, Sheet, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.contract import Contract

_SIGNS = str.maketrans({
    **dict.fromkeys("\u2018\u2019\u201a\u201b", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
})  # fmt: skip
_ITEM = re.compile(r"^\s*[-*\u2022\u00b7]\s+(?=\S)", re.MULTILINE)
_NUMBERED = re.compile(r"\b(table)\s+\d+\b", re.IGNORECASE)
_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class _Above:
    """The heading above a text as it is written, and its name on a page where tables have other numbers.

    The name of a table is the status above it with its caption.
    """

    heading: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Bare:
    """A page as one line of words and signs; each part has its beginning and the heading that it stands below."""

    words: str
    parts: tuple[tuple[int, _Above], ...]

    def headings(self, quote: str) -> list[_Above]:
        """The headings below which a quote stands, one for each place of it."""
        found, at = [], self.words.find(quote)
        while at >= 0:
            found.append(next((above for begin, above in reversed(self.parts) if begin <= at), _Above()))
            at = self.words.find(quote, at + 1)
        return found


def gone_quotes(contract: Contract, page: Sheet) -> list[tuple[Difference, tuple[str, ...]]]:
    """The quotes that the contract's own page holds and this one no longer does, each with its clauses.

    A quote in several places of the own page has to stand below the heading that it is quoted from. Another case,
    other spaces, typographic quotes and dashes change no quote.
    """
    own, now = _own(contract.document_path, contract.document), _bare(page)
    clauses: dict[tuple[str, str], list[str]] = {}
    for clause in contract.catalogue:
        quote = f" {_words(clause.quote)} "
        places = own.headings(quote)
        left = [above.name for above in now.headings(quote)]
        below = _below(places, clause.section)
        if places and not (below in left if len(places) > 1 and below else left):
            clauses.setdefault((clause.section, clause.quote), []).append(clause.id)
    return [
        (
            Difference(
                Change.LOST, section, "quote", quote, None, 0, "The page no longer holds these words of the contract."
            ),
            tuple(ids),
        )
        for (section, quote), ids in clauses.items()
    ]


def _below(headings: list[_Above], section: str) -> str | None:
    """The name of the heading that clauses.yaml names; None where the quote stands below none of that name."""
    words = re.findall(r"\w+", section.partition(" /")[0].casefold())
    return next((one.name for one in headings if _plain(one)[: len(words)] == words), None)


def _plain(above: _Above) -> list[str]:
    return re.findall(r"\w+", above.heading.casefold())


@lru_cache(maxsize=2)  # a directory of pages is held against one contract
def _own(path: str, document: str) -> _Bare:
    return _bare(sheet_from(path, document))


def _bare(page: Sheet) -> _Bare:
    parts, pieces, above, status, at = [], [" "], _Above(), "", 1
    for text, heads in _texts(page):
        if not (words := _words(text)):
            continue
        if heads and CAPTION.match(text):
            above = _Above(text, f"{status} {words}")
        elif heads:
            status = words if STATUS.match(text) else ""
            above = _Above(text, words)
        parts.append((at - 1, above))
        pieces.append(f"{words} ")
        at += len(words) + 1
    return _Bare("".join(pieces), tuple(parts))


def _texts(page: Sheet) -> Iterator[tuple[str, bool]]:
    """The texts of a page in their order, and whether each is above others: a heading, a status, a caption."""
    for block in page.blocks:
        match block:
            case Heading():
                yield block.text, True
            case Text():
                above = CAPTION.match(block.text) or STATUS.match(block.text)
                yield block.text, bool(above) and block.form is not Form.CODE
            case Table():
                yield block.caption, True
                for row in (block.head, *block.rows):
                    for cell in row:
                        yield from ((text.text, False) for text in cell.texts)


def _words(text: str) -> str:
    """The words and signs of a text with one space between them; a table has no number."""
    text = _NUMBERED.sub(r"\1", text)
    bare = unicodedata.normalize("NFKC", _ITEM.sub("", text)).casefold().translate(_SIGNS)
    return " ".join(_TOKEN.findall(bare))
