"""Edits of a page: their place, lines that become others, their size, the diff, and the sentences that they write.

A sentence is written for a clause, and read back from a page as a change of the contract. It stands for what the tables
of the template have no cell for. Its words name the part that the clause is about, so that the page says it and not the
suite.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from conformance.document.labels import Role, Section, section
from conformance.document.sheet import Heading
from conformance.document.text import sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.contract.clause import Clause
    from conformance.contract.contract import Contract
    from conformance.contract.operation import Operation
    from conformance.document.page import Field, Page

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


_TOKENS = {
    "missing": "Without a token", "empty": "With an empty token", "unknown": "With a token that was never issued",
    "near-valid": "With a token that is almost an issued one", "below-minimum": "With a token that is too short",
    "over-maximum": "With a token that is too long", "minimum-length": "With the shortest token",
    "length": "With a long token", "maximum-length": "With the longest token",
    "name": "With the header's name in another case",
    "unrecognised": "Without an issued token, where something else is unusual",
    "elsewhere": "Without an issued token, to another {}",
}  # fmt: skip
_VALUES = {
    "missing": "Without {}", "absent": "Without {}", "wrong-type": "With a {} of another type",
    "below-minimum": "With a {} that is too small", "above-maximum": "With a {} that is too large",
    "minimum": "With the lowest {}", "maximum": "With the highest {}", "not-listed": "With a {} that is not listed",
    "listed": "With a listed {}", "too-short": "With a {} that is too short", "too-long": "With a {} that is too long",
    "shortest": "With the shortest {}", "longest": "With the longest {}", "too-few": "With too few {}",
    "too-many": "With too many {}", "fewest": "With the fewest {}", "most": "With the most {}",
    "repeated": "With repeated {}", "other-pattern": "With a {} of another form",
}  # fmt: skip
_BODIES = {
    "absent": "Without a body", "not-json": "With a body that is not JSON",
    "not-object": "With a body that is no object",
    "invalid": "With a body that is not as described",
}  # fmt: skip
HAVING = {
    "the scheme http": "^http:", "a port": r"^\w+://[^/?#]*:[0-9]", "no path": r"^\w+://[^/?#]*(?:[?#]|$)",
    "a query": r"\?", "a fragment": "#", "percent-encoding": "%", "a tilde": "~",
    "a label of digits": r"^\w+://(?:[^/?#]*\.)?[0-9]+\.", "an internationalised host": r"^\w+://[^/?#]*xn--",
    "two slashes in its path": r"^\w+://[^/?#]*/[^?#]*//|^\w+://[^/?#]*//", "an encoded slash": "%2[Ff]",
    "punctuation in its path": r"^\w+://[^/?#]*/[^?#]*[!$&'()*+,;=:@]",
    "capitals in its scheme": "^(?!https?:)", "a host of one label": r"^\w+://[^./?#:]+(?:[:/?#]|$)",
    "an underscore in its host": r"^\w+://[^/?#]*_", "a port over 49151": r"^\w+://[^/?#]*:(?:49[2-9]|4915[2-9]|491[6-9]|[5-9])[0-9]*",
}  # fmt: skip
"""Forms of a url, in words, and the regular expression that finds each (RFC 3986)."""
_SEGMENTS = re.compile(r"more than (\d+) segments")
_ROLES = {
    "permitted": "With permission", "restricted": "Without permission on the {}",
    "missing": "Where there is no such {}",
}  # fmt: skip
_FORMS = {"everyday": "With an ordinary {}", "uncommon": "With a rarely seen {}"}


class Effect(Enum):
    """The effect of a sentence on the contract."""

    STATUS = auto()
    """The row has another status."""
    STATUSES = auto()
    """The rows of all bad credentials have another status."""
    MEDIA = auto()
    """The answer has another media type."""
    OPTIONAL = auto()
    """The member need not be there."""
    NULL = auto()
    """The member may be null."""
    LONGEST = auto()
    """The member of the body has at most so many characters."""
    FORM = auto()
    """The member of the body never has such a form."""
    ALSO = auto()
    """The row takes these statuses beside its own."""
    OPEN = auto()
    """The page promises nothing of this any more: the row is silent."""


_MEMBERS = (
    (Effect.OPTIONAL, "A {status} may come without {value}."),
    (Effect.NULL, "{value} of a {status} may be null."),
)
_ANSWERS = {
    "object": ((Effect.OPEN, "The body of a {status} may be no JSON object."),),
    "unique-members": ((Effect.OPEN, "A member of a {status} may stand twice."),),
    "media-type": (
        (Effect.MEDIA, "The Content-Type of a {status} is {value}."),
        (Effect.OPEN, "The Content-Type of a {status} may be another or missing."),
    ),
    "member-type": (*_MEMBERS, (Effect.OPEN, "The body of a {status} may have other members.")),
    "not-null": ((Effect.OPEN, "{member} of a {status} may be null."),),
    "format": ((Effect.OPEN, "{member} of a {status} may have another form."),),
    "at-least": ((Effect.OPEN, "{member} of a {status} may be any number."),),
    "echo": ((Effect.OPEN, "{member} of a {status} may differ from the one of the request."),),
    "envelope": (*_MEMBERS, (Effect.OPEN, "The body of a {status} may have other members or none.")),
    "error-code": ((Effect.OPEN, "The code of a {status} may be another."),),
    "same-again": ((Effect.OPEN, "The same request again may be answered otherwise."),),
    "documented-status": ((Effect.OPEN, "A request as described may be answered {value}."),),
}
"""The sentences about answers, by the check of their clause."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The meaning of a sentence of the page: its clause, effect, and status or media type."""

    clause: str
    effect: Effect
    value: str = ""


