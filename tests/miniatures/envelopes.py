"""Sins against error answers (document: tables 4 to 6): the envelope, its codes, and what it must not tell."""

# D102: an override does what its class says. ANN401: a client may send any JSON.
# ruff: noqa: D102, ANN401

from __future__ import annotations

import json
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.mock import Answer, Mock, Refusal, Refused

if TYPE_CHECKING:
    from conformance.mock import Request


class _Rewritten(Mock):
    """Base: the envelope of one status is rewritten."""

    status = 401

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        answer = super().refuse(request, refusal)
        if refusal.status != self.status:
            return answer
        return replace(answer, body=json.dumps(self.rewrite(json.loads(answer.body))).encode())

    def rewrite(self, envelope: dict[str, Any]) -> object:
        return {"error_code": envelope["error_code"]}


class UnauthorizedWithoutMessage(_Rewritten):
    """The 401 has no error_msg."""


class ForbiddenWithoutMessage(_Rewritten):
    """The 403 has no error_msg."""

    status = 403


class NotFoundWithoutMessage(_Rewritten):
    """The 404 has no error_msg."""

    status = 404


class _IntegerCode(_Rewritten):
    """Base: error_code is an integer."""

    def rewrite(self, envelope: dict[str, Any]) -> object:
        return envelope | {"error_code": int(envelope["error_code"].removeprefix("CH."))}


class UnauthorizedCodeInteger(_IntegerCode):
    """The 401 has an integer for error_code."""


class ForbiddenCodeInteger(_IntegerCode):
    """The 403 has an integer for error_code."""

    status = 403


class NotFoundCodeInteger(_IntegerCode):
    """The 404 has an integer for error_code."""

    status = 404


class NotFoundMessageNull(_Rewritten):
    """The 404 has null for error_msg."""

    status = 404

    def rewrite(self, envelope: dict[str, Any]) -> object:
        return envelope | {"error_msg": None}


class ForbiddenIsList(_Rewritten):
    """The 403 is a list with the envelope in it."""

    status = 403

    def rewrite(self, envelope: dict[str, Any]) -> object:
        return [envelope]


class UnauthorizedEmpty(Mock):
    """The 401 has no body."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        return Answer(401) if refusal.status == 401 else super().refuse(request, refusal)


class NotFoundIsPage(Mock):
    """The 404 is an HTML page of the server."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        if refusal.status == 404:
            return Answer(404, b"<html>Not Found</html>", ((b"content-type", b"text/html"),))
        return super().refuse(request, refusal)


class ErrorIsPlainText(Mock):
    """Error answers say text/plain, though their body is the envelope."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        return replace(super().refuse(request, refusal), headers=((b"content-type", b"text/plain"), *refusal.headers))


class BadRequestWithoutEnvelope(Mock):
    """A 400 is plain words without the envelope."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        if refusal.status == 400:
            return Answer(400, b"Bad Request", ((b"content-type", b"text/plain"),))
        return super().refuse(request, refusal)


class ErrorCodesExchanged(Mock):
    """The 403 has the error code of the 404, and the 404 that of the 403."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        code = {403: "CH.00402000", 404: "CH.00401001"}.get(refusal.status, refusal.error_code)
        return super().refuse(request, replace(refusal, error_code=code))


class UnauthorizedCodeOther(Mock):
    """The 401 has an error code that the document does not show."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        code = "CH.00000003" if refusal.status == 401 else refusal.error_code
        return super().refuse(request, replace(refusal, error_code=code))


class TokenRepeated(Mock):
    """The 401 repeats the token that was sent in its error_msg."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        if refusal.status == 401:
            token = b" ".join(request.values(b"x-auth-token")).decode("latin-1")
            refusal = replace(refusal, error_msg=f"Unknown token: {token}")
        return super().refuse(request, refusal)


class PasswordRepeated(Mock):
    """The 201 repeats the url with the password of its user info."""

    def shown_url(self, url: str) -> str:
        return url


class StackTraceShown(Mock):
    """The 400 to a body that is no JSON shows a stack trace."""

    def parse_json(self, body: bytes) -> Any:
        try:
            return super().parse_json(body)
        except Refused as refused:
            raise Refused(replace(refused.refusal, error_msg=traceback.format_exc())) from None
