"""The archive: a ZIP file of which only one form exists for the same files, its manifest, and the signature.

Its entries are stored, in the order of their names, with one time and one mode. Deflated ones would be smaller, but not
the same on every machine, and could take more room when they are read than the archive itself.

The manifest is an in-toto Statement v1 with the predicate test-result/v0.1, made from the files
(https://in-toto.io/Statement/v1 and https://in-toto.io/attestation/test-result/v0.1 define the members). The signature
is a DSSE envelope, made and checked by securesystemslib (the extra `sign`).
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from conformance.exceptions import UsageError
from conformance.report.files import dumps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from conformance.contract.contract import Contract

_LOCAL = struct.Struct("<4s5H3I2H")  # APPNOTE.TXT section 4.3.7
_SIGNATURE = b"PK\x03\x04"
_REGULAR = 0o100644 << 16
_UNIX = 3
REPORT, TRAFFIC = "report.json", "traffic.har"
CONTRACT, EDITIONS, EVIDENCE = "contract/", "editions/", "evidence/"
PAGES = ("md", "html")
STATEMENT, ENVELOPE = "statement.json", "statement.dsse.json"
TYPE = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"

_RESULTS = {"conformant": "PASSED", "partial": "WARNED", "non-conformant": "FAILED", "incomplete": "FAILED"}
"""An incomplete run is no pass and no warning: a policy that lets warnings through must not let it through."""
PAYLOAD_TYPE = "application/vnd.in-toto+json"
_EXTRA = "signing needs securesystemslib: pip install 'remote-mirror-conformance[sign]'"
_PRIVATE = "give an unencrypted private key in PEM, as `openssl genpkey -algorithm ed25519` makes it"
_PUBLIC = "give the public key in PEM, as `openssl pkey -pubout` makes it"


class NotABundle(UsageError):  # noqa: N818 - it is a finding about a file
    """A file that `conformance bundle` cannot have written."""


def is_plain(name: str) -> bool:
    """Whether a name is a relative path in printable ASCII that means the same in every system."""
    parts = name.split("/")
    return name.isascii() and name.isprintable() and not set(name) & set('\\:*?"<>|') and not {"", ".", ".."} & {*parts}


def packed(files: Mapping[str, bytes]) -> bytes:
    """The archive of these files, by their names; the same bytes for the same files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name)
            entry.create_system = _UNIX
            entry.external_attr = _REGULAR
            archive.writestr(entry, files[name])
    return stream.getvalue()


def unpacked(raw: bytes) -> dict[str, bytes]:
    """The entries of an archive, stored ones, by their names; nothing is decompressed.

    Only where `packed` makes the same bytes of them is it whole: links, compressed entries, and bytes before, between
    or after the entries are others. Raises NotABundle where it has no entries, or one that no bundle can have.
    """
    files: dict[str, bytes] = {}
    for name, _, content in _entries(raw):
        if not is_plain(name) or name in files:
            raise NotABundle(f"it has an entry {name[:80]!r}, which no bundle has")
        files[name] = content
    if not files:
        raise NotABundle("it is no ZIP file, or an empty one")
    return files


def compressed(raw: bytes) -> str | None:
    """The name of the first entry that is compressed, as in an archive that was packed again; None where there is none.

    What `unpacked` has of it, and of those behind it, is no file of the bundle.
    """
    return next((name for name, method, _ in _entries(raw) if method != zipfile.ZIP_STORED), None)


def _entries(raw: bytes) -> Iterator[tuple[str, int, bytes]]:
    """Name, method of compression and bytes of every entry, as far as each begins where the one before it ends."""
    place = 0
    while raw.startswith(_SIGNATURE, place) and len(raw) - place > _LOCAL.size:
        _, _, _, method, *_, size, length, extra = _LOCAL.unpack_from(raw, place)
        start = place + _LOCAL.size + length
        name = raw[place + _LOCAL.size : start].decode("latin-1")
        place = start + extra + size
        yield name, method, raw[start + extra : place]


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


def signed(statement: bytes, key: bytes) -> bytes:
    """The envelope of a statement, signed with a private key in PEM. UsageError where that is none."""
    serialization, dsse, signer = _libraries()
    try:
        private = serialization.load_pem_private_key(key, None)
        made = signer.CryptoSigner(private)
    except (ValueError, TypeError) as error:
        raise UsageError(f"--key: no private key that can sign: {_PRIVATE}") from error
    envelope = dsse.Envelope(statement, PAYLOAD_TYPE, {})
    envelope.sign(made)
    return (dumps(envelope.to_dict(), indent=2) + "\n").encode("ascii")


def payload_of(envelope: bytes) -> tuple[bytes, str]:
    """The payload of an envelope, and its type, without a look at its signatures.

    KeyError, TypeError or ValueError where it is no envelope.
    """
    data = json.loads(envelope)
    payload = b64decode(data["payload"], validate=True)
    written = {**data, "payload": b64encode(payload).decode("ascii")}
    if dumps(written, indent=2) + "\n" != envelope.decode("ascii"):
        raise ValueError("it is not as it was written")
    return payload, str(data["payloadType"])


def signer_problem(envelope: bytes, key: bytes) -> str | None:
    """Why an envelope does not bear the signature of the owner of a public key in PEM; None where it does.

    UsageError where that is no public key.
    """
    serialization, dsse, signer = _libraries()
    from securesystemslib.exceptions import VerificationError  # noqa: PLC0415

    try:
        public = signer.SSlibKey.from_crypto(serialization.load_pem_public_key(key))
    except (ValueError, TypeError) as error:
        raise UsageError(f"--key: no public key that can check a signature: {_PUBLIC}") from error
    try:
        dsse.Envelope.from_dict(json.loads(envelope)).verify([public], 1)
    except VerificationError:
        return "it is not signed with the key that was given"
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return f"the envelope of its signature cannot be read ({type(error).__name__})"
    return None


def _libraries() -> tuple[Any, ModuleType, ModuleType]:
    try:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - an extra
        from securesystemslib import dsse, signer  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(f"--key: {_EXTRA}") from error
    return serialization, dsse, signer
