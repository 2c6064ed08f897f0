"""The front end for HTML; lxml parses as browsers do not mind: unclosed elements, attributes without quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import html

from conformance.document.sheet import Block, Cell, Form, Heading, Link, Sheet, Table, Text, Unread, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_IGNORED = {
    "script", "style", "noscript", "template", "head", "nav", "header", "footer", "aside", "button", "form", "svg",
    "img", "iframe",
}  # fmt: skip
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS = {
    "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figure", "html", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul", *_HEADINGS,
}  # fmt: skip


def sheet(name: str, source: str) -> Sheet:
    """The sheet of a page in HTML."""
    walk = _Walk(0)
    blocks = tuple(walk.blocks(html.document_fromstring(source)))
    return Sheet(name, blocks, tuple(walk.unread))


def fragment(source: str, line: int) -> tuple[tuple[Block, ...], tuple[Unread, ...]]:
    """The blocks of HTML inside another format, whose first line is `line`."""
    walk = _Walk(line - 1)
    return tuple(walk.blocks(html.fragment_fromstring(source, create_parent="div"))), tuple(walk.unread)


class _Walk:
    """A walk over the elements; inline text is gathered until a block begins or ends."""

    def __init__(self, before: int) -> None:
        self.unread: list[Unread] = []
        self._before = before
        self._anchors: set[str] = set()

    def _line(self, element: HtmlElement) -> int:
        return int(element.sourceline or 1) + self._before

    def blocks(self, element: HtmlElement) -> Iterator[Block]:
        """The blocks of an element."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or tag in _IGNORED:
            return
        self._anchors.update(name.lower() for name in (element.get("id"), element.get("name")) if name)
        if tag in _HEADINGS:
            if words := plain(element.text_content()):
                yield Heading(self._line(element), words, _HEADINGS[tag])
        elif tag == "table":
            yield self._table(element)
        else:
            yield from self._texts(element)

    def _texts(self, element: HtmlElement) -> Iterator[Block]:  # noqa: C901 - inline and block children by turns
        """The texts of an element; blocks inside it on their own."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag == "pre":
            yield Text(self._line(element), element.text_content().strip("\n"), Form.CODE)
            return
        form = Form.ITEM if tag in {"li", "dt"} else Form.PARAGRAPH
        words, links, line = [element.text or ""], list[Link](), self._line(element)
        for child in element:
            name = child.tag if isinstance(child.tag, str) else ""
            if name == "br" or name in _BLOCKS:
                for made in _cut(line, words, form, links):
                    yield made
                    form = Form.PARAGRAPH
                if name != "br":
                    first = tag == "li" and form is Form.ITEM
                    for block in self.blocks(child):
                        yield (
                            Text(block.line, block.text, Form.ITEM, block.links)
                            if first and isinstance(block, Text) and block.form is Form.PARAGRAPH
                            else block
                        )
                        first, form = False, Form.PARAGRAPH
                words, links, line = [], [], self._line(child)
            elif name and name not in _IGNORED:
                for inner in child.iter():
                    if isinstance(inner.tag, str):
                        self._anchors.update(value.lower() for value in (inner.get("id"), inner.get("name")) if value)
                        if inner.tag == "a" and inner.get("href"):
                            links.append(
                                Link(plain(inner.text_content()), str(inner.get("href")).rpartition("#")[2].lower())
                            )
                words.append(_inline(child))
            words.append(child.tail or "")
        yield from _cut(line, words, form, links)

    def _table(self, table: HtmlElement) -> Table:
        line = self._line(table)
        caption = next((plain(one.text_content()) for one in table.iterchildren("caption")), "")
        anchors = self._anchors | {
            one.lower()
            for element in table.iter("a", "caption")
            for one in (element.get("name"), element.get("id"))
            if one
        }
        self._anchors = set()
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]
        grid = _grid([[(cell, self._cell(cell)) for cell in row if cell.tag in {"td", "th"}] for row in rows])
        headed = bool(rows) and (
            next(rows[0].iterancestors("thead"), None) is not None
            or all(cell.tag == "th" for cell in rows[0] if isinstance(cell.tag, str))
        )
        head = grid[0] if grid and (headed or len(grid) > 1) else ()
        return Table(line, caption, head, tuple(grid[1:] if head else grid), frozenset(anchors))

    def _cell(self, cell: HtmlElement) -> Cell:
        texts: list[Text] = []
        for block in self._texts(cell):
            if isinstance(block, Text):
                texts.append(block)
            elif isinstance(block, Heading):
                texts.append(Text(block.line, block.text))
            else:
                self.unread.extend(
                    Unread(one.line, one.text, "a table inside a table")
                    for row in (block.head, *block.rows)
                    for one in row
                    if one.text
                )
        return Cell(texts[0].line if texts else self._line(cell), tuple(texts))


def _inline(element: HtmlElement) -> str:
    """The text of an inline element; a break is kept as a mark."""
    if element.tag == "br":
        return "\0"
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _IGNORED:
            parts.append(_inline(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _cut(line: int, words: list[str], form: Form, links: list[Link]) -> Iterator[Text]:
    """Inline words as texts: one for each part between breaks."""
    for part in "".join(words).split("\0"):
        if text := plain(part):
            yield Text(line, text, form, tuple(links))
            form = Form.PARAGRAPH


def _grid(rows: list[list[tuple[HtmlElement, Cell]]]) -> list[tuple[Cell, ...]]:
    """The rows with cells that span several columns or rows at each of their places."""
    below: dict[int, tuple[int, Cell]] = {}
    grid = []
    for row in rows:
        made: list[Cell] = []
        waiting = list(row)
        while waiting or len(made) in below:
            place = len(made)
            if place in below:
                left, cell = below.pop(place)
                made.append(cell)
                if left > 1:
                    below[place] = (left - 1, cell)
                continue
            element, cell = waiting.pop(0)
            down = _span(element, "rowspan")
            for number in range(_span(element, "colspan")):
                if down > 1:
                    below[place + number] = (down - 1, cell)
                made.append(cell if not number else Cell(cell.line))
        grid.append(tuple(made))
    return grid


def _span(element: HtmlElement, name: str) -> int:
    value = element.get(name) or "1"
    return min(max(int(value[:4]), 1), 100) if value.isdecimal() else 1
