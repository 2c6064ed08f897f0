"""Documents: what the database keeps by its SHA-256, compressed, however many runs share it."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.report.strict_json import dumps

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Document", "document", "file_document", "json_document", "unpacked"]

_LEVEL = 6
_PART = 1 << 20


@dataclass(frozen=True, slots=True)
class Document:
    """Content to be stored: its digest, and its bytes compressed with zlib (RFC 1950)."""

    digest: str
    data: bytes


def document(content: bytes) -> Document:
    """The document of some bytes."""
    return Document(hashlib.sha256(content).hexdigest(), zlib.compress(content, _LEVEL))


def file_document(path: Path) -> Document:
    """The document of a file, of which never more than a part is in memory; OSError where it cannot be read."""
    digest, packer, packed = hashlib.sha256(), zlib.compressobj(_LEVEL), []
    with path.open("rb") as stream:
        while part := stream.read(_PART):
            digest.update(part)
            packed.append(packer.compress(part))
    return Document(digest.hexdigest(), b"".join([*packed, packer.flush()]))


def json_document(value: object) -> Document:
    """The document of JSON data; equal data have equal digests, whatever the order of their members."""
    text = dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return document(text.encode())


def unpacked(data: bytes) -> Any:  # noqa: ANN401 - JSON holds anything
    """The JSON data of a stored document."""
    return json.loads(zlib.decompress(data))
