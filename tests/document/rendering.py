"""Invented pages of the template: one neutral page, written as text, HTML, Markdown and reStructuredText."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.document import hypertext, markdown, restructuredtext, text
from conformance.document.reader import interpret
from conformance.document.sheet import Form, Heading
from conformance.document.sheet import Sheet as Grids
from conformance.document.sheet import Table as Grid

if TYPE_CHECKING:
    from conformance.document.page import Page
    from conformance.document.sheet import Block

FORMATS = ("text", "html", "markdown", "rst")


@dataclass
class Row:
    """A row: the name, Yes or No or nothing, the type's words, the paragraphs; the table that describes its object."""

    name: str
    mandatory: bool | None
    type: str
    paragraphs: list[str]
    object: str | None = None


@dataclass
class Table:
    """A numbered table; an answer's has no column for mandatory."""

    caption: str
    rows: list[Row]
    answer: bool = False
    anchor: str | None = None


@dataclass
class Sketch:
    """A page: its title, the line of its URI, its tables by section, what it answers."""

    title: str
    uri: str
    path: list[Table] = field(default_factory=list)
    request: list[Table] = field(default_factory=list)
    answers: dict[str, list[Table]] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    example: str = ""
    asked: str = ""

    def blocks(self) -> list[tuple[str, object]]:
        """The blocks of the page, in their order."""
        numbered = [0]

        def tables(these: list[Table]) -> list[tuple[str, object]]:
            made: list[tuple[str, object]] = []
            for table in these:
                numbered[0] += 1
                made.append(("table", (f"Table {numbered[0]} {table.caption}", table)))
            return made

        blocks: list[tuple[str, object]] = [
            ("title", self.title), ("heading", "Function"), ("paragraph", "This API is used to try a reader out."),
            ("heading", "URI"), ("paragraph", self.uri), *tables(self.path),
            ("heading", "Request Parameters"), *tables(self.request), ("heading", "Response Parameters"),
        ]  # fmt: skip
        for status, these in self.answers.items():
            blocks += [("paragraph", f"Status code: {status}"), *tables(these)]
        if self.asked:
            blocks += [("heading", "Example Requests"), ("code", self.asked)]
        if self.example:
            blocks += [("heading", "Example Responses"), ("paragraph", "Status code: 200"), ("code", self.example)]
        return [*blocks, ("heading", "Status Codes"), ("statuses", self.statuses)]


def read(sketch: Sketch, form: str) -> Page:
    """The page of a sketch, written in a format and read back."""
    source = write(sketch, form)
    front = {"text": text, "html": hypertext, "markdown": markdown, "rst": restructuredtext}[form]
    return interpret(front.sheet("invented", source))


def write(sketch: Sketch, form: str) -> str:
    """The page of a sketch in a format."""
    one = {"text": _text, "html": _html, "markdown": _markdown, "rst": _rst}[form]
    return "\n\n".join(one(kind, what) for kind, what in sketch.blocks()) + "\n"


def rewritten(sheet: Grids, form: str) -> Grids:
    """A sheet of any format, written in another and read back."""
    one = {"text": _text, "html": _html, "markdown": _markdown, "rst": _rst}[form]
    front = {"text": text, "html": hypertext, "markdown": markdown, "rst": restructuredtext}[form]
    blocks = [one(*_block(block)) for block in sheet.blocks]
    return front.sheet(sheet.name, "\n\n".join(blocks) + "\n")


def _block(block: Block) -> tuple[str, object]:
    match block:
        case Grid():
            return "grid", block
        case Heading():
            return ("title" if block.level == 1 else "heading"), block.text
        case _:
            return ("code" if block.form is Form.CODE else "paragraph"), block.text


def _cells(grid: Grid) -> tuple[list[str], list[list[list[str]]]]:
    rows = [[[one.text for one in cell.texts] for cell in row] for row in grid.rows]
    return [cell.text for cell in grid.head], rows


