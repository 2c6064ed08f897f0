"""The catalogue as it is printed, and the page docs/clauses.md."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.contract.clause import Catalogue, Clause, Level
from conformance.exceptions import UsageError
from conformance.explain.catalogue import catalogue_page, checks
from conformance.report.clauses import EVERYTHING, Format, anchor, render
from conformance.spec import load_contract

if TYPE_CHECKING:
    from conformance.contract.contract import Contract

PAGE = Path(__file__).parents[2] / "docs" / "clauses.md"
CONTRACT = load_contract()
CATALOGUE = CONTRACT.catalogue
CHECKS = checks(CONTRACT)
IDS = {clause: [check.split(" (")[0] for check in found] for clause, found in CHECKS.items()}
MARKDOWN = catalogue_page(CONTRACT, Format.MARKDOWN)


def one(**changes: object) -> Contract:
    """A contract whose catalogue has one clause."""
    row = {
        "id": "a.b", "level": Level.MUST, "basis": "quoted", "section": "URI", "quote": "q", "title": "t", "sent": "s",
        "check": "answered", "accepted": ("201",),
    }  # fmt: skip
    return of(Clause(**(row | changes)))  # type: ignore[arg-type]


def of(*rows: Clause) -> Contract:
    """The shipped contract with these clauses."""
    return replace(CONTRACT, catalogue=Catalogue("2026-04-28", rows, "The page", CATALOGUE.sections))


def test_the_page_is_not_stale() -> None:
    """docs/clauses.md is what `conformance clauses --format markdown` prints today."""
    assert PAGE.read_text(encoding="utf-8") == MARKDOWN


def test_every_clause_is_on_the_page_once() -> None:
    """Each id is a heading, and the links of the contents lead to it."""
    headings = re.findall(r"^### `(.+)`$", MARKDOWN, re.MULTILINE)
    assert sorted(headings) == sorted(CATALOGUE.by_id)
    assert re.findall(r"^\| \[.+?\]\(#(.+?)\)", MARKDOWN, re.MULTILINE) == [anchor(heading) for heading in headings]


def test_anchors_are_github_s_and_unique() -> None:
    """A heading's fragment drops dots and keeps hyphens and underscores; no two clauses share one."""
    assert anchor("path.repository_id.maximum") == "pathrepository_idmaximum"
    assert anchor("status.401.near-valid-token") == "status401near-valid-token"
    assert len({anchor(clause.id) for clause in CATALOGUE}) == len(CATALOGUE)


def test_sections_stand_in_the_document_s_order() -> None:
    """The tables, then the examples, then the status codes, as the document has them."""
    headings = re.findall(r"^## (.+)$", MARKDOWN, re.MULTILINE)
    assert headings[:3] == ['The meaning of "in contract"', "Reading it", "Contents"]
    assert headings[3:] == list(CATALOGUE.sections.values())
    places = [
        CONTRACT.document.index(section) for section in CATALOGUE.sections if not section.startswith("Status code ")
    ]
    assert places[:9] == sorted(places[:9])


def test_a_section_that_the_document_lacks_comes_last() -> None:
    """A clause of an unknown section is not lost."""
    rows = (*one(section="Appendix / a").catalogue, *one(id="a.c").catalogue)
    page = render(of(*rows), {}, Format.MARKDOWN)
    assert page.index("\n## URI\n") < page.index("\n## Appendix\n")


@pytest.mark.parametrize("level", Level)
def test_levels_are_counted(level: Level) -> None:
    """The table at the top counts the clauses of each level."""
    number = sum(clause.level is level for clause in CATALOGUE)
    assert f"| **{level}** | {number} |" in MARKDOWN


@pytest.mark.parametrize("clause", CATALOGUE.clauses, ids=lambda clause: clause.id)
def test_an_entry_is_whole(clause: Clause) -> None:
    """The entry of a clause has its words, its quotation, every outcome, its place, its needs, its note and probes."""
    entry = MARKDOWN.split(f"### `{clause.id}`\n", 1)[1].split("\n## ")[0].split("\n### ")[0]
    plain = re.sub(r"\\(.)", r"\1", entry)
    quoted = "".join(line.removeprefix("> ") for line in plain.splitlines() if line.startswith("> "))
    bare = re.sub(r"```(json)?|¶|\s", "", quoted)
    assert bare == re.sub(r"\s", "", clause.quote)
    for text in (
        clause.title,
        clause.level.value,
        clause.basis,
        clause.sent,
        *clause.accepted,
        *IDS.get(clause.id, ()),
    ):
        assert text in plain
    for text in (clause.openapi, clause.note, *(key for need in clause.needs for key in need.split(" | "))):
        assert text is None or text in plain
    assert ("- **Needs:**" in entry) == bool(clause.needs)
    assert clause.id in IDS or f"**Checked by:** {EVERYTHING}\n" in entry


