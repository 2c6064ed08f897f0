"""Other spellings of the documented path: what a lenient router takes for it, and what a strict one does not know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.contract.operation import Operation

__all__ = ["spellings"]

_VERSION = re.compile(r"v(\d+)")
_UNDOCUMENTED = (
    ("dry_run", "true"), ("debug", "1"), ("admin", "true"), ("token", "admin"), ("unknown_parameter", "1"),
)  # fmt: skip
"""Query parameters that some operation may have, and this one has not."""


def spellings(operation: Operation) -> dict[str, Callable[[bytes], bytes]]:
    """Other spellings of a request target on the documented path, by name; each keeps the values in it."""
    own = operation.segments
    literal = [not segment.startswith("{") for segment in own]
    first = literal.index(False) if False in literal else len(own)
    documented = {one.name for one in operation.queries}
    odd = [f"{name}={value}".encode() for name, value in _UNDOCUMENTED if name not in documented]
    found: dict[str, Callable[[bytes], bytes]] = {
        "slash": _on_path(lambda segments: [*segments, b""]),
        "query": lambda target: target + (b"&" if b"?" in target else b"?") + odd[0],
        "queries": lambda target: target + (b"&" if b"?" in target else b"?") + b"&".join(odd[:4]),
        "doubled": _on_path(lambda segments: [segments[0], b"", *segments[1:]]),
        "dot-segment": _on_path(lambda segments: [*segments[:first], b".", *segments[first:]]),
    }
    found["dot-segments"] = _on_path(
        lambda segments: [*segments[:first], b".", *segments[first:-1], b"x", b"..", segments[-1]]
    )
    if any(literal):
        last = max(place for place, fixed in enumerate(literal) if fixed)
        found["all-capitals"] = _on_path(_each(lambda place: literal[place], bytes.title))
        found["encoded"] = _on_path(_each(lambda place: place == last, lambda one: b"%%%02X%b" % (one[0], one[1:])))
    if first:
        found["capitals"] = _on_path(_each(lambda place: place < first, bytes.title))
    versions = [place for place, segment in enumerate(own) if literal[place] and _VERSION.fullmatch(segment)]
    if versions:
        number = int(own[versions[0]][1:])
        other = b"v%d" % (number - 1 if number > 1 else number + 1)
        found["other-version"] = _on_path(_each(lambda place: place == versions[0], lambda _: other))
    if literal[-1]:
        found["suffix"] = _on_path(lambda segments: [*segments[:-1], segments[-1] + b".json"])
        found["matrix"] = _on_path(lambda segments: [*segments[:-1], segments[-1] + b";v=1"])
    return found


def _each(where: Callable[[int], bool], change: Callable[[bytes], bytes]) -> Callable[[list[bytes]], list[bytes]]:
    """Changes the segments at some places of a path."""
    return lambda segments: [change(one) if where(place) else one for place, one in enumerate(segments)]


def _on_path(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[bytes], bytes]:
    """Changes the segments of a target's path, and leaves its query."""

    def changed(target: bytes) -> bytes:
        path, mark, query = target.partition(b"?")
        return b"/" + b"/".join(change(path.split(b"/")[1:])) + mark + query

    return changed
