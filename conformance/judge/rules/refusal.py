"""What must not succeed: ids, tokens, bodies and methods out of contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.body import BodyKind
from conformance.contract.facts import TOKEN_MAXIMUM
from conformance.contract.identifier import IdKind
from conformance.contract.wallet import TokenKind
from conformance.judge.rules.registry import RULES, rule
from conformance.judge.verdict import PASS, Finding, fail, untested

if TYPE_CHECKING:
    from conformance.judge.reading import Reading
    from conformance.judge.rules.registry import Rule


_UNAUTHORIZED = 401  # RFC 9110 section 15.5.2
_SERVER_ERROR = 500  # RFC 9110 section 15.6


def _refused(reading: Reading, *, what: str, proven: bool) -> Finding | None:
    """A 2xx always fails; another answer proves something only where nothing else was wrong with the request.

    Nor does it where the target refuses what it should accept, or answers 5xx, which is no refusal.
    """
    if reading.succeeded:
        return fail(f"{what} was answered {reading.got}", got=reading.got)
    if not proven:
        return None
    if not reading.context.associated:
        return untested(reading.context.obstacle or "nothing was associated")
    if reading.status == _UNAUTHORIZED and reading.facts.token is TokenKind.VALID and not reading.context.recognised:
        return untested("answered 401, and nothing shows that the token is valid")
    if reading.status >= _SERVER_ERROR:
        return untested(f"answered {reading.got}, which is no refusal")
    return PASS


def _bad_id(kind: IdKind) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        facts = reading.facts
        if facts.method != "POST" or facts.id_kind is not kind:
            return None
        proven = facts.token is TokenKind.VALID and facts.body is BodyKind.DOCUMENTED and facts.plain
        return _refused(reading, what=f"an id that is {kind}", proven=proven)

    return judge


RULES["path.repository_id.mandatory"] = _bad_id(IdKind.EMPTY)
RULES["path.repository_id.type"] = _bad_id(IdKind.NOT_INTEGER)
RULES["path.repository_id.below-minimum"] = _bad_id(IdKind.BELOW)
RULES["path.repository_id.above-maximum"] = _bad_id(IdKind.ABOVE)


@rule("header.x-auth-token.over-maximum")
def over_maximum(reading: Reading) -> Finding | None:
    """A token over 100,000 characters does not succeed; of unusual ones, how many characters they have is open."""
    facts = reading.facts
    if not facts.post or facts.token_length <= TOKEN_MAXIMUM or facts.token is TokenKind.UNUSUAL:
        return None
    return _refused(reading, what=f"a token of {facts.token_length:,} characters", proven=facts.addressed)


def _bad_body(kind: BodyKind) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        facts = reading.facts
        if not facts.post or facts.body is not kind or not facts.plain:
            return None  # another Content-Type, or an encoding, makes something else of the bytes
        proven = facts.token is TokenKind.VALID and facts.id_kind is IdKind.IN_RANGE
        return _refused(reading, what=f"a body that is {kind}" if kind in _BODIES else f"{kind}", proven=proven)

    return judge


_BODIES = {BodyKind.NOT_JSON, BodyKind.NOT_OBJECT}
RULES["request.body.not-json"] = _bad_body(BodyKind.NOT_JSON)
RULES["request.body.not-object"] = _bad_body(BodyKind.NOT_OBJECT)
RULES["request.url.type"] = _bad_body(BodyKind.URL_NOT_STRING)


@rule("method.other")
def other_method(reading: Reading) -> Finding | None:
    """Other methods do not succeed, OPTIONS excepted."""
    facts = reading.facts
    if not facts.exact_path or facts.method in {"POST", "OPTIONS"}:
        return None
    proven = facts.token is TokenKind.VALID and facts.id_kind is IdKind.IN_RANGE
    return _refused(reading, what=facts.method, proven=proven)
