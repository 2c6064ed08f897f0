"""The tables of docs/configuration.md, and the JSON Schema: valid for every example of the documentation."""

from __future__ import annotations

import json
import re
import runpy
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conformance.config import reference
from conformance.config.options import RUN_OPTIONS
from conformance.config.reference import keys_table, options_table, refreshed, schema_of, template, write_template
from conformance.config.tables import IAM, keys_of
from conformance.spec import load_contract

CONTRACT = load_contract()
TARGET_TABLE = keys_table(keys_of(CONTRACT))
IAM_TABLE = keys_table(IAM, variables=False)
PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
ROOT = Path(__file__).parents[2]
SCHEMA = schema_of(CONTRACT)
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
TARGET = {
    "base_url": "https://a.example.test",
    "token": "env:T",
    "repository_id": 1,
    "mirror_url": "https://example.com",
}
_TOML = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCKS = [
    pytest.param(block, id=f"{page.name} {number}")
    for page in PAGES
    for number, block in enumerate(
        re.findall(r"^```toml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    )
    if "[[accepted]]" not in block
]


def test_page_is_not_stale() -> None:
    """The page's tables are those of the options and keys (fix: python -m conformance.config.reference PAGE)."""
    page = PAGE.read_text(encoding="utf-8")
    assert page == refreshed(page, CONTRACT)
    for table in (options_table(), TARGET_TABLE, IAM_TABLE):
        assert table in page


def test_tables_have_a_row_for_each_option_and_key() -> None:
    """A table has a head, a rule, and one row for each option or key."""
    assert options_table().count("\n") == len(RUN_OPTIONS) + 2
    assert TARGET_TABLE.count("\n") == len(keys_of(CONTRACT)) + 2
    assert IAM_TABLE.count("\n") == len(IAM) + 2


def test_option_row_says_all_about_it() -> None:
    """A row gives flag, key, variable, default and meaning; a bar within a cell is escaped."""
    rows = options_table().splitlines()
    assert (
        "| `--fail-on must\\|should` | `fail-on` | `CONFORMANCE_FAIL_ON` | must | "
        "The level of clause that makes the exit code 1. |" in rows
    )
    assert any("| `--select CLAUSE` |" in row and row.endswith(" Repeatable. |") for row in rows)
    assert any(row.startswith("| `--yes` | `yes` |") for row in rows)


def test_stale_page_is_refreshed_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The module, started with a page, puts the tables between its marks and leaves the rest."""
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- iam -->\nstale\n<!-- end -->\nb\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["reference", str(page)])
    runpy.run_path(reference.__file__, run_name="__main__")
    assert page.read_text(encoding="utf-8") == f"a\n<!-- iam -->\n{IAM_TABLE}<!-- end -->\nb\n"


def errors(data: dict[str, Any]) -> list[str]:
    """The errors of a file of this content."""
    return [error.message for error in VALIDATOR.iter_errors(data)]


def with_target(**changes: object) -> dict[str, Any]:
    """A file with a target that has these keys; None takes one out."""
    table = {key: value for key, value in {**TARGET, **changes}.items() if value is not None}
    return {"targets": {"staging": table}}


def test_it_is_a_schema_of_draft_7() -> None:
    """The draft that editors' plug-ins for TOML read."""
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("block", BLOCKS)
def test_the_examples_of_the_documentation_are_valid(block: str) -> None:
    """Each block of TOML stands by itself."""
    assert errors(tomllib.loads(block)) == []


def test_the_template_is_valid_with_every_example() -> None:
    """As it stands, and with each key taken out of its comment."""
    text = template(CONTRACT)
    assert errors(tomllib.loads(text)) == []
    assert errors(tomllib.loads(re.sub(r"^#(?=[\[\w])", "", text, flags=re.MULTILINE))) == []


def test_it_has_the_options_and_keys_of_the_reference() -> None:
    """With their words."""
    run, target = SCHEMA["properties"]["run"], SCHEMA["properties"]["targets"]["additionalProperties"]
    assert list(run["properties"]) == [option.name for option in RUN_OPTIONS if option.in_file]
    assert {name: row.get("description", "") for name, row in target["properties"].items()} == {
        key.name: key.about for key in keys_of(CONTRACT)
    }


@pytest.mark.parametrize(
    "data",
    [
        {"runs": {}},
        {"run": {"profil": "smoke"}},
        {"run": {"config": "a.toml"}},
        {"run": {"profile": "standart"}},
        {"run": {"concurrency": 257}},
        {"run": {"rate": 0}},
        {"run": {"select": [1]}},
        with_target(tokn="env:T"),
        with_target(iam={"endpoint": "https://iam.example.test"}),
        with_target(repository_id=2147483648),
        with_target(repository_id="1"),
        with_target(base_url=None),
        with_target(token=None),
        with_target(verify_tls=1),
        with_target(repositories={"7": "allowed"}),
        with_target(timeout_seconds=0),
        with_target(headers={"X-A": 1}),
    ],
    ids=str,
)
def test_mistakes_are_rejected(data: dict[str, Any]) -> None:
    """Unknown keys, values of another type or out of range, and what is missing."""
    assert errors(data)


@pytest.mark.parametrize(
    "data",
    [{}, {"run": {"select": "status.*"}}, {"run": {"rate": 0.5, "history": "none"}}, with_target(verify_tls="ca.pem")],
    ids=str,
)
def test_files_that_the_reader_takes_are_valid(data: dict[str, Any]) -> None:
    """One glob stands for a list of one, and a path for true."""
    assert errors(data) == []


def test_the_file_that_init_writes_names_its_schema(tmp_path: Path) -> None:
    """It lies beside it, under a name of its own."""
    beside = write_template(tmp_path / "site.toml", CONTRACT)
    assert beside == tmp_path / "site.schema.json"
    assert json.loads(beside.read_text(encoding="utf-8")) == SCHEMA
    assert (tmp_path / "site.toml").read_text(encoding="utf-8").startswith("#:schema site.schema.json\n")


@pytest.mark.parametrize("name", ["cluster-labels", "read-back"])
def test_another_contract_has_keys_of_its_own(name: str) -> None:
    """Its template is valid by its schema."""
    contract = load_contract(ROOT / "examples" / name)
    jsonschema.Draft7Validator(schema_of(contract)).validate(tomllib.loads(template(contract)))
