"""The catalogue as a table for a terminal, as JSON, and as the normative page docs/clauses.md."""

from __future__ import annotations

import io
import re
import shutil
import textwrap
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text as Words

from conformance.contract.clause import Catalogue, Clause, Level
from conformance.contract.values import URL_MAXIMUM, Domain, Enumeration, Integer, Text
from conformance.report.files import dumps
from conformance.report.words import count_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.contract.contract import Contract
    from conformance.contract.operation import Operation

EVERYTHING = "everything that is sent"

_NARROW, _WIDE = 80, 200
_FOR_ACCEPTED, _FOR_CHECKS = 110, 150  # columns
_FEW = 12
OPERATION = re.compile(r"#/paths/[^/]*/")
MEANING = {
    Level.MUST: "The document says it, or can mean nothing else. A breach fails the run (exit code 1).",
    Level.SHOULD: "A standard, an example or common sense says it. A breach fails the run with `--fail-on should`.",
    Level.SILENT: "The document leaves it open, or contradicts itself. It never fails; the answer is recorded.",
}
BASES = {
    "quoted": "The document's own words say it.",
    "example": "One of its examples shows it.",
    "inferred": "It follows from a standard or common sense.",
}
"""The bases of a clause, in a sentence."""
STYLES = {Level.MUST: "bold red", Level.SHOULD: "yellow", Level.SILENT: "dim"}
_INTRODUCTION = """\
# The clauses

<!-- Made by `conformance clauses --format markdown`. Change clauses.yaml, not this page. -->

Every testable sentence of the vendor's page "{title}", in its edition of
{revision}, with the request that tests it and every outcome that is accepted. Where the page leaves something open, or
contradicts itself, there is a clause of level *silent*.

## The meaning of "in contract"

{in_contract}

The document decides the answer to such a request. A clause about any other request requires at most that
it does not succeed.

## Reading it

{counts}

- The **heading** is the clause's id. It is stable, and a link: `#{example}`.
- The **basis** is *quoted* where the document's own words say it, *example* where one of its examples shows it, and
  *inferred* where it follows from a standard or common sense; the note then names that.
- The **quotation** is verbatim. ¶ is a line break between paragraphs or cells of a table.
- **Accepted** lists every outcome that passes. Answers of the gateway in front of the service count like any other.
- **Needs** are keys of the target description. Without them the clause is reported as not tested, never as passed.
- **Judged by** names the check in the catalogue, and its arguments.
- **Checked by** names the probes and properties that test the clause (`conformance run --probe ID` sends one). A clause
  is judged on every exchange that it applies to, whichever probe sent it.
"""


