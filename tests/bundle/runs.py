"""Runs on the mock, packed: what the tests of bundles take apart."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conformance.bundle.assembly import bundle_of, files_of
from conformance.bundle.verification import verified
from conformance.engine.rejudge import rejudge
from conformance.history.snapshot import Snapshot, of_file, of_record
from conformance.report.har import parse_traffic
from conformance.selftest import judge_application
from conformance.spec import load_contract, spec_directory
from tests.history.nights import application

FAULT, CLAUSE = "missing-token-is-bad-request", "status.401.missing-token"


@cache
def traffic() -> bytes:
    """The traffic of a run on the fault."""
    with TemporaryDirectory() as directory:
        har = Path(directory, "traffic.har")
        judge_application(application(FAULT), har, profile="smoke", seed=1)
        return har.read_bytes()


@cache
def run() -> Snapshot:
    """The run, with its traffic."""
    return of_record(rejudge(parse_traffic(traffic(), FAULT), load_contract()), traffic)


@cache
def bundled() -> dict[str, bytes]:
    """The files of its bundle, the manifest left out."""
    return files_of(run(), spec_directory(), evidence=True)


@cache
def whole() -> bytes:
    """The bundle, not signed."""
    return bundle_of(bundled())


def is_whole(reports: Path) -> bool:
    """Whether the reports that a run left make a bundle whose verdicts follow from its exchanges."""
    report = of_file(reports / "report.json", load_contract)
    return verified(bundle_of(files_of(report, spec_directory(), evidence=True))).problem is None


@cache
def keys(seed: int = 0) -> tuple[bytes, bytes]:
    """A private key in PEM, and its public one."""
    key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private, key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
