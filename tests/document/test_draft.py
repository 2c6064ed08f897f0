"""A draft of a page is a contract: it is read, its clauses quote the page, and what a hand must decide is said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.config.tables import keys_of
from conformance.contract.clause import Level
from conformance.document.differences import against_contract
from conformance.document.draft import TAKEN, draft, text_of
from conformance.document.files import page_of, sheet_of
from conformance.document.openapi import openapi
from conformance.exceptions import UsageError
from conformance.mock.message import Request
from conformance.spec import read_contract
from conformance.standin import StandIn
from tests.document.rendering import FORMATS, Row, Sketch, Table, write
from tests.document.test_reader import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.contract.contract import Contract

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
        "shelf_id: the roles are taken to be about this parameter: decide whether an account may be refused it",
    ]
    levels = {level: [clause.id for clause in contract.catalogue if clause.level == level] for level in Level}
    assert levels == {
        Level.MUST: [
            "path.shelf_id.missing", "path.shelf_id.wrong-type", "path.shelf_id.below-minimum", "path.shelf_id.minimum",
            "path.shelf_id.above-maximum", "path.shelf_id.maximum", "body.absent", "body.colour.missing",
            "body.colour.too-short", "body.colour.shortest", "body.colour.too-long", "body.colour.longest",
            "status.200.permitted", "response.200.object", "response.200.id.type", "error.404.envelope",
            "status.server-error", "connection.dropped",
        ],
        Level.SHOULD: [
            "body.not-json", "body.not-object", "status.404.missing", "response.200.content-type",
            "error.404.content-type", "leak.token", "leak.stack-trace",
        ],
        Level.SILENT: [
            "path.shelf_id.notation", "token.unrecognised", "body.members", "status.documented",
            "status.undocumented-status", "status.order",
        ],
    }  # fmt: skip
    assert against_contract(contract, openapi(page_of(page))) == []


def test_draft_of_the_shipped_page_has_the_clauses_of_the_shipped_contract(tmp_path: Path) -> None:
    """Check by check and argument by argument, but for what the page says in no table; nothing that it lacks is must."""
    lines = draft(page_of(SHIPPED), sheet_of(SHIPPED), tmp_path)
    assert lines == [
        "responses: 201: the example of line-274 breaks its own table: None is not of type 'integer'",
        "repository_id: the roles are taken to be about this parameter: decide whether an account may be refused it",
    ]
    made, shipped = read_contract(tmp_path), read_contract(SHIPPED.parents[1])
    assert made.operation.parameter("repository_id").domain == shipped.operation.parameter("repository_id").domain
    assert made.operation.credential == shipped.operation.credential

    def said(contract: Contract, level: Level) -> set[str]:
        return {f"{one.check} {dict(one.arguments)}" for one in contract.catalogue if one.level is level}

    assert "1~2147483647" in text_of(sheet_of(SHIPPED))
    assert said(made, Level.MUST) <= said(shipped, Level.MUST) | said(shipped, Level.SHOULD)
    assert {
        "owed {'credential': 'near-valid', 'status': 401}", "owed {'role': 'permitted', 'status': 201}",
        "refused {'credential': 'over-maximum'}", "envelope {'status': 404}", "documented-status {}",
    } <= said(made, Level.MUST)  # fmt: skip
    assert {
        "owed {'role': 'restricted', 'status': 403}", "owed {'role': 'missing', 'status': 404}",
        "error-code {'status': 403}",
    } <= said(made, Level.SHOULD)  # fmt: skip


def test_stand_in_of_a_page_that_refuses_by_429_alone_refuses_by_another(tmp_path: Path) -> None:
    """A client waits at a 429 and asks again: no run would end."""
    known = sketch()
    page = tmp_path / "page.rst"
    answers = {"200": known.answers["200"], "429": known.answers["404"]}
    page.write_text(
        write(replace(known, answers=answers, statuses={"200": "Painted.", "429": "Wait."}), "rst"), encoding="utf-8"
    )
    draft(page_of(page), sheet_of(page), tmp_path / "made")
    stand_in = StandIn(read_contract(tmp_path / "made"))

    assert stand_in.answer(Request("POST", b"/v1/shelves/7/paint", (), b"{}"), b"").status != 429


def test_every_inferred_row_says_from_what(tmp_path: Path) -> None:
    """A hand decides by the notes that begin with Decide."""
    draft(page_of(SHIPPED), sheet_of(SHIPPED), tmp_path)
    notes = [one.note for one in read_contract(tmp_path).catalogue if one.basis == "inferred"]
    assert all(notes)
    assert sum(str(note).startswith("Decide: ") for note in notes) == 3


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_parameter_has_a_key_of_its_own(tmp_path: Path, name: str) -> None:
    """A parameter named like a key that every target description has."""
    page = tmp_path / "page.txt"
    rows = [Row(name, True, "String", ["Its name."])]
    drawn = Sketch("A Thing", f"GET /v1/{{{name}}}", path=[Table("Path Parameters", rows)], statuses={"200": "Done."})
    page.write_text(write(drawn, "text"), encoding="utf-8")
    draft(page_of(page), sheet_of(page), tmp_path / "made")
    contract = read_contract(tmp_path / "made")
    assert contract.operation.key("permitted") == f"path_{name}"
    assert {key.name for key in keys_of(contract)} == {f"path_{name}", *TAKEN}


def test_rows_that_no_example_reaches_are_silent(tmp_path: Path) -> None:
    """They keep their quote; members of the example that no table has are left out of it."""
    shade = Table("Paint", [Row(name, True, "Integer", ["A number."]) for name in ("shade", "gloss")])
    rows = [Row("paint", False, "Paint object", ["The paint."]), Row("note", False, "String", ["A note."])]
    body = Table("Request body parameters", rows)
    drawn = replace(sketch(), request=[body, shade], asked='{"note": "wet", "other": 1}')
    page = tmp_path / "page.txt"
    page.write_text(write(drawn, "text"), encoding="utf-8")
    lines = draft(page_of(page), sheet_of(page), tmp_path / "made")
    contract = read_contract(tmp_path / "made")
    assert contract.operation.body is not None
    assert contract.operation.body.example == {"note": "wet"}
    assert any("has members that no table has" in line for line in lines)
    assert "4 rows about members are silent, since no change of the body's example tests them" in lines
    silent = [one for one in contract.catalogue if "no change of the example" in (one.note or "")]
    assert [(one.id, one.level, one.quote) for one in silent] == [
        (f"body.paint.{name}.{when}", Level.SILENT, name)
        for name in ("shade", "gloss")
        for when in ("missing", "wrong-type")
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"statuses": {}, "answers": {}}, "no status of success"),
        ({"request": [Table("Request body parameters", [Row("[items]", True, "Array of strings", ["All."])])]}, "is an array"),
        ({"request": [Table("FormData parameters", [Row("file", True, "File", ["A file."])])]}, "is a form"),
    ],
    ids=["no success", "an array", "a form"],
)  # fmt: skip
def test_page_of_which_no_contract_can_be_made_leaves_nothing(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    """One line says why."""
    page = tmp_path / "page.rst"
    page.write_text(write(replace(sketch(), **change), "rst"), encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        draft(page_of(page), sheet_of(page), tmp_path / "made")
    assert list(tmp_path.iterdir()) == [page]


def test_refusal_without_a_resource_is_about_the_request(tmp_path: Path) -> None:
    """A page whose only path parameter is the project has no resource that could be restricted."""
    page = tmp_path / "page.txt"
    rows = [Row("project_id", True, "String", ["The project."])]
    path = [Table("Path Parameters", rows)]
    drawn = Sketch("Things", "GET /v1/{project_id}/things", path=path, statuses={"200": "Done.", "403": "Forbidden."})
    page.write_text(write(drawn, "text"), encoding="utf-8")
    draft(page_of(page), sheet_of(page), tmp_path / "made")
    row = read_contract(tmp_path / "made").catalogue["status.403.restricted"]
    assert row.title == "A request that the token may not make gets 403"
    assert "it is for a request that the token may not make is assumed" in str(row.note)
