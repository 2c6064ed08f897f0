"""Faults and variants of the mock: small subclasses of it, each with an id and a summary of one sentence.

A fault or variant overrides a step of the mock and calls it through ``super()``, so that several can be combined.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from conformance.mock.app import Mock
from conformance.mock.message import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.mock.fixtures import Fixtures

Level = Literal["must", "should"]

_Kind = TypeVar("_Kind", bound=type[Mock])


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to break a clause.

    - ``summary``: what is wrong, in one sentence.
    - ``clause``, ``level``: the clause that it breaks.
    - ``also``: globs of the clauses that may fail with it.
    - ``narrow``: it lives in so small a class of inputs that only the deep profile is sure to meet it.
    """

    id: str
    summary: str
    clause: str
    level: Level
    also: tuple[str, ...]
    narrow: bool
    kind: type[Mock]

    def breaks(self, clause: str) -> bool:
        """Whether this clause may fail because of it."""
        return clause == self.clause or any(fnmatchcase(clause, glob) for glob in self.also)

    def make(self) -> Mock:
        """A mock that has this fault."""
        return self.kind()


@dataclass(frozen=True, slots=True)
class Variant:
    """Another correct way: every clause holds, and ``summary`` says in one sentence what differs from the mock."""

    id: str
    summary: str
    kind: type[Mock]

    def make(self) -> Mock:
        """A mock that chooses so."""
        return self.kind()


class Faults(dict[str, Fault]):
    """The faults of one part of the document, by id. A class is entered by the decorator of its clause's level."""

    def must(self, clause: str, *also: str, narrow: bool = False) -> Callable[[_Kind], _Kind]:
        """Enter a class that breaks a *must* clause; ``also`` may fail with it."""
        return self._entering(clause, "must", also, narrow=narrow)

    def should(self, clause: str, *also: str, narrow: bool = False) -> Callable[[_Kind], _Kind]:
        """Enter a class that breaks a *should* clause; ``also`` may fail with it."""
        return self._entering(clause, "should", also, narrow=narrow)

    def _entering(self, clause: str, level: Level, also: tuple[str, ...], *, narrow: bool) -> Callable[[_Kind], _Kind]:
        def enter(kind: _Kind) -> _Kind:
            fault = Fault(_id(kind), _sentence(kind), clause, level, also, narrow, kind)
            self[fault.id] = fault
            return kind

        return enter


class Variants(dict[str, Variant]):
    """The variants of one kind, by id; calling it enters a class, as a decorator."""

    def __call__(self, kind: _Kind) -> _Kind:
        """Enter a class."""
        variant = Variant(_id(kind), _sentence(kind), kind)
        self[variant.id] = variant
        return kind


def reading(step: str, read: Callable[[Any], Any]) -> type[Mock]:
    """A mock whose step is given what ``read`` makes of its first argument."""

    class Reading(Mock):
        """Overrides the step below: its name is an argument."""

    def override(self: Mock, given: object, *more: object) -> object:
        return getattr(super(Reading, self), step)(read(given), *more)

    setattr(Reading, step, override)
    return Reading


def writing(step: str, write: Callable[[Any], Any]) -> type[Mock]:
    """A mock whose step returns what ``write`` makes of its result."""

    class Writing(Mock):
        """Overrides the step below: its name is an argument."""

    def override(self: Mock, *given: object) -> object:
        return write(getattr(super(Writing, self), step)(*given))

    setattr(Writing, step, override)
    return Writing


def refused(refusal: Refusal, when: Callable[[Any], object]) -> Callable[[Any], Any]:
    """For ``reading`` and ``writing``: raise ``Refused`` where ``when`` holds of a value, else pass the value on."""

    def check(value: Any) -> Any:  # noqa: ANN401 - of whatever type the step has
        if when(value):
            raise Refused(refusal)
        return value

    return check


def named(name: str, sentence: str, kind: type[Mock]) -> type[Mock]:
    """Give a class made by a function the name and the sentence of a row."""
    kind.__name__ = kind.__qualname__ = name
    kind.__doc__ = sentence
    return kind


def combine(entries: Sequence[Fault | Variant], fixtures: Fixtures | None = None) -> Mock:
    """A mock that has all of these at once; the first is nearest to the client."""
    kinds = tuple(dict.fromkeys(entry.kind for entry in entries))
    return type("Combined", kinds or (Mock,), {})(fixtures)  # type: ignore[no-any-return]  # a class made here


def _id(kind: type[Mock]) -> str:
    edges = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])|(?<=[A-Z])(?=[A-Z][a-z])"
    return re.sub(edges, "-", kind.__name__).lower()


def _sentence(kind: type[Mock]) -> str:
    return " ".join((inspect.getdoc(kind) or "").split())
