"""The points of earlier reports, one line of JSON each, in Allure 3's own format and one key more."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.report.allure_html.configuration import HISTORY_LIMIT
from conformance.report.strict_json import dumps

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["History"]

# Allure 3 carries unknown keys along. This one tells which results a point came from: Allure itself would count the
# same results again each time the report is made.
_DIGEST = "resultsDigest"


@dataclass(frozen=True, slots=True)
class History:
    """The points, oldest first; each is a line of JSON without its line feed."""

    points: tuple[str, ...] = ()

    @classmethod
    def read(cls, file: Path) -> History:
        """Read a history file; a file that is not there is empty, and a damaged line is left out."""
        if not file.is_file():
            return cls()
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        return cls(tuple(line for line in lines if _point(line) is not None))

    def before(self, digest: str) -> History:
        """Return the points that are older than the one of these results, or all where they have none yet."""
        position = self._position(digest)
        return self if position is None else History(self.points[:position])

    def added(self, made: History, digest: str) -> History:
        """Return this history with the newest point of ``made``; the same where these results have theirs already."""
        if self._position(digest) is not None or not made.points:
            return self
        newest = dumps({**(_point(made.points[-1]) or {}), _DIGEST: digest}, ensure_ascii=False)
        return History((*self.points, newest)[-HISTORY_LIMIT:])

    def text(self) -> str:
        """Return what a history file holds."""
        return "".join(f"{point}\n" for point in self.points)

    def _position(self, digest: str) -> int | None:
        return next((n for n, line in enumerate(self.points) if (_point(line) or {}).get(_DIGEST) == digest), None)


def _point(line: str) -> dict[str, object] | None:
    try:
        point = json.loads(line)
    except ValueError:
        return None
    return point if isinstance(point, dict) else None
