"""The statuses expected of each request, and the clauses that own them.

One defect must fail the clauses that it breaks and no others. So every request whose status is decided has owners: the
clauses about everything in it that is not ordinary. A token of 65,536 characters is a matter of the token's length, not
of unknown tokens.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from conformance.contract.body import BodyKind
from conformance.contract.facts import Facts, Role
from conformance.contract.known_tokens import TokenKind
from conformance.contract.operation import ORDINARY_LENGTH
from conformance.contract.values import Boolean, Domain, Enumeration, Identifier, Integer, Text, ValueKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.contract.contract import Contract
    from conformance.contract.message import Exchange

FIRST = "state.first"
AGAIN = "state.again"
CREATION = "state.creation"
BURST = "state.burst"
LAST = "state.last"
_FORBIDDEN, _NOT_FOUND = 403, 404  # RFC 9110 sections 15.5.4 and 15.5.5
_AT_ONCE = {CREATION, BURST}
_NONE: frozenset[str] = frozenset()
_NONE_OWED: frozenset[int] = frozenset()
_NOTHING_ODD = {BodyKind.DOCUMENTED, BodyKind.URL_UNCOMMON, BodyKind.ABSENT, BodyKind.MEMBER_ABSENT}
_BODIES = {BodyKind.NOT_JSON: "not-json", BodyKind.NOT_OBJECT: "not-object", BodyKind.ABSENT: "absent"}
_NOT_ROUTED = {ValueKind.NOT_INTEGER, ValueKind.NOTATION, ValueKind.BELOW, ValueKind.ABOVE}
_FINE = {ValueKind.IN_RANGE, ValueKind.ABSENT}
_BAD_TOKENS = {
    TokenKind.MISSING: "missing",
    TokenKind.EMPTY: "empty",
    TokenKind.NEAR_VALID: "near-valid",
    TokenKind.UNKNOWN: "unknown",
}


@lru_cache(maxsize=64)
def expectation_of(contract: Contract) -> Expectation:
    """The expectation of a contract, made once."""
    return Expectation(contract)


class Expectation:
    """The statuses by a contract's `owed` clauses: by role, by credential, and by the value of one part."""

    def __init__(self, contract: Contract) -> None:
        self._ids = contract.catalogue.ids
        self._found: dict[tuple[tuple[str, object], ...], frozenset[str]] = {}
        self._operation = contract.operation
        rows = [clause for clause in contract.catalogue if clause.check == "owed"]
        statuses = [clause.arguments for clause in rows if "status" in clause.arguments]
        self.unauthorised = frozenset(row["status"] for row in statuses if "credential" in row)
        self._by_role: dict[Role | None, frozenset[int]] = {
            Role(row["role"]): frozenset({row["status"]}) for row in statuses if "role" in row
        }
        self._invalid = {
            part: frozenset(row["status"] for row in statuses if row.get(part) == "invalid")
            for part in ("body", "parameter")
        }
        self._by_role[None] = frozenset(contract.operation.statuses) - self.unauthorised
        self.success = contract.operation.success
        self.edge_clauses = frozenset(clause.id for clause in rows if _of_one_value(clause.arguments))
        again = [clause for clause in contract.catalogue if clause.check == "same-again"]
        self.same = next((clause.arguments["member"] for clause in again if "member" in clause.arguments), None)
        self.repeat = frozenset(clause.id for clause in again if not clause.arguments.get("at-once"))
        self.at_once = frozenset(clause.id for clause in again if clause.arguments.get("at-once"))

    def expected(self, facts: Facts) -> frozenset[int]:
        """The statuses that the document allows for an addressed request; empty where it is silent."""
        out_of_range = facts.token_length > 0 and not facts.token_in_range
        if not facts.addressed or facts.token is TokenKind.UNUSUAL or out_of_range:
            return frozenset()
        if not facts.token.good:
            return self.unauthorised
        if facts.token is TokenKind.RESTRICTED:
            return self._by_role.get(Role.RESTRICTED, frozenset()) if facts.main else frozenset()
        return self._by_role.get(facts.role, frozenset())

    def is_the_service_s(self, facts: Facts, status: int) -> bool:
        """Whether a documented refusal can be the service's alone.

        A router may answer 404 to a number out of range, or to what is not written as one. A firewall may answer 403
        to it, to a token with characters that the document is silent about, and to a body out of contract where no
        permission is lacking.
        """
        if status not in (_FORBIDDEN, _NOT_FOUND):
            return facts.exact and facts.served
        if status == _FORBIDDEN and facts.body not in _NOTHING_ODD and status not in self._of_account(facts):
            return False
        return facts.exact and self.routed(facts) and facts.token is not TokenKind.UNUSUAL

    def _of_account(self, facts: Facts) -> frozenset[int]:
        """The statuses that the token and the resource alone decide."""
        if facts.token is TokenKind.RESTRICTED:
            return self._by_role.get(Role.RESTRICTED, _NONE_OWED)
        return self._by_role.get(facts.role, _NONE_OWED) if facts.token is TokenKind.VALID else _NONE_OWED

    def routed(self, facts: Facts) -> bool:
        """Served, with numbers in the path that a router takes; to others, out of range too, it may know no path."""
        named = [facts.arguments[name].kind for name in self._operation.names if name in facts.arguments]
        return facts.served and _NOT_ROUTED.isdisjoint({facts.id_kind, *named})

    def invalid(self, facts: Facts) -> frozenset[int]:
        """The statuses of a documented refusal of what is out of contract; empty where the document has none.

        The token is valid, the resource may be used, and one thing is wrong, which a clause `refused` names.
        """
        if not (facts.exact and facts.plain and facts.token is TokenKind.VALID and facts.role is Role.PERMITTED):
            return frozenset()
        if self._invalid["body"] and self._wrong_body(facts):
            return self._invalid["body"]
        return self._invalid["parameter"] if self._wrong_value(facts) else frozenset()

    def _wrong_body(self, facts: Facts) -> bool:
        if not facts.valued:
            return False
        if facts.body in _BODIES:
            return bool(self._ids("refused", body=_BODIES[facts.body]))
        return len(facts.wrong) == 1 and all(self._ids("refused", member=name, when=when) for name, when in facts.wrong)

    def _wrong_value(self, facts: Facts) -> bool:
        wrong = [name for name, one in facts.arguments.items() if one.kind not in _FINE]
        named = len(wrong) == 1 and bool(self._ids("refused", parameter=wrong[0]))
        return facts.body is BodyKind.DOCUMENTED and named

    def owners(self, exchange: Exchange, status: int) -> frozenset[str]:
        """The clauses that are judged by the status of this exchange; `status` decides between edge and precedence."""
        facts = exchange.facts
        allowed = self.expected(facts)
        if not allowed:
            return _NONE
        if exchange.probe == AGAIN:
            return self.repeat
        if exchange.probe in _AT_ONCE:
            return self.at_once
        return self.of_status(facts, status)

    def of_status(self, facts: Facts, status: int) -> frozenset[str]:
        """The same, whatever probe sent it."""
        allowed, edge = self.expected(facts), self._edge(facts)
        if not allowed:
            return _NONE
        if allowed == self.unauthorised:
            return self._with_listed(facts, self._of_stranger(facts, edge, status))
        if facts.elsewhere:
            return self._of_place(facts, status)
        owner = self._with_permission(facts, allowed, passed=status in allowed)
        if not edge:
            return self._with_listed(facts, owner)
        if facts.main and owner:
            return self._with_edge(owner, edge)
        return edge if not self._of_length(facts) else _NONE  # either may be the cause

    def beside_edges(self, facts: Facts) -> frozenset[str]:
        """The clauses that would be judged by the status if no value were at an edge."""
        allowed = self.expected(facts)
        if allowed != self.unauthorised:
            return self._general(facts)
        return self._of_token(facts) if facts.main else self._precedence

    @cached_property
    def _precedence(self) -> frozenset[str]:
        return self._owed(credential="unrecognised")

    @cached_property
    def _ordinary(self) -> frozenset[str]:
        return self._owed(credential="unknown") | self._owed(role="permitted")

    def at_edge(self, facts: Facts) -> bool:
        """Whether a value of the request has a clause of its own."""
        return bool(self._edge(facts) or self.subjects(facts))

    def _owed(self, **arguments: object) -> frozenset[str]:
        key = tuple(sorted(arguments.items(), key=lambda one: one[0]))
        if key not in self._found:
            self._found[key] = frozenset(self._ids("owed", **arguments))
        return self._found[key]

    def _of_token(self, facts: Facts) -> frozenset[str]:
        return self._of_length(facts) or self._owed(credential=_BAD_TOKENS.get(facts.token, "unknown"))

    def _of_length(self, facts: Facts) -> frozenset[str]:
        """The clauses about the token's length, where nothing else is unusual about it."""
        other = facts.usual_token or _BAD_TOKENS.get(facts.token, "unknown") != "unknown"
        return _NONE if other else self._by_length(facts.token_length)

    def _by_length(self, length: int) -> frozenset[str]:
        credential = self._operation.credential
        if length == credential.shortest:
            return self._owed(credential="minimum-length")
        if credential.longest is not None and length >= credential.longest - 1:
            return self._owed(credential="maximum-length")
        return self._owed(credential="length") if length > ORDINARY_LENGTH else _NONE

    def _of_stranger(self, facts: Facts, edge: frozenset[str], status: int) -> frozenset[str]:
        if facts.main:
            return self._with_edge(self._of_token(facts), edge)
        looked_up = {one for role in (Role.RESTRICTED, Role.MISSING) for one in self._by_role.get(role, ())}
        if edge and (status not in looked_up or facts.role is Role.PERMITTED):
            return edge if not self._of_length(facts) else _NONE
        return self._precedence

    def _with_edge(self, owner: frozenset[str], edge: frozenset[str]) -> frozenset[str]:
        """The owner of a request to the description's resource; at an edge, an ordinary request has both clauses."""
        return owner | edge if owner & self._ordinary else owner

    def _with_permission(self, facts: Facts, allowed: frozenset[int], *, passed: bool) -> frozenset[str]:
        """The owners of a request with a good token; one that passed is proof for each value in it."""
        general, subjects = self._general(facts), self.subjects(facts)
        if not allowed or not general & self._beside_values:
            return general if allowed else _NONE
        if passed:
            return frozenset().union(*self._values(facts)) | (_NONE if subjects else general)
        return frozenset().union(*subjects) if subjects else general

    def _of_place(self, facts: Facts, status: int) -> frozenset[str]:
        """The clauses about a value that says where the resource is; a refusal of what is invalid proves nothing."""
        if any(status in refused for refused in self._invalid.values()):
            return _NONE
        named = [name for name in facts.unusual if name in self._operation.places]
        return frozenset().union(*(clauses for name in named for clauses in self._of_argument(name, facts)))

    @cached_property
    def _beside_values(self) -> frozenset[str]:
        """The general clauses beside which a value can be the subject."""
        return self._owed(role=Role.PERMITTED.value) | self._owed(form="everyday")

    def _general(self, facts: Facts) -> frozenset[str]:
        role = Role.RESTRICTED if facts.token is TokenKind.RESTRICTED else facts.role
        if role is None:
            return _NONE
        if role is not Role.PERMITTED:
            return self._owed(role=role.value)
        if length := self._of_length(facts):
            return length
        if not facts.usual_name:
            return self._owed(credential="name")
        everyday = self._owed(form="everyday")
        return everyday if everyday and not facts.usual_url else self._owed(role="permitted")

    def subjects(self, facts: Facts) -> tuple[frozenset[str], ...]:
        """The clauses about each value, beside the resource's, that is not as in the documented request."""
        return tuple(self._values(facts, usual=False))

    def _values(self, facts: Facts, *, usual: bool = True) -> Iterator[frozenset[str]]:
        """The clauses about each value of another parameter or of a member; without the `usual` ones if so wished."""
        for name in facts.arguments:
            if usual or name in facts.unusual:
                yield from self._of_argument(name, facts)
        for member, when in sorted(facts.edges if usual else facts.edges - facts.usual_edges):
            if clauses := self._owed(member=member, when=when):
                yield clauses

    def _of_argument(self, name: str, facts: Facts) -> Iterator[frozenset[str]]:
        """The clauses about the value of one parameter."""
        argument = facts.arguments[name]
        absent = argument.kind is ValueKind.ABSENT
        said = ("absent",) if absent else _when(self._operation.parameter(name).domain, argument.value)
        yield from filter(None, (self._owed(parameter=name, when=when) for when in said))

    def _with_listed(self, facts: Facts, owner: frozenset[str]) -> frozenset[str]:
        """The owner of a request to a listed resource, and the clause that each of them is known."""
        named = self._operation.identifier
        if named is None or facts.id is None or not isinstance(named.domain, Enumeration | Boolean):
            return owner
        ordinary = owner & (self._ordinary | self._precedence)
        return owner | self._owed(parameter=named.name, when="listed") if ordinary else owner

    def _edge(self, facts: Facts) -> frozenset[str]:
        """The clauses about the edge that the resource's identifier is at."""
        named = self._operation.identifier
        if named is None or facts.id is None:
            return _NONE
        return frozenset(
            clause
            for when in _when(named.domain, facts.id)
            if when != "listed"
            for clause in self._owed(parameter=named.name, when=when)
        )


def _of_one_value(arguments: Mapping[str, object]) -> bool:
    return "when" in arguments


def _when(domain: Domain, value: Identifier | None) -> tuple[str, ...]:
    """The words for a value of this domain: the bound that it is at, or that it is listed."""
    if isinstance(domain, Integer):
        return tuple(
            word for word, bound in (("minimum", domain.minimum), ("maximum", domain.maximum)) if value == bound
        )
    if isinstance(domain, Text):
        bounds = (("shortest", domain.shortest), ("longest", domain.longest))
        return tuple(word for word, bound in bounds if isinstance(value, str) and len(value) == bound)
    return ("listed",) if value is not None else ()
