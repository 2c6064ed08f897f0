"""JSON as it stands in the page."""

from __future__ import annotations

import json

__all__ = ["packed"]


def packed(value: object) -> str:
    """Compact JSON in ASCII without a less-than sign, so that it cannot end the element that it stands in."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
