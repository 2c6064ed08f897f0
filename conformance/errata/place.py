"""The place of a sentence on the page: under the row, or in the section, that its clause is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.document.labels import Role, Section, section
from conformance.document.sheet import Heading
from conformance.document.text import sheet
from conformance.errata.edits import Edit, added, replaced

if TYPE_CHECKING:
    from conformance.contract.clause import Clause
    from conformance.contract.contract import Contract
    from conformance.document.page import Field, Page

__all__ = ["field_of", "place_of"]

_OF_REQUESTS = {"owed", "refused", "accepted"}


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
        answer = page.answers.get(str(given.get("status")))
        name, among = given.get("member"), answer.body.fields if answer and answer.body else ()
    return next((one for one in among if one.name == name), None)


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
