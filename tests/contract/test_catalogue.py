"""The catalogue says what the document says: every row stands in it, and everything in it has a row."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from conformance.contract.clause import Level
from conformance.contract.contract import resolve
from conformance.judge.rules import RULES
from conformance.plan.inventory import Inventory, Mutation, Profile
from conformance.plan.plan import all_probes
from conformance.plan.properties import PROPERTIES
from conformance.report.clauses import EVERYTHING, SECTIONS
from conformance.spec import load_contract
from tests.plan.inventories import inventory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.clause import Clause

CONTRACT = load_contract()
CATALOGUE = CONTRACT.catalogue
DOCUMENT = CONTRACT.document
LINES = [line.strip() for line in DOCUMENT.splitlines() if line.strip()]
PROBES = all_probes(inventory(mutation=Mutation.ANY))
OVER_ALL_TRAFFIC = {"status.server-error", "connection.dropped", "leak.token", "leak.stack-trace"}
HOLES = {
    "1 (no table for the request body)": ("request.body.absent", "request.url.absent"),
    "2 (403 is described as Bad Request)": ("status.403.reason",),
    "3 (no other 4xx is documented)": ("status.undocumented",),
    "4 (the examples do not correlate)": ("example.correlation",),
    "5 (null, though the tables never say nullable)": ("response.201.null",),
    "6 (no enumeration of update_status)": ("response.201.update_status.values",),
    "7 (characters of the token, and bytes)": ("header.x-auth-token.characters",),
    "8 (what an associated repository gets)": ("state.repeat",),
}
SAYS_SO = re.compile(r"hole|contradiction|not say|not said|bytes", re.IGNORECASE)
STANDARD = re.compile(r"RFC \d+|CWE-\d+|JSON Schema|[Pp]lain sense|[Tt]he example shows")

by_clause = pytest.mark.parametrize("clause", CATALOGUE.clauses, ids=lambda clause: clause.id)


class Row(NamedTuple):
    """A row of one of the document's tables."""

    table: str
    name: str


def table_rows() -> Iterator[Row]:
    """Every row of Tables 1 to 6: its text starts with "Definition", its name stands before the type."""
    table = ""
    for index, line in enumerate(LINES[: LINES.index("Example Requests")]):
        if match := re.match(r"Table \d", line):
            table = match.group()
        elif line == "Definition":
            mandatory = LINES[index - 2] in {"Yes", "No"}
            yield Row(table, LINES[index - 3 if mandatory else index - 2])


def status_codes() -> list[tuple[str, str]]:
    """Every row of the Status Codes table: the code and its description."""
    last = LINES[LINES.index("Status Codes") : LINES.index("Error Codes")]
    cells = last[last.index("Description") + 1 :]
    return list(zip(cells[::2], cells[1::2], strict=True))


def examples() -> list[tuple[str, tuple[str, ...]]]:
    """Every example of the document, the request line first: the section of its clauses, and its lines."""
    text = DOCUMENT[DOCUMENT.index("Example Requests") :]
    request_line = next(line for line in text.splitlines() if line.startswith("POST "))
    found = [("Example Requests", (request_line,))]
    parts = re.split(r"^Status code: (\d{3})$", text, flags=re.MULTILINE)
    named = zip(["Example Requests", *(f"Status code {code}" for code in parts[1::2])], parts[::2], strict=True)
    for section, part in named:
        blocks = re.findall(r"^\{.*?^\}", part, re.MULTILINE | re.DOTALL)
        found += [(section, tuple(line for line in block.splitlines() if ":" in line)) for block in blocks]
    return found


def test_the_document_has_what_these_tests_look_for() -> None:
    """19 rows in 6 tables, four status codes and six examples are found."""
    rows = [row.table for row in table_rows()]
    counts = {"Table 1": 1, "Table 2": 1, "Table 3": 11, "Table 4": 2, "Table 5": 2, "Table 6": 2}
    assert Counter(rows) == counts
    assert [code for code, _ in status_codes()] == ["201", "401", "403", "404"]
    assert [section for section, _ in examples()] == [
        "Example Requests", "Example Requests", "Status code 201", "Status code 401", "Status code 403",
        "Status code 404",
    ]  # fmt: skip


@by_clause
def test_a_quote_stands_in_the_document(clause: Clause) -> None:
    """The quote is in the document letter for letter, line breaks included."""
    assert clause.quote
    assert clause.quote in DOCUMENT


@by_clause
def test_an_id_is_a_place(clause: Clause) -> None:
    """An id is made of lower-case names with dots between them."""
    assert re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+", clause.id)


@by_clause
def test_a_row_is_whole(clause: Clause) -> None:
    """Every row has words for what it says, what is sent, and every outcome accepted, and a known basis."""
    assert clause.title
    assert clause.sent
    assert clause.accepted
    assert all(clause.accepted)
    assert clause.basis in {"quoted", "example", "inferred"}
    assert clause.section.split(" / ")[0] in SECTIONS


@by_clause
def test_a_silent_clause_accepts_anything_and_no_other_does(clause: Clause) -> None:
    """Silent rows never fail, and a row that accepts anything is silent."""
    assert (clause.level is Level.SILENT) == (clause.accepted == ("anything",))


