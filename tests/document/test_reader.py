"""Invented pages of the template are read back unchanged, in four formats; nothing is left over silently."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.document.differences import against_contract, between
from conformance.document.files import page_of, sheet_from, sheet_of
from conformance.document.labels import column, label, section
from conformance.document.openapi import openapi
from conformance.document.reader import interpret
from conformance.spec import load_contract
from tests.document.rendering import FORMATS, Row, Sketch, Table, read, rewritten

if TYPE_CHECKING:
    from conformance.document.page import Page

SHIPPED = Path(__file__).parents[2] / "spec" / "document" / "associate-remote-mirror.txt"

Said = tuple[str, bool | None, dict[str, Any]]


def said(page: Page) -> dict[str, Said]:
    """Every field of a page: its type, whether it is required, its keywords."""
    return {
        place: (
            one.type.name,
            one.required,
            {key: found.value for key, found in one.reading.keywords.items()}
            | {f"items.{key}": found.value for key, found in one.reading.items.items()},
        )
        for place, one in page.fields()
    }


names = (
    st.from_regex(r"[a-z][a-z0-9]{2,8}(_[a-z]{2,6})?", fullmatch=True)
    .filter(lambda name: column(name) is None and label(name) is None and section(name) is None)
    .filter(
        lambda name: (
            name
            not in {
                "yes",
                "nested",
                "deeper",
                "true",
                "false",
                "optional",
                "integer",
                "string",
                "object",
                "boolean",
                "array",
                "list",
                "map",
            }
        )
    )
)


@st.composite
def described(draw: st.DrawFn) -> tuple[str, list[str], dict[str, Any]]:
    """A type's words, the paragraphs of a description, and the keywords that they say."""
    low = draw(st.integers(0, 50))
    high = draw(st.integers(low + 1, 3_000_000))
    value = draw(st.integers(low, high))
    words = draw(
        st.lists(
            st.from_regex(r"[a-z]{3,8}", fullmatch=True).filter(lambda one: one not in {"the", "any", "set"}),
            min_size=2,
            max_size=4,
            unique=True,
        )
    )
    labelled = draw(
        st.sampled_from(
            [
                ("Definition", "Constraints", "Value range", "Default Value"),
                ("Definition:", "Constraints:", "Range:", "Default value:"),
            ]
        )
    )
    integer = [
        ([f"{low}~{high}"], {"minimum": low, "maximum": high}),
        ([f"[{low}, {high}]"], {"minimum": low, "maximum": high}),
        ([f"The value ranges from {low:,} to {high:,}."], {"minimum": low, "maximum": high}),
        ([f"The value is not less than {low} and not more than {high}."], {"minimum": low, "maximum": high}),
        (["N/A"], {}),
    ]
    string = [
        ([f"{low}\u2013{high:,} characters."], {"minLength": low, "maxLength": high}),
        ([f"The value can contain {low} to {high} characters."], {"minLength": low, "maxLength": high}),
        ([f"The value cannot exceed {high} characters."], {"maxLength": high}),
        ([f"{one}: what {one} means" for one in words], {"enum": words}),
        (["The value can be " + ", ".join(words[:-1]) + f" or {words[-1]}."], {"enum": words}),
        (["N/A"], {}),
    ]
    kind = draw(st.sampled_from(["Integer", "Long", "String", "Boolean", "Array of strings"]))
    spoken, keywords = draw(
        st.sampled_from({"Integer": integer, "Long": integer, "String": string}.get(kind, [(["N/A"], {})]))
    )
    default, more = ["N/A"], {}
    if kind == "Boolean" and draw(st.booleans()):
        default, more = ["false"], {"default": False}
    elif kind in {"Integer", "Long"} and draw(st.booleans()):
        default, more = [str(value)], {"default": value}
    elif kind == "String" and "enum" in keywords and draw(st.booleans()):
        default, more = [words[0]], {"default": words[0]}
    paragraphs = [
        labelled[0],
        "Something of the page.",
        labelled[1],
        "N/A",
        labelled[2],
        *spoken,
        labelled[3],
        *default,
    ]
    return kind, paragraphs, {**keywords, **more}


@st.composite
def rows(
    draw: st.DrawFn, place: str, expected: dict[str, Said], *, answer: bool = False, mandatory: bool | None = None
) -> list[Row]:
    """Rows of one table; what they say is added to what is expected."""
    made = []
    for name in draw(st.lists(names, min_size=1, max_size=4, unique=True)):
        kind, paragraphs, keywords = draw(described())
        must = None if answer else mandatory if mandatory is not None else draw(st.booleans())
        made.append(Row(name, must, kind, paragraphs))
        json_type = {"Integer": "integer", "Long": "integer", "String": "string", "Boolean": "boolean"}.get(
            kind, "array"
        )
        expected[f"{place}{name}"] = (json_type, must, keywords)
    return made


