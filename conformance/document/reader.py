"""The interpreter: a sheet of the template becomes a page; what has no place there is listed as unread."""

from __future__ import annotations

import re
from dataclasses import replace

from conformance.document.fields import Fields
from conformance.document.labels import (
    BREADCRUMB,
    CAPTION,
    PROSE,
    REVISED,
    STATUS,
    Column,
    Role,
    Section,
    section,
)  # fmt: skip
from conformance.document.page import Answer, Example, Field, Object, Page
from conformance.document.sheet import Form, Heading, Sheet, Table, Text, plain
from conformance.document.tables import ANSWERS, Placed, statuses
from conformance.document.uri import Uris

_NORMAL = re.compile(r"(?:normal(?: response)?|success)?\s*:?\s*(?P<status>[1-5]\d\d)\b", re.IGNORECASE)
_GENERAL = re.compile(r"examples?|parameters?(?: descriptions?)?|elements?", re.IGNORECASE)
"""A line inside a section that says neither request nor answer."""
_EXAMPLES = {Section.EXAMPLE_REQUEST, Section.EXAMPLE_RESPONSE}
_REQUEST_HEADERS = re.compile(
    r"(?:x-[\w-]+|content-(?:type|length)|authorization|accept(?:-\w+)?|host|user-agent)$", re.IGNORECASE
)


def interpret(sheet: Sheet) -> Page:
    """The content of a sheet of the template."""
    return _Interpreter(sheet).page


