"""The manifest of a bundle: an in-toto Statement v1 with the predicate test-result/v0.1, made from its files.

https://in-toto.io/Statement/v1 and https://in-toto.io/attestation/test-result/v0.1 define the members.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from conformance.report.strict_json import dumps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.contract import Contract

__all__ = [
    "CONTRACT",
    "EDITIONS",
    "ENVELOPE",
    "EVIDENCE",
    "PAGES",
    "PREDICATE",
    "REPORT",
    "STATEMENT",
    "TRAFFIC",
    "TYPE",
    "contract_files",
    "digests_of",
    "failed_clauses",
    "report_bytes",
    "statement_of",
]

REPORT, TRAFFIC = "report.json", "traffic.har"
CONTRACT, EDITIONS, EVIDENCE = "contract/", "editions/", "evidence/"
PAGES = ("md", "html")
STATEMENT, ENVELOPE = "statement.json", "statement.dsse.json"
TYPE = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"

_RESULTS = {"conformant": "PASSED", "partial": "WARNED", "non-conformant": "FAILED", "incomplete": "FAILED"}
"""An incomplete run is no pass and no warning: a policy that lets warnings through must not let it through."""


def statement_of(files: Mapping[str, bytes]) -> bytes:
    """The statement on the files of a bundle, itself and its envelope left out.

    KeyError, TypeError or ValueError where the report among them is none.
    """
    report = json.loads(files[REPORT])
    described: list[dict[str, Any]] = [
        {"name": name, "digest": {"sha256": digest}} for name, digest in digests_of(files).items()
    ]
    contract = [one for one in described if one["name"].startswith(CONTRACT)]
    said = {
        "_type": TYPE,
        "subject": described,
        "predicateType": PREDICATE,
        "predicate": _predicate(report, [*contract, _suite(report)]),
    }
    return (dumps(said, indent=2) + "\n").encode("ascii")


def report_bytes(report: Mapping[str, Any]) -> bytes:
    """The report.json of a bundle: members, and the behaviour by probe, are in alphabetical order.

    A history keeps no other order of members, and the order of behaviour is that in which probes were answered.
    """
    behaviour = sorted(report["behaviour"], key=lambda row: str(row["probe"]))
    return (dumps({**report, "behaviour": behaviour}, indent=2, sort_keys=True) + "\n").encode("ascii")


def digests_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """The SHA-256 of every file that the statement is about, in hexadecimal, by name, in the order of names."""
    return {
        name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files) if name not in (STATEMENT, ENVELOPE)
    }


def contract_files(contract: Contract, report: Mapping[str, Any]) -> list[str]:
    """The names of the files that judged a run, relative to the contract's directory, its edition's among them."""
    edition = report["suite"].get("edition")
    named = [f"{EDITIONS}{edition}.json"] if edition in contract.editions else []
    return ["openapi.yaml", "clauses.yaml", contract.document_path, *named]


def failed_clauses(report: Mapping[str, Any]) -> list[str]:
    """The clauses that failed, by a report.json."""
    return [row["id"] for row in report["clauses"] if row["verdict"] == "fail"]


def _predicate(report: Mapping[str, Any], configuration: list[Any]) -> dict[str, object]:
    """The verdict: what fails without gating, or has no verdict where it needs one, is a warning."""
    summary, clauses = report["summary"], report["clauses"]
    failed = failed_clauses(report)
    gating = set(summary["gating"])
    warned = [*(clause for clause in failed if clause not in gating), *summary["untested"]]
    result = _RESULTS[summary["verdict"]]
    return {
        "result": "WARNED" if warned and result == "PASSED" else result,
        "configuration": configuration,
        "passedTests": [row["id"] for row in clauses if row["verdict"] == "pass"],
        "warnedTests": warned,
        "failedTests": [clause for clause in failed if clause in gating],
    }


def _suite(report: Mapping[str, Any]) -> dict[str, object]:
    """The suite and how it was run, as a ResourceDescriptor."""
    target, run = report["target"], report["run"]
    return {
        "name": "conformance",
        "uri": f"pkg:pypi/remote-mirror-conformance@{report['suite']['version']}",
        "annotations": {
            "target": target["name"],
            "base_url": target["base_url"],
            "mutation": target["mutation"],
            **{name: run[name] for name in ("id", "started_at", "finished_at", "profile", "seed")},
        },
    }
