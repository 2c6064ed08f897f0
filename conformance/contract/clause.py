"""A clause is one testable sentence of the document; the catalogue holds them all, in the document's order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Catalogue", "Clause", "Level"]


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
