"""The JSON Schema of conformance.toml: valid for every example of the documentation, and for nothing else."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conformance.config.options import RUN_OPTIONS
from conformance.config.reference import template, write_template
from conformance.config.schema import schema_of
from conformance.config.tables import keys_of
from conformance.spec import load_contract

ROOT = Path(__file__).parents[2]
CONTRACT = load_contract()
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
