"""The tables of a page: the role of the rows of each, and the table that describes an object."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.document.datatype import DataType, datatype
from conformance.document.labels import CAPTION, Column, Role, Section, column, named_key, role
from conformance.document.sheet import Cell, Table, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWERS = {Section.RESPONSE, Section.EXAMPLE_RESPONSE, Section.STATUSES}
"""The sections whose tables are about an answer."""
_NESTED = {"object", "array", "map", "any"}
_GENERIC = re.compile(
    r"(?:\W|\b(?:parameters?|descriptions?|of|in|the|an?|for|and|list|request(?:s|ed)?|respon\w+|messages?|normal|elements?"
    r"|returned|input|output|api|attributes?|fields?)\b)*$",
    re.IGNORECASE,
)
"""A caption that names no object."""
_ABOUT = re.compile(r"^parameters? (?:for|required|used|to)\b", re.IGNORECASE)
"""A caption that says what the operation does with the parameters."""


@dataclass(slots=True)
class Placed:
    """A table, with the section and the status that it stands under, and the role of its rows.

    `taken` says that no word of the page gives it its role: it is the first object below a request or an answer.
    """

    table: Table
    number: int
    section: Section | None
    status: str | None
    role: Role | None = None
    used: bool = False
    taken: bool = False
    columns: dict[Column, int] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The caption without its number."""
        found = CAPTION.match(self.table.caption)
        return plain(found["name"] if found else self.table.caption)

    @property
    def side(self) -> bool:
        """Whether it stands in a section about an answer."""
        return self.section in ANSWERS


class Tables(list[Placed]):
    """The tables in the order of the page."""

    def place(self, table: Table, section: Section | None, status: str | None) -> None:
        """Adds a table."""
        columns: dict[Column, int] = {}
        for number, cell in enumerate(table.head):
            if (found := column(cell.text)) and found not in columns:
                columns[found] = number
        self.append(Placed(table, len(self), section, status, columns=columns))

    def roles(self) -> None:
        """Gives each table its role: an object where a row above refers to it, else by its caption and section."""
        known = self._known()
        named = [one for one in self if Column.NAME in one.columns]
        free: list[Placed] = []
        for one in named:
            one.role = _role(one)
            referred = any(self._refers(other, one) for other in self)
            if one.role in {Role.BODY, Role.RESPONSE_BODY} and referred:
                one.role = Role.OBJECT
            elif one.role is Role.OBJECT and not referred and named_key(one.title) not in known:
                free.append(one)
        for one in free:
            if one.section is Section.URI:
                one.role = Role.QUERY
            elif one.section in {Section.REQUEST, Section.RESPONSE} and Column.TYPE in one.columns:
                body = Role.RESPONSE_BODY if one.side else Role.BODY
                if not any((other.role, other.status) == (body, one.status) for other in named):
                    one.role, one.taken = body, True

    def _known(self) -> set[str]:
        """The names of all fields and of the objects that their types name."""
        known = set()
        for one in self:
            for cells in _cells(one):
                known.add(named_key(cells[Column.NAME].text) if Column.NAME in cells else "")
                kind = datatype(cells[Column.TYPE].text) if Column.TYPE in cells else None
                known.add(named_key(kind.leaf().refers or "") if kind else "")
        return known

    def _refers(self, first: Placed, other: Placed) -> bool:
        """Whether a row of an object or array leads to a later table of the same side, by a link or a number."""
        if first.number >= other.number or first.side != other.side or Column.NAME not in first.columns:
            return False
        caption = CAPTION.match(other.table.caption)
        for cells in _cells(first):
            kind = datatype(cells[Column.TYPE].text) if Column.TYPE in cells else None
            if kind is None or kind.name not in _NESTED:
                continue
            cell = _said(cells)
            if any(link.target.lstrip("#") in other.table.anchors for link in cell.links):
                return True
            if caption and caption["number"] in self._numbers(cell):
                return True
        return False

    def of_type(self, leaf: DataType, placed: Placed) -> Placed | None:
        """The table of an object that its type names: by its link; else by its name, the nearest that follows."""
        if leaf.target:
            anchor = leaf.target.lstrip("#")
            linked = [one for one in self if anchor in one.table.anchors and Column.NAME in one.columns]
            if linked:
                return linked[0]
        name = named_key(leaf.refers or "")
        same = [one for one in self if name and named_key(one.table.caption) == name and Column.NAME in one.columns]
        same.sort(
            key=lambda one: (
                one.section is not placed.section,
                one.status != placed.status,
                one.number < placed.number,
                abs(one.number - placed.number),
            )
        )
        return same[0] if same else None

    def described(self, cells: dict[Column, Cell], placed: Placed, names: tuple[str, ...]) -> Placed | None:
        """The table of an object whose type names none: by a link, a number, its path, or the field's own name."""
        cell = _said(cells)
        others = [one for one in self if one is not placed and Column.NAME in one.columns and one.role is Role.OBJECT]
        for link in cell.links:
            for one in others:
                if link.target.lstrip("#") in one.table.anchors:
                    return one
        numbers = self._numbers(cell)
        for one in others:
            caption = CAPTION.match(one.table.caption)
            if caption and caption["number"] in numbers:
                return one
        for key in (named_key(".".join(names)), named_key(names[-1])):
            same = [
                one for one in others
                if named_key(one.table.caption).removesuffix("s") == key.removesuffix("s") and one.side == placed.side
            ]  # fmt: skip
            if same:
                return min(
                    same,
                    key=lambda one: (
                        one.status != placed.status, one.number < placed.number, abs(one.number - placed.number)
                    ),
                )  # fmt: skip
        return None

    def _numbers(self, cell: Cell) -> set[str]:
        """The numbers of tables of this page in a cell; a link elsewhere says the number of another page's."""
        anchors = frozenset[str]().union(*(one.table.anchors for one in self))
        said = re.findall(r"\bTable (\d+)\b", cell.text, re.IGNORECASE)
        for link in cell.links:
            number = re.search(r"\bTable (\d+)\b", link.text, re.IGNORECASE)
            if number and anchors and link.target and link.target.lstrip("#") not in anchors and number[1] in said:
                said.remove(number[1])
        return set(said)

    def orphan(self, placed: Placed) -> Placed | None:
        """The table that follows, where no row refers to it: the only object of this table is taken to be described."""
        after = self[placed.number + 1] if placed.number + 1 < len(self) else None
        bare = [
            cells for cells in _cells(placed)
            if Column.TYPE in cells and (kind := datatype(cells[Column.TYPE].text)) and kind.leaf().name == "object"
        ]  # fmt: skip
        if after is None or after.role is not Role.OBJECT or after.used or len(bare) != 1:
            return None
        return after if (after.side, after.status) == (placed.side, placed.status) else None


