"""Quotes that a page no longer holds are told, each with its clauses; layout and format change none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conformance.document.files import sheet_from, sheet_of
from conformance.document.quotes import gone_quotes
from conformance.spec import load_contract, read_contract
from tests.document.edits import EDITS, Edit
from tests.document.rendering import FORMATS, rewritten
from tests.document.test_reader import SHIPPED

if TYPE_CHECKING:
    from conformance.document.sheet import Sheet

CONTRACT = load_contract()
SOURCE = SHIPPED.read_text(encoding="utf-8")
TYPOGRAPHIC = {"length-with-a-hyphen", "tables-numbered-anew"}
"""The edits that change a quote by its letters or by a table's number, and by its words not."""
ELSEWHERE = {"words-of-a-status": {"status.403.reason"}, "status-of-success": {"response.201.extra"}}
"""The clauses of quotes that stay in another section than the one that is quoted."""


def gone(page: Sheet) -> set[str]:
    """The clauses of the quotes that are gone."""
    return {clause for _, clauses in gone_quotes(CONTRACT, page) for clause in clauses}


@pytest.mark.parametrize("edit", EDITS, ids=[one.name for one in EDITS])
def test_quotes_that_an_edit_removes_are_told(edit: Edit) -> None:
    """They are those that the text does not hold, whatever white space is between its words."""
    edited = edit.of(SOURCE)
    words = " ".join(edited.split())
    expected = {one.id for one in CONTRACT.catalogue if " ".join(one.quote.split()) not in words}
    expected |= ELSEWHERE.get(edit.name, set())
    assert gone(sheet_from("page.txt", edited)) == (set() if edit.name in TYPOGRAPHIC else expected)


@pytest.mark.parametrize(
    ("before", "after", "clauses"),
    [
        ("Mandatory.", "Optional.", {"header.x-auth-token.mandatory", "status.401.missing-token"}),
        ("Mandatory.\n", "\n", {"header.x-auth-token.mandatory", "status.401.missing-token"}),
        ("CH.00000002", "CH.77777777", {"error.401.code", "status.401.precedence"}),
        ("used to associate", "never used to associate", {"state.repeat", "state.concurrent", "state.read-back"}),
        ("1~2147483647", "1~21474836470", {f"path.repository_id.{one}" for one in ("below-minimum", "above-maximum", "minimum", "maximum")}),
        ("\n401\n", "\n499\n", {"status.documented", "status.server-error", "connection.dropped", "status.neither", "status.undocumented", "status.order"}),
    ],
)  # fmt: skip
def test_sentence_that_is_gone_is_told(before: str, after: str, clauses: set[str]) -> None:
    """Once is enough, also where the same words stand below another heading."""
    assert gone(sheet_from("page.txt", SOURCE.replace(before, after, 1))) == clauses


@pytest.mark.parametrize(
    ("before", "after"),
    [("\u2013", "-"), ("Mandatory.", "MANDATORY."), ("Image address.", "Image \u00a0address."), ('"', "\u201d")],
)
def test_layout_is_no_difference(before: str, after: str) -> None:
    """Case, spaces, dashes and quotation marks."""
    assert gone(sheet_from("page.txt", SOURCE.replace(before, after))) == set()


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_number_of_a_table_is_no_difference(number: int) -> None:
    """Another table before it moves the numbers of all that follow."""
    later = re.sub(
        r"^Table (\d+)", lambda one: f"Table {int(one[1]) + (int(one[1]) >= number)}", SOURCE, flags=re.MULTILINE
    )
    assert later != SOURCE
    assert gone(sheet_from("page.txt", later)) == set()


@pytest.mark.parametrize("form", FORMATS)
def test_page_in_another_format_holds_every_quote(form: str) -> None:
    """Text, HTML, Markdown and reStructuredText; a sentence that is gone is told in each."""
    assert gone(rewritten(sheet_of(SHIPPED), form)) == set()
    changed = rewritten(sheet_from("page.txt", SOURCE.replace("Private image.", "Public image.")), form)
    assert gone(changed) == {"response.201.is_private.type"}


@pytest.mark.parametrize("directory", ["examples/cluster-labels", "examples/read-back"])
def test_page_of_an_example_holds_every_quote(directory: str) -> None:
    """Each quote is found on the contract's own page, so that none goes unnoticed elsewhere."""
    root = SHIPPED.parents[2] / directory
    contract = read_contract(root)
    assert gone_quotes(contract, sheet_of(next((root / "document").iterdir()))) == []
    nothing = {clause for _, clauses in gone_quotes(contract, sheet_from("page.txt", "Nothing")) for clause in clauses}
    assert nothing == {one.id for one in contract.catalogue}
