"""The envelope of refusals, and its code by the document's examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.contract.known_tokens import TokenKind
from conformance.judge.checks.registry import Kind, Rule, check
from conformance.judge.checks.response import is_json_object
from conformance.judge.expected import expectation_of
from conformance.judge.verdict import PASS, AnsweredBy, Finding, fail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.clause import Clause
    from conformance.contract.contract import Contract
    from conformance.judge.reading import Reading

_METHODS = {"GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"}  # parsers and proxies answer others themselves
_LACKING = {TokenKind.MISSING, TokenKind.EMPTY}
_TOO_LARGE = {400, 413, 414, 431, 494}  # what a parser answers to a head over its limit


def _enveloped(reading: Reading, schema: Mapping[str, Any]) -> Finding:
    if reading.object is None:
        return is_json_object(reading)
    if errors := reading.contract.type_errors(schema, reading.object):
        members = f"an object of {', '.join(sorted(reading.object))}" if reading.object else "an empty object"
        return fail("; ".join(errors), got=f"{reading.status}, {members}")
    return PASS


@check("envelope", {"status": Kind.STATUS}, {"status": frozenset({"other"})})
def envelope(contract: Contract, clause: Clause) -> Rule:
    """A refusal carries the documented envelope; `other` are the 4xx that the document does not list.

    The body is a JSON object with the documented members, each of its type. Only requests that reach the service are
    judged. Parsers, routers and proxies answer malformed HTTP, other paths and a head that is too large. To an id that
    is out of range, or is not written as a number, a router may answer 404, and a firewall 403. A firewall may answer
    403 to an odd body too. These are among the others.
    """
    status = clause.arguments["status"]
    if status == "other":
        return _other(contract)
    schema, expectation = contract.operation.responses[status].schema or {}, expectation_of(contract)

    def judge(reading: Reading) -> Finding | None:
        """Of requests that every parser and router takes to the service."""
        asked = reading.status == status and expectation.is_the_service_s(reading.facts, status)
        return _enveloped(reading, schema) if asked else None

    return judge


def _other(contract: Contract) -> Rule:
    documented = contract.operation.refusals
    schemas: list[Mapping[str, Any]] = []
    for status in documented:
        schema = contract.operation.responses[status].schema or {}
        schemas += [] if schema in schemas else [schema]
    shortest, expectation = contract.operation.credential.shortest, expectation_of(contract)

    def judge(reading: Reading) -> Finding | None:
        """Every other 4xx to a request that reaches the service carries the envelope too.

        An answer to HEAD has no body. No envelope is due where a parser, router or proxy may answer before the
        application: malformed HTTP, other paths and methods, a head that is too large. So it is with a token of
        characters that the document is silent about.
        """
        facts = reading.facts
        if not 400 <= reading.status < 500 or not facts.served or facts.method not in _METHODS:  # noqa: PLR2004 - RFC 9110 section 15.5
            return None
        overlong = facts.token_length > shortest and not facts.token_in_range
        if facts.token is TokenKind.UNUSUAL or (overlong and reading.status in _TOO_LARGE):
            return None
        if reading.status in documented and expectation.is_the_service_s(facts, reading.status):
            return None
        findings = [_enveloped(reading, schema) for schema in schemas]
        return next((found for found in findings if found == PASS), findings[-1] if findings else None)

    return judge


@check("error-code", {"status": Kind.STATUS})
def error_code(contract: Contract, clause: Clause) -> Rule:
    """The code is one of the document's examples; a gateway has codes of its own.

    An answer of the gateway is therefore not judged here, nor is one without a code: that is for the envelope.
    """
    status, name = clause.arguments["status"], contract.operation.envelope.of(clause.arguments["status"]).code
    expectation = expectation_of(contract)
    codes = tuple(one[name] for one in contract.operation.responses[status].examples if name in one)

    def judge(reading: Reading) -> Finding | None:
        """Of in-contract requests, those without a token or with an empty one, and of what the document refuses."""
        facts = reading.facts
        lacking = facts.addressed and facts.token in _LACKING and status in expectation.unauthorised
        asked = ((facts.in_contract or lacking) and not facts.elsewhere) or status in expectation.invalid(facts)
        if not asked or reading.status != status:
            return None
        if reading.answered_by is AnsweredBy.GATEWAY or reading.error_code is None:
            return None
        if reading.error_code in codes:
            return PASS
        return fail(f"{name} is {reading.error_code!r}", got=reading.error_code)

    return judge