def _grid(kind: str, what: object) -> tuple[str, str | None, list[str], list[list[list[str]]], list[str | None]]:
    """Caption, anchor, head, the paragraphs of each cell, and the anchor that the type of each row leads to."""
    if kind == "grid":
        assert isinstance(what, Grid)
        return what.caption, None, *_cells(what), []
    if kind == "statuses":
        assert isinstance(what, dict)
        return "", None, ["Status Code", "Description"], [[[status], [words]] for status, words in what.items()], []
    assert isinstance(what, tuple)
    caption, table = what
    head = ["Parameter", *([] if table.answer else ["Mandatory"]), "Type", "Description"]
    rows = [
        [[row.name], *([] if table.answer else [["Yes" if row.mandatory else "No"]]), [row.type], row.paragraphs]
        for row in table.rows
    ]
    return caption, table.anchor, head, rows, [row.object for row in table.rows]


def _text(kind: str, what: object) -> str:
    if kind in {"table", "statuses", "grid"}:
        caption, _, head, rows, _ = _grid(kind, what)
        cells = [cell for row in rows for paragraphs in row for cell in paragraphs]
        return "\n\n".join([*([caption] if caption else []), *head, *cells])
    return str(what)


def _html(kind: str, what: object) -> str:
    if kind in {"table", "statuses", "grid"}:
        caption, anchor, head, rows, _ = _grid(kind, what)
        named = f'<a name="{anchor}"></a>' if anchor else ""
        titled = f"<caption><b>{html.escape(caption)}</b></caption>" if caption else ""
        body = "".join(
            "<tr>"
            + "".join("<td>" + "".join(f"<p>{html.escape(one)}</p>" for one in cell) + "</td>" for cell in row)
            + "</tr>\n"
            for row in rows
        )
        heads = "".join(f"<th>{one}</th>" for one in head)
        return f"<div>{named}<table>{titled}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    tag = {"title": "h1", "heading": "h4", "paragraph": "p", "code": "pre"}[kind]
    return f"<{tag}>{html.escape(str(what))}</{tag}>"


def _markdown(kind: str, what: object) -> str:
    if kind in {"table", "statuses", "grid"}:
        caption, anchor, head, rows, _ = _grid(kind, what)
        lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
        lines += ["| " + " | ".join("<br>".join(_marked(one) for one in cell) for cell in row) + " |" for row in rows]
        named = f'<a name="{anchor}"></a>\n\n' if anchor else ""
        return named + (f"**{caption}**\n\n" if caption else "") + "\n".join(lines)
    return {"title": f"# {what}", "heading": f"## {what}", "code": f"```\n{what}\n```"}.get(kind, _marked(str(what)))


def _marked(words: str) -> str:
    for sign in "\\*_<[|`~":
        words = words.replace(sign, "\\" + sign)
    return words


def _rst(kind: str, what: object) -> str:
    if kind in {"table", "statuses", "grid"}:
        caption, anchor, head, rows, _ = _grid(kind, what)
        cells = [[[one] for one in head], *([[_starred(one) for one in cell] for cell in row] for row in rows)]
        spaced = [[[line for one in cell for line in (one, "")][:-1] for cell in row] for row in cells]
        widths = [max(len(line) for row in spaced for line in row[number]) + 2 for number in range(len(head))]
        lines = ["+" + "+".join("-" * width for width in widths) + "+"]
        for number, row in enumerate(spaced):
            lines.extend(
                "|" + "|".join(_line(cell, at, width) for cell, width in zip(row, widths, strict=True)) + "|"
                for at in range(max(map(len, row)))
            )
            lines.append("+" + "+".join(("=" if not number else "-") * width for width in widths) + "+")
        named = f".. _{anchor}:\n\n" if anchor else ""
        return (
            named
            + f".. table::{' **' + caption + '**' if caption else ''}\n\n"
            + "\n".join(f"   {line}" for line in lines)
        )
    if kind in {"title", "heading"}:
        return f"{what}\n{('=' if kind == 'title' else '-') * len(str(what))}"
    if kind == "code":
        return "::\n\n" + "\n".join(f"   {line}" for line in str(what).splitlines())
    return _starred(str(what))


def _starred(words: str) -> str:
    for sign in "\\*`|_":
        words = words.replace(sign, "\\" + sign)
    return words


def _line(cell: list[str], at: int, width: int) -> str:
    return f" {cell[at] if at < len(cell) else ''}".ljust(width)
