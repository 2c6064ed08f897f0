"""What a miniature is: a small application with a name and one sentence about it."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock import Application, Mock


@dataclass(frozen=True, slots=True)
class Broken:
    """A target that breaks a promise: ``sin`` says how, ``breaks`` lists the clauses that must fail."""

    name: str
    sin: str
    make: Callable[[], Application]
    breaks: tuple[str, ...] = ()

    @classmethod
    def of(cls, app: type[Mock], *, breaks: tuple[str, ...] = ()) -> Broken:
        """Name it after the class; the class's docstring is the sin."""
        return cls(_name(app), _sentence(app), app, breaks)


@dataclass(frozen=True, slots=True)
class Correct:
    """A target that keeps every promise in another way than the mock: ``otherwise`` says how."""

    name: str
    otherwise: str
    make: Callable[[], Application]

    @classmethod
    def of(cls, app: type[Mock]) -> Correct:
        """Name it after the class; the class's docstring says what is otherwise."""
        return cls(_name(app), _sentence(app), app)


def _name(app: type[Mock]) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])|(?<=[A-Z])(?=[A-Z][a-z])", "_", app.__name__).lower()


def _sentence(app: type[Mock]) -> str:
    return " ".join((inspect.getdoc(app) or "").split())
