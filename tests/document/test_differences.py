"""Edits of the shipped page are classed by what they mean for a client; a page in another format is no edit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.document.differences import Change, against_contract, between, clauses_of
from conformance.document.files import page_of
from conformance.document.openapi import openapi
from conformance.spec import load_contract, read_contract
from tests.document.rendering import Row, Sketch, Table, read
from tests.document.test_reader import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

EDITS = [
    ("1~2147483647", "1~4294967295", Change.WIDENING, "path repository_id", "path.repository_id.above-maximum"),
    ("1~2147483647", "100~2147483647", Change.BREAKING, "path repository_id", "path.repository_id.below-minimum"),
    ("1\u2013100,000 characters", "1\u201350,000 characters", Change.BREAKING, "header X-Auth-Token", "header.x-auth-token.over-maximum"),
    ("mirroring_enabled\n\nBoolean", "mirroring_enabled\n\nString", Change.BREAKING, "201 mirroring_enabled", "response.201.mirroring_enabled.type"),
    ("is_private\n\nBoolean\n\nDefinition\n\nPrivate image.\n\n", "", Change.LOST, "201 is_private", "response.201.is_private.type"),
    ("endpoint_uuid\n\nString", "region\n\nString\n\nDefinition\n\nRegion.\n\nendpoint_uuid\n\nString", Change.NEW, "201 region", None),
    ("Not Found\n\nError Codes", "Not Found\n\n409\n\nConflict\n\nError Codes", Change.WIDENING, "409", None),
    ("POST https", "PUT https", Change.BREAKING, "operation", None),
    ("remote-mirror/associate\n\nTable", "remote-mirror/link\n\nTable", Change.BREAKING, "operation", None),
    ("Image address.", "Address of the image.", Change.WORDING, None, None),
    ("2026-04-28", "2026-05-28", Change.WORDING, "revision", None),
]  # fmt: skip


@pytest.mark.parametrize("edit", EDITS, ids=[f"{one[2]}-{number}" for number, one in enumerate(EDITS)])
def test_edit_is_classed(tmp_path: Path, edit: tuple[str, str, Change, str | None, str | None]) -> None:
    """The class, the place and the clause of one edit; no other difference is more than wording."""
    before, after, change, place, clause = edit
    source = SHIPPED.read_text(encoding="utf-8")
    assert before in source
    edited = tmp_path / "page.txt"
    edited.write_text(source.replace(before, after, 1), encoding="utf-8")
    contract = load_contract()
    found = between(openapi(page_of(SHIPPED)), openapi(page_of(edited)))
    structural = [one for one in found if one.change is not Change.WORDING]
    if change is Change.WORDING:
        assert found
        assert structural == []
    else:
        assert [(one.change, one.place) for one in structural] == [(change, place)]
        held = against_contract(contract, openapi(page_of(edited)))
        assert [one.place for one in held] == [place]
    if clause:
        assert clause in clauses_of(contract, structural[0])


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
