"""How a secret can come back whole in an answer: as it is, escaped as in JSON, percent-encoded."""

from __future__ import annotations

import json
import re

__all__ = ["percent_encoded", "spellings"]

_OTHERS = re.compile(r"[^A-Za-z0-9_.~-]")  # RFC 3986 section 2.3
_CODES = {chr(byte): f"%{byte:02X}" for byte in range(256)}


def spellings(text: str) -> frozenset[bytes]:
    """What `leak.token` and `leak.password` look for, and the redaction takes out."""
    raw = text.encode("utf-8", "surrogatepass")
    escaped, encoded = json.dumps(text)[1:-1], percent_encoded(raw)
    texts = {escaped, escaped.replace("/", r"\/"), encoded, re.sub("%..", _lower, encoded)}
    return frozenset({raw, *(spelling.encode("ascii") for spelling in texts)})


def percent_encoded(raw: bytes) -> str:
    """What `urllib.parse.quote(raw, safe="")` returns; that looks at every byte of a long token in Python."""
    return _OTHERS.sub(_code, raw.decode("latin-1"))


def _code(match: re.Match[str]) -> str:
    return _CODES[match.group()]


def _lower(match: re.Match[str]) -> str:
    return match.group().lower()
