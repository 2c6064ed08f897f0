"""Who answered: the service, the API gateway in front of it, or somebody else (docs/vendor.md)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.contract.strictjson import JsonText, read_json
from conformance.judge.verdict import AnsweredBy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.contract.message import Response
    from conformance.judge.verdict import Verdict

__all__ = ["disagree", "speaker_of", "told_by"]

_SERVICE_CODE = re.compile(r"CH\.\d{5,8}|DEV\.CH\.\S+|DEV\.\d{8}")
_GATEWAY_CODE = re.compile(r"APIGW?\.\d{4}")


def speaker_of(response: Response) -> AnsweredBy:
    """Who sent an answer."""
    return told_by(response.status, JsonText(defect="cut") if response.truncated else read_json(response.body))


def told_by(status: int, body: JsonText) -> AnsweredBy:
    """Who sent an answer with this status and body: the gateway has codes of its own, the service a form.

    A success with an object is the service's, and so is the documented envelope, whatever its code: what is judged must
    not decide who answered.
    """
    document = body.value if isinstance(body.value, dict) else {}
    code, text = document.get("error_code"), document.get("error_msg")
    if isinstance(code, str) and _GATEWAY_CODE.fullmatch(code):
        return AnsweredBy.GATEWAY
    success = 200 <= status < 300 and isinstance(body.value, dict)  # noqa: PLR2004 - RFC 9110 section 15.3
    if success or (isinstance(code, str) and (isinstance(text, str) or _SERVICE_CODE.fullmatch(code))):
        return AnsweredBy.SERVICE
    return AnsweredBy.OTHER


def disagree(failures: Iterable[Verdict]) -> bool:
    """Whether all of these are the gateway's: it is not the service, but its deployment, that breaks the document."""
    return {failure.answered_by for failure in failures} == {AnsweredBy.GATEWAY}
