"""The examples' files agree with each other and with their pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from conformance.contract.strictjson import resolve
from tests.operations import cluster_labels, read_back

EXAMPLES = Path(__file__).parents[2] / "examples"
KINDS = {"read-back": read_back, "cluster-labels": cluster_labels}
LEVELS = {"must", "should", "silent"}
STANDARD = re.compile(r"RFC \d+|CWE-\d+|JSON Schema|[Pp]lain sense|[Tt]he example shows")
UNSAID = {"connection.dropped", "response.content-coding"}  # no place in an OpenAPI file


class Example:
    """The files of one example."""

    def __init__(self, name: str) -> None:
        self.folder = EXAMPLES / name
        self.openapi: dict[str, Any] = self.read("openapi.yaml")
        self.head: dict[str, Any] = self.read("clauses.yaml")
        self.clauses: list[dict[str, Any]] = self.head.pop("clauses")
        self.page = (self.folder / self.head["document"]).read_text(encoding="utf-8")
        ((self.template, item),) = self.openapi["paths"].items()
        ((self.method, self.operation),) = item.items()

    def read(self, name: str) -> dict[str, Any]:
        """A YAML file of the example."""
        data: dict[str, Any] = yaml.safe_load((self.folder / name).read_text(encoding="utf-8"))
        return data


@pytest.fixture(params=KINDS)
def example(request: pytest.FixtureRequest) -> Example:
    """Each example."""
    return Example(request.param)


def wrong(example: Example, fine: object) -> list[str]:
    """The clauses of which this is not so."""
    return [row["id"] for row in example.clauses if not fine(row)]  # type: ignore[operator]


def test_every_folder_has_a_service() -> None:
    """Every example is tried out on a service."""
    assert {folder.name for folder in EXAMPLES.iterdir() if folder.is_dir()} == set(KINDS)


def test_openapi_is_valid(example: Example) -> None:
    """openapi-spec-validator finds nothing."""
    assert [error.message for error in OpenAPIV31SpecValidator(example.openapi).iter_errors()] == []


def test_the_page_names_the_operation(example: Example) -> None:
    """Method, path, title and edition are the page's."""
    assert f"{example.method.upper()} {example.openapi['servers'][0]['url']}{example.template}" in example.page
    assert example.head["operation"] == example.operation["operationId"]
    assert f"\n\n{example.head['title']}\n\n" in example.page
    assert f"Updated on {example.head['revision']}" in example.page
    assert example.openapi["info"]["version"] == example.head["revision"]


def test_examples_are_of_their_schemas(example: Example) -> None:
    """Every example of the file is of its schema, and stands on the page."""
    contents = [*example.operation.get("requestBody", {}).get("content", {}).values()]
    for response in example.operation["responses"].values():
        contents += response.get("content", {}).values()
    for content in contents:
        schema = content["schema"] | {"components": example.openapi["components"]}
        for shown in content["examples"].values():
            Draft202012Validator(schema).validate(shown["value"])
            assert all(f'"{name}" : ' in example.page for name in shown["value"])
    for parameter in example.operation["parameters"]:
        for shown in parameter.get("examples", {}).values():
            Draft202012Validator(parameter["schema"]).validate(shown["value"])


def test_a_row_is_whole(example: Example) -> None:
    """Every row has an id that is a place, a level, words, a check; its quote stands on the page."""
    assert wrong(example, lambda row: re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+", row["id"])) == []
    assert wrong(example, lambda row: row["level"] in LEVELS and row["title"] and row["sent"] and row["check"]) == []
    assert wrong(example, lambda row: row["quote"] and row["quote"] in example.page) == []
    assert wrong(example, lambda row: row["section"].split(" / ")[0] in example.head["sections"]) == []
    assert wrong(example, lambda row: (row["level"] == "silent") == (row["accepted"] == ["anything"])) == []
    assert wrong(example, lambda row: (row["level"] == "silent") == (row["check"] == "recorded")) == []
    assert wrong(example, lambda row: row["basis"] != "inferred" or STANDARD.search(row.get("note", ""))) == []
    assert len({row["id"] for row in example.clauses}) == len(example.clauses)


def test_a_pointer_leads_somewhere(example: Example) -> None:
    """Every must clause has a place in openapi.yaml, and every pointer leads to one."""
    assert wrong(example, lambda row: row["level"] != "must" or row.get("openapi") or row["id"] in UNSAID) == []
    for row in example.clauses:
        if "openapi" in row:
            resolve(example.openapi, row["openapi"])


def test_every_row_of_a_table_has_a_clause(example: Example) -> None:
    """The rows of the page's tables, but for texts of errors, are the subject of a must or should clause."""
    lines = [line for line in example.page.splitlines() if line]
    subjects, table = set(), ""
    for index, line in enumerate(lines):
        if match := re.match(r"Table \d", line):
            table = match.group()
        elif line == "Definition":
            mandatory = lines[index - 2] in {"Yes", "No"}
            subjects.add((table, lines[index - 3 if mandatory else index - 2]))
    sections = {row["section"] for row in example.clauses if row["level"] != "silent"}
    quotes = [row["quote"].splitlines() for row in example.clauses if row["check"] == "envelope"]
    missing = [
        (table, name)
        for table, name in subjects
        if f"{table} / {name}" not in sections and not any(name in quote for quote in quotes)
    ]
    assert missing == []


def test_every_status_of_the_page_is_in_the_file(example: Example) -> None:
    """The table of status codes and the file's responses are the same."""
    table = example.page[example.page.index("\nStatus Codes\n") :]
    assert re.findall(r"^\d{3}$", table, re.MULTILINE) == list(example.operation["responses"])


@pytest.mark.parametrize("name", KINDS)
def test_changes_break_clauses_of_the_catalogue(name: str) -> None:
    """At least 24 misbehaviours, each with clauses that can fail; at least 8 correct variants; no name twice."""
    kind, levels = KINDS[name], {row["id"]: row["level"] for row in Example(name).clauses}
    assert len(kind.MISBEHAVIOURS) >= 24
    assert len(kind.VARIANTS) >= 8
    for change in kind.MISBEHAVIOURS:
        assert change.breaks
        assert all(levels[clause] != "silent" for clause in change.breaks), change.name
    assert not any(change.breaks or change.also for change in kind.VARIANTS)
    names = [change.name for change in (*kind.MISBEHAVIOURS, *kind.VARIANTS)]
    assert len(set(names)) == len(names)
