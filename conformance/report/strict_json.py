"""JSON that every parser can read (RFC 8259 section 8.2, RFC 7493); all JSON is written through this module.

Python's `json` reads and writes values that other parsers refuse, and a target may send them: half a surrogate pair, an
infinite number, a number of thousands of digits.
"""

from __future__ import annotations

import json
import math
import re

__all__ = ["dumps", "plain"]

_LONE = re.compile("[\ud800-\udfff]")
_STAND_IN = "\ufffd"  # the replacement character, as decoders use it
_LARGEST = 10**308  # RFC 7493 section 2.2: the range of a double


def dumps(
    value: object,
    *,
    indent: int | None = None,
    sort_keys: bool = False,
    separators: tuple[str, str] | None = None,
    ensure_ascii: bool = True,
) -> str:
    """`value` as a JSON text."""
    return json.dumps(
        plain(value),
        indent=indent,
        sort_keys=sort_keys,
        separators=separators,
        ensure_ascii=ensure_ascii,
        allow_nan=False,
    )


def plain(value: object) -> object:
    """`value` with U+FFFD for half a surrogate pair, null for an infinite number, and a string for a huge one."""
    if isinstance(value, str):
        return value if value.isascii() else _LONE.sub(_STAND_IN, value)
    if isinstance(value, dict):
        return {plain(name): plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and not -_LARGEST < value < _LARGEST:
        return str(value)
    return value