class Format(StrEnum):
    """The forms of the catalogue."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


def render(
    contract: Contract,
    checks: Mapping[str, Sequence[str]],
    layout: Format,
    *,
    width: int | None = None,
    colour: bool = False,
) -> str:
    """The catalogue as text that ends with a line feed.

    checks: by clause id, the probes and properties that test it, each an id or ``id (words)``.
    layout: table, JSON or Markdown.
    width: of the table, from 80 to 200 columns; that of the terminal by default. It has what is accepted from 110
        columns on, and what checks it from 150 on.
    colour: whether the table is coloured.
    """
    catalogue = contract.catalogue
    if layout is Format.JSON:
        rows = [_row(clause, checks.get(clause.id, ())) for clause in catalogue]
        return dumps(rows, ensure_ascii=False, indent=2) + "\n"
    if layout is Format.MARKDOWN:
        return "\n".join(_page(contract, checks))
    return _table(catalogue, checks, width or shutil.get_terminal_size().columns, colour=colour)


def anchor(clause_id: str) -> str:
    """The fragment that GitHub makes of the heading `clause_id`."""
    return re.sub(r"[^\w-]", "", clause_id.lower())


def _row(clause: Clause, probes: Sequence[str]) -> dict[str, object]:
    return {
        "id": clause.id,
        "level": clause.level.value,
        "basis": clause.basis,
        "section": clause.section,
        "title": clause.title,
        "quote": clause.quote,
        "openapi": clause.openapi,
        "sent": clause.sent,
        "accepted": list(clause.accepted),
        "needs": list(clause.needs),
        "note": clause.note,
        "check": clause.check,
        "with": dict(clause.arguments),
        "probes": _ids(probes),
    }


def _table(catalogue: Catalogue, checks: Mapping[str, Sequence[str]], width: int, *, colour: bool) -> str:
    width = min(max(width, _NARROW), _WIDE)
    names = ("Clause", "It says", "Accepted", "Checked by")[: 2 + (width >= _FOR_ACCEPTED) + (width >= _FOR_CHECKS)]
    title = f"{count_words(len(catalogue), 'clause')}, document of {catalogue.revision}"
    table = Table(box=SIMPLE_HEAD, expand=True, padding=(0, 0), collapse_padding=True, title=title)
    table.add_column(names[0], no_wrap=True)
    for name in names[1:]:
        table.add_column(name, ratio=1)
    for clause in catalogue:
        head = Words.assemble(
            (clause.id, "bold"), "\n  ", (clause.level.value, STYLES[clause.level]), f", {clause.basis}"
        )
        checked = _briefly(clause, checks.get(clause.id, ()))
        cells = (clause.title, "\n".join(clause.accepted), checked)
        table.add_row(head, *map(Words, cells[: len(names) - 1]))
    screen = io.StringIO()
    Console(
        file=screen,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
    ).print(table)
    return "".join(f"{line.rstrip()}\n" for line in screen.getvalue().splitlines())


def _briefly(clause: Clause, probes: Sequence[str]) -> str:
    if not probes or clause.sent.startswith(EVERYTHING):
        return EVERYTHING
    more = (f"and {len(probes) - 3} more",) if len(probes) > 3 else ()  # noqa: PLR2004 - three fit
    return "\n".join((*_ids(probes[:3]), *more))


def _ids(probes: Sequence[str]) -> list[str]:
    return [probe.partition(" (")[0] for probe in probes]


def _page(contract: Contract, checks: Mapping[str, Sequence[str]]) -> Iterator[str]:
    catalogue = contract.catalogue
    yield _INTRODUCTION.format(
        title=catalogue.title,
        revision=catalogue.revision,
        in_contract="\n".join(textwrap.wrap(_in_contract(contract.operation), 120)),
        counts="\n".join(_counts(catalogue)),
        example=anchor(catalogue.clauses[0].id),
    )
    sections = _sections(catalogue)
    yield "## Contents\n"
    yield "| Clause | Level | It says |\n|---|---|---|"
    for clause in (clause for clauses in sections.values() for clause in clauses):
        yield f"| [{clause.id}](#{anchor(clause.id)}) | {clause.level.value} | {_escaped(clause.title)} |"
    yield ""
    for section, clauses in sections.items():
        yield f"## {catalogue.sections.get(section, section)}\n"
        for clause in clauses:
            yield from _entry(clause, checks.get(clause.id, ()))


def _in_contract(operation: Operation) -> str:
    """The definition of an in-contract request, from the operation."""
    parts = [f"`{one.name}` {_domain(one.domain)}" for one in operation.parameters]
    longest = operation.credential.longest
    most = "or more characters" if longest is None else f"to {longest:,} characters"
    token = f"a token of {operation.credential.shortest:,} {most}"
    body = ""
    if operation.body is not None:
        body = ", and a JSON object as its schema has it"
        if operation.url_member is not None:
            body += (
                f", whose `{operation.url_member}` is an absolute http(s) URL (RFC 3986; a host of two labels or more, "
                f"no user info, at most {URL_MAXIMUM:,} characters)"
            )
    values = f" with {'; '.join(parts)};" if parts else " with"
    return f"A request is **in contract** when it is a {operation.method} to the exact path{values} {token}{body}."


def _domain(domain: Domain) -> str:
    if isinstance(domain, Enumeration):
        return f"one of {', '.join(f'`{value}`' for value in domain.values)}"
    if isinstance(domain, Text):
        most = "or more" if domain.longest is None else f"to {domain.longest}"
        return f"of {domain.shortest} {most} characters"
    if isinstance(domain, Integer):
        least, greatest = domain.minimum, domain.maximum
        if least is not None and greatest is not None:
            return f"a decimal integer in range ({least} to {greatest})"
        bound = "" if least is None else f" of {least} or more"
        return "a decimal integer" + (bound if greatest is None else f" of at most {greatest}")
    return "true or false"


def _sections(catalogue: Catalogue) -> dict[str, list[Clause]]:
    """The clauses by section, in the document's order; sections that the document lacks come last."""
    found: dict[str, list[Clause]] = {section: [] for section in catalogue.sections}
    for clause in catalogue:
        found.setdefault(clause.section.split(" / ")[0], []).append(clause)
    return {section: clauses for section, clauses in found.items() if clauses}


