"""Edits of a page: the place of a sentence, lines that become others, their size, and the diff that shows them."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.document.labels import Role, Section, section
from conformance.document.sheet import Heading
from conformance.document.text import sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.contract.clause import Clause
    from conformance.contract.contract import Contract
    from conformance.document.page import Field, Page

__all__ = ["MOST", "Edit", "added", "amended", "diff", "field_of", "fields_in", "moved", "place_of", "replaced", "size"]

MOST = 3
"""The greatest number of lines that an erratum may change."""
_OF_REQUESTS = {"owed", "refused", "accepted"}


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """The lines from `first` on, `gone` of them, become `lines`; lines are counted from 1."""

    first: int
    gone: int
    lines: tuple[str, ...]


def replaced(line: int, text: str) -> Edit:
    """The edit that makes one line another."""
    return Edit(line, 1, (text,))


def added(after: int, *texts: str) -> Edit:
    """The edit that adds cells or paragraphs below a line, each set off by an empty one."""
    return Edit(after + 1, 0, tuple(line for text in texts for line in ("", text)))


def amended(document: str, edits: Iterable[Edit]) -> str:
    """The page with its edits made; they do not touch each other."""
    lines = document.split("\n")
    for edit in sorted(edits, reverse=True):
        lines[edit.first - 1 : edit.first - 1 + edit.gone] = edit.lines
    return "\n".join(lines)


def moved(line: int, edits: Iterable[Edit], *, end: bool = False) -> int:
    """The line that a line of the page is after the edits; `end` asks for the last of those that it became."""
    return line + sum(
        len(edit.lines) - edit.gone for edit in edits if edit.first + edit.gone <= line or (end and edit.first <= line)
    )


def size(edits: Iterable[Edit]) -> int:
    """The number of lines that an erratum changes; the empty lines between cells say nothing and do not count."""
    return sum(max(edit.gone, sum(bool(line.strip()) for line in edit.lines)) for edit in edits)


def diff(document: str, edits: Iterable[Edit], name: str) -> list[str]:
    """The unified diff of the page, without line feeds."""
    after = amended(document, edits).split("\n")
    return list(difflib.unified_diff(document.split("\n"), after, f"a/{name}", f"b/{name}", lineterm="", n=3))


def place_of(clause: Clause, words: str, page: Page, contract: Contract) -> Edit:
    """The edit that adds a sentence: under *Constraints* where the row has that, in place of *N/A* there."""
    field = field_of(clause, page, contract)
    if field is None:
        return added(_under(clause, page, contract), words)
    for number, text in enumerate(field.texts[:-1]):
        if text.text.rstrip(":").lower() == "constraints":
            below = field.texts[number + 1]
            nothing = re.fullmatch(r"N/?A\.?", below.text)
            return replaced(below.line, words) if nothing else added(below.line, words)
    return added(max((text.line for text in field.texts), default=field.line), words)


def field_of(clause: Clause, page: Page, contract: Contract) -> Field | None:
    """The row of a table that the clause is about."""
    given, rows = clause.arguments, page.parameters
    among: tuple[Field, ...]
    if "credential" in given:
        name: object = contract.operation.credential.header.decode()
        among = rows.get(Role.HEADER, ())
    elif "parameter" in given and "status" not in given:
        name, among = given["parameter"], (*rows.get(Role.PATH, ()), *rows.get(Role.QUERY, ()))
    else:
        name, among = given.get("member"), fields_in(page, given.get("status"))
    return next((one for one in among if one.name == name), None)


def fields_in(page: Page, status: object) -> tuple[Field, ...]:
    """The rows on the body of the answer with a status; none where the page has no such table."""
    answer = page.answers.get(str(status))
    return answer.body.fields if answer and answer.body else ()


def _under(clause: Clause, page: Page, contract: Contract) -> int:
    """The line below which a sentence about no row stands."""
    given, answer = clause.arguments, page.answers.get(str(clause.arguments.get("status")))
    if clause.check not in _OF_REQUESTS and answer and answer.examples:
        return answer.examples[0].line - 2  # the words between the status and its example
    if clause.check in {"same-again", "documented-status"} or given.keys() & {"method", "role"}:
        return page.function[-1].line if page.function else page.uri_line
    if clause.check in _OF_REQUESTS and page.examples:
        return page.examples[0].line - 2
    headings = (one for one in sheet("", contract.document).blocks if isinstance(one, Heading))
    return next(one.line for one in headings if section(one.text) is Section.ERRORS)
