"""The manifest: every file by its SHA-256, and the verdict in the words of in-toto."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from typing import Any

import pytest

from conformance.bundle.statement import REPORT, report_bytes, statement_of
from tests.bundle.runs import CLAUSE, bundled

REPORT_DATA: dict[str, Any] = json.loads(bundled()[REPORT])


def _predicate(report: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(statement_of(bundled() | {REPORT: report_bytes(report)}))["predicate"]
    return found


def test_it_is_a_statement_on_every_file() -> None:
    """Name and digest of each; the contract and the suite are the configuration."""
    said = json.loads(statement_of(bundled()))
    assert (said["_type"], said["predicateType"]) == (
        "https://in-toto.io/Statement/v1",
        "https://in-toto.io/attestation/test-result/v0.1",
    )
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in bundled().items()}
    assert {one["name"]: one["digest"]["sha256"] for one in said["subject"]} == digests
    *contract, suite = said["predicate"]["configuration"]
    assert [one["name"] for one in contract] == [name for name in sorted(digests) if name.startswith("contract/")]
    assert suite["annotations"]["id"] == REPORT_DATA["run"]["id"]


def test_failures_that_gate_and_passes_are_told_by_clause() -> None:
    """The lists have the ids of the clauses."""
    said = _predicate(REPORT_DATA)
    assert (said["result"], said["failedTests"], said["warnedTests"]) == ("FAILED", [CLAUSE], [])
    assert len(said["passedTests"]) == REPORT_DATA["summary"]["pass"]


@pytest.mark.parametrize(
    ("verdict", "result"),
    [("conformant", "WARNED"), ("partial", "WARNED"), ("non-conformant", "FAILED"), ("incomplete", "FAILED")],
)
def test_a_failure_that_does_not_gate_is_a_warning(verdict: str, result: str) -> None:
    """An accepted one, say; a run without a verdict is no pass and no warning."""
    report = deepcopy(REPORT_DATA)
    report["summary"] |= {"verdict": verdict, "gating": [], "untested": ["state.first"]}
    said = _predicate(report)
    assert (said["result"], said["failedTests"], said["warnedTests"]) == (result, [], [CLAUSE, "state.first"])


def test_a_run_in_which_all_is_well_passed() -> None:
    """PASSED is said of nothing else."""
    report = deepcopy(REPORT_DATA)
    for row in report["clauses"]:
        row["verdict"] = "pass" if row["verdict"] == "fail" else row["verdict"]
    report["summary"] |= {"verdict": "conformant", "gating": []}
    assert _predicate(report)["result"] == "PASSED"
