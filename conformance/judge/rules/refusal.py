"""What must not succeed: ids, tokens, bodies and methods out of contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.body import BodyKind
from conformance.contract.facts import TOKEN_MAXIMUM
from conformance.contract.values import ValueKind
from conformance.contract.wallet import TokenKind
from conformance.judge.owed import expected
from conformance.judge.rules.registry import RULES, rule
from conformance.judge.verdict import PASS, Finding, fail, untested

if TYPE_CHECKING:
    from conformance.judge.reading import Reading
    from conformance.judge.rules.registry import Rule


_UNAUTHORIZED = 401  # RFC 9110 section 15.5.2
_SERVER_ERROR = 500  # RFC 9110 section 15.6
_TOKENS = {
    TokenKind.MISSING: "no token",
    TokenKind.EMPTY: "an empty token",
    TokenKind.UNKNOWN: "an unknown token",
    TokenKind.NEAR_VALID: "a valid token, changed,",
    TokenKind.UNUSUAL: "an unknown token of unusual characters",
}
_MADE = {201, 202}  # created, accepted (RFC 9110 section 15.3): no answer to what asks for options or a page


def _refused(reading: Reading, *, what: str, proven: bool) -> Finding | None:
    """A 2xx always fails; another answer proves something only where nothing else was wrong with the request.

    Nor does it where the target refuses what it should accept, or answers 5xx, which is no refusal.
    """
    if _succeeded(reading):
        return fail(f"{what} was answered {reading.got}", got=reading.got, accepted=_accepted(reading))
    if not proven:
        return None
    if not reading.context.associated:
        return untested(reading.context.obstacle or "nothing was associated")
    if reading.status == _UNAUTHORIZED and reading.facts.token is TokenKind.VALID and not reading.context.recognised:
        return untested("answered 401, and nothing shows that the token is valid")
    if reading.status >= _SERVER_ERROR:
        return untested(f"answered {reading.got}, which is no refusal")
    return PASS


def _succeeded(reading: Reading) -> bool:
    """Whether the operation was carried out: another spelling of the path may be another resource, with a 200."""
    return reading.status in _MADE if reading.facts.respelt else reading.succeeded


def _accepted(reading: Reading, *otherwise: str) -> tuple[str, ...]:
    """What would have been accepted; by default what the clause says."""
    return ("any status but 201 and 202",) if reading.facts.respelt else otherwise


def _bad_id(kind: ValueKind) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        facts = reading.facts
        if facts.method != "POST" or facts.id_kind is not kind:
            return None
        bare = facts.plain and not facts.queried and not facts.respelt
        proven = bare and facts.token is TokenKind.VALID and facts.body is BodyKind.DOCUMENTED
        return _refused(reading, what=f"an id that is {kind}", proven=proven)

    return judge


RULES["path.repository_id.mandatory"] = _bad_id(ValueKind.EMPTY)
RULES["path.repository_id.type"] = _bad_id(ValueKind.NOT_INTEGER)
RULES["path.repository_id.below-minimum"] = _bad_id(ValueKind.BELOW)
RULES["path.repository_id.above-maximum"] = _bad_id(ValueKind.ABOVE)


@rule("header.x-auth-token.over-maximum")
def over_maximum(reading: Reading) -> Finding | None:
    """A token over 100,000 characters does not succeed; of unusual ones, how many characters they have is open."""
    facts = reading.facts
    if not facts.exact or facts.token_length <= TOKEN_MAXIMUM or facts.token is TokenKind.UNUSUAL:
        return None
    return _refused(reading, what=f"a token of {facts.token_length:,} characters", proven=facts.addressed)


def _bad_body(kind: BodyKind) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        facts = reading.facts
        if not facts.exact or facts.body is not kind or not facts.plain:
            return None  # another Content-Type, or an encoding, makes something else of the bytes
        proven = facts.token is TokenKind.VALID and facts.id_kind is ValueKind.IN_RANGE
        return _refused(reading, what=f"a body that is {kind}" if kind in _BODIES else f"{kind}", proven=proven)

    return judge


_BODIES = {BodyKind.NOT_JSON, BodyKind.NOT_OBJECT}
RULES["request.body.not-json"] = _bad_body(BodyKind.NOT_JSON)
RULES["request.body.not-object"] = _bad_body(BodyKind.NOT_OBJECT)
RULES["request.url.type"] = _bad_body(BodyKind.URL_NOT_STRING)


@rule("header.x-auth-token.mandatory")
def mandatory(reading: Reading) -> Finding | None:
    """Without a token that the target knows nothing succeeds, whatever else is odd about the request."""
    facts = reading.facts
    overlong = facts.exact and facts.token_length > TOKEN_MAXIMUM and facts.token is not TokenKind.UNUSUAL
    on_path = facts.operates or (facts.method == "POST" and facts.respelt)
    if not on_path or not facts.stranger or expected(facts) or overlong:
        return None  # where a 401 is owed, or the length forbids it, another clause speaks of it
    if _succeeded(reading):
        said = f"a request with {_TOKENS.get(facts.token, 'no known token')} was answered {reading.got}"
        return fail(said, got=reading.got, accepted=_accepted(reading, "any status but 2xx"))
    if not reading.context.associated:
        return untested(reading.context.obstacle or "nothing was associated")
    return untested(f"answered {reading.got}, which is no refusal") if reading.status >= _SERVER_ERROR else PASS


@rule("method.other")
def other_method(reading: Reading) -> Finding | None:
    """Other methods do not succeed; OPTIONS may tell what there is, and makes nothing."""
    facts = reading.facts
    if not facts.exact_path or facts.method == "POST":
        return None
    if facts.method == "OPTIONS":
        return fail(f"OPTIONS was answered {reading.got}", got=reading.got) if reading.status in _MADE else PASS
    proven = facts.token is TokenKind.VALID and facts.id_kind is ValueKind.IN_RANGE
    return _refused(reading, what=facts.method, proven=proven)
