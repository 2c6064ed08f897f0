"""Who answered: the service, the API gateway in front of it, or somebody else (docs/vendor.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.strictjson import JsonText, read_json
from conformance.judge.verdict import AnsweredBy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.contract.message import Response
    from conformance.contract.operation import Envelope
    from conformance.judge.verdict import Verdict

__all__ = ["disagree", "speaker_of", "told_by"]


def speaker_of(response: Response, envelope: Envelope) -> AnsweredBy:
    """Who sent an answer."""
    body = JsonText(defect="cut") if response.truncated else read_json(response.body)
    return told_by(response.status, body, envelope)


def told_by(status: int, body: JsonText, envelope: Envelope) -> AnsweredBy:
    """Who sent an answer with this status and body: the gateway has codes of its own, the service a form.

    A success with an object is the service's, and so is the documented envelope, whatever its code: what is judged must
    not decide who answered.
    """
    document = body.value if isinstance(body.value, dict) else {}
    own = envelope.of(status)
    code, text = document.get(own.code), document.get(own.text)
    if isinstance(code, str) and envelope.gateway.fullmatch(code):
        return AnsweredBy.GATEWAY
    success = 200 <= status < 300 and isinstance(body.value, dict)  # noqa: PLR2004 - RFC 9110 section 15.3
    if success or (isinstance(code, str) and (isinstance(text, str) or envelope.service.fullmatch(code))):
        return AnsweredBy.SERVICE
    return AnsweredBy.OTHER


def disagree(failures: Iterable[Verdict]) -> bool:
    """Whether all of these are the gateway's: it is not the service, but its deployment, that breaks the document."""
    return {failure.answered_by for failure in failures} == {AnsweredBy.GATEWAY}