@by_clause
def test_a_pointer_leads_somewhere(clause: Clause) -> None:
    """Where the clause is expressed in openapi.yaml, something stands there."""
    if clause.openapi is not None:
        assert resolve(CONTRACT.openapi, clause.openapi) is not None


@by_clause
def test_a_must_is_expressed_in_the_openapi_file(clause: Clause) -> None:
    """Every must clause but the one about connections has a place in openapi.yaml."""
    if clause.level is Level.MUST and clause.id != "connection.dropped":
        assert clause.openapi


@by_clause
def test_a_must_or_should_has_a_rule_and_a_silent_one_has_none(clause: Clause) -> None:
    """What can fail has a rule that says when; what cannot has none."""
    assert (clause.id in RULES) == (clause.level is not Level.SILENT)


def test_no_rule_lacks_a_clause() -> None:
    """Every rule judges a clause of the catalogue."""
    assert RULES.keys() <= CATALOGUE.by_id.keys()


@by_clause
def test_an_inferred_clause_names_its_reason(clause: Clause) -> None:
    """What the document does not say itself rests on a standard, on plain sense, or on what an example shows."""
    if clause.basis == "inferred":
        assert clause.note
        assert STANDARD.search(clause.note)


@by_clause
def test_a_clause_has_a_probe_or_is_judged_over_all_traffic(clause: Clause) -> None:
    """Something is sent for every clause; where nothing is there for it alone, it says so."""
    declared = [probe.id for probe in PROBES if clause.id in probe.clauses]
    assert bool(declared) == (clause.id not in OVER_ALL_TRAFFIC)
    assert declared or clause.sent.startswith(EVERYTHING)


@by_clause
def test_a_must_clause_is_tested_by_every_profile(clause: Clause) -> None:
    """The smoke profile, which the others contain, has a probe for each must clause."""
    if clause.level is Level.MUST and clause.id not in OVER_ALL_TRAFFIC:
        assert [probe for probe in PROBES if clause.id in probe.clauses and probe.profile is Profile.SMOKE]


@by_clause
def test_needs_are_keys_of_the_target_description(clause: Clause) -> None:
    """What a clause needs is a key that a user can write into the description."""
    known = {field.name for field in fields(Inventory)}
    for need in clause.needs:
        assert set(need.split(" | ")) <= known


@pytest.mark.parametrize("probe", [*PROBES, *PROPERTIES], ids=lambda probe: probe.id)
def test_a_probe_is_there_for_known_clauses(probe: Any) -> None:  # noqa: ANN401 - a probe or a property
    """Every clause that a probe or property declares is in the catalogue, once."""
    assert probe.clauses
    assert set(probe.clauses) <= CATALOGUE.by_id.keys()
    assert len(set(probe.clauses)) == len(probe.clauses)


@pytest.mark.parametrize("row", list(table_rows()), ids=lambda row: f"{row.table}, {row.name}")
def test_every_row_of_a_table_has_a_clause(row: Row) -> None:
    """Each parameter of each table is the subject of a clause of that table which can fail, and which quotes it."""
    clauses = [
        clause
        for clause in CATALOGUE
        if clause.level is not Level.SILENT and clause.section.split(" / ")[0] == row.table and row.name in clause.quote
    ]
    assert clauses


@pytest.mark.parametrize(("code", "description"), status_codes(), ids=[code for code, _ in status_codes()])
def test_every_status_code_has_a_clause(code: str, description: str) -> None:
    """Each row of the Status Codes table is quoted whole, and is an outcome that some must clause accepts alone."""
    assert [clause for clause in CATALOGUE if f"{code}\n\n{description}" in clause.quote]
    assert [clause for clause in CATALOGUE if clause.level is Level.MUST and clause.accepted == (code,)]


@pytest.mark.parametrize(
    ("section", "lines"),
    examples(),
    ids=["the request line", "the request body", *(section for section, _ in examples()[2:])],
)
def test_every_example_has_a_clause(section: str, lines: tuple[str, ...]) -> None:
    """A line of each example is quoted by a clause of the example's section, or of the table that it fills."""
    sections = {section, "Table 3"} if section == "Status code 201" else {section}
    assert [
        clause
        for clause in CATALOGUE
        if clause.section.split(" / ")[0] in sections and any(line.strip() in clause.quote for line in lines)
    ]


def test_every_member_of_the_201_has_a_type() -> None:
    """Each row of Table 3 has a must clause about its type, expressed at its place in openapi.yaml."""
    for _, name in (row for row in table_rows() if row.table == "Table 3"):
        clause = CATALOGUE[f"response.201.{name}.type"]
        assert clause.level is Level.MUST
        assert clause.openapi == f"#/components/schemas/RemoteMirror/properties/{name}/type"


@pytest.mark.parametrize("ids", HOLES.values(), ids=HOLES.keys())
def test_every_hole_of_the_document_is_a_row(ids: tuple[str, ...]) -> None:
    """Each hole and contradiction that is publicly known is a silent row, or a note that says so."""
    for clause_id in ids:
        clause = CATALOGUE[clause_id]
        assert clause.note
        assert SAYS_SO.search(clause.note) or clause.level is Level.SILENT
        assert clause.level is Level.SILENT or "hole" in clause.note


def test_the_revision_is_the_document_s() -> None:
    """The catalogue names the date that the document prints."""
    assert f"Updated on {CATALOGUE.revision} " in DOCUMENT
