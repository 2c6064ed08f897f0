"""A service of an example, judged by the suite: in memory, with every probe and property, by the example's contract."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.config.targets import build_target
from conformance.mock.memory import in_memory
from conformance.selftest.trial import judge_target
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.message import Request
    from conformance.judge.summary import Summary
    from tests.operations.service import Service

__all__ = ["EXAMPLES", "judge"]

EXAMPLES = Path(__file__).parents[2] / "examples"
_NOWHERE = "http://127.0.0.1:1"  # nothing is sent there


def judge(example: str, service: Service, target: Mapping[str, Any], seed: int = 1) -> Summary:
    """What the suite says of the service at standard; AssertionError where there is no verdict."""
    contract = load_contract(EXAMPLES / example)
    with in_memory(service) as connect:
        described = build_target(example, {"base_url": _NOWHERE, **target}, contract, environ={})
        judged = judge_target(described, contract, connect, None, _drawn(example, seed), seed=seed)
    assert judged.summary is not None, judged.no_verdict
    return judged.summary


@cache
def _drawn(example: str, seed: int) -> dict[str, tuple[Request, ...]]:
    """What is drawn is the same for every service."""
    return {}
