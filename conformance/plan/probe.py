"""A probe: one deterministic request with a stable id, words for what it is, and the clauses that it is there for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.contract.clause import Catalogue
    from conformance.contract.message import Request


class Profile(StrEnum):
    """The size of a run: about 50, about 500, about 6,000 requests."""

    SMOKE = "smoke"
    STANDARD = "standard"
    DEEP = "deep"

    def covers(self, other: Profile) -> bool:
        """Whether a run of this profile sends what `other` asks for."""
        order = list(Profile)
        return order.index(self) >= order.index(other)


class Mutation(StrEnum):
    """The changes that are allowed on the target (docs/safety.md)."""

    NEVER = "never"
    FIXTURE = "fixture"
    ANY = "any"


class Stage(IntEnum):
    """The order of sending: the opening probes one by one and first, bursts after the main ones, the last after all."""

    SETUP = 0
    MAIN = 1
    CREATION = 2
    BURST = 3
    LAST = 4


@dataclass(frozen=True, slots=True)
class Probe:
    """A request, and the clauses that it tests.

    Attributes:
        id: stable for ever, and the same for every target.
        title: the request in words.
        clauses: the ids of the clauses that it is there for.
        request: the request; None where the target description lacks something for it.
        withheld: why it is not sent, or None.
        profile: the smallest profile that sends it.
        stage: the order of sending.
        copies: how many are sent at the same time.
    """

    id: str
    title: str
    clauses: tuple[str, ...]
    request: Request | None
    withheld: str | None = None
    profile: Profile = Profile.STANDARD
    stage: Stage = Stage.MAIN
    copies: int = 1


@dataclass(frozen=True)
class Declared:
    """The ids of clauses that probes are there for, found by check and arguments; () where no row has them.

    A table of probes never writes an id. An argument that is None stands for one that the clause does not have.
    """

    catalogue: Catalogue
    _found: dict[tuple[object, ...], tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def ids(self, check: str, **arguments: object) -> tuple[str, ...]:
        """The ids of the clauses with this check and these arguments; what else a clause's arguments are is open."""
        key = (check, *sorted(arguments.items()))
        if key not in self._found:
            self._found[key] = self.catalogue.ids(check, **arguments)
        return self._found[key]

    def refused(self, **about: object) -> tuple[str, ...]:
        """``refused(parameter="p", when="missing")``: such a request does not succeed."""
        return self.ids("refused", **about)

    def owed(self, **about: object) -> tuple[str, ...]:
        """``owed(credential="unknown")``: the status of the answer to such a request."""
        return self.ids("owed", **about)

    def recorded(self, about: str, **more: object) -> tuple[str, ...]:
        """``recorded("order")``: what the document is silent about."""
        return self.ids("recorded", about=about, **more)

    @property
    def documented(self) -> tuple[str, ...]:
        """An in-contract request gets a documented status."""
        return self.ids("documented-status")

    @property
    def undocumented(self) -> tuple[str, ...]:
        """The status of the answer to a request out of contract."""
        return self.recorded("undocumented-status")

    @property
    def unrecognised(self) -> tuple[str, ...]:
        """Without a known credential nothing succeeds."""
        return self.refused(credential="unrecognised")

    @property
    def precedence(self) -> tuple[str, ...]:
        """Without a known credential the answer is the same, whatever the resource is."""
        return self.owed(credential="unrecognised", resource="other")

    def same_again(self, *, at_once: bool) -> tuple[str, ...]:
        """The same request again, one after the other or many at once."""
        return self.ids("same-again", **{"at-once": True if at_once else None})

    def success(self, status: int) -> tuple[str, ...]:
        """The clauses of a success: of the documented request with permission, and of all of the answer's body."""
        of_the_answer = tuple(one.id for one in self.catalogue if one.arguments.get("status") == status)
        found = (
            *self.owed(role="permitted"),
            *self.documented,
            *self.owed(form="everyday"),
            *of_the_answer,
            *self.recorded("example"),
        )
        return tuple(dict.fromkeys(found))

    def answer(self, owed: tuple[str, ...]) -> tuple[str, ...]:
        """The clauses of a refusal's body where `owed` name its status: envelope, code, media type, reason, message."""
        statuses = dict.fromkeys(self.catalogue[one].arguments.get("status") for one in owed)
        found = [
            one
            for status in statuses
            if status is not None
            for ids in (
                self.ids("envelope", status=status),
                self.ids("error-code", status=status),
                self.ids("media-type", status=status),
                self.recorded("reason", status=status),
                self.recorded("message"),
            )
            for one in ids
        ]
        return tuple(dict.fromkeys(found))
