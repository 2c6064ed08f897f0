"""A case: a clause and the probe, property or traffic that tests it; what one test of the suite is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from conformance.contract.clause import Level
from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.contract.clause import Clause
    from conformance.engine.preparation import Preparation

__all__ = ["EVERYTHING", "NOTHING_SELECTED", "NO_TARGET", "Case", "Kind", "cases_of", "check_selection"]

EVERYTHING = "everything-sent"
NO_TARGET = (
    "conformance.suite tests a target, and none is named: give --conformance-target NAME (of conformance.toml, "
    "or a URL), or use `conformance run`, which brings one"
)
NOTHING_SELECTED = "nothing is selected: no clause and probe are left to test; select more or deselect less"


class Kind(StrEnum):
    """What a case looks at."""

    PROBE = "probe"
    PROPERTY = "property"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Case:
    """One test. `clause` is None for a property, which every clause judges; `check` is how the run verifies a case."""

    kind: Kind
    clause: Clause | None
    probe: str
    title: str
    check: Callable[[Case], None] = field(repr=False, compare=False)

    def verify(self) -> None:
        """Fail or skip the test that asks, where the clause does not hold or could not be tested."""
        __tracebackhide__ = True
        self.check(self)

    @property
    def id(self) -> str:
        """Stable for ever: the clause and the probe."""
        return f"{self.clause.id}/{self.probe}" if self.clause else self.probe

    @property
    def headline(self) -> str:
        """What it is about, in words; together with the clause it is of no other case."""
        return f"{self.clause.title}: {self.title}" if self.clause else f"Generated requests: {self.title}"

    def __repr__(self) -> str:
        return self.id


def cases_of(preparation: Preparation, kind: Kind, check: Callable[[Case], None]) -> Iterator[Case]:
    """The cases of a kind that the selection leaves, in the plan's order."""
    makers = {Kind.PROBE: _probes, Kind.PROPERTY: _properties, Kind.EVERYTHING: _everything}
    for clause, probe, title in makers[kind](preparation):
        yield Case(kind, clause, probe, title, check)


def check_selection(preparation: Preparation) -> None:
    """Raise UsageError where the selection leaves nothing that would be sent."""
    if not any(True for kind in (Kind.PROBE, Kind.PROPERTY) for _ in cases_of(preparation, kind, Case.verify)):
        raise UsageError(NOTHING_SELECTED)


def _probes(preparation: Preparation) -> Iterator[tuple[Clause, str, str]]:
    catalogue = preparation.contract.catalogue
    for probe in preparation.plan.probes:
        for clause in probe.clauses if probe.id in preparation.chosen else ():
            if clause in preparation.clauses:
                yield catalogue[clause], probe.id, probe.title


def _properties(preparation: Preparation) -> Iterator[tuple[None, str, str]]:
    for prop in preparation.properties:
        asked = prop.id in preparation.chosen and preparation.clauses & set(prop.clauses)
        if asked and prop.promised(preparation.profile):
            yield None, prop.id, prop.title


def _everything(preparation: Preparation) -> Iterator[tuple[Clause, str, str]]:
    for clause in preparation.contract.catalogue:
        if clause.level is not Level.SILENT and clause.id in preparation.clauses:
            yield clause, EVERYTHING, "in whatever else was sent"
