"""The front end for reStructuredText; docutils parses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Parser, roles
from docutils.utils import new_document

from conformance.document.sheet import Block, Cell, Form, Heading, Link, Sheet, Table, Text, Unread, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SETTINGS = {
    "report_level": 5,
    "halt_level": 6,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "syntax_highlight": "none",
    "smart_quotes": False,
    "line_length_limit": 1_000_000,
}
_TARGETED = re.compile(r"(?P<text>.*?)\s*<(?P<target>[^<>]*)>$", re.DOTALL)
_ROLE = re.compile(r":[\w.:+-]+:`([^`<]*?)(?:\s*<[^`>]*>)?`")
_SERIOUS = 2  # docutils: 1 info, 2 warning, 3 error, 4 severe


def _reference(
    _role: str, raw: str, text: str, _line: int, _inliner: object,
    _options: Mapping[str, Any] | None = None, _content: Sequence[str] | None = None,
) -> tuple[list[nodes.Node], list[nodes.system_message]]:  # fmt: skip
    found = _TARGETED.match(text)
    node = nodes.reference(raw, found["text"] if found else text)
    node["target"] = found["target"] if found else text
    return [node], []


for _name in ("ref", "doc", "numref", "download"):
    roles.register_local_role(_name, _reference)  # type: ignore[arg-type]


def sheet(name: str, source: str) -> Sheet:
    """The sheet of a page in reStructuredText."""
    parser = Parser()
    settings = get_default_settings(parser)
    for key, value in _SETTINGS.items():
        setattr(settings, key, value)
    document = new_document(name, settings)
    parser.parse(source, document)
    walk = _Walk()
    blocks = tuple(walk.blocks(document, 0))
    return Sheet(name, blocks, tuple(walk.unread))


class _Walk:
    """A walk over the nodes of a document; it keeps the anchors that wait for their table, and the last known line."""

    def __init__(self) -> None:
        self.unread: list[Unread] = []
        self._anchors: set[str] = set()
        self._line = 1

    def blocks(self, node: nodes.Element, level: int) -> Iterator[Block]:
        """The blocks of an element's children."""
        for child in node.children:
            yield from self._block(child, level)

    def _block(self, node: nodes.Node, level: int) -> Iterator[Block]:
        self._line = max(self._line, node.line or 0)
        match node:
            case nodes.section():
                yield from self.blocks(node, level + 1)
            case nodes.title():
                self._anchors = set()
                yield Heading(self._line, plain(_words(node)), level)
            case nodes.target():
                self._anchors.update(
                    str(name).lower() for name in (*node["names"], *node["ids"], node.get("refid", ""))
                )
            case nodes.table():
                yield self._table(node)
            case nodes.system_message():
                self._message(node)
            case nodes.docinfo() | nodes.field_list() | nodes.comment() | nodes.substitution_definition():
                pass
            case nodes.Element() if node.next_node(nodes.table) is not None:
                yield from self._around(node, level)
            case _:
                yield from self._texts(node, Form.PARAGRAPH)

    def _around(self, node: nodes.Element, level: int) -> Iterator[Block]:
        """The blocks of a list or note that has tables: each stands as it would outside; an item begins as one."""
        begun = not isinstance(node, nodes.list_item)
        for child in node.children:
            if not begun and isinstance(child, nodes.paragraph):
                begun = True
                yield from self._texts(child, Form.ITEM)
            else:
                yield from self._block(child, level)

    def _texts(self, node: nodes.Node, form: Form) -> Iterator[Text]:  # noqa: C901, PLR0912 - a case for each kind of node
        """The texts of an element inside or outside a cell; a list inside a list is one list."""
        self._line = max(self._line, node.line or 0)
        match node:
            case nodes.literal_block() | nodes.doctest_block():
                yield Text(self._line, node.astext(), Form.CODE)
            case nodes.paragraph() | nodes.term() | nodes.line() | nodes.rubric():
                yield Text(self._line, plain(_words(node)), form, _links(node))
            case nodes.list_item():
                for number, child in enumerate(node.children):
                    yield from self._texts(child, Form.PARAGRAPH if number else Form.ITEM)
            case nodes.definition_list_item():
                yield from self._definition(node, form)
            case nodes.system_message():
                self._message(node)
            case nodes.table():
                for row in node.findall(nodes.row):
                    self.unread.append(Unread(self._line, plain(row.astext()), "a table inside a table"))
            case nodes.target():
                self._anchors.update(str(name).lower() for name in (*node["names"], *node["ids"]))
            case nodes.comment() | nodes.image():
                pass
            case nodes.Element():
                for child in node.children:
                    yield from self._texts(child, form)
            case nodes.Text() if plain(node.astext()):
                yield Text(self._line, plain(node.astext()), form)

    def _definition(self, node: nodes.Element, form: Form) -> Iterator[Text]:
        """A line that the converter's indentation has made a term: it and what follows are texts like others."""
        for number, child in enumerate(node.children):
            yield from self._texts(child, Form.PARAGRAPH if number else form)

    def _table(self, node: nodes.table) -> Table:
        line = node.line or self._line
        caption = next((plain(_words(title)) for title in node.findall(nodes.title)), "")
        anchors = frozenset(self._anchors | {str(name).lower() for name in (*node["names"], *node["ids"])})
        self._anchors = set()
        head = [self._row(row) for part in node.findall(nodes.thead) for row in part.children]
        rows = [self._row(row) for part in node.findall(nodes.tbody) for row in part.children]
        first = head[0] if head else ()
        return Table(line, caption, first, (*head[1:], *rows), anchors)

    def _row(self, row: nodes.Node) -> tuple[Cell, ...]:
        cells = []
        for entry in row.children:
            texts = tuple(text for child in entry.children for text in self._texts(child, Form.PARAGRAPH) if text.text)
            cells.append(Cell(texts[0].line if texts else self._line, texts))
            cells.extend(Cell(self._line) for _ in range(int(entry.get("morecols", 0))))  # type: ignore[attr-defined]
        return tuple(cells)

    def _message(self, node: nodes.system_message) -> None:
        """Source that docutils could not parse: it is kept as unread, line for line."""
        if node["level"] <= _SERIOUS:
            return
        why = plain(node.children[0].astext()) if node.children else "not reStructuredText"
        for block in node.findall(nodes.literal_block):
            start = int(node.get("line", self._line))
            self.unread.extend(
                Unread(start + number, plain(text), why)
                for number, text in enumerate(block.astext().splitlines())
                if plain(text)
            )


def _words(node: nodes.Node) -> str:
    """The text of a node; of a role that docutils does not know, its text."""
    return _ROLE.sub(r"\1", node.astext().replace("\0", ""))


def _links(node: nodes.Element) -> tuple[Link, ...]:
    return tuple(
        Link(plain(link.astext()), str(link.get("target") or link.get("refuri") or link.get("refname", "")).lower())
        for link in node.findall(nodes.reference)
    )