def test_few_probes_have_words_and_many_are_listed() -> None:
    """Up to 12 probes stand one below the other, each with its words; more stand on one line."""
    twelve = [f"p.{number}" for number in range(12)]
    page = render(one(), {"a.b": [*twelve[:11], "p.11 (eleven (11))"]}, Format.MARKDOWN)
    assert "\n  - `p.10`\n  - `p.11`: eleven (11)\n" in page
    assert "`p.11`, `p.12` (13)\n" in render(one(), {"a.b": [*twelve, "p.12 (twelve)"]}, Format.MARKDOWN)


def test_what_is_judged_over_many_answers_says_so() -> None:
    """A clause that judges every such answer lists only the probes that are there for it."""
    page = render(one(sent="every answer 201"), {"a.b": ["p"]}, Format.MARKDOWN)
    assert "- **Checked by:** every answer 201; in particular:\n  - `p`\n" in page


def test_markdown_is_escaped() -> None:
    """Characters that Markdown would take for markup are printed as they are."""
    assert "\n**a \\*b\\* \\<c\\> \\[d\\] \\`e\\` \\|.**\n" in render(
        one(title="a *b* <c> [d] `e` |"), {}, Format.MARKDOWN
    )


def test_json_has_every_member_of_every_clause() -> None:
    """The JSON is a list of objects, in the catalogue's order, with the members that are promised."""
    rows = json.loads(render(CONTRACT, CHECKS, Format.JSON))
    assert [row["id"] for row in rows] == [clause.id for clause in CATALOGUE]
    for row, clause in zip(rows, CATALOGUE, strict=True):
        assert list(row) == [
            "id", "level", "basis", "section", "title", "quote", "openapi", "sent", "accepted", "needs", "note",
            "check", "with", "probes",
        ]  # fmt: skip
        assert row["quote"] == clause.quote
        assert row["accepted"] == list(clause.accepted)
        assert (row["check"], row["with"]) == (clause.check, dict(clause.arguments))
        assert row["probes"] == IDS.get(clause.id, [])


@pytest.mark.parametrize(
    ("asked", "given", "columns"),
    [(20, 80, 2), (80, 80, 2), (110, 110, 3), (150, 150, 4), (500, 200, 4)],
    ids=["20 columns: 80", "80 columns", "110 columns", "150 columns", "500 columns: 200"],
)
def test_the_table_fits(asked: int, given: int, columns: int) -> None:
    """It is never wider than the terminal, 80 or 200 columns, and breaks no id; a wider one says more."""
    lines = render(CONTRACT, CHECKS, Format.TABLE, width=asked).splitlines()
    assert max(map(len, lines)) <= given
    assert len(re.findall(r"\S+(?: \S+)*", lines[2])) == columns
    first = {line.split()[0] for line in lines if line.strip()}
    assert first >= set(CATALOGUE.by_id)


def test_some_of_the_clauses_are_printed() -> None:
    """By id or glob, in the document's order; a word that no clause matches is an error with the nearest."""
    wanted = ["status.403.*", "path.repository_id.minimum", "status.403.reason"]
    rows = json.loads(catalogue_page(CONTRACT, Format.JSON, wanted))
    found = [row["id"] for row in rows]
    assert found == [one.id for one in CATALOGUE if one.id.startswith("status.403") or one.id == wanted[1]]
    assert rows[0]["probes"] == IDS[found[0]]
    with pytest.raises(UsageError, match=r"minmum: no clause .* path\.repository_id\.minimum"):
        catalogue_page(CONTRACT, Format.TABLE, ["path.repository_id.minmum"])


def test_the_table_is_plain_unless_colour_is_asked_for() -> None:
    """Without colour there is no escape sequence; with it there is."""
    assert "\x1b" not in render(CONTRACT, CHECKS, Format.TABLE, width=100)
    assert "\x1b" in render(CONTRACT, CHECKS, Format.TABLE, width=100, colour=True)


def test_the_table_takes_the_width_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a width, COLUMNS or the terminal decides."""
    monkeypatch.setenv("COLUMNS", "133")
    assert max(map(len, render(CONTRACT, CHECKS, Format.TABLE).splitlines())) == 132


def test_the_table_is_brief_about_probes() -> None:
    """Three probes are named, the rest counted; what is judged over everything says so."""
    three = render(one(), {"a.b": ["p1", "p2", "p3"]}, Format.TABLE, width=160)
    assert "p3" in three
    assert "more" not in three
    assert "and 2 more" in render(one(), {"a.b": ["p1", "p2", "p3", "p4", "p5"]}, Format.TABLE, width=160)
    assert EVERYTHING in render(one(), {}, Format.TABLE, width=180)
    assert EVERYTHING in render(one(sent=EVERYTHING), {"a.b": ["p1"]}, Format.TABLE, width=180)
