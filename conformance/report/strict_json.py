"""JSON that every parser can read (RFC 8259 section 8.2, RFC 7493); all JSON is written through this module.

Python's `json` reads and writes values that other parsers refuse, and a target may send them: half a surrogate pair, an
infinite number, a number of thousands of digits.
"""

from __future__ import annotations

import json
import math
import re
from functools import partial

__all__ = ["dumps", "plain"]

_LONE = re.compile("[\ud800-\udfff]")
_STAND_IN = "\ufffd"  # the replacement character, as decoders use it
_LARGEST = 10**308  # RFC 7493 section 2.2: the range of a double
_ODD = (re.compile(r"\\ud[89a-f]"), _LONE, re.compile("[0-9]{308}"))
"""The signs of half a surrogate pair and of a huge number; harmless texts may have them too."""


def dumps(
    value: object,
    *,
    indent: int | None = None,
    sort_keys: bool = False,
    separators: tuple[str, str] | None = None,
    ensure_ascii: bool = True,
) -> str:
    """`value` as a JSON text."""
    write = partial(
        json.dumps,
        indent=indent,
        sort_keys=sort_keys,
        separators=separators,
        ensure_ascii=ensure_ascii,
        allow_nan=False,
    )
    try:
        text = write(value)
    except ValueError:  # an infinite number, or one that Python does not write
        return write(plain(value))
    odd = any(sign.search(text) for sign in _ODD)
    return write(plain(value)) if odd else text  # `plain` is slow, and seldom needed


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
