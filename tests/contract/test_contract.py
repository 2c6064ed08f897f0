"""The contract answers what a value breaks of a schema of spec/openapi.yaml."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.clause import Catalogue, Clause, Edition, Level
from conformance.contract.contract import NO_EDITION, Contract, Passage, passage_of
from conformance.contract.strictjson import resolve
from conformance.exceptions import UsageError
from conformance.spec import load_contract, spec_directory

CONTRACT = load_contract()
ERROR = CONTRACT.operation.responses[401].schema or {}
MIRROR = CONTRACT.operation.responses[201].schema or {}
EXAMPLE = resolve(
    CONTRACT.openapi,
    "#/paths/~1v4~1repositories~1{repository_id}~1remote-mirror~1associate/post/responses/201/content"
    "/application~1json/examples/associated/value",
)
EXAMPLES = Path(__file__).parents[2] / "examples"
SHORT_PAGE = "Contents\nTable 1 path\nname\n\nYes\nTable 2 header\nname\n\nYes\n" + 2 * "Status code: 201\nDone\n"


def test_the_hashes_are_of_the_files() -> None:
    """Each hash is SHA-256 of the file's bytes."""
    for name, digest in (("openapi.yaml", CONTRACT.openapi_sha256), ("clauses.yaml", CONTRACT.clauses_sha256)):
        assert hashlib.sha256((spec_directory() / name).read_bytes()).hexdigest() == digest


def test_what_was_asked_is_no_part_of_a_contract() -> None:
    """A schema is prepared once, and is not shown."""
    used = Contract(CONTRACT.catalogue, CONTRACT.operation, CONTRACT.openapi, "a", "b", "text")
    assert used.type_errors(ERROR, {})
    (prepared,) = used._validators.values()
    assert used.type_errors(ERROR, [])
    assert prepared is not None
    assert next(iter(used._validators.values())) is prepared
    assert "_validators" not in repr(used)


PAGE = "Table 1\nAn id.\nTable 2\nAn id.\nA name.\n"


def invented(**parts: Any) -> Contract:  # noqa: ANN401 - the fields of Contract
    """A contract of three clauses on this page, with no operation that anything asks of."""
    quotes = {"id": ("Table 2 / id", "An id."), "name": ("Table 2", "A name."), "lost": ("Table 1", "A rumour.")}
    clauses = tuple(
        Clause(name, Level.MUST, "quoted", section, quote, name, "", "answered", ("any",))
        for name, (section, quote) in quotes.items()
    )
    return Contract(Catalogue("2026-01-01", clauses), CONTRACT.operation, {}, "a", "b", PAGE, **parts)


def test_each_clause_has_its_passage() -> None:
    """By its id; a clause whose quote the page does not hold has none."""
    contract = invented()
    assert contract.passages == {"id": Passage(23, 29, 4, 4), "name": Passage(30, 37, 5, 5)}
    assert [contract.passage(clause) for clause in contract.catalogue] == [*contract.passages.values(), None]


@pytest.mark.parametrize(
    ("document", "shown", "clauses"),
    [
        ("page.txt", "spec/page.txt", "spec/clauses.yaml"),
        ("document/page.txt", "a/b/document/page.txt", "a/b/clauses.yaml"),
        ("page.txt", "page.txt", "clauses.yaml"),
        ("", "", "clauses.yaml"),
    ],
)
def test_the_clauses_lie_beside_the_page(document: str, shown: str, clauses: str) -> None:
    """Or as far above it as clauses.yaml says."""
    assert invented(document_path=document, shown_path=shown).clauses_path == clauses


def test_the_newest_edition_is_in_force() -> None:
    """Unless another is named, or `none`; an unknown name is refused with all that there are."""
    editions = {name: Edition(name, {}) for name in ("b", "c", "a")}
    contract = invented(editions=editions)
    assert contract.edition(None) is editions["a"]
    assert contract.edition("b") is editions["b"]
    assert contract.edition(NO_EDITION) is None is invented().edition(None)
    assert NO_EDITION == "none"
    with pytest.raises(UsageError, match=r"^--edition: the contract has no edition 'd': give one of b, c, a, none$"):
        contract.edition("d", "--edition")
    with pytest.raises(UsageError, match=r"^edition: the contract has no edition 'c': give one of none$"):
        invented().edition("c")


def test_what_is_left_out_of_a_contract_is_empty() -> None:
    """Paths, editions, the head of clauses.yaml and its lines; of long parts nothing is shown."""
    bare = invented()
    assert (bare.document_path, bare.shown_path, bare.editions) == ("", "", {})
    assert (bare.head, bare.clause_lines) == ({}, {})
    assert not any(name in repr(bare) for name in ("head=", "clause_lines=", "_validators="))
    assert len({bare, bare, invented()}) == 2


