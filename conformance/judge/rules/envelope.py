"""The envelope of refusals: Tables 4 to 6 of the document and their examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.pointer import resolve
from conformance.contract.facts import TOKEN_MAXIMUM
from conformance.judge.rules.registry import RULES, rule
from conformance.judge.rules.response import is_json_media, is_json_object
from conformance.judge.verdict import PASS, AnsweredBy, Finding, fail

if TYPE_CHECKING:
    from conformance.judge.reading import Reading
    from conformance.judge.rules.registry import Rule

_SCHEMA = "#/components/schemas/Error"
_DOCUMENTED = (401, 403, 404)
_METHODS = {"GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"}  # parsers and proxies answer others themselves
_TOO_LARGE = {400, 413, 414, 431, 494}  # what a parser answers to a head over its limit
_EXAMPLES = (
    "#/paths/~1v4~1repositories~1{repository_id}~1remote-mirror~1associate/post"
    "/responses/%s/content/application~1json/examples"
)


def _enveloped(reading: Reading) -> Finding:
    if reading.object is None:
        return is_json_object(reading)
    if errors := reading.contract.type_errors(_SCHEMA, reading.object):
        members = f"an object of {', '.join(sorted(reading.object))}" if reading.object else "an empty object"
        return fail("; ".join(errors), got=f"{reading.status}, {members}")
    return PASS


def _documented(reading: Reading, status: int) -> bool:
    """Whether this is a documented refusal: of a POST that every parser and router takes to the service."""
    return reading.facts.exact and reading.facts.served and reading.status == status


def _envelope(status: int) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        return _enveloped(reading) if _documented(reading, status) else None

    return judge


def _code(status: int) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        if not reading.facts.in_contract or reading.status != status:
            return None
        if reading.answered_by is AnsweredBy.GATEWAY or reading.error_code is None:
            return None
        examples = resolve(reading.contract.openapi, _EXAMPLES % status)
        codes = tuple(example["value"]["error_code"] for example in examples.values())
        if reading.error_code in codes:
            return PASS
        return fail(f"error_code is {reading.error_code!r}", got=reading.error_code)

    return judge


def _media(status: int) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        return is_json_media(reading) if _documented(reading, status) else None

    return judge


for _status in _DOCUMENTED:
    RULES[f"error.{_status}.envelope"] = _envelope(_status)
    RULES[f"error.{_status}.code"] = _code(_status)
    RULES[f"error.{_status}.content-type"] = _media(_status)


@rule("error.other.envelope")
def other(reading: Reading) -> Finding | None:
    """Every other 4xx to a request that reaches the service carries the envelope too.

    Nothing is owed by an answer to HEAD, which has no body, nor by one that a parser, router or proxy gives before any
    application sees the request: to what is not HTTP, to other paths and methods, to a head that is too large.
    """
    facts = reading.facts
    if not 400 <= reading.status < 500 or not facts.served or facts.method not in _METHODS:  # noqa: PLR2004 - RFC 9110 section 15.5
        return None
    if facts.token_length > TOKEN_MAXIMUM and reading.status in _TOO_LARGE:
        return None
    return None if facts.exact and reading.status in _DOCUMENTED else _enveloped(reading)
