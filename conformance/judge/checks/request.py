"""Requests that must not succeed, and those that must: values, credentials, bodies and methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.body import BodyKind
from conformance.contract.facts import Facts, Role
from conformance.contract.known_tokens import TokenKind
from conformance.contract.operation import with_article
from conformance.contract.values import ValueKind
from conformance.judge.checks.registry import Kind, Rule, check
from conformance.judge.verdict import PASS, Finding, fail, untested

if TYPE_CHECKING:
    from conformance.contract.clause import Clause
    from conformance.contract.contract import Contract
    from conformance.judge.reading import Reading

_UNAUTHORIZED = 401  # RFC 9110 section 15.5.2
_SERVER_ERROR = 500  # RFC 9110 section 15.6
_MADE = {201, 202}  # created, accepted (RFC 9110 section 15.3): no answer to what asks for options or a page
_CHANGING = {"PUT", "PATCH", "DELETE"}
_TOKENS = {
    TokenKind.MISSING: "no token",
    TokenKind.EMPTY: "an empty token",
    TokenKind.UNKNOWN: "an unknown token",
    TokenKind.NEAR_VALID: "a valid token, changed,",
    TokenKind.UNUSUAL: "an unknown token of unusual characters",
}
_VALUES = {
    "missing": {ValueKind.EMPTY},
    "wrong-type": {ValueKind.NOT_INTEGER, ValueKind.NOT_BOOLEAN},
    "below-minimum": {ValueKind.BELOW},
    "above-maximum": {ValueKind.ABOVE},
    "not-listed": {ValueKind.NOT_LISTED},
    "too-short": {ValueKind.TOO_SHORT},
    "too-long": {ValueKind.TOO_LONG},
    "other-pattern": {ValueKind.OTHER_PATTERN},
}
_MEMBERS = frozenset({
    "missing", "wrong-type", "not-listed", "too-short", "too-long", "too-few", "too-many", "below-minimum",
    "above-maximum", "other-pattern", "repeated",
})  # fmt: skip
_SAID = {
    "not-listed": "none of the listed values",
    "below-minimum": "below the minimum",
    "above-maximum": "above the maximum",
    "other-pattern": "not of the documented pattern",
}
_BODIES = {"not-json": BodyKind.NOT_JSON, "not-object": BodyKind.NOT_OBJECT, "absent": BodyKind.ABSENT}


@check(
    "refused",
    {"parameter": Kind.PARAMETER, "when": frozenset(_VALUES)},
    {"credential": frozenset({"over-maximum", "below-minimum", "unrecognised"})},
    {"body": frozenset(_BODIES)},
    {"member": Kind.BODY_MEMBER, "when": _MEMBERS},
    {"method": frozenset({"other"})},
)
def refused(contract: Contract, clause: Clause) -> Rule:
    """A request out of contract in this way does not succeed.

    Which status it gets is open: any but 2xx passes, the gateway's included. A 2xx always fails. A refusal passes only
    where nothing else is wrong with the request, and the first valid request succeeded: a target that refuses
    everything proves nothing. A 5xx is no refusal.
    """
    match dict(clause.arguments):
        case {"parameter": name, "when": when}:
            return _bad_value(contract, str(name), str(when))
        case {"credential": "unrecognised"}:
            return _unrecognised
        case {"credential": when}:
            return _bad_length(contract, str(when))
        case {"body": kind}:
            return _bad_body(_BODIES[str(kind)])
        case {"member": member, "when": when}:
            return _bad_member(contract, str(member), str(when))
        case _:
            return _other_method


def _refused(reading: Reading, *, what: str, proven: bool) -> Finding | None:
    """A 2xx always fails; another answer proves something only where nothing else was wrong with the request.

    Nor does it where the target refuses what it should accept, or answers 5xx, which is not a refusal.
    """
    if _succeeded(reading):
        return fail(f"{what} was answered {reading.got}", got=reading.got, accepted=_accepted(reading))
    if not proven:
        return None
    if not reading.context.succeeded:
        return untested(reading.context.obstacle or "the first valid request did not succeed")
    if reading.status == _UNAUTHORIZED and reading.facts.token is TokenKind.VALID and not reading.context.recognised:
        return untested("answered 401, and nothing shows that the token is valid")
    if reading.status >= _SERVER_ERROR and not reading.unimplemented:
        return untested(f"answered {reading.got}, which is not a refusal")
    return PASS


def _succeeded(reading: Reading) -> bool:
    """Whether the operation was carried out: another spelling of the path may be another resource, with a 200."""
    if not reading.facts.respelt:
        return reading.succeeded
    shown = reading.success and reading.facts.documented_method and _shows(reading)
    if reading.facts.id_kind is ValueKind.EMPTY or reading.facts.beyond:
        return shown  # the path without its resource, or with more, may be another operation, which makes another thing
    return reading.status in _MADE or shown


def _shows(reading: Reading) -> bool:
    """Whether a success on another spelling of the path is the operation's: it shows the documented members."""
    documented = reading.contract.operation.responses[reading.status].members
    required = (reading.contract.operation.responses[reading.status].schema or {}).get("required") or documented
    return bool(required) and set(required) <= (reading.object or {}).keys()


