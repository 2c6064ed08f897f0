"""Which status an addressed request is owed, and which clause owes it.

One defect must fell the clauses that it breaks and no others, so every request whose status is decided has owners:
the clauses whose subject it is. A token of 65,536 characters speaks of the token's length, not of unknown tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.facts import TOKEN_MAXIMUM, Facts, Role
from conformance.contract.values import MAXIMUM, MINIMUM
from conformance.contract.wallet import TokenKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.message import Exchange

__all__ = ["AGAIN", "BURST", "CREATION", "EDGES", "FIRST", "LAST", "beside_edges", "expected", "owners"]

FIRST = "state.first"
AGAIN = "state.again"
CREATION = "state.creation"
BURST = "state.burst"
LAST = "state.last"
_ORDINARY_LENGTH = 4096
_ORDINARY = {"status.401.unknown-token", "status.201.permitted"}
EDGES: Mapping[int | None, str] = {MINIMUM: "path.repository_id.minimum", MAXIMUM: "path.repository_id.maximum"}
_STATE = {AGAIN: "state.repeat", CREATION: "state.concurrent", BURST: "state.concurrent"}
_BY_ROLE: Mapping[Role | None, frozenset[int]] = {
    Role.PERMITTED: frozenset({201}),
    Role.RESTRICTED: frozenset({403}),
    Role.MISSING: frozenset({404}),
    None: frozenset({201, 403, 404}),
}
_BAD_TOKENS = {
    TokenKind.MISSING: "status.401.missing-token",
    TokenKind.EMPTY: "status.401.empty-token",
    TokenKind.NEAR_VALID: "status.401.near-valid-token",
}


def expected(facts: Facts) -> frozenset[int]:
    """The statuses that the document allows for an addressed request; empty where it is silent."""
    if not facts.addressed or facts.token is TokenKind.UNUSUAL or facts.token_length > TOKEN_MAXIMUM:
        return frozenset()
    if not facts.token.good:
        return frozenset({401})
    if facts.token is TokenKind.RESTRICTED:
        return frozenset({403}) if facts.main else frozenset()
    return _BY_ROLE[facts.role]


def owners(exchange: Exchange, status: int) -> frozenset[str]:
    """The clauses that are judged by the status of this exchange; `status` decides between edge and precedence."""
    facts = exchange.facts
    allowed = expected(facts)
    if not allowed:
        return frozenset()
    if exchange.probe in _STATE:
        return frozenset({_STATE[exchange.probe]})
    edge = EDGES.get(facts.id)
    if allowed == {401}:
        return _owners_of_401(facts, edge, status)
    owner = _owner_with_permission(facts, allowed)
    if edge is None:
        return frozenset({owner} if owner else ())
    return _with_edge(owner, edge) if facts.main and owner else frozenset({edge})


def beside_edges(facts: Facts) -> str | None:
    """The clause that would be judged by the status if the id were no edge."""
    allowed = expected(facts)
    if allowed != {401}:
        return _owner_with_permission(facts, allowed)
    return _of_token(facts) if facts.main else "status.401.precedence"


def _of_token(facts: Facts) -> str:
    return _BAD_TOKENS.get(facts.token) or _by_length(facts.token_length) or "status.401.unknown-token"


def _owners_of_401(facts: Facts, edge: str | None, status: int) -> frozenset[str]:
    if facts.main:
        return _with_edge(_of_token(facts), edge)
    if edge and (status not in {403, 404} or facts.role is Role.PERMITTED):
        return frozenset({edge})
    return frozenset({"status.401.precedence"})


def _with_edge(owner: str, edge: str | None) -> frozenset[str]:
    """The owner of a request to the description's repository; where that is an edge, an ordinary one speaks of both."""
    return frozenset({owner, edge} if edge and owner in _ORDINARY else {owner})


def _owner_with_permission(facts: Facts, allowed: frozenset[int]) -> str | None:
    if allowed == {403}:
        return "status.403.no-permission"
    if allowed == {404}:
        return "status.404.no-repository"
    if allowed != {201}:
        return None
    length = None if facts.usual_token else _by_length(facts.token_length)
    if length:
        return length
    if not facts.usual_name:
        return "header.x-auth-token.name"
    return "status.201.permitted" if facts.usual_url else "request.url.http"


def _by_length(length: int) -> str | None:
    if length == 1:
        return "header.x-auth-token.minimum-length"
    if length >= TOKEN_MAXIMUM - 1:
        return "header.x-auth-token.maximum-length"
    return "header.x-auth-token.length" if length > _ORDINARY_LENGTH else None
