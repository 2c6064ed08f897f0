"""The neutral sheet: headings, texts, code and tables of a page in its order, each with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

_SPACE = re.compile(r"[\s\u00a0\u200b\ufeff]+")


def plain(text: str) -> str:
    """The text with one space where there was white space, and none at its ends."""
    return _SPACE.sub(" ", text).strip()


class Form(StrEnum):
    """The role of a text in the page's layout."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside a text, to an anchor of the same page or elsewhere."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, the item of a list, or code."""

    line: int
    text: str
    form: Form = Form.PARAGRAPH
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a section; `level` 1 is the page's title."""

    line: int
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its texts in their order."""

    line: int
    texts: tuple[Text, ...] = ()

    @property
    def text(self) -> str:
        """All of it as one line."""
        return plain(" ".join(text.text for text in self.texts))

    @property
    def links(self) -> tuple[Link, ...]:
        """The links of all texts."""
        return tuple(link for text in self.texts for link in text.links)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption, the anchors that lead to it, the cells of its head and of its rows."""

    line: int
    caption: str
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    anchors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unread:
    """A place of the page that was not understood, and why."""

    line: int
    text: str
    why: str


Block = Heading | Text | Table


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page without its format; `unread` is what the front end could not take over."""

    name: str
    blocks: tuple[Block, ...]
    unread: tuple[Unread, ...] = field(default=())
