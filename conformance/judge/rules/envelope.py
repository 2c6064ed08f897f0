"""The envelope of refusals: Tables 4 to 6 of the document and their examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.contract import resolve
from conformance.judge.rules.registry import RULES, rule
from conformance.judge.rules.response import is_json_media, is_json_object
from conformance.judge.verdict import PASS, AnsweredBy, Finding, fail

if TYPE_CHECKING:
    from conformance.judge.reading import Reading
    from conformance.judge.rules.registry import Rule

_SCHEMA = "#/components/schemas/Error"
_DOCUMENTED = (401, 403, 404)
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


def _envelope(status: int) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        return _enveloped(reading) if reading.facts.post and reading.status == status else None

    return judge


def _code(status: int) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        if not reading.facts.in_contract or reading.status != status:
            return None
        if reading.answered_by is not AnsweredBy.SERVICE or reading.error_code is None:
            return None
        examples = resolve(reading.contract.openapi, _EXAMPLES % status)
        codes = tuple(example["value"]["error_code"] for example in examples.values())
        if reading.error_code in codes:
            return PASS
        return fail(f"error_code is {reading.error_code!r}", got=reading.error_code)

    return judge


def _media(status: int) -> Rule:
    def judge(reading: Reading) -> Finding | None:
        return is_json_media(reading) if reading.facts.post and reading.status == status else None

    return judge


for _status in _DOCUMENTED:
    RULES[f"error.{_status}.envelope"] = _envelope(_status)
    RULES[f"error.{_status}.code"] = _code(_status)
    RULES[f"error.{_status}.content-type"] = _media(_status)


@rule("error.other.envelope")
def other(reading: Reading) -> Finding | None:
    """Every other 4xx carries the envelope too; an answer to HEAD has no body and owes none."""
    if not 400 <= reading.status < 500 or reading.facts.method == "HEAD":  # noqa: PLR2004 - RFC 9110 section 15.5
        return None
    return None if reading.facts.post and reading.status in _DOCUMENTED else _enveloped(reading)
