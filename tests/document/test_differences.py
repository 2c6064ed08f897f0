"""Edits of the shipped page are classed by what they mean for a client; a page in another format is no edit."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest

from conformance.document.differences import Change, against_contract, between, clauses_of
from conformance.document.files import page_of, sheet_from
from conformance.document.openapi import openapi
from conformance.document.reader import interpret
from conformance.spec import load_contract, read_contract
from tests.document.edits import EDITS, Edit, query
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
    """At least 60 are classed by hand, a quarter of them wording."""
    assert len(EDITS) >= 60
    assert sum(not one.differences for one in EDITS) >= len(EDITS) // 4


B, W = Change.BREAKING, Change.WIDENING
NAME = "The name can contain 1 to 64 characters. "
BOTH = "It cannot be used together with b."


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        # another sense of the same words
        ("Mandatory when type is vpc.", "Mandatory when type is subnet.", [B]),
        ("Mandatory when type is vpc or subnet.", "Mandatory when type is vpc.", [B]),
        ("Mandatory when type is vpc.", "Mandatory when type is not vpc.", [B]),
        (f"{NAME}It can contain letters.", f"{NAME}It cannot contain letters.", [B]),
        (f"{NAME}It can contain special characters (-_./).", f"{NAME}It can contain special characters (-_).", [B]),
        (f"{NAME}It can contain special characters (-_).", f"{NAME}It can contain special characters (-_./).", [W]),
        ("The size of the disk must not exceed 1.5 GB.", "The size of the disk must not exceed 15 GB.", [B]),
        ("The size of the disk must not exceed 15 MB.", "The size of the disk must not exceed 15 GB.", [B]),
        ("If it is new, use at least 5 characters.", "If it is new, use at most 5 characters.", [B]),
        (BOTH, "It must be used together with b.", [B]),
        (BOTH, "It cannot be used together with c.", [B]),
        (f"{NAME}It must start with a letter.", f"{NAME}It must start and end with a letter.", [B]),
        # a refusal has the other direction, an obligation none
        (f"{NAME}It cannot contain digits.", f"{NAME}It cannot contain digits or underscores.", [B]),
        (f"{NAME}It cannot contain digits or underscores.", f"{NAME}It cannot contain digits.", [W]),
        (f"{NAME}The use of digits is not allowed.", f"{NAME}The use of digits and spaces is not allowed.", [B]),
        (f"{NAME}It can contain letters.", f"{NAME}It can contain letters and digits.", [W]),
        (
            "The password must contain uppercase letters and digits.",
            "The password must contain uppercase letters, digits, and special characters.",
            [B],
        ),
        # powers of any size
        ("If it is new, up to 10^999 values.", "If it is new, up to 10^998 values.", [B]),
        # wording
        ("Mandatory when type is vpc.", 'This parameter is mandatory if type is set to "vpc".', []),
        ("Mandatory when CodeType is set to zip.", "Mandatory when code_type is set to zip.", []),
        ("If it is new, it cannot exceed 5 characters.", "If it is new, it has at most 5 characters.", []),
        (f"{NAME}It can contain letters (A\u2013Z).", f"{NAME}It can contain letters (A-Z).", []),
        (f"{NAME}It can contain underscores (*).", f"{NAME}It can contain underscores (_).", []),
    ],
)
def test_sentence_that_is_no_keyword_is_classed(before: str, after: str, changes: list[Change]) -> None:
    """By its numbers, its characters and its sense; another wording of the same is quiet."""
    found = between(edition(query("No", before)), edition(query("No", after)))
    assert [one.change for one in found if one.change is not Change.WORDING] == changes


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        # an integer may get a fraction and fewer values at once
        (
            query("No", "How.", "Range", "1~100", kind="Integer"),
            query("No", "How.", "Range", "1~10", kind="Float"),
            [(B, "maximum"), (W, "type")],
        ),
        (query("No", "How.", "Range", "1~100", kind="Integer"), query("No", "How.", kind="String"), [(B, "type")]),
        # a condition that comes with another obligation
        (query("Yes", "Name."), query("No", "Name. It must be used together with b."), [(B, "words"), (W, "required")]),
        (query("No", "Mandatory when type is vpc."), query("Yes", "Name."), [(B, "required")]),
        # a bound that has no keyword
        (
            query("No", "A number. For disks, the value ranges from 1 to 10.", kind="Integer"),
            query("No", "A number. For disks, the value ranges from 1 to 5.", kind="Integer"),
            [(B, "words")],
        ),
        (
            query("No", "The value ranges from 1 to 9.", "The maximum value is 8.", kind="Integer"),
            query("No", "The value ranges from 1 to 9.", "The maximum value is 5.", kind="Integer"),
            [(B, "words")],
        ),
    ],
)
def test_every_difference_of_a_parameter_is_told(
    before: tuple[str, str], after: tuple[str, str], changes: list[tuple[Change, str]]
) -> None:
    """None hides another of the same place."""
    found = between(edition(before), edition(after))
    assert sorted((one.change, one.keyword) for one in found if one.change is not Change.WORDING) == changes


def edition(pair: tuple[str, str]) -> dict[str, Any]:
    """The shipped page after a replacement."""
    source = Edit("", [pair]).of(SHIPPED.read_text(encoding="utf-8"))
    return openapi(interpret(sheet_from("page.txt", source)))


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
