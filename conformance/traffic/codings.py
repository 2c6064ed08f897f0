"""Content codings of an answer (RFC 9110 section 8.4), undone as far as the standard library can."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Undone", "codings_of", "undone"]

_GZIP = {"gzip", "x-gzip"}  # RFC 9110 section 8.4.1.3
_DEFLATE = "deflate"
_NOTHING = {"", "identity"}
_GZIP_WINDOW, _ZLIB_WINDOW, _BARE_WINDOW = 31, 15, -15
_MAGIC = b"\x1f\x8b"  # RFC 1952 section 2.3.1: another member follows
_MOST = 8  # codings of one answer


@dataclass(frozen=True, slots=True)
class Undone:
    """A body with its codings undone: `left` names those that are still on it.

    `damaged` says that the last of them is not there, although it was named; `truncated` that the body is not whole.
    """

    body: bytes
    left: tuple[str, ...] = ()
    truncated: bool = False
    damaged: bool = False


def codings_of(headers: Sequence[tuple[bytes, bytes]]) -> tuple[str, ...]:
    """The codings in the order in which they were applied, from one field or several, in lower case."""
    fields = [value.decode("latin-1") for name, value in headers if name.lower() == b"content-encoding"]
    named = [coding.strip(" \t").lower() for field in fields for coding in field.split(",")]
    return tuple(coding for coding in named if coding not in _NOTHING)


def undone(body: bytes, codings: Sequence[str], *, truncated: bool, largest: int) -> Undone:
    """Undo the codings from the last to the first, to `largest` bytes and one more at most.

    What is not known, and what is no such coding, stays as it came: the body is an answer all the same.
    """
    left = list(codings)
    if not body or len(left) > _MOST:
        return Undone(body, tuple(left) if body else (), truncated)
    while left and (left[-1] in _GZIP or left[-1] == _DEFLATE):
        text = _unpacked(body, left[-1], truncated=truncated, largest=largest)
        if text is None:
            return Undone(body, tuple(left), truncated, damaged=True)
        body, truncated = text, truncated or len(text) > largest
        left.pop()
    return Undone(body, tuple(left), truncated)


def _unpacked(body: bytes, coding: str, *, truncated: bool, largest: int) -> bytes | None:
    """The text, or what there is of it in a body that is not whole; None where it is no such coding."""
    windows = (_GZIP_WINDOW,) if coding in _GZIP else (_ZLIB_WINDOW, _BARE_WINDOW, _GZIP_WINDOW)
    for window in windows:
        text = _inflated(body, window, truncated=truncated, largest=largest)
        if text is not None:
            return text
    return None


def _inflated(body: bytes, window: int, *, truncated: bool, largest: int) -> bytes | None:
    text, rest = b"", body
    while len(text) <= largest:
        decoder = zlib.decompressobj(window)
        try:
            text += decoder.decompress(rest, largest + 1 - len(text))
        except zlib.error:
            return None
        if not decoder.eof:
            return text if truncated or len(text) > largest else None
        rest = decoder.unused_data
        if window != _GZIP_WINDOW or not rest.startswith(_MAGIC):
            return text
    return text