def having(words: str) -> str | None:
    """The regular expression of a form in words; None where it is none."""
    found = _SEGMENTS.fullmatch(words)
    return rf"^\w+://[^/?#]*(?:/[^/?#]*){{{int(found[1]) + 1},}}" if found else HAVING.get(words)


def written(clause: Clause, effect: Effect, operation: Operation, value: str = "", detail: str = "") -> str | None:
    """The sentence about a clause; None where it has none to that effect.

    `value` are the statuses that come, the media type, or the member; `detail` is for people.
    """
    shapes = dict(_shapes(clause, operation))
    shape = shapes.get(effect)
    if shape is None:
        return None
    words = shape.format(value=value)
    return f"{words[:-1]}: {detail}." if detail else words


def read(text: str, clauses: Iterable[Clause], operation: Operation) -> Iterator[Sentence]:
    """The meanings of a sentence for these clauses; several where they are about the same."""
    for clause in clauses:
        for effect, shape in _shapes(clause, operation):
            pattern = re.escape(shape[:-1]).replace(re.escape("{value}"), r"(?P<value>\S.*?)")
            if found := re.fullmatch(rf"{pattern}(?:: .*)?\.", text):
                yield Sentence(clause.id, effect, found.groupdict().get("value", ""))
                break


def _shapes(clause: Clause, operation: Operation) -> Iterator[tuple[Effect, str]]:
    """The sentences that there are about a clause; `{value}` stands for a status, a media type, a member."""
    given = clause.arguments
    if clause.check in {"owed", "accepted"} and "form" in given:
        yield Effect.LONGEST, f"The {given['member']} has at most {{value}} characters."
        yield Effect.FORM, f"A {given['member']} with {{value}} is refused."
    if clause.check == "owed" and "status" in given and "credential" in given:
        yield Effect.STATUSES, "Without a valid token, the status code is {value}."
    if said := said_of(clause, operation):
        if clause.check == "owed" and "status" in given:
            yield Effect.STATUS, f"{said}, the status code is {{value}}."
        yield Effect.ALSO if clause.check == "owed" else Effect.OPEN, f"{said}, the status code may be {{value}}."
    elif clause.check == "envelope" and given["status"] == "other":
        yield Effect.OPEN, "The body of another status may have other members or none."
    elif not given.get("at-once"):
        names = {"status": given.get("status"), "member": given.get("member"), "value": "{value}"}
        yield from ((effect, shape.format(**names)) for effect, shape in _ANSWERS.get(clause.check, ()))


def said_of(clause: Clause, operation: Operation) -> str | None:
    """The part of a request that a clause is about, in words; None where it is about answers."""
    if clause.check not in {"owed", "refused", "accepted"}:
        return None
    given = clause.arguments
    words, name = {**_VALUES, **_FORMS}.get(given.get("when", given.get("form"))), operation.noun
    if "role" in given:
        words = _ROLES[given["role"]]
    elif "credential" in given:
        words = _TOKENS["elsewhere" if "resource" in given else given["credential"]]
    elif "body" in given:
        words = _BODIES[given["body"]]
    elif words is None:
        words = "With another method" if "method" in given else "With a parameter that is not as described"
    else:
        name = given.get("parameter", given.get("member"))
    return words.format(name)
