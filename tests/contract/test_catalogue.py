"""The catalogue says what the document says: every row stands in it, and everything in it has a row."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING, NamedTuple

from conformance.contract.clause import Level
from conformance.contract.strictjson import resolve
from conformance.plan.fixtures import TargetFixtures
from conformance.plan.plan import all_probes
from conformance.plan.probe import Mutation, Profile
from conformance.plan.properties import properties
from conformance.report.clauses import EVERYTHING
from conformance.spec import load_contract
from tests.plan.fixtures import fixtures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.contract.clause import Clause

CONTRACT = load_contract()
CATALOGUE = CONTRACT.catalogue
DOCUMENT = CONTRACT.document
LINES = [line.strip() for line in DOCUMENT.splitlines() if line.strip()]
PROBES = all_probes(fixtures(mutation=Mutation.ANY), CATALOGUE)
OVER_ALL_TRAFFIC = {
    "status.server-error", "connection.dropped", "leak.token", "leak.stack-trace", "response.content-coding",
}  # fmt: skip
"""Judged by whatever is sent; there may be probes for one of them too."""
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
STANDARD = re.compile(r"RFC \d+|CWE-\d+|JSON Schema|[Pp]lain sense|[Tt]he example shows")


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


def wrong(fine: Callable[[Clause], object]) -> list[str]:
    """The clauses of which this is not so."""
    return [clause.id for clause in CATALOGUE if not fine(clause)]


def test_a_quote_stands_in_the_document() -> None:
    """The quote is in the document letter for letter, line breaks included."""
    assert wrong(lambda clause: clause.quote and clause.quote in DOCUMENT) == []


def test_an_id_is_a_place() -> None:
    """An id is made of lower-case names with dots between them."""
    assert wrong(lambda clause: re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+", clause.id)) == []


def test_a_row_is_whole() -> None:
    """Every row has words for what it says, what is sent, and every outcome accepted, and a known basis."""
    assert wrong(lambda clause: clause.title and clause.sent) == []
    assert wrong(lambda clause: clause.accepted and all(clause.accepted)) == []
    assert wrong(lambda clause: clause.basis in {"quoted", "example", "inferred"}) == []
    assert wrong(lambda clause: clause.section.split(" / ")[0] in CATALOGUE.sections) == []


def test_a_silent_clause_accepts_anything_and_no_other_does() -> None:
    """Silent rows never fail, and a row that accepts anything is silent."""
    assert wrong(lambda clause: (clause.level is Level.SILENT) == (clause.accepted == ("anything",))) == []


def test_a_pointer_leads_somewhere() -> None:
    """The place in openapi.yaml that expresses the clause exists."""
    for clause in CATALOGUE:
        if clause.openapi is not None:
            assert resolve(CONTRACT.openapi, clause.openapi) is not None, clause.id


def test_a_must_is_expressed_in_the_openapi_file() -> None:
    """Every must clause but those about connections and codings has a place in openapi.yaml."""
    unsaid = ["connection.dropped", "response.content-coding"]
    assert sorted(wrong(lambda clause: clause.level is not Level.MUST or clause.openapi)) == unsaid


def test_an_inferred_clause_names_its_reason() -> None:
    """Anything that the document does not say itself rests on a standard, on plain sense, or on an example."""
    assert wrong(lambda clause: clause.basis != "inferred" or STANDARD.search(clause.note or "")) == []


def test_a_clause_has_a_probe_or_is_judged_over_all_traffic() -> None:
    """Something is sent for every clause; where nothing is there for it alone, it says so."""
    declared = {clause for probe in PROBES for clause in probe.clauses}
    assert CATALOGUE.by_id.keys() - declared <= OVER_ALL_TRAFFIC
    assert wrong(lambda clause: clause.id in declared or clause.sent.startswith(EVERYTHING)) == []


def test_a_must_clause_is_tested_by_every_profile() -> None:
    """The smoke profile, which the others contain, has a probe for each must clause."""
    first = {clause for probe in PROBES if probe.profile is Profile.SMOKE for clause in probe.clauses}
    assert {clause.id for clause in CATALOGUE if clause.level is Level.MUST} - first <= OVER_ALL_TRAFFIC


def test_needs_are_keys_of_the_target_description() -> None:
    """Every need of a clause is a key that a user can write into the description."""
    known = {field.name for field in fields(TargetFixtures)} | {one.key for one in CONTRACT.operation.fixtures}
    assert wrong(lambda clause: all(known.issuperset(need.split(" | ")) for need in clause.needs)) == []


def test_a_probe_is_there_for_known_clauses() -> None:
    """Every clause that a probe or property declares is in the catalogue, once."""
    declared = {one.id: one.clauses for one in (*PROBES, *properties(CONTRACT))}
    unknown = {name: set(clauses) - CATALOGUE.by_id.keys() for name, clauses in declared.items()}
    assert {name: clauses for name, clauses in unknown.items() if clauses} == {}
    assert [name for name, clauses in declared.items() if not clauses or len(set(clauses)) < len(clauses)] == []


def test_every_row_of_a_table_has_a_clause() -> None:
    """Each parameter of each table is the subject of a clause of that table which can fail, and which quotes it."""
    able = [clause for clause in CATALOGUE if clause.level is not Level.SILENT]
    quoted = {
        row: [c for c in able if c.section.split(" / ")[0] == row.table and row.name in c.quote] for row in table_rows()
    }
    assert [row for row, clauses in quoted.items() if not clauses] == []


def test_every_status_code_has_a_clause() -> None:
    """Each row of the Status Codes table is quoted whole, and is an outcome that some must clause accepts alone."""
    for code, description in status_codes():
        assert [clause for clause in CATALOGUE if f"{code}\n\n{description}" in clause.quote], code
        assert [clause for clause in CATALOGUE if clause.level is Level.MUST and clause.accepted == (code,)], code


def test_every_example_has_a_clause() -> None:
    """A line of each example is quoted by a clause of the example's section, or of the table that it fills."""
    for section, lines in examples():
        sections = {section, "Table 3"} if section == "Status code 201" else {section}
        quotes = [clause.quote for clause in CATALOGUE if clause.section.split(" / ")[0] in sections]
        assert [quote for quote in quotes if any(line.strip() in quote for line in lines)], (section, lines)


def test_every_member_of_the_201_has_a_type() -> None:
    """Each row of Table 3 has a must clause about its type, expressed at its place in openapi.yaml."""
    for _, name in (row for row in table_rows() if row.table == "Table 3"):
        clause = CATALOGUE[f"response.201.{name}.type"]
        assert clause.level is Level.MUST
        assert clause.openapi == f"#/components/schemas/RemoteMirror/properties/{name}/type"


def test_every_hole_of_the_document_is_a_row() -> None:
    """Each hole and contradiction that is publicly known is a silent row, or a note that says so."""
    rows = [CATALOGUE[name] for ids in HOLES.values() for name in ids]
    assert [row.id for row in rows if not row.note] == []
    assert [row.id for row in rows if row.level is not Level.SILENT and "hole" not in (row.note or "")] == []


def test_the_revision_is_the_document_s() -> None:
    """The catalogue names the date that the document prints."""
    assert f"Updated on {CATALOGUE.revision} " in DOCUMENT
