"""Paths as a lenient router reads them.

A slash too many, dots, capitals, encoded letters, matrix parameters and a suffix make no difference.
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

__all__ = ["respelt"]

_ID = 2


def respelt(path: bytes) -> bytes:
    """Return the path as the document spells it, where it is that one; the segment of the id stays as it is."""
    segments: list[bytes] = []
    for segment in path.removesuffix(b".json").split(b"/"):
        if segment == b"..":
            del segments[-1:]
        elif segment not in {b"", b"."}:
            segments.append(segment)
    return b"/" + b"/".join(
        segment if place == _ID else unquote_to_bytes(segment).lower().partition(b";")[0]
        for place, segment in enumerate(segments)
    )
