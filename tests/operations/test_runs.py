"""Every service of the examples is judged by its contract: correct ones are cleared, each fault fails its clauses.

At night with two further seeds.
"""

from __future__ import annotations

import json
import shutil
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest
import yaml

from conformance.contract.clause import Level
from conformance.judge.verdict import Outcome
from tests.operations import cluster_labels, read_back
from tests.operations.cluster_labels import ClusterLabels
from tests.operations.judging import EXAMPLES, judge
from tests.operations.read_back import ReadBack

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.operations.service import Change, Service

SEEDS = (1, pytest.param(2, marks=pytest.mark.nightly), pytest.param(3, marks=pytest.mark.nightly))
SERVICES: dict[str, type[Service]] = {"read-back": ReadBack, "cluster-labels": ClusterLabels}


def services(**changes: Iterable[Change]) -> list[object]:
    """An example's name and a change, with an id of both."""
    named = [(module.replace("_", "-"), change) for module, ways in changes.items() for change in ways]
    return [pytest.param(example, change, id=f"{example}-{change.name}") for example, change in named]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("example", "change"), services(read_back=read_back.VARIANTS, cluster_labels=cluster_labels.VARIANTS)
)
def test_correct_services_are_cleared(example: str, change: Change, seed: int) -> None:
    """No clause fails, and no must clause is left untested."""
    clauses = judge(example, change.of(SERVICES[example]), seed).clauses
    assert [(one.clause.id, one.failures) for one in clauses if one.outcome is Outcome.FAIL] == []
    untested = [one.clause for one in clauses if one.outcome is Outcome.NOT_TESTED]
    assert [clause.id for clause in untested if clause.level is Level.MUST] == []


@pytest.mark.parametrize(("example", "kind"), SERVICES.items(), ids=SERVICES)
def test_a_careful_run_clears_what_is_correct(example: str, kind: type[Service]) -> None:
    """A valid token goes to named resources alone; the other runs here send it to any."""
    clauses = judge(example, kind(), mutation="fixture").clauses
    assert [(one.clause.id, one.failures) for one in clauses if one.outcome is Outcome.FAIL] == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("example", "change"), services(read_back=read_back.MISBEHAVIOURS, cluster_labels=cluster_labels.MISBEHAVIOURS)
)
def test_a_fault_fails_its_clauses(example: str, change: Change, seed: int) -> None:
    """The clauses that the fault breaks fail, and no others but those that may fail with them."""
    clauses = judge(example, change.of(SERVICES[example]), seed).clauses
    failed = {one.clause.id for one in clauses if one.outcome is Outcome.FAIL}
    assert failed >= set(change.breaks)
    assert {
        one for one in failed - set(change.breaks) if not any(fnmatchcase(one, also) for also in change.also)
    } == set()


@pytest.mark.parametrize(
    ("name", "outcome"), [("service", Outcome.PASS), ("checks-have-codes", Outcome.FAIL)], ids=["as shown", "others"]
)
def test_the_code_of_a_documented_refusal_is_judged(tmp_path: Path, name: str, outcome: Outcome) -> None:
    """A row about the code of an invalid request, which the page leaves open, passes and fails by the example."""
    copy = tmp_path / "contract"
    shutil.copytree(EXAMPLES / "cluster-labels", copy)
    data = yaml.safe_load((copy / "clauses.yaml").read_text(encoding="utf-8"))
    (row,) = (row for row in data["clauses"] if row["id"] == "error.400.code")
    row |= {"level": "must", "check": "error-code", "with": {"status": 400}}
    (copy / "clauses.yaml").write_text(json.dumps(data), encoding="utf-8")
    changes = {change.name: change for change in cluster_labels.VARIANTS}
    service = changes[name].of(ClusterLabels) if name in changes else ClusterLabels()
    clauses = judge(str(copy), service).clauses
    assert {one.clause.id: one.outcome for one in clauses}["error.400.code"] is outcome
