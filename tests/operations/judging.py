"""A service of an example, judged by the suite: in memory, with every probe and property, by the example's contract."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.config.targets import build_target
from conformance.mock.memory import in_memory
from conformance.selftest import judge_target, prepare
from conformance.spec import load_contract
from tests.operations import cluster_labels, read_back

if TYPE_CHECKING:
    from conformance.contract.message import Request
    from conformance.engine.preparation import Preparation
    from conformance.judge.summary import Summary
    from tests.operations.service import Service

EXAMPLES = Path(__file__).parents[2] / "examples"
_TARGETS = {"showRemoteMirror": read_back.TARGET, "batchLabels": cluster_labels.TARGET}
_NOWHERE = "http://127.0.0.1:1"  # nothing is sent there


def judge(example: str, service: Service, seed: int = 1, mutation: str = "any") -> Summary:
    """The suite's verdicts on the service at standard; AssertionError where there is no verdict.

    `example` is a directory below examples/, or one of the same shape.
    """
    preparation, drawn = _prepared(example, seed, mutation)
    with in_memory(service) as connect:
        judged = judge_target(preparation, connect, drawn=drawn)
    assert judged.summary is not None, judged.no_verdict
    return judged.summary


@cache
def _prepared(example: str, seed: int, mutation: str) -> tuple[Preparation, dict[str, tuple[Request, ...]]]:
    """The plan and what is drawn, which are the same for every service of an example."""
    contract = load_contract(EXAMPLES / example)
    target = build_target(example, {"base_url": _NOWHERE, **_TARGETS[contract.operation.id]}, contract, environ={})
    return prepare(target, contract, seed=seed, mutation=mutation), {}
