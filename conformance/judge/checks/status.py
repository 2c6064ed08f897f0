"""Status codes: of in-contract requests, of those that lack only a good token, and of the same request again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.body import BodyKind
from conformance.contract.facts import Role
from conformance.contract.known_tokens import TokenKind
from conformance.contract.strictjson import same_value
from conformance.judge.checks.registry import Kind, Rule, check
from conformance.judge.expected import AGAIN, BURST, CREATION, FIRST, expectation_of
from conformance.judge.verdict import PASS, Finding, fail, untested

if TYPE_CHECKING:
    from conformance.contract.clause import Clause
    from conformance.contract.contract import Contract
    from conformance.judge.reading import Reading

_UNAUTHORIZED = 401  # RFC 9110 section 15.5.2
_MADE = {201, 202}  # RFC 9110 section 15.3: an unknown query may ask for something else, which makes nothing
_REFUSED = {Role.RESTRICTED, Role.MISSING}
_TAKEN = {BodyKind.DOCUMENTED, BodyKind.UNUSUAL}
"""Bodies that a lenient service takes."""


_ALSO = {"also?": Kind.STATUSES}
"""Statuses beside the one that is owed."""


@check(
    "owed",
    {"credential": frozenset({"missing", "empty", "unknown", "near-valid"}), "status": Kind.STATUS, **_ALSO},
    {"credential": frozenset({"unrecognised"}), "resource": frozenset({"other"}), "status": Kind.STATUS, **_ALSO},
    {"credential": frozenset({"minimum-length", "length", "maximum-length", "name"}), **_ALSO},
    {
        "parameter": Kind.PARAMETER,
        "when": frozenset({"minimum", "maximum", "shortest", "longest", "listed", "absent"}),
        **_ALSO,
    },
    {"member": Kind.BODY_MEMBER, "form": frozenset({"everyday"}), **_ALSO},
    {
        "member": Kind.BODY_MEMBER,
        "when": frozenset({"minimum", "maximum", "shortest", "longest", "fewest", "most", "listed", "absent"}),
        **_ALSO,
    },
    {"role": frozenset({"permitted", "restricted", "missing"}), "status": Kind.STATUS, **_ALSO},
    {"body": frozenset({"invalid"}), "status": Kind.STATUS},
    {"parameter": frozenset({"invalid"}), "status": Kind.STATUS},
)
def owed(contract: Contract, clause: Clause) -> Rule:
    """A request whose only subject is this is answered with the status that its token and resource decide.

    The request is in contract but for what the arguments say, so one status is due: 401 without a known token, else the
    one of permission and existence. `invalid` is what a clause `refused` names, where nothing else is out of contract.
    A status that has nothing to do with the subject is left to its own clause, so that one defect fails one clause.
    """
    if clause.arguments.get("body") == "invalid" or clause.arguments.get("parameter") == "invalid":
        return _invalid(contract, clause)
    everyday, also = clause.arguments.get("form") == "everyday", clause.arguments.get("also", ())
    role = clause.arguments.get("role")
    refusing = role if role in _REFUSED else None

    def judge(reading: Reading) -> Finding | None:
        if everyday and reading.exchange.probe == FIRST and reading.success:
            return PASS  # a target that refuses to do the same again has accepted one such value at least
        if clause.id not in reading.owners:
            return _oddly_let_in(reading, refusing) if refusing else None
        allowed = reading.allowed
        if reason := _unproven(reading, allowed):
            return untested(reason)
        if reading.status in allowed or reading.status in also:
            return PASS
        if obstacle := _obstacle(reading, allowed):
            return untested(obstacle)
        accepted = tuple(str(status) for status in sorted(allowed))
        return fail(f"answered {reading.got} instead of {' or '.join(accepted)}", got=reading.got, accepted=accepted)

    return judge


def _oddly_let_in(reading: Reading, role: str) -> Finding | None:
    """A success without permission, or without a resource, that an odd field or an unknown query came to.

    How such a request is refused is silent, whether it is refused is not.
    """
    facts = reading.facts
    weak = facts.token is TokenKind.RESTRICTED and facts.main
    own = Role.RESTRICTED if weak else facts.role if facts.token is TokenKind.VALID else None
    odd = facts.operates and not facts.addressed and not facts.elsewhere
    if own != role or not odd or not facts.valued or facts.body not in _TAKEN:
        return None
    let_in = reading.status in _MADE if facts.queried else reading.succeeded
    return fail(f"answered {reading.got}", got=reading.got, accepted=("any status but 2xx",)) if let_in else None


def _invalid(contract: Contract, clause: Clause) -> Rule:
    """A valid token, a resource that it may use, and one thing that is out of contract: the documented refusal."""
    status, of_body, expectation = clause.arguments["status"], "body" in clause.arguments, expectation_of(contract)

    def judge(reading: Reading) -> Finding | None:
        in_body = reading.facts.body is not BodyKind.DOCUMENTED
        if status not in expectation.invalid(reading.facts) or in_body is not of_body:
            return None
        if reading.context.obstacle:
            return untested(reading.context.obstacle)
        if reading.status == status or reading.succeeded:
            return PASS if reading.status == status else None  # a success is told by the clause `refused`
        return fail(f"answered {reading.got} instead of {status}", got=reading.got, accepted=(str(status),))

    return judge


def _unproven(reading: Reading, allowed: frozenset[int]) -> str | None:
    """The reason why an answer to good credentials proves nothing: the target refuses all, or does not know these."""
    facts = reading.facts
    if facts.token.good and reading.contract.operation.success not in allowed and not reading.context.succeeded:
        return reading.context.obstacle
    if facts.token is TokenKind.RESTRICTED and reading.status == _UNAUTHORIZED:
        return "restricted_token was refused (401): it is not a valid token"
    return None


def _obstacle(reading: Reading, allowed: frozenset[int]) -> str | None:
    """The reason why a success that did not come proves nothing here; the first one always does."""
    asked = reading.contract.operation.success in allowed
    return reading.context.obstacle if asked and reading.exchange.probe != FIRST else None


@check("documented-status")
def documented(contract: Contract, _clause: Clause) -> Rule:
    """An in-contract request is answered with a documented status.

    Which one of them is right is for other clauses. Out of contract every status is allowed.
    """
    statuses = contract.operation.statuses

    def judge(reading: Reading) -> Finding | None:
        if not reading.facts.in_contract:
            return None
        if reading.status in statuses:
            return PASS
        if reading.exchange.probe == AGAIN and reading.context.obstacle:
            return None  # whether the same request may be refused is the clause `same-again`
        if obstacle := _obstacle(reading, reading.allowed):
            return untested(obstacle)
        return fail(f"answered {reading.got}, which is not documented", got=reading.got)

    return judge


@check("same-again", {"member?": Kind.ANSWER_MEMBER, "at-once?": Kind.FLAG})
def same_again(_contract: Contract, clause: Clause) -> Rule:
    """The same request again succeeds and shows the same member; `at-once` is about many at the same time.

    Only the probes that repeat the first valid request are judged. Requests at once are compared with one another, not
    with the first: where the member changes from one request to the next anyway, they prove nothing.
    """
    member = clause.arguments.get("member")

    def again(reading: Reading) -> Finding | None:
        return _same(reading, member) if reading.exchange.probe == AGAIN else None

    def at_once(reading: Reading) -> Finding | None:
        if reading.exchange.probe not in {BURST, CREATION}:
            return None
        if reading.context.obstacle:
            return untested(reading.context.obstacle)
        if reading.success and not reading.context.steady:
            return untested(f"the {member} changes even where one request follows the other")
        return _same(reading, member)

    return at_once if clause.arguments.get("at-once") else again


def _same(reading: Reading, member: str | None) -> Finding:
    context = reading.context
    of_many = {CREATION: context.created, BURST: context.burst}.get(reading.exchange.probe)
    first = context.same if of_many is None and reading.exchange.probe != CREATION else of_many
    if not reading.success:
        if reading.context.obstacle and not reading.context.succeeded:
            return untested(reading.context.obstacle)
        success = reading.contract.operation.success
        return fail(f"answered {reading.got} instead of {success}", got=reading.got)
    if member is None:
        return PASS
    now = reading.same
    if first is None or now is None:
        return untested(f"the answers have no {member} to compare")
    before = "was" if of_many is None else "of the first of them is"
    if same_value(now, first):
        return PASS
    return fail(f"the {member} {before} {first!r} and is {now!r}", got=f"{member} {now!r}")


@check(
    "recorded",
    {"about": frozenset({
        "characters", "repeated", "absent", "members", "encoding", "content-type", "accept", "neither",
        "undocumented-status", "order", "example", "message", "other-codes", "options", "path", "read-back",
    })},
    {"about": frozenset({"notation", "repeated", "other-form"}), "parameter": Kind.PARAMETER},
    {"about": frozenset({"other-form", "open-form", "absent"}), "member": Kind.BODY_MEMBER},
    {"about": frozenset({"reason", "nulls", "extra"}), "status": Kind.STATUS},
    {"about": frozenset({"values"}), "status": Kind.STATUS, "member": Kind.ANSWER_MEMBER},
)  # fmt: skip
def recorded(_contract: Contract, _clause: Clause) -> Rule:
    """The document is silent: what comes is recorded, and never fails.

    The report lists the behaviour, and `conformance compare` says when it has changed.
    """
    return lambda _: None
