"""JSON pointers in fragment form (RFC 6901 section 6)."""

from __future__ import annotations

from typing import Any

__all__ = ["resolve"]


def resolve(document: object, pointer: str) -> Any:  # noqa: ANN401 - a JSON document holds anything
    """What stands in `document` at `pointer` (``#/components/…``), else KeyError."""
    node: Any = document
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        try:
            node = node[int(name)] if isinstance(node, list) else node[name]
        except (LookupError, TypeError, ValueError):
            raise KeyError(pointer) from None
    return node
