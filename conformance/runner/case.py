"""A case: a clause and the probe, property or traffic that tests it; what one test of the suite is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.contract.clause import Clause
    from conformance.engine.preparation import Preparation

__all__ = ["EVERYTHING", "Case", "Kind", "cases_of"]

EVERYTHING = "everything-sent"


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

    def __repr__(self) -> str:
        return self.id


def cases_of(preparation: Preparation, kind: Kind, check: Callable[[Case], None]) -> Iterator[Case]:
    """The cases of a kind that the selection leaves, in the plan's order."""
    catalogue = preparation.contract.catalogue
    if kind == Kind.PROBE:
        for probe in preparation.plan.probes:
            if probe.id in preparation.chosen:
                for clause in probe.clauses:
                    if clause in preparation.clauses:
                        yield Case(kind, catalogue[clause], probe.id, probe.title, check)
    elif kind == Kind.EVERYTHING:
        from conformance.judge.rules import RULES  # noqa: PLC0415 - only here

        for found in catalogue:
            if found.id in RULES and found.id in preparation.clauses:
                yield Case(kind, found, EVERYTHING, "in whatever else was sent", check)
    else:
        from conformance.plan.properties import PROPERTIES, Property  # noqa: PLC0415 - imports Hypothesis

        for prop in PROPERTIES:
            wanted = prop.id in preparation.chosen and preparation.clauses & set(prop.clauses)
            if wanted and Property.examples(preparation.profile):
                yield Case(kind, None, prop.id, prop.title, check)
