"""Paths as a lenient router reads them: a slash too many, dots, capitals and encoded letters make no difference."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

__all__ = ["respelt"]

_ID = 2


def respelt(path: bytes) -> bytes:
    """Return the path as the document spells it, where it is that one; the segment of the id stays as it is."""
    segments = [segment for segment in path.split(b"/") if segment not in {b"", b"."}]
    return b"/" + b"/".join(
        segment if place == _ID else unquote_to_bytes(segment).lower() for place, segment in enumerate(segments)
    )
