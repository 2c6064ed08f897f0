"""Clauses, each a testable sentence of the document; the catalogue of them all; and editions of it.

An edition is the catalogue of a release, frozen, so that a later catalogue gates no more than it did. It holds of each
clause its level, check and arguments, and a SHA-256 of these and of the part of openapi.yaml that the clause points to.
A clause that is judged alike today counts at the level of the edition. One that is newer, or is judged otherwise, only
informs.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from conformance.contract.strictjson import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Level(StrEnum):
    """The weight of a clause; silent ones never fail, and record what the target does."""

    MUST = "must"
    SHOULD = "should"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Clause:
    """One row of spec/clauses.yaml.

    `quote` stands verbatim in the document; `accepted` lists every outcome that passes, in words; `needs` the keys of
    the target description without which it cannot be tested, `a | b` meaning either. `check` names the check that
    judges it, `arguments` are what the check is about.
    """

    id: str
    level: Level
    basis: str
    section: str
    quote: str
    title: str
    sent: str
    check: str
    accepted: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict, hash=False)
    openapi: str | None = None
    needs: tuple[str, ...] = ()
    note: str | None = None

    @property
    def row(self) -> dict[str, Any]:
        """The row of clauses.yaml."""
        row = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "arguments"}
        row |= {"level": self.level.value, "accepted": list(self.accepted), "needs": list(self.needs)}
        return {**row, "with": dict(self.arguments)}


@dataclass(frozen=True)
class Catalogue:
    """All clauses, in the document's order, and the revision date and title of the document that they quote.

    `sections` maps the document's sections, in its order, to their headings on the printed page; `unquoted` maps
    passages that no clause quotes to the reason.
    """

    revision: str
    clauses: tuple[Clause, ...]
    title: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)
    unquoted: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Catalogue:
        """Make a catalogue of what spec/clauses.yaml says; a malformed row raises TypeError, KeyError or ValueError."""
        rows = tuple(map(_clause, data["clauses"]))
        if len({row.id for row in rows}) != len(rows):
            twice = next(name for name, times in Counter(row.id for row in rows).items() if times > 1)
            raise ValueError(f"clauses.yaml: {twice}: an id stands twice in the catalogue")
        unquoted = {one["quote"]: one["reason"] for one in data.get("unquoted") or ()}
        return cls(data["revision"], rows, data["title"], data.get("sections") or {}, unquoted)

    @cached_property
    def by_id(self) -> dict[str, Clause]:
        """The clauses by id."""
        return {clause.id: clause for clause in self.clauses}

    def ids(self, check: str, **arguments: object) -> tuple[str, ...]:
        """The ids of the clauses with this check and these arguments; what else a clause's arguments are is open.

        An argument that is None stands for one that the clause does not have.
        """
        key = (check, *arguments.items())
        if key not in self._found:
            self._found[key] = tuple(
                clause.id
                for clause in self.clauses
                if clause.check == check
                and all(clause.arguments.get(name) == value for name, value in arguments.items())
            )
        return self._found[key]

    @cached_property
    def _found(self) -> dict[tuple[object, ...], tuple[str, ...]]:
        """The results of `ids`, which is asked for every exchange."""
        return {}

    def __getitem__(self, clause_id: str) -> Clause:
        return self.by_id[clause_id]

    def __iter__(self) -> Iterator[Clause]:
        return iter(self.clauses)

    def __len__(self) -> int:
        return len(self.clauses)


def _clause(row: dict[str, Any]) -> Clause:
    own = {name: value for name, value in row.items() if name != "with"}
    if not isinstance(row.get("with", {}), dict):
        raise TypeError("with: give a mapping, {parameter: p, when: missing}")
    if not isinstance(row["accepted"], list):
        raise TypeError("accepted: give a list")
    own |= {"level": Level(row["level"]), "accepted": tuple(row["accepted"]), "needs": tuple(row.get("needs", ()))}
    return Clause(**own, arguments=row.get("with") or {})


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
