"""The stand-in knows a target description of its contract."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.config.targets import build_target
from conformance.contract.facts import Role
from conformance.spec import load_contract
from conformance.standin import described, in_toml

if TYPE_CHECKING:
    from conformance.contract.contract import Contract

EXAMPLES = Path(__file__).parents[2] / "examples"
CONTRACTS = [load_contract(), *(load_contract(EXAMPLES / name) for name in ("read-back", "cluster-labels"))]


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
