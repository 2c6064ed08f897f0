"""An edition: the catalogue of a release, frozen, so that a later catalogue gates no more than it did.

An edition holds of each clause its level, check and arguments, and a SHA-256 of these and of the part of openapi.yaml
that the clause points to. A clause that is judged alike today counts at the level of the edition. One that is newer, or
is judged otherwise, only informs.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.contract.clause import Level
from conformance.contract.strictjson import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.clause import Catalogue, Clause

__all__ = ["FORMAT", "Edition", "edition_of", "frozen"]

FORMAT = "conformance-edition/1"
_OPERATION = re.compile(r"#/paths/[^/]*(/[^/]*)?")
"""Pointers to the operation: a clause about all of it is not about one of its bounds."""
_WORDS = ("description", "summary", "title")
"""Keys of openapi.yaml by which nothing is judged."""


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition, held against today's catalogue.

    Attributes:
        name: its name.
        levels: the level at which a clause counts, by id; `silent` where it only informs.
        notes: the difference in words of each clause that counts otherwise than today's catalogue says, by id.
        lost: the level of each of its clauses that today's catalogue judges otherwise or does not have, by id: what it
            promised there is not tested.
    """

    name: str
    levels: Mapping[str, Level]
    notes: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, Level] = field(default_factory=dict)

    @property
    def dropped(self) -> tuple[str, ...]:
        """The ids of its clauses that today's catalogue does not have."""
        return tuple(clause for clause in self.lost if clause not in self.levels)

    def informs(self, clause: str) -> str | None:
        """Why a failure of the clause only informs; None where it may gate."""
        return self.notes.get(clause) if self.levels.get(clause) is Level.SILENT else None


def frozen(catalogue: Catalogue, openapi: Mapping[str, Any]) -> dict[str, dict[str, object]]:
    """The rows of an edition of this catalogue, by id."""
    return {clause.id: _row(clause, openapi) for clause in catalogue}


def edition_of(name: str, rows: Mapping[str, Mapping[str, Any]], today: Mapping[str, Mapping[str, Any]]) -> Edition:
    """The edition with these rows, held against those that today's catalogue would have.

    Raises KeyError, TypeError or ValueError for malformed rows.
    """
    levels: dict[str, Level] = {}
    notes: dict[str, str] = {}
    for clause, row in today.items():
        was = rows.get(clause)
        alike = was is not None and was["sha256"] == row["sha256"]
        levels[clause] = Level(was["level"]) if was is not None and alike else Level.SILENT
        if row["level"] == Level.SILENT and levels[clause] is Level.SILENT:
            continue
        if was is None:
            notes[clause] = f"not in edition {name}"
        elif not alike:
            notes[clause] = f"judged otherwise than in edition {name}"
        elif was["level"] != row["level"]:
            notes[clause] = f"a {was['level']} in edition {name}"
    lost = {
        clause: Level(row["level"])
        for clause, row in rows.items()
        if clause not in today or today[clause]["sha256"] != row["sha256"]
    }
    return Edition(name, levels, notes, lost)


def _row(clause: Clause, openapi: Mapping[str, Any]) -> dict[str, object]:
    part = None
    if clause.openapi and not _OPERATION.fullmatch(clause.openapi):
        part = _whole(resolve(openapi, clause.openapi), openapi)
    judged = [clause.check, clause.arguments, part]
    text = json.dumps(judged, sort_keys=True, separators=(",", ":"), default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"level": clause.level.value, "check": clause.check, "with": dict(clause.arguments), "sha256": digest}


def _whole(part: object, openapi: Mapping[str, Any], seen: tuple[str, ...] = ()) -> object:
    """A part of openapi.yaml without words, and with what it refers to in its place."""
    if isinstance(part, list):
        return [_whole(one, openapi, seen) for one in part]
    if not isinstance(part, dict):
        return part
    reference = part.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        return _whole(resolve(openapi, reference), openapi, (*seen, reference))
    return {
        str(name): _whole(one, openapi, seen)
        for name, one in part.items()
        if name not in _WORDS or not isinstance(one, str)
    }
