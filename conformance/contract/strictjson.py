"""JSON as RFC 8259 has it, read from raw bytes: what a tolerant parser would hide is seen here."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass, field
from typing import Any

__all__ = ["JsonText", "read_json"]


@dataclass(frozen=True, slots=True)
class JsonText:
    """What some bytes say, read as JSON.

    ``defect`` is None for a JSON text of RFC 8259, else what is wrong with it; ``value`` then is None.
    ``duplicates`` names members that stand twice in one object (allowed by the grammar, RFC 8259 section 4: SHOULD NOT).
    """

    value: Any = None
    defect: str | None = None
    duplicates: tuple[str, ...] = field(default=())


def read_json(raw: bytes) -> JsonText:
    """Read `raw` (any bytes, any length) strictly: UTF-8, no byte order mark, no NaN or Infinity, nothing after it."""
    if not raw.strip(b" \t\r\n"):
        return JsonText(defect="it is empty")
    if raw.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return JsonText(defect="it begins with a byte order mark (RFC 8259 section 8.1)")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return JsonText(defect=f"it is not UTF-8 (byte {error.start})")
    duplicates: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            duplicates.extend(name for name in found if names.count(name) > 1)
        return found

    def refuse(constant: str) -> float:
        raise ValueError(f"{constant} is no JSON number")

    try:
        value = json.loads(text, object_pairs_hook=members, parse_constant=refuse)
    except RecursionError:
        return JsonText(defect="it is nested too deeply to be read")
    except json.JSONDecodeError as error:
        return JsonText(defect=f"{error.msg} (line {error.lineno}, column {error.colno})")
    except ValueError as error:
        return JsonText(defect=str(error))
    return JsonText(value=value, duplicates=tuple(duplicates))
