"""The archive: one form for the same files, and no other is read."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from typing import Any

import pytest

from conformance.bundle.archive import REPORT, NotABundle, is_plain, packed, report_bytes, statement_of, unpacked
from tests.bundle.runs import CLAUSE, bundled

FILES = {"b.txt": b"two", "a/b.txt": b"one"}
REPORT_DATA: dict[str, Any] = json.loads(bundled()[REPORT])


def test_the_same_files_are_the_same_bytes_on_every_machine() -> None:
    """The order makes no difference; the digest is that of every release, since old bundles are to be read."""
    made = packed(FILES)
    assert packed(dict(reversed(FILES.items()))) == made
    assert hashlib.sha256(made).hexdigest() == "4c20526a11e1a1ed3274bb58604fc9a418f977f82d53a5f9a383cb0c4c889906"
    assert unpacked(made) == FILES


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"PK\x03\x04", b"%PDF-1.7", b"\x1f\x8b" + bytes(100), packed({}), packed({"../a": b""}),
        packed({"/a": b""}),
        packed(FILES)[:40] + packed(FILES),
    ],
)  # fmt: skip
def test_files_that_cannot_be_a_bundle_are_refused(raw: bytes) -> None:
    """One line says why."""
    with pytest.raises(NotABundle, match=r"^it (is no ZIP file|has an entry)"):
        unpacked(raw)


def test_a_size_that_is_claimed_takes_no_room() -> None:
    """An entry that claims four gigabytes holds what is there."""
    raw = bytearray(packed({"a": b"x"}))
    raw[18:26] = b"\xff" * 8
    assert unpacked(bytes(raw))["a"].startswith(b"x")


@pytest.mark.parametrize("name", ["a\\b", "c:x", "a//b", "a/", "./a", "a/../b", "a\nb", "ä", ""])
def test_a_name_means_the_same_in_every_system(name: str) -> None:
    """No separator of another system, no step up, no folder, nothing but ASCII."""
    assert not is_plain(name)
    assert is_plain("evidence/status.401.missing-token.md")


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
