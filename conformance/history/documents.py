"""Documents: what the database keeps by its SHA-256, compressed, however many runs share it."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass
from typing import Any

__all__ = ["Document", "document", "json_document", "unpacked"]

_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Document:
    """Content to be stored: its digest, and its bytes compressed with zlib (RFC 1950)."""

    digest: str
    data: bytes


def document(content: bytes) -> Document:
    """The document of some bytes."""
    return Document(hashlib.sha256(content).hexdigest(), zlib.compress(content, _LEVEL))


def json_document(value: object) -> Document:
    """The document of JSON data; equal data have equal digests, whatever the order of their members."""
    return document(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


def unpacked(data: bytes) -> Any:  # noqa: ANN401 - JSON holds anything
    """The JSON data of a stored document."""
    return json.loads(zlib.decompress(data))
