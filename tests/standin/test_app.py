"""The stand-in keeps every contract that the repository has, and says so of what it is asked."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.config.targets import build_target
from conformance.contract.facts import Role
from conformance.judge.verdict import Outcome
from conformance.mock.memory import in_memory
from conformance.mock.message import Request
from conformance.runner.embedded import stand_in_target
from conformance.selftest import judge_target, prepare
from conformance.spec import load_contract
from conformance.standin import StandIn, described, in_toml

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.mock.message import Answer

EXAMPLES = Path(__file__).parents[2] / "examples"
LABELS = StandIn(load_contract(EXAMPLES / "cluster-labels"))
MIRROR = StandIn(load_contract())
TABLE = LABELS.described.table
CONTRACTS = [load_contract(), *(load_contract(EXAMPLES / name) for name in ("read-back", "cluster-labels"))]


@pytest.mark.parametrize(
    ("contract", "profile"),
    [
        (None, "smoke"), ("read-back", "standard"), ("cluster-labels", "smoke"),
        *(pytest.param(name, "standard", marks=pytest.mark.nightly) for name in (None, "cluster-labels")),
    ],
)  # fmt: skip
def test_every_contract_is_kept(contract: str | None, profile: str) -> None:
    """No clause fails; at standard each has a verdict."""
    stand_in = StandIn(load_contract(EXAMPLES / contract if contract else None))
    with in_memory(stand_in) as connect:
        target = stand_in_target(stand_in, "http://127.0.0.1:1")
        judged = judge_target(prepare(target, stand_in.contract, profile=profile), connect)
    assert judged.clauses(Outcome.FAIL) == set(), judged.no_verdict
    if profile == "standard":
        assert judged.summary is not None
        assert judged.summary.exit_code == 0


def asked(stand_in: StandIn = LABELS, *, query: bytes = b"", **changed: Any) -> Answer:  # noqa: ANN401 - parts of a request
    """The answer to the documented request, changed; `token` and `id` take the place of the description's."""
    operation, table = stand_in.operation, stand_in.described.table
    values = {**stand_in.described.known.values, operation.resource: str(table[operation.key("permitted")])}
    values |= {name: value for name, value in changed.items() if name in values}
    fields = [(b"x-auth-token", changed.get("token", table["token"]).encode()), (b"content-type", b"application/json")]
    path = operation.template.format_map({"resource_type": "cluster", **values})
    body = changed.get("body", json.dumps(operation.body.example).encode() if operation.body else b"")
    return stand_in.answer(Request(changed.get("method", operation.method), path.encode(), tuple(fields), body), query)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 200),
        ({"query": b"dry_run=true&wait_seconds=60"}, 200),
        ({"query": b"wait_seconds=61"}, 400),
        ({"query": b"other=1"}, 400),
        ({"token": TABLE["restricted_token"]}, 403),
        ({"token": "unknown"}, 401),
        ({"token": TABLE["tokens_by_length"]["32768"]}, 200),
        ({"cluster_id": TABLE["restricted_cluster_id"]}, 403),
        ({"cluster_id": TABLE["missing_cluster_id"]}, 404),
        ({"cluster_id": "never-heard-of"}, 404),
        ({"cluster_id": next(iter(TABLE["clusters"]))}, 200),
        ({"cluster_id": ""}, 404),
        ({"project_id": "short"}, 400),
        ({"body": b"{}"}, 400),
        ({"body": b"["}, 400),
        ({"body": None}, 413),
        ({"method": "PUT"}, 405),
        ({"method": "OPTIONS"}, 204),
    ],
    ids=lambda one: " ".join(f"{name}={str(value)[:20]}" for name, value in getattr(one, "items", dict)()) or str(one),
)  # fmt: skip
def test_each_part_has_its_refusal(changed: dict[str, Any], status: int) -> None:
    """By the roles, the types, the bounds, the enumerations and the required members of the contract."""
    answer = asked(**changed)
    assert answer.status == status
    if status == 400:
        assert json.loads(answer.body).keys() == {"code", "message"}


def test_refusal_has_the_code_of_its_example() -> None:
    """Word for word."""
    assert json.loads(asked(MIRROR, token="unknown").body)["error_code"] == "CH.00000002"


def test_success_repeats_what_the_clauses_say() -> None:
    """The id that was asked for, and the url without its password; the other members are the example's."""
    answer = asked(MIRROR, body=b'{"url": "https://user:secret@example.org/team.git"}')
    shown = json.loads(answer.body)
    assert answer.status == 201
    assert shown["repository_id"] == MIRROR.described.table["repository_id"]
    assert shown["url"] == "https://example.org/team.git"
    assert shown["id"] == MIRROR.operation.responses[201].examples[0]["id"]


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.operation.id)
def test_printed_description_is_one(contract: Contract, tmp_path: Path) -> None:
    """Every key of the contract is in it, in TOML, and long tokens in files."""
    made = described(contract.operation)
    table = tomllib.loads(in_toml(made.table, "http://127.0.0.1:8080", tmp_path))["targets"]["stand-in"]
    target = build_target("stand-in", table, contract, environ={}, base_directory=tmp_path)
    assert {one.key for one in contract.operation.fixtures} <= table.keys()
    assert target.resource == made.known.resource
    assert {Role.PERMITTED, Role.RESTRICTED, Role.MISSING} == set(made.known.roles.values())
    assert [len(secret) for secret in target.tokens_by_length.values()] == [1, contract.operation.credential.longest]
    assert [path.name for path in tmp_path.iterdir()] == [f"token-{contract.operation.credential.longest}.txt"]


def test_resources_are_the_edges_of_the_domain_and_three_beside_them() -> None:
    """Those of one role are not those of another."""
    roles = described(CONTRACTS[0].operation).known.roles
    assert {1, 2147483647} <= roles.keys()
    assert len(roles) == 5
