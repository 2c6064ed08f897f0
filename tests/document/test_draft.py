"""A draft of a page is a contract: it is read, its clauses quote the page, and what a hand must decide is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.document.differences import against_contract
from conformance.document.draft import draft, text_of
from conformance.document.files import page_of, sheet_of
from conformance.document.openapi import openapi
from conformance.exceptions import UsageError
from conformance.spec import read_contract
from tests.document.rendering import FORMATS, Row, Sketch, Table, write
from tests.document.test_reader import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

SUFFIXES = {"text": "txt", "html": "html", "markdown": "md", "rst": "rst"}


def sketch() -> Sketch:
    """A page with a path parameter, a body and two answers."""
    return Sketch(
        "Painting a Shelf", "POST /v1/shelves/{shelf_id}/paint",
        path=[Table("Path Parameters", [Row("shelf_id", True, "Integer", ["Value range:", "1\u20131,000"])])],
        request=[Table("Request body parameters", [Row("colour", True, "String", ["The value can contain 3 to 20 characters."])])],
        answers={
            "200": [Table("Response body parameters", [Row("id", None, "Integer", ["Its id."])], answer=True)],
            "404": [Table("Response body parameters", [Row("error_code", None, "String", ["Code."]), Row("error_msg", None, "String", ["Text."])], answer=True)],
        },
        statuses={"200": "Painted.", "404": "Not found."},
    )  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_draft_is_a_contract_whatever_the_format(tmp_path: Path, form: str) -> None:
    """The same clauses from each format; the page says what its draft says."""
    page = tmp_path / f"page.{SUFFIXES[form]}"
    page.write_text(write(sketch(), form), encoding="utf-8")
    lines = draft(page_of(page), sheet_of(page), tmp_path / "made")
    contract = read_contract(tmp_path / "made")
    assert lines == [
        "securitySchemes: the page has no header of a token: X-Auth-Token is assumed",
        "requestBody: the page shows no example that is JSON: give one",
    ]
    assert [clause.id for clause in contract.catalogue] == [
        "path.shelf_id.missing", "path.shelf_id.type", "path.shelf_id.below-minimum", "path.shelf_id.minimum",
        "path.shelf_id.above-maximum", "path.shelf_id.maximum", "body.colour.missing", "body.colour.too-short",
        "body.colour.shortest", "body.colour.too-long", "body.colour.longest", "status.documented",
        "response.200.object", "response.200.id.type", "error.404.envelope",
    ]  # fmt: skip
    assert against_contract(contract, openapi(page_of(page))) == []


def test_draft_of_the_shipped_page_is_a_contract(tmp_path: Path) -> None:
    """Nothing is left to a hand but what the page leaves open."""
    assert draft(page_of(SHIPPED), sheet_of(SHIPPED), tmp_path) == []
    assert (
        read_contract(tmp_path).operation.parameter("repository_id").domain
        == read_contract(SHIPPED.parents[1]).operation.parameter("repository_id").domain
    )
    assert "1~2147483647" in text_of(sheet_of(SHIPPED))


def test_page_without_a_success_has_no_draft(tmp_path: Path) -> None:
    """One line says so."""
    page = tmp_path / "page.txt"
    page.write_text("A Page\n\nURI\n\nGET /v1/things\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no status of success"):
        draft(page_of(page), sheet_of(page), tmp_path / "made")
