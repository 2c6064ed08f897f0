"""JSON as it stands in the page."""

from __future__ import annotations

from conformance.report.strict_json import dumps

__all__ = ["packed"]


def packed(value: object) -> str:
    """Compact JSON in ASCII without a less-than sign, so that it cannot end the element that it stands in."""
    return dumps(value, separators=(",", ":")).replace("<", "\\u003c")