def _counts(catalogue: Catalogue) -> Iterator[str]:
    counts = Counter((clause.level, clause.basis) for clause in catalogue)
    yield "| Level | Clauses | quoted | example | inferred | Weight |"
    yield "|---|--:|--:|--:|--:|---|"
    for level in Level:
        by_basis = [counts[level, basis] for basis in ("quoted", "example", "inferred")]
        yield f"| **{level}** | {sum(by_basis)} | {' | '.join(map(str, by_basis))} | {MEANING[level]} |"


def _entry(clause: Clause, probes: Sequence[str]) -> Iterator[str]:
    yield f"### `{clause.id}`\n"
    yield f"**{_escaped(clause.title)}.**\n"
    yield f"*{clause.level}*, {clause.basis}, from {_escaped(clause.section)}:\n"
    yield "\n".join(_quotation(clause.quote)) + "\n"
    yield f"- **Sent:** {_escaped(clause.sent)}"
    yield f"- **Accepted:** {_escaped('; '.join(clause.accepted))}"
    if clause.needs:
        needs = ", and ".join(" or ".join(f"`{key}`" for key in need.split(" | ")) for need in clause.needs)
        yield f"- **Needs:** {needs}"
    if clause.openapi:
        yield f"- **In the OpenAPI file:** `{clause.openapi}`"
    if clause.note:
        yield f"- **Note:** {_escaped(clause.note)}"
    said = ", ".join(f"{name} {value}" for name, value in clause.arguments.items())
    yield f"- **Judged by:** `{clause.check}`" + (f" ({_escaped(said)})" if said else "")
    yield from _checked_by(clause, probes)
    yield ""


def _checked_by(clause: Clause, probes: Sequence[str]) -> Iterator[str]:
    lead = f"{clause.sent}; in particular: " if clause.sent.startswith("every") else ""
    if not probes:
        yield f"- **Checked by:** {EVERYTHING}"
    elif len(probes) > _FEW:
        yield f"- **Checked by:** {lead}{', '.join(f'`{probe}`' for probe in _ids(probes))} ({len(probes)})"
    else:
        yield f"- **Checked by:** {lead}".rstrip()
        for probe in probes:
            name, _, words = probe.partition(" (")
            yield f"  - `{name}`" + (f": {_escaped(words.removesuffix(')'))}" if words else "")


def _quotation(quote: str) -> Iterator[str]:
    """The quotation as a Markdown blockquote: text on one line, JSON as a block of code."""
    paragraphs = re.split(r"\n\s*\n", quote)
    text = [paragraph for paragraph in paragraphs if not _is_json(paragraph)]
    code = [line for paragraph in paragraphs if _is_json(paragraph) for line in paragraph.splitlines()]
    if text:
        yield f"> {_escaped(' '.join(' ¶ '.join(text).split()))}"
    if text and code:
        yield ">"
    if code:
        yield from ("> ```json", *(f"> {line}" for line in code), "> ```")


def _is_json(paragraph: str) -> bool:
    return paragraph.startswith(("{", '"'))


def _escaped(text: str) -> str:
    """`text` escaped for Markdown; underscores inside words need no escape."""
    return re.sub(r"([\\`*<>\[\]|])", r"\\\1", text)