def statuses(placed: Placed) -> Iterator[tuple[tuple[Cell, ...], list[str], str]]:
    """The rows of a table of statuses, each with its statuses and what is said of them."""
    where = placed.columns[Column.STATUS]
    for row in placed.table.rows:
        status = row[where].text if where < len(row) else ""
        rest = re.sub(r"\b(?:[1-5]\d\d|and|or|to)\b", "", status).strip(" ,;:.()/~-\u2013")
        words = [rest, *(cell.text for number, cell in enumerate(row) if number != where)]
        yield row, re.findall(r"\b[1-5]\d\d\b", status), "; ".join(one for one in words if one)


def _cells(placed: Placed) -> Iterator[dict[Column, Cell]]:
    for row in placed.table.rows:
        yield {name: row[number] for name, number in placed.columns.items() if number < len(row)}


def _said(cells: dict[Column, Cell]) -> Cell:
    """The cells that can refer to a table, as one."""
    texts = [cells[name].texts for name in (Column.TYPE, Column.NAME, Column.DESCRIPTION) if name in cells]
    return Cell(0, tuple(text for one in texts for text in one))


def _role(placed: Placed) -> Role:
    """The role by the caption; by the section where the caption names none."""
    said = role(placed.table.caption)
    if said in {Role.HEADER, Role.BODY} and placed.side:
        return Role.RESPONSE_HEADER if said is Role.HEADER else Role.RESPONSE_BODY
    if said in {Role.RESPONSE_BODY, Role.RESPONSE_HEADER} and placed.section in {Section.REQUEST, Section.URI}:
        said = None
    if said:
        return said
    title = re.sub(r"\([^()]*\)", "", placed.title)
    if not (_GENERIC.match(title) or _ABOUT.search(title)):
        return Role.OBJECT
    if placed.section is Section.URI:
        return Role.PATH
    if placed.section is Section.REQUEST:
        return Role.BODY
    return Role.RESPONSE_BODY if placed.side else Role.OBJECT
