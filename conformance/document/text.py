"""The front end for a page saved as text, one cell a line: tables are told by their heads, rows by their types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.document.datatype import datatype
from conformance.document.labels import BREADCRUMB, CAPTION, REVISED, STATUS, Column, column, label, required, section
from conformance.document.sheet import Block, Cell, Form, Heading, Sheet, Table, Text, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODE = re.compile(r"\s*(?:[\[{]\s*$|\{\s*[\"}]|\[\s*[\"{\[])")
_ITEM = re.compile(r"\s*[-*\u2022\u00b7]\s+(?=\S)")
_NAME = re.compile(r"[A-Za-z_$\[][\w.$\[\]-]*(?: \((?:deprecated|discarded)\))?$|\{[^{}]+\}$")
_TYPE = re.compile(
    r"(?:string|str|integer|int|int32|int64|long|short|float|double|number|decimal|boolean|bool|object|json|map|array|list|file|enum|uuid"
    r"|date|timestamp|(?:array|list)\b.*|map\s*<.*|[\w.$-]+ (?:objects?|array)|.*\[\])$",
    re.IGNORECASE,
)


def sheet(name: str, source: str) -> Sheet:
    """The sheet of a page saved as text."""
    return Sheet(name, tuple(_Lines(_texts(source)).blocks()))


def _texts(source: str) -> list[Text]:
    """One text a line; the lines of a JSON value are one, and it ends where its brackets do."""
    lines = source.split("\n")
    texts, number = [], 0
    while number < len(lines):
        line = lines[number]
        if _CODE.match(line) and (end := _closed(lines, number)):
            texts.append(Text(number + 1, "\n".join(lines[number:end]).strip("\n"), Form.CODE))
            number = end
            continue
        if words := plain(line):
            item = _ITEM.match(line)
            texts.append(
                Text(number + 1, plain(line[item.end() :]) if item else words, Form.ITEM if item else Form.PARAGRAPH)
            )
        number += 1
    return texts


def _closed(lines: list[str], start: int) -> int:
    """The line after the one that closes the first bracket; 0 where none does before a heading or a caption."""
    depth, quoted = 0, False
    for number in range(start, len(lines)):
        if number > start and depth and (CAPTION.match(lines[number]) or STATUS.match(lines[number])):
            return 0
        escaped = False
        for letter in lines[number]:
            if escaped or letter == "\\":
                escaped = not escaped
            elif letter == '"':
                quoted = not quoted
            elif not quoted:
                depth += (letter in "{[") - (letter in "}]")
        quoted = False  # no string of JSON goes over a line
        if depth <= 0:
            return number + 1
    return 0


class _Lines:
    """The texts of a page from top to bottom."""

    def __init__(self, texts: list[Text]) -> None:
        self._texts = texts
        self._at = 0
        self._titled = False

    def blocks(self) -> Iterator[Block]:
        """Headings, tables, and the texts between them."""
        while self._at < len(self._texts):
            text = self._texts[self._at]
            if head := self._head():
                yield self._table(head)
                continue
            self._at += 1
            if text.form is Form.CODE or CAPTION.match(text.text) or STATUS.match(text.text):
                yield text
            elif not self._titled:
                self._titled = not (BREADCRUMB.match(text.text) or REVISED.match(text.text))
                yield Heading(text.line, text.text, 1) if self._titled else text
            elif text.form is Form.PARAGRAPH and section(text.text):
                yield Heading(text.line, text.text, 2)
            else:
                yield text

    def _head(self) -> list[Column]:
        """The columns of the head that begins here; none where no table does."""
        found: list[Column] = []
        for text in self._texts[self._at : self._at + 8]:
            kind = column(text.text) if text.form is Form.PARAGRAPH else None
            if kind is None or kind in found:
                break
            found.append(kind)
            if kind is Column.DESCRIPTION:
                break
        whole = len(found) > 1 and found[0] in {Column.NAME, Column.STATUS}
        return found if whole and (Column.TYPE in found or found[-1] is Column.DESCRIPTION) else []

    def _table(self, head: list[Column]) -> Table:
        texts = self._texts[self._at : self._at + len(head)]
        self._at += len(head)
        rows: list[tuple[Cell, ...]] = []
        while self._at < len(self._texts):
            text = self._texts[self._at]
            taken = self._row(head)
            if not taken and (not rows or self._ends(text)):
                break
            if taken:
                rows.append(taken)
                continue
            last = rows[-1][-1]
            rows[-1] = (*rows[-1][:-1], Cell(last.line if last.texts else text.line, (*last.texts, text)))
            self._at += 1
        return Table(texts[0].line, "", tuple(Cell(text.line, (text,)) for text in texts), tuple(rows))

    def _ends(self, text: Text) -> bool:
        """Whether the table is over: a caption, a status, another head, or a section whose name is no label."""
        if CAPTION.match(text.text) or STATUS.match(text.text) or self._head() or text.form is Form.CODE:
            return True
        return text.form is Form.PARAGRAPH and section(text.text) is not None and label(text.text) is None

    def _row(self, head: list[Column]) -> tuple[Cell, ...]:
        """The cells of the row that begins here, its description still empty; none where no row begins."""
        texts = [text for text in self._texts[self._at : self._at + len(head)] if text.form is Form.PARAGRAPH]
        if not texts:
            return ()
        first = texts[0]
        if head[0] is Column.STATUS:
            if not re.fullmatch(r"[1-5]\d\d(?: .*)?", first.text):
                return ()
            self._at += 1
            return Cell(first.line, (first,)), *(Cell(first.line) for _ in head[1:])
        if not _NAME.match(first.text):
            return ()
        cells, taken, typed = [Cell(first.line, (first,))], 1, Column.TYPE not in head
        for kind in head[1:]:
            text = texts[taken] if taken < len(texts) else None
            fits = text is not None and (
                (kind is Column.REQUIRED and len(text.text) < 60 and required(text.text)[0] is not None)  # noqa: PLR2004 - a word
                or (kind is Column.TYPE and _TYPE.match(text.text) and datatype(text.text) is not None)
            )
            typed |= bool(fits and kind is Column.TYPE)
            cells.append(Cell(text.line, (text,)) if fits and text else Cell(first.line))
            taken += bool(fits)
        if not typed or taken == 1:
            return ()
        self._at += taken
        return tuple(cells)