def test_errors_are_told_by_types_and_by_formats() -> None:
    """Every error of a value is in one of the two, in a sentence."""
    schema = {"properties": {"at": {"type": "string", "format": "date-time"}, "n": {"type": "integer", "minimum": 3}}}
    other = {"properties": {"n": {"type": "string"}}}
    contract, value = invented(), {"at": "today", "n": 2}
    for _ in range(2):
        assert contract.type_errors(schema, value) == ("2 is less than the minimum of 3",)
        assert contract.format_errors(schema, value) == ("'today' is not a 'date-time'",)
        assert contract.type_errors(other, value) == ("2 is not of type 'string'",)
        assert contract.format_errors(other, value) == ()


def test_the_contract_is_read_once() -> None:
    """Two callers have the same contract."""
    assert load_contract() is CONTRACT


@pytest.mark.parametrize(
    ("value", "number"),
    [
        pytest.param({"error_code": "a", "error_msg": "b"}, 0, id="the envelope"),
        pytest.param({"error_code": "a", "error_msg": "b", "request_id": 1}, 0, id="the envelope and more"),
        pytest.param({"error_code": 1, "error_msg": "b"}, 1, id="a code that is a number"),
        pytest.param({"error_code": "a", "error_msg": None}, 1, id="a message that is null"),
        pytest.param({"error_code": "a"}, 1, id="no message"),
        pytest.param({}, 2, id="an empty object"),
        pytest.param([], 1, id="an array"),
    ],
)
def test_type_errors_are_counted_once_each(value: object, number: int) -> None:
    """Each break of the schema is one sentence."""
    assert len(CONTRACT.type_errors(ERROR, value)) == number


def test_the_example_keeps_its_schema() -> None:
    """The document's example of a 201 breaks nothing, formats included."""
    assert CONTRACT.type_errors(MIRROR, EXAMPLE) == ()
    assert CONTRACT.format_errors(MIRROR, EXAMPLE) == ()


@pytest.mark.parametrize(
    ("date", "number"),
    [
        pytest.param("2025-04-24T20:04:44.000+08:00", 0, id="the example's"),
        pytest.param("2024-02-29T00:00:00Z", 0, id="a leap day"),
        pytest.param("2025-02-29T00:00:00Z", 1, id="no leap day"),
        pytest.param("2025-04-24T20:04:44", 1, id="without an offset"),
        pytest.param("2025-04-24", 1, id="without a time"),
        pytest.param("yesterday", 1, id="a word"),
    ],
)
def test_formats_are_told_from_types(date: str, number: int) -> None:
    """A string that is no date breaks the format and not the type."""
    value = {**EXAMPLE, "last_update_at": date}
    assert CONTRACT.type_errors(MIRROR, value) == ()
    assert len(CONTRACT.format_errors(MIRROR, value)) == number


def test_a_wrong_type_breaks_no_format() -> None:
    """A number where a date belongs breaks the type, once, and not the format."""
    value = {**EXAMPLE, "last_update_at": 1}
    assert len(CONTRACT.type_errors(MIRROR, value)) == 1
    assert CONTRACT.format_errors(MIRROR, value) == ()


@pytest.mark.parametrize("directory", [None, EXAMPLES / "read-back", EXAMPLES / "cluster-labels"], ids=str)
def test_every_quote_is_found_where_its_clause_says(directory: Path | None) -> None:
    """Of the shipped contract and both examples."""
    contract = load_contract(directory)
    lines = contract.document.split("\n")
    for clause in contract.catalogue:
        found = contract.passage(clause)
        assert found is not None, clause.id
        assert contract.document[found.start : found.end] == clause.quote
        assert clause.quote in "\n".join(lines[found.first_line - 1 : found.last_line]), clause.id


@pytest.mark.parametrize(
    ("section", "quote", "lines"),
    [
        pytest.param("Table 2 / name", "name\n\nYes", (7, 9), id="the-section's-own"),
        pytest.param("Table 1", "name\n\nYes", (3, 5), id="one-behind-it-does-not-count"),
        pytest.param("Status code 201", "Status code: 201\nDone", (12, 13), id="the-last-heading-of-the-name"),
        pytest.param("Nowhere", "name\n\nYes", (3, 5), id="an-unknown-section-is-the-first-place"),
        pytest.param("Table 2", "Contents", (1, 1), id="before-its-section"),
    ],
)
def test_a_quote_that_stands_twice_is_told_by_its_section(section: str, quote: str, lines: tuple[int, int]) -> None:
    """The last heading of the section's name counts, and what stands behind it."""
    found = passage_of(SHORT_PAGE, section, quote)
    assert found is not None
    assert (found.first_line, found.last_line) == lines


def test_a_quote_that_is_not_there_has_no_place() -> None:
    """None is the answer."""
    assert passage_of(SHORT_PAGE, "Table 1", "No") is None
