"""The line of a method and a URI: `POST https://{endpoint}/v1/{id}?force={force}`, or a line for each of the two."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from conformance.document.labels import METHODS

_URI = re.compile(
    rf"(?:^|[\s:])(?P<method>{'|'.join(METHODS)})\s*:?\s+(?P<uri>(?:(?:https?|wss?)://|/|\{{)\S.*|/$)"
)  # fmt: skip
_PARTS = (
    re.compile(rf"(?:request )?method\s*:\s*(?P<method>{'|'.join(METHODS)})$", re.IGNORECASE),
    re.compile(r"(?:path|ur[il])\s*:\s*(?P<uri>/\S*)$", re.IGNORECASE),
)
_HOST = re.compile(r"(?P<host>(?:https?|wss?)://[^/\s]+|\{(?:endpoint|host|hostURL)\})(?=/|$)", re.IGNORECASE)
_TEMPLATED = re.compile(r"\{[?&]([\w,.-]+)\}")
"""A query as in RFC 6570."""


@dataclass(frozen=True, slots=True)
class Uri:
    """A method with the parts of its URI; `path` without a slash where the page has none."""

    method: str
    host: str
    path: str
    query: str


@dataclass(slots=True)
class Uris:
    """Reads the lines of a section about the URI; it keeps the half of one that stands on a line of its own."""

    _half: dict[str, str] = field(default_factory=dict)

    def read(self, words: str) -> Uri | None:
        """The method and URI in a line, or of this line and an earlier one; None where there is none."""
        for part in _PARTS:
            if half := part.match(words):
                self._half |= half.groupdict()
                words = f"{self._half.get('method', '').upper()} {self._half.get('uri', '')}"
        found = _URI.search(words)
        if found is None:
            return None
        uri = found["uri"].strip().rstrip(".;")
        uri = _TEMPLATED.sub(lambda query: "?" + "&".join(f"{name}=" for name in query[1].split(",")), uri)
        uri = re.sub(r"\s*([/?&={}])\s*", r"\1", uri).split(" ")[0]
        host = _HOST.match(uri)
        path, _, query = uri[host.end() if host else 0 :].partition("?")
        return Uri(found["method"], host["host"] if host else "", path or "/", query)
