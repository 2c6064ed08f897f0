"""The front end for Markdown with tables; markdown-it-py parses, and HTML inside it is read as HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from conformance.document.hypertext import fragment
from conformance.document.sheet import Block, Cell, Form, Heading, Link, Sheet, Table, Text, Unread, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

_ANCHOR = re.compile(r"<a\s[^>]*?(?:name|id)\s*=\s*[\"']?([^\s\"'>]+)", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</?(?:p|li|ul|ol)>", re.IGNORECASE)
_ITEM = re.compile(r"<li>|^[-*\u2022]\s+", re.IGNORECASE)


def sheet(name: str, source: str) -> Sheet:
    """The sheet of a page in Markdown."""
    walk = _Walk(MarkdownIt("commonmark").enable("table").parse(source))
    blocks = tuple(walk.blocks())
    return Sheet(name, blocks, tuple(walk.unread))


class _Walk:
    """A walk over the tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.unread: list[Unread] = []
        self._tokens = tokens
        self._anchors: set[str] = set()

    def blocks(self) -> Iterator[Block]:
        """The blocks of the page."""
        number, item = 0, False
        while number < len(self._tokens):
            token = self._tokens[number]
            line = token.map[0] + 1 if token.map else 1
            match token.type:
                case "heading_open":
                    text = next(self._inline(self._tokens[number + 1], line, Form.PARAGRAPH), None)
                    if text:
                        yield Heading(line, text.text, int(token.tag[1:]))
                    number += 1
                case "list_item_open":
                    item = True
                case "inline":
                    yield from self._inline(token, line, Form.ITEM if item else Form.PARAGRAPH)
                    item = False
                case "fence" | "code_block":
                    yield Text(line + (token.type == "fence"), token.content.rstrip("\n"), Form.CODE)
                case "html_block":
                    self._anchors.update(name.lower() for name in _ANCHOR.findall(token.content))
                    blocks, unread = fragment(token.content, line)
                    self.unread.extend(unread)
                    yield from blocks
                case "table_open":
                    end = next(at for at in range(number, len(self._tokens)) if self._tokens[at].type == "table_close")
                    yield self._table(self._tokens[number:end], line)
                    number = end
                case _:
                    pass
            number += 1

    def _inline(self, token: Token, line: int, form: Form) -> Iterator[Text]:  # noqa: C901 - a case for each token
        """The texts of an inline token; `<br>` and a hard break end one, and a link is kept."""
        words, links, target, start = list[str](), list[Link](), "", 0
        for child in token.children or ():
            match child.type:
                case "text" | "code_inline":
                    words.append(child.content)
                case "softbreak":
                    words.append("\n")
                case "hardbreak":
                    words.append("\0")
                case "html_inline":
                    self._anchors.update(name.lower() for name in _ANCHOR.findall(child.content))
                    if _BREAK.match(child.content):
                        words.append("\0" + ("\1" if child.content.lower() == "<li>" else ""))
                case "link_open":
                    target, start = str(child.attrs.get("href", "")).rpartition("#")[2].lower(), len(words)
                case "link_close":
                    links.append(Link(plain("".join(words[start:])), target))
        for number, part in enumerate("".join(words).split("\0")):
            listed = part.startswith("\1") or _ITEM.match(part.strip())
            text = plain(_ITEM.sub("", part.replace("\1", "").strip()) if listed else part)
            if text:
                yield Text(
                    line,
                    text,
                    Form.ITEM if listed or (form is Form.ITEM and not number) else Form.PARAGRAPH,
                    tuple(links),
                )

    def _table(self, tokens: Sequence[Token], line: int) -> Table:
        rows: list[list[Cell]] = []
        anchors, self._anchors = frozenset(self._anchors), set()
        for token in tokens:
            at = token.map[0] + 1 if token.map else line
            if token.type == "tr_open":
                rows.append([])
                line = at
            elif token.type == "inline":
                rows[-1].append(Cell(line, tuple(self._inline(token, line, Form.PARAGRAPH))))
        return Table(
            tokens[0].map[0] + 1 if tokens[0].map else 1,
            "",
            tuple(rows[0]),
            tuple(tuple(row) for row in rows[1:]),
            anchors,
        )
