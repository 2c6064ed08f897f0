"""A clause is one testable sentence of the document; the catalogue holds them all, in the document's order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Catalogue", "Clause", "Level"]


class Level(StrEnum):
    """How much a clause weighs: `silent` ones never fail, what happens there is recorded."""

    MUST = "must"
    SHOULD = "should"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Clause:
    """One row of spec/clauses.yaml.

    `quote` stands verbatim in the document; `accepted` lists every outcome that passes, in words; `needs` the keys of
    the target description without which it cannot be tested, `a | b` meaning either.
    """

    id: str
    level: Level
    basis: str
    section: str
    quote: str
    title: str
    sent: str
    accepted: tuple[str, ...]
    openapi: str | None = None
    needs: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class Catalogue:
    """All clauses, in the document's order, and the revision date of the document that they quote."""

    revision: str
    clauses: tuple[Clause, ...]

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Catalogue:
        """Make a catalogue of what spec/clauses.yaml says; a malformed row raises TypeError, KeyError or ValueError."""
        rows = tuple(
            Clause(
                **{
                    **row,
                    "level": Level(row["level"]),
                    "accepted": tuple(row["accepted"]),
                    "needs": tuple(row.get("needs", ())),
                }
            )
            for row in data["clauses"]
        )
        if len({row.id for row in rows}) != len(rows):
            raise ValueError("an id stands twice in the catalogue")
        return cls(revision=data["revision"], clauses=rows)

    @cached_property
    def by_id(self) -> dict[str, Clause]:
        """The clauses by id."""
        return {clause.id: clause for clause in self.clauses}

    def __getitem__(self, clause_id: str) -> Clause:
        return self.by_id[clause_id]

    def __iter__(self) -> Iterator[Clause]:
        return iter(self.clauses)

    def __len__(self) -> int:
        return len(self.clauses)
