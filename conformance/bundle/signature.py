"""The signature of a statement: a DSSE envelope, made and checked by securesystemslib (the extra `sign`)."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from conformance.exceptions import UsageError
from conformance.report.strict_json import dumps

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["PAYLOAD_TYPE", "payload_of", "signed", "signer_problem"]

PAYLOAD_TYPE = "application/vnd.in-toto+json"
_EXTRA = "signing needs securesystemslib: pip install 'remote-mirror-conformance[sign]'"
_PRIVATE = "give an unencrypted private key in PEM, as `openssl genpkey -algorithm ed25519` makes it"
_PUBLIC = "give the public key in PEM, as `openssl pkey -pubout` makes it"


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
