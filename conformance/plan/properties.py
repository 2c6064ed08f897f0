"""Properties: families of requests that no table thought of, and how many of each a profile draws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from conformance.contract.values import Boolean, Domain, Enumeration, Integer
from conformance.plan import families
from conformance.plan.probe import Declared, Profile
from conformance.strategies.schemas import variants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.contract.contract import Contract
    from conformance.contract.operation import Operation
    from conformance.plan.families import Family
    from conformance.plan.fixtures import TargetFixtures

    Make = Callable[[TargetFixtures, Mapping[str, Any]], Family]
    Row = tuple[str, str, int, Make, tuple[str, ...], str | None]

_TIMES = {Profile.SMOKE: 0, Profile.STANDARD: 1, Profile.DEEP: 215}


@dataclass(frozen=True)
class Property:
    """A family of requests.

    Attributes:
        id: stable for ever.
        title: the requests in words.
        share: how many the standard profile draws.
        clauses: the ids of the clauses that it is there for; every clause judges it.
        make: makes the family for the fixtures of a target.
        openapi: the OpenAPI file.
        withheld: why there is nothing to draw, or None.
    """

    id: str
    title: str
    share: int
    clauses: tuple[str, ...]
    make: Make
    openapi: Mapping[str, Any]
    withheld: str | None = None

    def promised(self, profile: Profile) -> int:
        """The number of requests that a profile would draw if there were anything to draw."""
        return self.share * _TIMES[profile]

    def examples(self, profile: Profile) -> int:
        """The number of requests that a profile draws."""
        return 0 if self.withheld else self.promised(profile)

    def family(self, fixtures: TargetFixtures) -> Family:
        """The family of requests that it draws from."""
        return self.make(fixtures, self.openapi)


@lru_cache(maxsize=64)
def properties(contract: Contract) -> tuple[Property, ...]:
    """Every property of an operation, the same for every target."""
    rows = _rows(contract.operation, Declared(contract.catalogue))
    return tuple(
        Property(f"property.{name}", title, share, tuple(dict.fromkeys(clauses)), make, contract.openapi, withheld)
        for name, title, share, make, clauses, withheld in rows
    )


def _rows(operation: Operation, clauses: Declared) -> Iterator[Row]:
    crash, documented = clauses.ids("no-server-error"), clauses.documented
    envelope = clauses.ids("envelope", status="other")
    unknown, near = clauses.owed(credential="unknown"), clauses.owed(credential="near-valid")
    yield from _of_ids(operation, clauses)
    yield from _of_parameters(operation, clauses)
    lengths = [clauses.owed(credential=one) for one in ("minimum-length", "length", "maximum-length")]
    over = clauses.refused(credential="below-minimum") + clauses.refused(credential="over-maximum")
    of_length = tuple(clause for ids in lengths for clause in ids) + over + unknown + documented
    yield "tokens.length", "unknown tokens of any length", 6, families.token_lengths, of_length, None
    leak = clauses.ids("no-credential")
    words, about = "unknown tokens of any shape and alphabet", unknown + documented + crash + leak
    yield "tokens.shape", words, 1, families.token_shapes, about, None
    yield "tokens.near", "the valid token, changed", 2, families.tokens_near, near + documented + crash + leak, None
    yield from _of_bodies(operation, clauses)
    about = clauses.owed(credential="name") + clauses.owed(credential="missing")
    words = "the token's header in any case, and headers that are nearly it"
    yield "headers", words, 1, families.header_names, about, None
    other = clauses.refused(method="other")
    words = f"any method but {operation.method}, with the valid token"
    yield "methods", words, 1, families.methods, other + envelope, None
    wrong = clauses.unrecognised + crash + clauses.refused(parameter=operation.resource, when="wrong-type")
    wrong += clauses.refused(parameter=operation.resource, when="above-maximum") + other
    yield "pairs", "two or three things wrong at once", 1, families.pairs, wrong, None
    about = crash + documented + envelope + clauses.refused(body="not-json") + _of_types(operation, clauses)
    yield "openapi", "what schemathesis makes of the OpenAPI file", 2, families.openapi, about, None


def _of_ids(operation: Operation, clauses: Declared) -> Iterator[Row]:
    named = operation.identifier
    domain, name = (named.domain if named else Integer()), operation.resource
    missing = None if named else "no parameter of the path names a resource"
    edges = [
        clauses.owed(parameter=name, when=when) for when in ("minimum", "maximum", "shortest", "longest", "listed")
    ]
    declared = clauses.precedence + clauses.documented + tuple(clause for ids in edges for clause in ids)
    words = f"any id {_range(domain)}, with an unknown token or the valid one"
    yield "ids.in-range", words, 3, families.ids_in_range, declared, missing
    beyond = [
        clauses.refused(parameter=name, when=when)
        for when in ("below-minimum", "above-maximum", "not-listed", "too-short", "too-long", "other-pattern")
    ]
    open_ = "every id is in range" if _open(domain) else None
    words = f"any {_kind(domain)} {_outside(domain)}, with the valid token"
    declared = tuple(clause for ids in beyond for clause in ids)
    yield "ids.out-of-range", words, 1, families.ids_out_of_range, declared, missing or open_
    texts = None if isinstance(domain, Integer) else "an id is not an integer"
    words = "what is nearly an integer, with the valid token"
    declared = clauses.refused(parameter=name, when="wrong-type") + clauses.ids("no-server-error")
    declared += clauses.ids("envelope", status="other")
    yield "ids.look-alikes", words, 2, families.id_look_alikes, declared, missing or texts


def _of_parameters(operation: Operation, clauses: Declared) -> Iterator[Row]:
    """Only where the operation has parameters beside the resource."""
    others = [one.name for one in operation.parameters if one.name != operation.resource]
    if others:
        declared = [ids for name in others for ids in (clauses.refused(parameter=name), clauses.owed(parameter=name))]
        about = (
            tuple(clause for ids in declared for clause in ids) + clauses.documented + clauses.ids("no-server-error")
        )
        words = f"any value of {', '.join(others)}, with the valid token"
        yield "parameters", words, 4, families.parameters, about, None


def _of_bodies(operation: Operation, clauses: Declared) -> Iterator[Row]:
    bare = None if operation.body else "the operation has no request body"
    crash, documented, member = clauses.ids("no-server-error"), clauses.documented, operation.url_member
    about = (
        clauses.refused(body="not-json") + clauses.refused(body="not-object") + _of_types(operation, clauses) + crash
    )
    yield "bodies", "bodies of any kind, with the valid token", 2, families.bodies, about, bare
    if operation.body and (bounds := _bounds(operation)):
        found = [ids for one, when in bounds for ids in _about(clauses, one, when)]
        words = "documented bodies, and such as are wrong in one member, with the valid token"
        declared = tuple(clause for ids in found for clause in ids) + documented + crash
        yield "members", words, 4, families.members, declared, None
    about = clauses.owed(member=member, form="everyday") + clauses.ids("accepted", member=member, form="uncommon")
    about += clauses.ids("echo", sent=member) if member else ()
    lacking = bare or (None if member else "no member of the request body is a url")
    words = f"{member or 'url'}s of any form, with the valid token"
    yield "urls", words, 1, families.urls, about + documented + crash, lacking


def _about(clauses: Declared, member: str, when: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return clauses.refused(member=member, when=when), clauses.owed(member=member, when=when)


def _bounds(operation: Operation) -> list[tuple[str, str]]:
    """The members and the faults that the schema names beside their types.

    A member that the target description gives is never absent.
    """
    if operation.body is None:
        return []
    found = variants(operation.body.schema, operation.body.example)
    about = [(one.member, one.when) for one in found if one.when != "wrong-type"]
    return [
        (member, when) for member, when in dict.fromkeys(about) if (when, member in operation.given) != ("absent", True)
    ]


def _of_types(operation: Operation, clauses: Declared) -> tuple[str, ...]:
    if operation.body is None:
        return ()
    return clauses.refused(when="wrong-type", parameter=None)


def _open(domain: Domain) -> bool:
    """Whether every integer, or every text, is allowed."""
    if isinstance(domain, Integer):
        return domain == Integer()
    if isinstance(domain, Enumeration | Boolean):
        return False
    return domain.longest is None and domain.pattern is None and domain.shortest <= 1


def _kind(domain: Domain) -> str:
    return "integer" if isinstance(domain, Integer) else "text"


def _range(domain: Domain) -> str:
    """The domain in words: ``of 1 to 99``."""
    if isinstance(domain, Integer):
        if domain.minimum is None or domain.maximum is None:
            bounds = [(domain.minimum, "of {} and more"), (domain.maximum, "up to {}")]
            return next((words.format(bound) for bound, words in bounds if bound is not None), "that is an integer")
        return f"of {domain.minimum} to {domain.maximum}"
    if isinstance(domain, Enumeration | Boolean):
        return "that is listed"
    return (
        f"of {domain.shortest} characters and more"
        if domain.longest is None
        else f"of {domain.shortest} to {domain.longest} characters"
    )


def _outside(domain: Domain) -> str:
    if isinstance(domain, Integer):
        bounds = [(domain.minimum, "under {}"), (domain.maximum, "over {}")]
        return " or ".join(words.format(bound) for bound, words in bounds if bound is not None) or "out of range"
    return "that is not documented"