def _accepted(reading: Reading, *otherwise: str) -> tuple[str, ...]:
    """The outcomes that would have been accepted; by default the clause's."""
    if reading.facts.beyond or (reading.facts.respelt and reading.facts.id_kind is ValueKind.EMPTY):
        return ("anything but a 201 with the documented members",)
    return ("any status but 201 and 202",) if reading.facts.respelt else otherwise


def _bad_value(contract: Contract, name: str, when: str) -> Rule:
    kinds, of_resource = _VALUES[when], name == contract.operation.resource

    def judge(reading: Reading) -> Finding | None:
        facts = reading.facts
        kind = facts.id_kind if of_resource else facts.arguments[name].kind if name in facts.arguments else None
        if not facts.documented_method or kind not in kinds:
            return None
        alone = facts.plain and not facts.queried and not facts.respelt and _only(facts, name, of_resource=of_resource)
        proven = alone and facts.token is TokenKind.VALID and facts.body is BodyKind.DOCUMENTED
        return _refused(reading, what=f"{'an id' if of_resource else name} that is {kind}", proven=proven)

    return judge


def _only(facts: Facts, name: str, *, of_resource: bool) -> bool:
    """Whether every other parameter is in contract."""
    others = [one.kind for key, one in facts.arguments.items() if key != name]
    if not of_resource and facts.id_kind is not None:
        others.append(facts.id_kind)
    return all(kind in {ValueKind.IN_RANGE, ValueKind.ABSENT} for kind in others)


def _bad_length(contract: Contract, when: str) -> Rule:
    credential = contract.operation.credential

    def out_of_range(length: int) -> bool:
        if when == "over-maximum":
            return credential.longest is not None and length > credential.longest
        return 0 < length < credential.shortest

    def judge(reading: Reading) -> Finding | None:
        """Of unusual tokens, how many characters they have is open."""
        facts = reading.facts
        if not facts.exact or not out_of_range(facts.token_length) or facts.token is TokenKind.UNUSUAL:
            return None
        return _refused(reading, what=f"a token of {facts.token_length:,} characters", proven=facts.addressed)

    return judge


def _on_path(reading: Reading) -> bool:
    """Whether a body is the operation's: with an undocumented query, where it was carried out for a good token."""
    facts = reading.facts
    carried_out = facts.operates and facts.token is TokenKind.VALID and reading.status in _MADE
    return facts.exact or (carried_out and facts.valued)


def _bad_body(kind: BodyKind) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        facts = reading.facts
        if not _on_path(reading) or facts.body is not kind or not facts.plain:
            return None  # another Content-Type, or an encoding, makes something else of the bytes
        what = f"{kind}" if kind is BodyKind.ABSENT else f"a body that is {kind}"
        proven = facts.exact and facts.token is TokenKind.VALID and facts.valued
        return _refused(reading, what=what, proven=proven)

    return judge