class _Interpreter(Fields):
    """Goes over the blocks once, then reads the tables by their roles and the objects by their references."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(sheet)
        self._section: Section | None = None
        self._status: str | None = None
        self._caption: Text | None = None
        self._shown: list[tuple[str | None, Example]] = []
        self._home: Section | None = None
        self._level = 0
        self._above = self._last = ""
        self._uris = Uris()
        for block in sheet.blocks:
            match block:
                case Heading():
                    self._heading(block)
                case Table():
                    self._placed(block)
                case Text():
                    self._text(block)
        self._flush_caption()
        self._read_tables()
        for status, example in self._shown:
            status = status or self._success()  # noqa: PLW2901
            self.page.answers.setdefault(status, Answer(status, example.line, assumed=True)).examples.append(example)
        self._leftover()

    def _heading(self, block: Heading) -> None:
        found = section(block.text)
        if not self.page.title and found is None:
            self.page.title = block.text
            return
        if found is None and (status := STATUS.match(block.text)):
            self._begin_status(status, block.line)
            return
        if found is None:
            self._unread(block.line, block.text, "a section that the template does not have")
        self._flush_caption()
        inner = self._inner(found, block.text) if found and block.level > self._level else None
        self._section, self._status, self._above, self._last = inner or found, None, "", ""
        if inner is None:
            self._home, self._level = found, block.level

    def _inner(self, named: Section, words: str) -> Section | None:
        """The section that a line begins inside another; None where it begins none there.

        Requests and answers have their own parameters and examples; below examples, a request or an answer is one.
        """
        answer = self._home in ANSWERS
        if self._home is None or named not in {Section.REQUEST, Section.RESPONSE, *_EXAMPLES}:
            return None
        if self._home in _EXAMPLES or named in _EXAMPLES:
            general = _GENERAL.fullmatch(words.strip(" :*"))
            answers = answer if general else named in ANSWERS
            return Section.EXAMPLE_RESPONSE if answers else Section.EXAMPLE_REQUEST
        return self._home

    def _begin_status(self, found: re.Match[str], line: int) -> None:
        self._status = found["status"]
        self._begin_answer(found["status"], line, found["rest"])

    def _begin_answer(self, status: str, line: int, words: str) -> Answer:
        """The answer with a status; of two descriptions the first stays and the second is unread."""
        answer = self.page.answers.setdefault(status, Answer(status, line))
        if not answer.description:
            answer.description = words
        elif words not in answer.description:
            self._unread(line, words, f"a second description of status {status}")
        return answer

    def _text(self, block: Text) -> None:  # noqa: C901 - a case for each section
        words = plain(block.text)
        if block.form is not Form.CODE:
            if (found := REVISED.match(words)) and not self.page.revision:
                self.page.revision = found["date"]
                return
            if not self.page.title and BREADCRUMB.match(words):
                self.page.breadcrumb = words
                return
            if (status := STATUS.match(words)) and self._section in {Section.RESPONSE, Section.EXAMPLE_RESPONSE}:
                self._begin_status(status, block.line)
                self._above = ""
                return
            if CAPTION.match(words) and not PROSE.search(words):
                self._flush_caption()
                self._caption = Text(block.line, words)
                return
            self._last = words
            if (named := section(words)) and (inner := self._inner(named, words)):
                if inner is not self._section:
                    self._section, self._status, self._above = inner, None, ""
                return
        match self._section:
            case Section.URI:
                self._uri(block, words)
            case Section.STATUSES if found := _NORMAL.match(words):
                self._begin_answer(found["status"], block.line, words[found.end() :].strip(" .:,-"))
            case Section.FUNCTION:
                self.page.function.append(block)
            case Section.EXAMPLE_REQUEST | Section.EXAMPLE_RESPONSE:
                self._example(block, words)
            case _:
                self._other(block, words)

    def _other(self, block: Text, words: str) -> None:
        """Prose outside the template's places is kept under its section; before the first section it is unread."""
        if self._section is None:
            self._unread(block.line, words, "a text outside the template's sections")
        else:
            self.page.texts.append((self._section.value, Text(block.line, words, block.form, block.links)))

    def _uri(self, block: Text, words: str) -> None:
        found = self._uris.read(words)
        if found is None:
            self._other(block, words)
        elif not self.page.method:
            self.page.method, self.page.path, self.page.query = found.method, found.path, found.query
            self.page.host, self.page.uri_line = found.host, block.line
        elif (self.page.method, self.page.path) != (found.method, found.path) or found.query not in {
            "", self.page.query,
        }:  # fmt: skip
            self._unread(block.line, words, "a second method and URI")

    def _example(self, block: Text, words: str) -> None:
        if block.form is not Form.CODE:
            self._above = words
            self.page.texts.append((str(self._section), Text(block.line, words, block.form)))
            return
        example = Example(block.line, self._above, block.text)
        if self._section is Section.EXAMPLE_REQUEST:
            self.page.examples.append(example)
            return
        self._shown.append((self._status, example))

    def _flush_caption(self) -> None:
        if self._caption:
            self._unread(self._caption.line, self._caption.text, "a caption without its table")
            self._caption = None

    def _placed(self, table: Table) -> None:
        """A table; where it has no caption, the short line above it is one."""
        if self._caption and not table.caption:
            table = Table(table.line, self._caption.text, table.head, table.rows, table.anchors)
            self._caption = None
        self._flush_caption()
        if not table.caption and self._last and not PROSE.search(self._last):
            table = Table(table.line, self._last.rstrip(":"), table.head, table.rows, table.anchors)
        self._last = ""
        if self._section in _EXAMPLES and self._home not in _EXAMPLES:
            self._section = self._home
        self._tables.place(table, self._section, self._status)

    def _read_tables(self) -> None:
        self._tables.roles()
        for placed in self._tables:
            if (
                Column.STATUS in placed.columns
                and placed.section in {Section.STATUSES, Section.RESPONSE, None}
                and Column.NAME not in placed.columns
            ):
                self._statuses(placed)
        for placed in self._tables:
            if placed.taken:
                self._unread(
                    placed.table.line, placed.table.caption, f"taken to be the {placed.role}: no caption says so"
                )
            match placed.role:
                case Role.PATH | Role.QUERY | Role.HEADER | Role.COOKIE:
                    self._parameters(placed)
                case Role.BODY | Role.FORM:
                    self._body(placed)
                case Role.RESPONSE_BODY | Role.RESPONSE_HEADER:
                    self._answer(placed)
        self._to_path()

    def _parameters(self, placed: Placed) -> None:
        for one, place in self._rows(placed, ()):
            if place in {Role.BODY, Role.FORM}:
                self._dropped(one, "a member of the body in a table of parameters")
            else:
                self._parameter(one, place or placed.role or Role.QUERY, placed)

    def _parameter(self, one: Field, kind: Role, placed: Placed) -> None:
        in_path = "{" + one.name + "}" in self.page.path
        if (
            kind is Role.QUERY
            and re.fullmatch(r"X-\w+-Token|Content-Type", one.name)
            and "query" not in placed.title.lower()
        ):
            kind = Role.HEADER
        if (
            in_path
            and kind is Role.QUERY
            and not self._known(Role.PATH, one.name)
            and "query" not in placed.title.lower()
        ):
            kind = Role.PATH
        if kind is Role.PATH and not in_path and self.page.path:
            path = re.search(r"\bpath\b", placed.title, re.IGNORECASE) and f"{one.name}=" not in self.page.query
            if path and self.page.query:
                self._unread(one.line, one.name, "taken to be in the query: the path does not have it")
            kind = Role.QUERY if self.page.query or not path else kind
        if kind is Role.PATH and not in_path:
            self._dropped(one, "a path parameter that the URI does not have")
        elif known := next((other for other in self.page.parameters.get(kind, ()) if other.name == one.name), None):
            self._dropped(one, f"a second row of this {kind} parameter")
            if kind is not Role.PATH and known.required and not one.required:
                rows = [self._of_one_kind(other) if other is known else other for other in self.page.parameters[kind]]
                self.page.parameters[kind] = tuple(rows)
        else:
            self.page.parameters[kind] = (*self.page.parameters.get(kind, ()), one)

    def _to_path(self) -> None:
        """Rows of the query that only the path has room for."""
        queries = self.page.parameters.get(Role.QUERY, ())
        moved = [
            one for one in queries
            if "{" + one.name + "}" in self.page.path and f"{one.name}=" not in self.page.query
            and not self._known(Role.PATH, one.name)
        ]  # fmt: skip
        if not moved:
            return
        for one in moved:
            self._unread(one.line, one.name, "taken to be in the path: the URI has it there, its table is of the query")
        self.page.parameters[Role.QUERY] = tuple(one for one in queries if one not in moved)
        self.page.parameters[Role.PATH] = (*self.page.parameters.get(Role.PATH, ()), *moved)

    def _known(self, kind: Role, name: str) -> bool:
        return any(other.name == name for other in self.page.parameters.get(kind, ()))

    def _elsewhere(self, one: Field) -> Role | None:
        """The place of a row that no caption calls a member of the body: by its name, the URI or the method."""
        if _REQUEST_HEADERS.match(one.name) and one.type.leaf().name != "object":
            return Role.HEADER
        if "{" + one.name + "}" in self.page.path and not self._known(Role.PATH, one.name):
            return Role.PATH
        shown = any(re.search(r"^\s*[{\[]", example.code, re.MULTILINE) for example in self.page.examples)
        bodiless = self.page.method in {"GET", "HEAD"} or (self.page.method == "DELETE" and not shown)
        query = f"{one.name}=" in self.page.query or (bodiless and one.type.leaf().name != "object")
        return Role.QUERY if query else None

    def _body(self, placed: Placed) -> None:
        """The rows of a request; where no caption says that they are the body, some are headers or in the URI."""
        rows = self._rows(placed, ())
        said = placed.role is Role.FORM or re.search(r"\bbody\b", placed.title, re.IGNORECASE)
        places = [place or (None if said else self._elsewhere(one)) for one, place in rows]
        inside = {None, Role.BODY, Role.FORM}
        for (one, _), place in zip(rows, places, strict=True):
            if place and place not in inside:
                self._parameter(one, place, placed)
        fields = [one for (one, _), place in zip(rows, places, strict=True) if place in inside]
        if not fields and rows:
            return
        body = self._of(placed, fields)
        if self.page.body is None:
            self.page.body, self.page.form = body, placed.role is Role.FORM or Role.FORM in places
            return
        must = [{one.name: one.required for one in table.fields} for table in (self.page.body, body)]
        joined = self._joined(self.page.body, body, placed)
        if must[0].keys() & must[1].keys():
            fields = [one if all(of.get(one.name) for of in must) else self._of_one_kind(one) for one in joined.fields]
            joined = Object(joined.name, joined.line, tuple(fields), whole=joined.whole)
        self.page.body = joined

    def _of_one_kind(self, one: Field) -> Field:
        """A row of one of two tables that share others: they are about two kinds of request, and each needs its own."""
        if not one.required:
            return one
        self._unread(one.lines["required"], one.name, "mandatory in one of two tables")
        return replace(one, required=None)

    def _answer(self, placed: Placed) -> None:
        status = placed.status or self._success()
        answer = self.page.answers.setdefault(status, Answer(status, placed.table.line, assumed=placed.status is None))
        rows = self._rows(placed, ())
        headers = {Role.HEADER} if placed.role is Role.RESPONSE_BODY else {None, Role.HEADER}
        fields = [one for one, place in rows if place not in headers and place in {None, Role.BODY}]
        for one, place in rows:
            if place in headers:
                answer.headers = (*answer.headers, one)
            elif place not in {None, Role.BODY}:
                self._dropped(one, "not a part of an answer")
        if fields or not answer.headers:
            body = self._of(placed, fields)
            answer.body = self._joined(answer.body, body, placed) if answer.body else body

    def _success(self) -> str:
        """The status of a table that stands below none: the first 2xx of the page, or `default`."""
        return min((status for status in self.page.answers if status.startswith("2")), default="default")

    def _statuses(self, placed: Placed) -> None:
        placed.used = True
        for row, codes, described in statuses(placed):
            if not codes:
                self._cells(row, "a row of the status codes without a status")
            for code in codes:
                self._begin_answer(code, row[placed.columns[Column.STATUS]].line, described)

    def _leftover(self) -> None:
        """Tables that nothing refers to."""
        for placed in self._tables:
            if placed.used:
                continue
            if placed.section is Section.ERRORS:
                for row in placed.table.rows:
                    self.page.texts.append(
                        (
                            str(placed.section),
                            Text(row[0].line if row else placed.table.line, plain(" ".join(cell.text for cell in row))),
                        )
                    )
                continue
            why = "no field refers to this table" if placed.role else "a table that the template does not have"
            self._unread(placed.table.line, placed.table.caption, why)
            for row in placed.table.rows:
                self._cells(row, why)
