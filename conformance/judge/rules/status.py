"""Status codes of in-contract requests, and of those that lack only a good token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.body import BodyKind
from conformance.contract.facts import Role
from conformance.contract.wallet import TokenKind
from conformance.judge.owed import AGAIN, BURST, CREATION, FIRST, expected, owners
from conformance.judge.rules.registry import RULES, rule
from conformance.judge.verdict import PASS, Finding, fail, untested

if TYPE_CHECKING:
    from conformance.judge.reading import Reading
    from conformance.judge.rules.registry import Rule

_DOCUMENTED = (201, 401, 403, 404)
_CREATED = 201  # RFC 9110 section 15.3.2
_UNAUTHORIZED = 401  # RFC 9110 section 15.5.2
_OWED = (
    "path.repository_id.minimum",
    "path.repository_id.maximum",
    "status.401.missing-token",
    "status.401.empty-token",
    "status.401.unknown-token",
    "status.401.near-valid-token",
    "status.401.precedence",
    "header.x-auth-token.minimum-length",
    "header.x-auth-token.length",
    "header.x-auth-token.maximum-length",
    "header.x-auth-token.name",
    "request.url.http",
    "status.201.permitted",
    "status.403.no-permission",
    "status.404.no-repository",
)


def _owed(clause: str) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        if clause == "request.url.http" and reading.exchange.probe == FIRST and reading.status == _CREATED:
            return PASS  # a target that refuses to associate again has accepted one url at least
        if clause not in owners(reading.exchange, reading.status):
            return None
        allowed = expected(reading.facts)
        if reason := _unproven(reading, allowed):
            return untested(reason)
        if reading.status in allowed:
            return PASS
        if obstacle := _obstacle(reading, allowed):
            return untested(obstacle)
        accepted = tuple(str(status) for status in sorted(allowed))
        return fail(f"answered {reading.got} instead of {' or '.join(accepted)}", got=reading.got, accepted=accepted)

    return judge


for _clause in _OWED:
    RULES[_clause] = _owed(_clause)


def _unproven(reading: Reading, allowed: frozenset[int]) -> str | None:
    """Why an answer to good credentials proves nothing: the target refuses everybody, or knows not these."""
    facts = reading.facts
    if facts.token.good and _CREATED not in allowed and not reading.context.associated:
        return reading.context.obstacle
    if facts.token is TokenKind.RESTRICTED and reading.status == _UNAUTHORIZED:
        return "restricted_token was refused (401): it is no valid token"
    return None


def _obstacle(reading: Reading, allowed: frozenset[int]) -> str | None:
    """Why a 201 that did not come proves nothing here; the first one always does."""
    return reading.context.obstacle if _CREATED in allowed and reading.exchange.probe != FIRST else None


@rule("request.url.uncommon")
def uncommon_url(reading: Reading) -> Finding | None:
    """A legal url that is rarely seen is accepted."""
    facts = reading.facts
    asked = facts.exact and facts.plain and facts.body is BodyKind.URL_UNCOMMON
    if not asked or facts.token is not TokenKind.VALID or facts.role is not Role.PERMITTED:
        return None
    if reading.status == _CREATED:
        return PASS
    if reading.context.obstacle:
        return untested(reading.context.obstacle)
    return fail(f"answered {reading.got} instead of 201", got=reading.got)


@rule("status.documented")
def documented(reading: Reading) -> Finding | None:
    """An in-contract request is answered 201, 401, 403 or 404."""
    if not reading.facts.in_contract:
        return None
    if reading.status in _DOCUMENTED:
        return PASS
    if reading.exchange.probe == AGAIN and reading.context.obstacle:
        return None  # what an associated repository gets is a hole of the document: state.repeat
    if obstacle := _obstacle(reading, expected(reading.facts)):
        return untested(obstacle)
    return fail(f"answered {reading.got}, which is not documented", got=reading.got)


@rule("state.repeat")
def repeat(reading: Reading) -> Finding | None:
    """The same association again succeeds and gives the same id."""
    return _same(reading) if reading.exchange.probe == AGAIN else None


@rule("state.concurrent")
def concurrent(reading: Reading) -> Finding | None:
    """The same association many times at once succeeds and gives one id."""
    if reading.exchange.probe not in {BURST, CREATION}:
        return None
    if reading.context.obstacle:
        return untested(reading.context.obstacle)
    if reading.status == _CREATED and not reading.context.steady:
        return untested("the id changes even where one association follows the other")
    return _same(reading)


def _same(reading: Reading) -> Finding:
    context = reading.context
    of_many = {CREATION: context.created_id, BURST: context.burst_id}.get(reading.exchange.probe)
    first = context.mirror_id if of_many is None and reading.exchange.probe != CREATION else of_many
    if reading.status != _CREATED:
        if reading.context.obstacle and not reading.context.associated:
            return untested(reading.context.obstacle)
        return fail(f"answered {reading.got} instead of 201", got=reading.got)
    now = (reading.object or {}).get("id")
    if first is None or now is None:
        return untested("the answers have no id to compare")
    before = "was" if of_many is None else "of the first of them is"
    return PASS if now == first else fail(f"the id {before} {first!r} and is {now!r}", got=f"id {now!r}")
