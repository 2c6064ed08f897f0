"""The rows of tables as fields: names, types, descriptions, and the objects that rows lead to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.document.datatype import ANY, DataType, datatype
from conformance.document.labels import Column, Role, Section, required, role
from conformance.document.page import Field, Found, Object, Page
from conformance.document.sheet import Cell, Sheet, Text, Unread
from conformance.document.tables import Placed, Tables
from conformance.document.words import read

if TYPE_CHECKING:
    from collections.abc import Iterable

_WHOLE = re.compile(r"\[?\s*(?:array elements?|items?|array)\s*\]?|-|\[\]|\(body\)", re.IGNORECASE)
_DEPRECATED = re.compile(r"\s*\((?:deprecated|discarded|reserved)\)\s*$", re.IGNORECASE)
_NAME = re.compile(r"[^\s,;]+$")
_PLACES = {
    "path": Role.PATH, "uri": Role.PATH, "query": Role.QUERY, "header": Role.HEADER, "cookie": Role.COOKIE,
    "body": Role.BODY, "form": Role.FORM, "formdata": Role.FORM, "form-data": Role.FORM,
}  # fmt: skip
_OBJECTS = 1000
"""The objects of a page that are followed: tables that refer to each other have more than can be written."""
_Way = tuple[tuple[int, str], ...]
"""The way to an object: the number of each table, and the field in it."""

_TABLE = re.compile(r"(?:see )?Table \d+", re.IGNORECASE)


class Fields:
    """Reads rows; every cell of a row ends in its field or is unread."""

    def __init__(self, sheet: Sheet) -> None:
        self.page = Page(sheet.name, unread=list(sheet.unread))
        self._tables = Tables()
        self._objects = 0

    def _unread(self, line: int, text: str, why: str) -> None:
        if text:
            self.page.unread.append(Unread(line, text, why))

    def _dropped(self, one: Field, why: str) -> None:
        """A row that has no place in the result: every cell of it is unread."""
        must = {True: "mandatory", False: "optional", None: ""}[one.required]
        cells = [" of ".join(part.name for part in one.type), must, one.condition]
        self._unread(one.line, f"{one.name} ({', '.join(cell for cell in cells if cell)})", why)
        for text in one.texts:
            self._unread(text.line, text.text, why)

    def _joined(self, first: Object, second: Object, placed: Placed) -> Object:
        """Two tables of one body are one object; a row that stands in both counts once."""
        known = {one.name for one in first.fields}
        for one in second.fields:
            if one.name in known:
                self._dropped(one, f"a second row of this member, in {placed.table.caption}")
        return Object(
            first.name, first.line, (*first.fields, *(one for one in second.fields if one.name not in known)),
            whole=first.whole or second.whole,
        )  # fmt: skip

    def _object(self, placed: Placed, path: _Way) -> Object:
        """The object whose members are the rows of a table; `path` are the tables on the way to it."""
        return self._of(placed, [one for one, _ in self._rows(placed, path)])

    def _of(self, placed: Placed, rows: Iterable[Field]) -> Object:
        fields: list[Field] = []
        whole = None
        for one in rows:
            if _WHOLE.fullmatch(one.name) and len(placed.table.rows) == 1:
                whole = one
            elif any(other.name == one.name for other in fields):
                self._dropped(one, "a second row of this member")
            else:
                fields.append(one)
        return Object(placed.title, placed.table.line, tuple(fields), whole=whole)

    def _rows(self, placed: Placed, path: _Way) -> list[tuple[Field, Role | None]]:
        placed.used = True
        return [one for row in placed.table.rows if (one := self._row(placed, row, path))]

    def _row(self, placed: Placed, row: tuple[Cell, ...], path: _Way) -> tuple[Field, Role | None] | None:
        """A row as a field; every cell of it ends in the field or is unread."""
        cells = {name: row[number] for name, number in placed.columns.items() if number < len(row)}
        for number, cell in enumerate(row):
            if number not in placed.columns.values():
                self._unread(cell.line, cell.text, "a column that the template does not have")
        name = cells.get(Column.NAME, Cell(placed.table.line)).text
        line = cells[Column.NAME].line if Column.NAME in cells else placed.table.line
        bare = _DEPRECATED.sub("", name).strip(" *-\u2022>\u2514\u2500").strip() or name
        named = (
            _NAME.match(bare) or _WHOLE.fullmatch(bare) or (Column.TYPE in cells and datatype(cells[Column.TYPE].text))
        )
        if not bare or not named:
            self._cells(row, "a row without the name of a field")
            return None
        kind, lines = self._type(cells, bare)
        answer = placed.role in {Role.RESPONSE_BODY, Role.RESPONSE_HEADER} or placed.section is Section.RESPONSE
        must, condition = None, None
        if Column.REQUIRED in cells:
            must, condition = required(cells[Column.REQUIRED].text)
            lines["required"] = cells[Column.REQUIRED].line
            if must is None:
                self._unread(
                    cells[Column.REQUIRED].line, cells[Column.REQUIRED].text or name, "neither mandatory nor optional"
                )
        elif not answer and Column.REQUIRED not in placed.columns:
            self._unread(line, name, "no column says whether it is mandatory")
        texts = self._description(cells)
        reading = read(kind, texts, answer=answer, name=bare)
        if bare != name and _DEPRECATED.search(name):
            reading.keywords.setdefault("deprecated", _found(line, name))
        if condition:
            reading.conditions.append(_found(lines["required"], condition))
        self.page.unread.extend(Unread(one.line, f"{bare}: {one.text}", one.why) for one in reading.unread)
        kind, members = self._members(kind, placed, path, cells, bare)
        return Field(bare, line, kind, must, tuple(texts), reading, condition, members, lines), self._place(cells)

    def _place(self, cells: dict[Column, Cell]) -> Role | None:
        cell = cells.get(Column.PLACE)
        place = (role(cell.text) or _PLACES.get(cell.text.lower())) if cell else None
        if cell and place is None:
            self._unread(cell.line, cell.text, "not the place of a parameter: its table says where it is")
        return place

    def _type(self, cells: dict[Column, Cell], name: str) -> tuple[DataType, dict[str, int]]:
        cell = cells.get(Column.TYPE)
        if cell is None or not cell.text:
            line = cell.line if cell else cells[Column.NAME].line
            self._unread(line, name, "no type")
            return ANY, {}
        kind = datatype(cell.text, cell.links)
        if kind is None:
            self._unread(cell.line, cell.text, "not a type")
            return ANY, {}
        if _TABLE.match(kind.leaf().refers or ""):
            self._unread(cell.line, cell.text, "taken to be an object: its type is the number of a table")
        return kind, {"type": cell.line}

    def _description(self, cells: dict[Column, Cell]) -> list[Text]:
        """The texts of the description, and those of columns that are its labels elsewhere."""
        texts = list(cells[Column.DESCRIPTION].texts) if Column.DESCRIPTION in cells else []
        for name in (Column.CONSTRAINTS, Column.RANGE, Column.ENUMERATION, Column.DEFAULT, Column.EXAMPLE):
            if name in cells and cells[name].text:
                texts += [Text(cells[name].line, f"{name.value.capitalize()}:"), *cells[name].texts]
        return texts

    def _members(
        self, kind: DataType, placed: Placed, path: _Way, cells: dict[Column, Cell], name: str
    ) -> tuple[DataType, Object | None]:
        """The members of an object, of an array's items, of a map's values; a bare array with a table is of objects."""
        leaf = kind.leaf()
        if leaf.name not in {"object", "array", "any"} or (leaf.name == "any" and Column.TYPE not in cells):
            return kind, None
        line = cells[Column.NAME].line
        names = (*(one for _, one in path), name)
        table = self._tables.of_type(leaf, placed) if leaf.refers else None
        table = table or self._tables.described(cells, placed, names)
        if table is None and leaf.name == "object" and (table := self._tables.orphan(placed)):
            self._unread(table.table.line, table.table.caption, f"taken to describe {name}: no row refers to it")
        if table is None:
            if leaf.refers:
                self._unread(line, leaf.refers, "no table describes this object")
            return kind, None
        if leaf.name == "array":
            kind = DataType("array", of=DataType("object"))
        elif leaf.name == "any":
            return kind, None
        if table.number in {placed.number, *(number for number, _ in path)}:
            return kind, Object(leaf.refers or name, table.table.line, (), recursive=True)
        self._objects += 1
        if self._objects > _OBJECTS:
            self._unread(line, name, f"more than {_OBJECTS} objects inside each other: not followed")
            return kind, None
        return kind, self._object(table, (*path, (placed.number, name)))

    def _cells(self, row: Iterable[Cell], why: str) -> None:
        for cell in row:
            self._unread(cell.line, cell.text, why)


def _found(line: int, words: str) -> Found:
    return Found(value=True, line=line, words=words)
