"""The keys of a target follow the contract, whatever it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.config.reference import template
from conformance.config.tables import keys_of
from conformance.config.targets import build_target, example_target, load_target
from conformance.spec import load_contract
from tests.spec.files import contract_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.contract.contract import Contract

TARGET = {"base_url": "http://localhost", "token": "hush"}


def _schema(operation: dict[str, Any], number: int = 0) -> dict[str, Any]:
    schema: dict[str, Any] = operation["parameters"][number]["schema"]
    return schema


def _more(operation: dict[str, Any]) -> None:
    """A region in the query, one of two, a switch, and two further members of the body."""
    operation["parameters"] += [
        {"name": "region", "in": "query", "required": True, "schema": {"type": "string", "enum": ["north", "south"]}},
        {"name": "deep", "in": "query", "required": True, "schema": {"type": "boolean"}},
        {"name": "shelf", "in": "query", "schema": {"type": "string", "minLength": 2, "maxLength": 3, "pattern": "^s"}},
    ]
    operation["requestBody"]["content"]["application/json"]["schema"] = {
        "type": "object",
        "properties": {
            "url": {"type": "string"},
            "branch": {"type": "string", "maxLength": 5},
            "depth": {"type": "integer"},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["url", "branch"],
    }


def _keys(catalogue: dict[str, Any]) -> None:
    catalogue["target"] |= {
        "region": {"parameter": "region"},
        "deep": {"parameter": "deep", "about": "Whether it goes deep."},
        "shelf": {"parameter": "shelf"},
        "branch": {"member": "branch", "example": "main"},
        "depth": {"member": "depth"},
        "tags": {"member": "tags", "example": ["a", "b"]},
    }
    catalogue["clauses"] = [row for row in catalogue["clauses"] if "url" not in str(row.get("with"))]


@pytest.fixture(scope="module")
def richer(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """The shipped contract with further parameters and members."""
    return contract_with(tmp_path_factory.mktemp("richer"), _more, _keys)


def names(contract: Contract) -> dict[str, bool]:
    """The keys that the contract gives, and whether they are required."""
    usual = {key.name for key in keys_of(load_contract())}
    return {key.name: key.required for key in keys_of(contract) if key.name not in usual}


def test_a_key_is_required_where_nothing_else_gives_a_value(richer: Contract) -> None:
    """An enumeration has a first value, an optional parameter and member may be left out; a switch has neither."""
    assert names(richer) == {
        "region": False, "deep": True, "shelf": False, "branch": True, "depth": False, "tags": False,
    }  # fmt: skip


def test_values_are_texts_and_members_what_they_are(richer: Contract) -> None:
    """A switch is sent as a word, a number in a body stays one."""
    table = {**TARGET, "repository_id": 5, "deep": True, "shelf": "sun", "branch": "main", "depth": 7, "tags": ["x"]}
    target = build_target("a", table, richer, environ={})
    assert target.values == {"deep": "true", "shelf": "sun"}
    assert target.members == {"branch": "main", "depth": 7, "tags": ["x"]}
    assert (target.resource, target.url) == (5, load_contract().operation.body.example["url"])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"region": "west"}, "region: must be 'north' or 'south'; write for example region = \"north\""),
        ({"deep": "hush"}, "deep: must be true or false; write for example deep = true"),
        ({"deep": None}, "deep: is missing; write for example deep = true"),
        ({"shelf": "s"}, 'shelf: is 1 characters long, under 2; write for example shelf = "…"'),
        ({"shelf": "hush"}, 'shelf: is 4 characters long, over 3; write for example shelf = "…"'),
        ({"shelf": "tin"}, 'shelf: does not match ^s; write for example shelf = "…"'),
        (
            {"branch": "hush-hush"},
            'branch: is not as the contract has it (maxLength: 5); write for example branch = "main"',
        ),
        ({"depth": "hush"}, 'depth: is not as the contract has it (type: integer); write for example depth = "…"'),
        ({"tags": [1]}, 'tags: is not as the contract has it (type: string); write for example tags = ["a", "b"]'),
        ({"regoin": "x"}, 'regoin: there is no such key; did you mean "region"?'),
    ],
)  # fmt: skip
def test_values_that_the_contract_does_not_allow_are_one_line(
    richer: Contract, changes: dict[str, Any], expected: str, refusal: Callable[..., str]
) -> None:
    """The message has the contract's bound, and never the value of a text."""
    table = {**TARGET, "repository_id": 5, "deep": True, "branch": "main", **changes}
    assert refusal(build_target, "a", table, richer, environ={}) == f"[targets.a] {expected}"


def test_every_key_has_its_variable(richer: Contract) -> None:
    """A value from the environment is typed like the key; a list has none."""
    environ = {
        "CONFORMANCE_TOKEN": "hush",
        "CONFORMANCE_REPOSITORY_ID": "5",
        "CONFORMANCE_REGION": "south",
        "CONFORMANCE_DEEP": "no",
        "CONFORMANCE_BRANCH": "main",
        "CONFORMANCE_DEPTH": "3",
    }
    target = load_target("http://localhost", None, environ, richer)
    assert (target.values, target.members) == ({"region": "south", "deep": "false"}, {"branch": "main", "depth": 3})


