"""Reading a contract, and what is said of a directory that holds none."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.exceptions import UsageError
from conformance.spec import load_contract, read_contract, spec_directory
from tests.spec.files import copy_with

if TYPE_CHECKING:
    from collections.abc import Callable

NEEDS = "name a directory with openapi.yaml, clauses.yaml and its document, as in spec/"


def refusal(directory: Path) -> str:
    """The message about it, without the directory's name; one line."""
    with pytest.raises(UsageError) as caught:
        read_contract(directory)
    said = str(caught.value)
    assert said.splitlines() == [said]
    return said.replace(str(directory), "DIR")


def test_the_shipped_contract_is_read_once() -> None:
    """It is the one that is meant where no directory is named."""
    assert load_contract() is load_contract()
    assert load_contract(spec_directory()).clauses_sha256 == load_contract().clauses_sha256


@pytest.mark.parametrize("name", ["openapi.yaml", "clauses.yaml", "document/associate-remote-mirror.txt"])
def test_a_file_that_is_missing_is_named(name: str, tmp_path: Path) -> None:
    """With what a contract's directory needs."""
    copy = copy_with(tmp_path)
    (copy / name).unlink()
    assert refusal(copy) == f"DIR/{name}: No such file or directory: {NEEDS}"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("openapi.yaml", "- a\n", "openapi.yaml: holds no mapping"),
        ("clauses.yaml", "", "clauses.yaml: holds no mapping"),
        ("clauses.yaml", "a: [\n", "clauses.yaml: while parsing"),
        ("openapi.yaml", "paths: {}\n", "openapi.yaml has no operationId 'associateRemoteMirror'"),
        ("clauses.yaml", b"\xff\xfe\x00", "clauses.yaml: "),
    ],
    ids=["a list", "an empty file", "no YAML", "no paths", "not UTF-8"],
)
def test_a_file_that_is_something_else_is_named(name: str, text: str | bytes, expected: str, tmp_path: Path) -> None:
    """Any complaint of YAML about it is one line."""
    copy = copy_with(tmp_path)
    (copy / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    said = refusal(copy)
    assert said.startswith(f"DIR is not a contract ({expected}")
    assert said.endswith(f"): {NEEDS}")


def _row(**changes: Any) -> Callable[[dict[str, Any]], object]:  # noqa: ANN401 - as YAML has it
    """The first row with other members; None takes one out."""

    def change(catalogue: dict[str, Any]) -> None:
        row = catalogue["clauses"][0]
        row.update(changes)
        for name in [name for name, value in row.items() if value is None]:
            del row[name]

    return change


FIRST = "clauses.yaml: path.repository_id.mandatory: "


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_row(level=None), f"{FIRST}has no level"),
        (_row(level="perhaps"), f"{FIRST}'perhaps' is not a valid Level"),
        (_row(colour="red"), f"{FIRST}has no use for 'colour'"),
        (_row(quote=None), f"{FIRST}has no quote"),
        (_row(quote="repository_id, more or less"), f"{FIRST}quote: it does not stand in the document"),
        (_row(basis="hearsay"), f"{FIRST}basis: 'hearsay' is none of quoted, example, inferred"),
        (_row(basis="inferred", note=None), f"{FIRST}note: name the source of the inference"),
        (_row(needs=["missing_thing_id"]), f"{FIRST}needs: a target description has no key 'missing_thing_id': "),
        (_row(accepted="any status but 2xx"), f"{FIRST}accepted: give a list"),
        (_row(**{"with": "repository_id"}), f"{FIRST}with: give a mapping"),
        (_row(**{"with": None}), f"{FIRST}refused: give parameter and when, or credential, or body, or member"),
        (lambda catalogue: catalogue.pop("clauses"), "clauses.yaml: clauses: give a list of rows"),
        (
            lambda catalogue: catalogue["target"]["missing_repository_id"].pop("role"),
            "clauses.yaml: target: missing_repository_id: give the role of the resource",
        ),
        (_row(check="guessed"), f"{FIRST}there is no check 'guessed'"),
        (lambda catalogue: catalogue["clauses"].insert(0, "a text"), "clauses.yaml: clause 1: "),
        (lambda catalogue: catalogue["clauses"].append(catalogue["clauses"][0]), f"{FIRST}an id stands twice"),
        (lambda catalogue: catalogue.pop("document"), "clauses.yaml: document: give a text"),
        (lambda catalogue: catalogue.update(operation="other"), "openapi.yaml has no operationId 'other'"),
        (lambda catalogue: catalogue.update(resource="id"), "clauses.yaml: resource: the path has no parameter 'id'"),
        (lambda catalogue: catalogue.pop("envelope"), "clauses.yaml: envelope: give "),
        (lambda catalogue: catalogue["target"].pop("repository_id"), "clauses.yaml: target: no key names a permitted"),
        (
            lambda catalogue: catalogue["target"].update(x={"parameter": "repository_id", "member": "url"}),
            "clauses.yaml: target: x: give a parameter or a member",
        ),
    ],
)
def test_mistakes_in_the_catalogue_are_named(
    change: Callable[[dict[str, Any]], object], expected: str, tmp_path: Path
) -> None:
    """File, row and problem, in one line."""
    assert refusal(copy_with(tmp_path, clauses=change)).startswith(f"DIR is not a contract ({expected}")