@st.composite
def sketches(draw: st.DrawFn) -> tuple[Sketch, dict[str, Said]]:
    """An invented page, and what it says."""
    expected: dict[str, Said] = {}
    path = draw(rows("path ", expected, mandatory=True))
    uri = "POST https://{Endpoint}/v1/things" + "".join(f"/{{{row.name}}}" for row in path)
    body = draw(rows("request ", expected))
    kind, marks, json_type = draw(
        st.sampled_from(
            [
                ("Array of NestedThing objects", "[]", "array"),
                ("NestedThing object", "", "object"),
                ("Map<String,NestedThing>", "{}", "map"),
            ]
        )
    )
    inner = draw(rows(f"request nested{marks}.", expected))
    body.append(Row("nested", False, kind, ["What it holds."], "request_nestedthing"))
    expected["request nested"] = (json_type, False, {})
    inner.append(Row("deeper", True, "DeeperThing object", ["What that holds."], "request_deeperthing"))
    expected[f"request nested{marks}.deeper"] = ("object", True, {})
    innermost = draw(rows(f"request nested{marks}.deeper.", expected))
    answer = draw(rows("200 ", expected, answer=True))
    refusal = draw(rows("404 ", expected, answer=True))
    sketch = Sketch(
        "Trying a Reader Out", uri,
        path=[Table("Path Parameters", path)],
        request=[
            Table("Query Parameters", draw(rows("query ", expected))),
            Table("Request header parameters", draw(rows("header ", expected))),
            Table("Request body parameters", body),
            Table("NestedThing", inner, anchor="request_nestedthing"),
            Table("DeeperThing", innermost, anchor="request_deeperthing"),
        ],
        answers={
            "200": [Table("Response body parameters", answer, answer=True)],
            "404": [Table("Response body parameters", refusal, answer=True)],
        },
        statuses={"200": "Done.", "404": "Not there."},
        example='{\n  "id" : 1\n}',
    )  # fmt: skip
    return sketch, expected


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=sketches())
def test_invented_page_is_read_back_unchanged(form: str, drawn: tuple[Sketch, dict[str, Said]]) -> None:
    """Types, places, what is required, bounds, values and defaults are the drawn ones; nothing is unread."""
    sketch, expected = drawn
    page = read(sketch, form)
    assert said(page) == expected
    assert [(one.line, one.text, one.why) for one in page.unread] == []
    assert (page.title, page.method) == (sketch.title, "POST")
    assert page.path == sketch.uri.removeprefix("POST https://{Endpoint}")
    assert {status: answer.description for status, answer in page.answers.items()} == sketch.statuses


def test_the_shipped_page_is_read_whole() -> None:
    """Every line of the page that this suite tests has its place."""
    page = page_of(SHIPPED)
    assert page.unread == []
    assert (page.method, page.path, page.revision) == (
        "POST",
        "/v4/repositories/{repository_id}/remote-mirror/associate",
        "2026-04-28",
    )
    assert sorted(page.answers) == ["201", "401", "403", "404"]
    fields = said(page)
    assert fields["path repository_id"] == ("integer", True, {"minimum": 1, "maximum": 2147483647})
    assert fields["header X-Auth-Token"] == ("string", True, {"minLength": 1, "maxLength": 100000})
    assert len([place for place in fields if place.startswith("201 ")]) == 11
    assert fields["404 error_msg"] == ("string", None, {})


@pytest.mark.parametrize("form", FORMATS)
def test_the_shipped_page_is_read_whole_in_every_format(form: str) -> None:
    """Written as HTML, Markdown or reStructuredText it says the same, and nothing of it is left over."""
    page = interpret(rewritten(sheet_of(SHIPPED), form))
    assert page.unread == []
    assert between(openapi(page_of(SHIPPED)), openapi(page)) == []
    assert against_contract(load_contract(), openapi(page)) == []


def test_row_without_a_place_is_unread_cell_by_cell() -> None:
    """A path parameter that the URI does not have, and a second row of a member: its cells are listed."""
    twice = [Row("size", True, "Integer", ["How large."]), Row("size", True, "Integer", ["How large again."])]
    sketch = Sketch(
        "Trying a Reader Out", "POST /v1/things",
        path=[Table("Path Parameters", [Row("thing_id", True, "String", ["Which thing."])])],
        request=[Table("Request body parameters", twice)],
        statuses={"200": "Done."},
    )  # fmt: skip
    for form in FORMATS:
        page = read(sketch, form)
        assert [place for place, _ in page.fields()] == ["request size"]
        listed = [one.text for one in page.unread]
        assert listed == [
            "thing_id (string, mandatory)",
            "Which thing.",
            "size (integer, mandatory)",
            "How large again.",
        ]


MARKED = """# Trying

## URI

POST /v1/things?a={a}

POST /v1/things?wombat={a}

## Request

Table 1 Request parameters

| Parameter | In | Mandatory | Type | Description |
|---|---|---|---|---|
| sid | cookie | No | String | X |
| up | formData | No | String | X |
| odd | moon | No | String | X |

## Response

Status code: 200 Quokka

## Status Codes

Normal: 202 The wombat

| Status Code | Description |
|---|---|
| 200 | Done. |
| 404 Numbat | Gone. |
"""


def test_words_beside_a_status_a_second_query_and_places_do_not_vanish() -> None:
    """Each is in the result or unread."""
    page = interpret(sheet_from("page.md", MARKED))
    assert {status: answer.description for status, answer in page.answers.items()} == {
        "200": "Quokka",
        "202": "The wombat",
        "404": "Numbat; Gone.",
    }
    assert [one.text for one in page.unread] == ["POST /v1/things?wombat={a}", "Done.", "moon"]
    assert [place for place, _ in page.fields()] == ["cookie sid", "request up", "request odd"]
    assert page.form


def test_tables_that_refer_often_to_each_other_are_followed_within_a_bound() -> None:
    """The rest is unread."""
    head = "| Parameter | Mandatory | Type | Description |\n|---|---|---|---|\n"
    tables = [
        f"Table {number + 1} {f'T{number}' if number else 'Request body parameters'}\n\n{head}"
        + "".join(f"| f{field} | No | T{number + 1} object | X |\n" for field in range(4))
        for number in range(12)
    ]
    page = interpret(sheet_from("page.md", "# T\n\n## URI\n\nPOST /v1/x\n\n## Request\n\n" + "\n".join(tables)))
    assert len(list(page.fields())) <= 4 * 1001
    assert any("not followed" in one.why for one in page.unread)
