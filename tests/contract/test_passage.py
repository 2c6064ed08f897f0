"""The place of a quote in the document."""

from pathlib import Path

import pytest

from conformance.contract.contract import passage_of
from conformance.spec import load_contract

EXAMPLES = Path(__file__).parents[2] / "examples"
PAGE = "Contents\nTable 1 path\nname\n\nYes\nTable 2 header\nname\n\nYes\n" + 2 * "Status code: 201\nDone\n"


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
    found = passage_of(PAGE, section, quote)
    assert found is not None
    assert (found.first_line, found.last_line) == lines


def test_a_quote_that_is_not_there_has_no_place() -> None:
    """None is the answer."""
    assert passage_of(PAGE, "Table 1", "No") is None