def test_no_must_clause_waits_for_what_nothing_provokes(tmp_path: Path) -> None:
    """A page may document a 500, and no request can ask for one."""
    row = {"check": "envelope", "with": {"status": 500}}
    for level in ("must", "should"):
        directory = copy_with(
            tmp_path / level,
            lambda operation: operation["responses"].update({"500": operation["responses"]["404"]}),
            _row(level=level, **row),
        )
        if level == "should":
            assert read_contract(directory).catalogue
        else:
            assert refusal(directory).startswith(f"DIR is not a contract ({FIRST}level: no request provokes a 500")


def _body(operation: dict[str, Any]) -> dict[str, Any]:
    (content,) = operation["requestBody"]["content"].values()
    found: dict[str, Any] = content
    return found


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda operation: _body(operation)["examples"]["associated"].update(value=["a"]),
            "the example of the request body breaks its schema: body: ['a'] is not of type 'object'",
        ),
        (
            lambda operation: _body(operation).update(schema={"type": "text", "properties": {"url": {}}}),
            "the schema of the request body is none: type: 'text' is not valid",
        ),
        (
            lambda operation: _body(operation).update(schema={"$ref": "#/components/schemas/Nothing"}),
            "nothing is at $ref: #/components/schemas/Nothing",
        ),
    ],
)
def test_mistakes_in_the_openapi_file_are_named(
    change: Callable[[dict[str, Any]], object], expected: str, tmp_path: Path
) -> None:
    """Part and problem, in one line."""
    assert refusal(copy_with(tmp_path, change)).startswith(f"DIR is not a contract (openapi.yaml: {expected}")


def test_the_patterns_of_codes_may_be_left_out(tmp_path: Path) -> None:
    """If a service and its gateway write alike codes, none is told to be the gateway's."""

    def change(catalogue: dict[str, Any]) -> None:
        catalogue["envelope"] = {"code": "error_code", "text": "error_msg"}

    envelope = read_contract(copy_with(tmp_path, clauses=change)).operation.envelope
    assert [envelope.gateway.fullmatch(code) for code in ("APIG.0301", "")] == [None, None]


def test_a_required_parameter_needs_a_value_from_somewhere(tmp_path: Path) -> None:
    """From an example, from an enumeration, or from a key of the target description."""
    name = {"name": "region", "in": "query", "required": True}
    plain: dict[str, Any] = {**name, "schema": {"type": "string"}}
    contracts = {
        "example": ({**plain, "example": "north"}, {}),
        "enumeration": ({**name, "schema": {"type": "string", "enum": ["north"]}}, {}),
        "key": (plain, {"region": {"parameter": "region"}}),
        "nothing": (plain, {}),
    }
    said = {}
    for number, (way, (parameter, keys)) in enumerate(contracts.items()):
        (tmp_path / str(number)).mkdir()
        copy = copy_with(
            tmp_path / str(number),
            lambda operation, one=parameter: operation["parameters"].append(one),
            lambda catalogue, more=keys: catalogue["target"].update(more),
        )
        said[way] = refusal(copy) if way == "nothing" else read_contract(copy).operation.parameter("region").name
    assert said.pop("nothing") == (
        "DIR is not a contract (openapi.yaml: parameter region: it is required, and neither an example here nor a key "
        f"under `target` in clauses.yaml gives a value): {NEEDS}"
    )
    assert set(said.values()) == {"region"}


@pytest.mark.parametrize("above", ["", "\n\n", "\n  # a remark\n\n", "\r\n  \r\n"])
def test_clauses_are_found_in_their_lines(tmp_path: Path, above: str) -> None:
    """Whatever stands above a row: the line of a clause is that of its id."""
    directory = Path(shutil.copytree(spec_directory(), tmp_path / "contract"))
    file = directory / "clauses.yaml"
    file.write_bytes(re.sub(r"(?m)^(?=\s*- id: )", above, file.read_text("utf-8")).encode())
    contract = read_contract(directory)
    lines = file.read_bytes().decode().split("\n")
    assert contract.clause_lines.keys() == contract.catalogue.by_id.keys()
    assert {id_: lines[line - 1].strip() for id_, line in contract.clause_lines.items()} == {
        id_: f"- id: {id_}" for id_ in contract.catalogue.by_id
    }