def _bad_member(contract: Contract, member: str, when: str) -> Rule:
    schema = (contract.operation.body.member(member) if contract.operation.body else None) or {}
    kind = schema.get("type", "value of the documented type")
    said = (
        f"no {kind if isinstance(kind, str) else ' or '.join(kind)}"
        if when == "wrong-type"
        else _SAID.get(when, when.replace("-", " "))
    )

    def judge(reading: Reading) -> Finding | None:
        facts = reading.facts
        if not _on_path(reading) or (member, when) not in facts.wrong or not facts.plain:
            return None
        proven = facts.exact and facts.token is TokenKind.VALID and facts.valued and len(facts.wrong) == 1
        return _refused(reading, what=f"{with_article(member)} that is {said}", proven=proven)

    return judge


def _unrecognised(reading: Reading) -> Finding | None:
    """Nothing succeeds without a token that the target knows, whatever else is odd about the request."""
    facts = reading.facts
    longest = reading.contract.operation.credential.longest
    overlong = (
        facts.exact and longest is not None and facts.token_length > longest and facts.token is not TokenKind.UNUSUAL
    )
    on_path = facts.operates or (facts.documented_method and facts.respelt)
    if not on_path or not facts.stranger or reading.allowed or overlong:
        return None  # where a refusal is owed, or the length forbids it, another clause speaks of it
    if _succeeded(reading):
        with_token = f"with {_TOKENS.get(facts.token, 'no known token')}"
        if facts.token is TokenKind.MISSING and facts.carriers:
            header = reading.contract.operation.credential.header.decode("latin-1")
            with_token = f"without {header}, and with a valid token in {', '.join(facts.carriers)},"
        said = f"a request {with_token} was answered {reading.got}"
        return fail(said, got=reading.got, accepted=_accepted(reading, "any status but 2xx"))
    if not reading.context.succeeded:
        return untested(reading.context.obstacle or "the first valid request did not succeed")
    return untested(f"answered {reading.got}, which is not a refusal") if reading.status >= _SERVER_ERROR else PASS


def _other_method(reading: Reading) -> Finding | None:
    """Other methods do not succeed; OPTIONS may tell what there is, and makes nothing; HEAD goes with GET.

    PUT, PATCH and DELETE do not succeed with a query either, and make nothing where a lenient router takes the path for
    this one.
    """
    facts = reading.facts
    on_path = facts.exact_path or ((facts.queried or facts.respelt) and facts.method in _CHANGING)
    if not on_path or facts.documented_method:
        return None
    if facts.method == "HEAD" and reading.contract.operation.method == "GET":
        return None  # RFC 9110 section 9.1: where there is GET there is HEAD
    if facts.method == "OPTIONS":
        return fail(f"OPTIONS was answered {reading.got}", got=reading.got) if reading.status in _MADE else PASS
    proven = not facts.respelt and facts.token is TokenKind.VALID and facts.valued
    return _refused(reading, what=facts.method, proven=proven)


@check("accepted", {"member": Kind.BODY_MEMBER, "form": frozenset({"uncommon"})})
def accepted(_contract: Contract, _clause: Clause) -> Rule:
    """A legal form of a member that is rarely seen is accepted.

    The token and the resource are good, and the value is legal by its standard: the answer has to be the success. After
    a first valid request that failed, the clause is not tested.
    """

    def judge(reading: Reading) -> Finding | None:
        facts = reading.facts
        asked = facts.exact and facts.plain and facts.valued and facts.body is BodyKind.URL_UNCOMMON
        if not asked or facts.token is not TokenKind.VALID or facts.role is not Role.PERMITTED:
            return None
        if reading.success:
            return PASS
        if reading.context.obstacle:
            return untested(reading.context.obstacle)
        success = reading.contract.operation.success
        return fail(f"answered {reading.got} instead of {success}", got=reading.got)

    return judge