def test_the_template_has_the_keys_of_the_contract(richer: Contract) -> None:
    """Required ones are to be filled in, others are explained."""
    text = template(richer, "here")
    for line in ('spec = "here"', "deep = true", 'branch = "main"', '#region = "north"', '#tags = ["a", "b"]'):
        assert f"\n{line}\n" in text
    assert "# Whether it goes deep.\n" in text
    assert "# The query parameter `region`. One of north, south.\n" in text


_ROWS = {"minimum": "below-minimum", "maximum": "above-maximum"}


@pytest.mark.parametrize(
    ("bounds", "number", "expected"),
    [
        ({"maximum": 1000}, 1001, "1001 is over 1000; write for example repository_id = 1000"),
        ({"minimum": 6}, 5, "5 is under 6; write for example repository_id = 2112029391"),
        ({"minimum": None}, -3, None),
        ({"maximum": None}, 2_147_483_648, None),
    ],
)
def test_an_id_out_of_the_contract_s_bounds_is_one_line(
    bounds: dict[str, int | None], number: int, expected: str | None, tmp_path: Path, refusal: Callable[..., str]
) -> None:
    """The bound is the contract's, in the message and in the example; an open one lets everything pass."""

    def change(operation: dict[str, Any]) -> None:
        for name, bound in bounds.items():
            _schema(operation)[name] = bound
            if bound is None:
                del _schema(operation)[name]

    def drop(catalogue: dict[str, Any]) -> None:
        """An open bound has no rows."""
        gone = {word for name, bound in bounds.items() if bound is None for word in (name, _ROWS[name])}
        catalogue["clauses"] = [row for row in catalogue["clauses"] if (row.get("with") or {}).get("when") not in gone]

    contract = contract_with(tmp_path, change, drop)
    table = {**TARGET, "repository_id": number}
    if expected is None:
        assert build_target("a", table, contract, environ={}).resource == number
    else:
        assert refusal(build_target, "a", table, contract, environ={}) == f"[targets.a] repository_id: {expected}"


def test_the_token_s_bounds_are_the_contract_s(tmp_path: Path, refusal: Callable[..., str]) -> None:
    """For tokens, and for the lengths of further ones."""
    contract = contract_with(tmp_path, lambda operation: _schema(operation, 1).update(minLength=3, maxLength=5))
    table = {**TARGET, "repository_id": 5}
    said = refusal(build_target, "a", table | {"token": "hushes"}, contract, environ={})
    assert said == "[targets.a] token: it is longer than 5 characters; give 3 to 5 latin-1 characters on one line"
    said = refusal(build_target, "a", table | {"tokens_by_length": {"6": "hushes"}}, contract, environ={})
    assert said == "[targets.a] tokens_by_length: a key is not a length; use whole numbers from 3 to 5 as keys"
    assert {key.name: key.example for key in keys_of(contract)}["tokens_by_length"] == (
        '{ 3 = "env:TOKEN_3", 5 = "file:token-5.txt" }'
    )


def test_the_credential_s_header_is_the_contract_s(tmp_path: Path, refusal: Callable[..., str]) -> None:
    """Its name cannot be given as a further header; the name that another contract has can."""
    contract = load_contract()
    table = {**TARGET, "repository_id": 5, "headers": {"x-auth-token": "hush"}}
    assert "set by the suite itself" in refusal(build_target, "a", table, contract, environ={})


def test_a_name_of_the_contract_that_every_target_has_is_an_error(tmp_path: Path, refusal: Callable[..., str]) -> None:
    """Two keys of one name would mean two things."""

    def change(catalogue: dict[str, Any]) -> None:
        catalogue["target"]["proxy"] = catalogue["target"].pop("mirror_url")

    said = refusal(keys_of, contract_with(tmp_path, clauses=change))
    assert said == "clauses.yaml: target: proxy: every target has a key of this name; name it otherwise"


def test_a_contract_without_a_read_back_cannot_be_asked_for_one(tmp_path: Path, refusal: Callable[..., str]) -> None:
    """Off loopback nothing is read back then, and to ask for it is an error."""
    contract = contract_with(tmp_path, clauses=lambda catalogue: catalogue.pop("read-back"))
    table = {"base_url": "https://a.test", "token": "env:T", "repository_id": 5}
    assert not build_target("a", table, contract, environ={"T": "hush"}).reads_back
    assert build_target("a", table, load_contract(), environ={"T": "hush"}).reads_back
    said = refusal(build_target, "a", table | {"read_back": True}, contract, environ={"T": "hush"})
    assert said == "[targets.a] read_back: the contract names no request that reads back; take it out"


@pytest.mark.parametrize("name", ["the shipped contract", "a richer one"])
def test_the_examples_of_all_keys_describe_a_target(name: str, richer: Contract) -> None:
    """Its plan is the plan of every target: each role has a resource of its own."""
    target = example_target(richer if name == "a richer one" else load_contract())
    assert len({target.resource, target.restricted_resource, target.missing_resource, *target.resources}) == 4
    assert target.restricted_token
