"""Edits of the shipped page are classed by what they mean for a client; a page in another format is no edit."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest

from conformance.document.differences import Change, against_contract, between, clauses_of
from conformance.document.files import page_of
from conformance.document.openapi import openapi
from conformance.spec import load_contract, read_contract
from tests.document.edits import EDITS, Edit
from tests.document.rendering import Row, Sketch, Table, read
from tests.document.test_reader import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("edit", EDITS, ids=[one.name for one in EDITS])
def test_edit_is_classed(tmp_path: Path, edit: Edit) -> None:
    """The classes, the places and the clauses of one edit; no other difference is more than wording."""
    edited = tmp_path / "page.txt"
    edited.write_text(edit.of(SHIPPED.read_text(encoding="utf-8")), encoding="utf-8")
    contract = load_contract()
    page = openapi(page_of(edited))
    found = between(openapi(page_of(SHIPPED)), page)
    structural = [one for one in found if one.change is not Change.WORDING]
    assert sorted((one.change, one.place) for one in structural) == sorted(edit.differences)
    held = [one.place for one in against_contract(contract, page)]
    said = [one.place for one in structural if one.keyword != "words" and not edit.assumed]
    assert sorted(held) == sorted(said)
    concerned = clauses_of(contract, structural[0]) if structural else ()
    for glob in edit.clauses:
        assert any(fnmatchcase(clause, glob) for clause in concerned), glob
    assert [clause for clause in concerned if not any(fnmatchcase(clause, glob) for glob in edit.clauses)] == []


def test_edits_are_many() -> None:
    """At least 60 are classed by hand, a third of them wording."""
    assert len(EDITS) >= 60
    assert sum(not one.differences for one in EDITS) >= len(EDITS) // 4


@pytest.mark.parametrize("directory", ["spec", "examples/cluster-labels", "examples/read-back"])
def test_contract_says_what_its_page_says(directory: str) -> None:
    """In both directions; what the contract assumes is left out."""
    root = SHIPPED.parents[2] / directory
    contract = read_contract(root)
    page = page_of(next((root / "document").iterdir()))
    assert page.unread == []
    assert against_contract(contract, openapi(page)) == []


def test_object_of_an_older_page_is_found_by_its_caption() -> None:
    """A type without a name, and a table that is named after the field, or by its number in the description."""
    sketch = Sketch(
        "Trying a Reader Out", "POST /v1/things",
        request=[
            Table("Parameter description", [Row("box", True, "Object", ["What holds it."]), Row("lids", False, "Array", ["See Table 3."])]),
            Table("box field description", [Row("size", True, "Integer", ["How large."])]),
            Table("Lid structure", [Row("colour", True, "String", ["Its colour."])]),
        ],
        statuses={"200": "Done."},
    )  # fmt: skip
    for form in ("text", "html", "markdown", "rst"):
        page = read(sketch, form)
        assert [place for place, _ in page.fields()] == [
            "request box",
            "request box.size",
            "request lids",
            "request lids[].colour",
        ]
        assert page.unread == []


def test_what_is_written_is_json_with_lines() -> None:
    """Each keyword has its line, and what is unread is listed."""
    written = json.loads(json.dumps(openapi(page_of(SHIPPED))))
    operation = written["paths"]["/v4/repositories/{repository_id}/remote-mirror/associate"]["post"]
    schema = operation["parameters"][0]["schema"]
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    assert lines[schema["x-source"]["maximum"] - 1] == "1~2147483647"
    assert lines[schema["x-source"]["type"] - 1] == "Integer"
    assert written["x-unread"] == []
