"""Faults of error answers (document: tables 4 to 6): each fault of the envelope for each status, and its codes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.mock import Answer, Mock
from conformance.mock.catalogue import Faults, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mock import Refusal, Request

faults = Faults()

_STATUSES = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound"}
_PAGE = (b"content-type", b"text/html")


def _refusing(status: int, rewrite: Callable[[Answer], Answer]) -> type[Mock]:
    class Refusing(Mock):
        def refuse(self, request: Request, refusal: Refusal) -> Answer:
            answer = super().refuse(request, refusal)
            return rewrite(answer) if refusal.status == status else answer

    return Refusing


def _members(change: Callable[[dict[str, Any]], object]) -> Callable[[Answer], Answer]:
    return lambda answer: replace(answer, body=json.dumps(change(json.loads(answer.body))).encode())


def _with_headers(headers: tuple[tuple[bytes, bytes], ...]) -> Callable[[Answer], Answer]:
    return lambda answer: replace(answer, headers=headers)


_REWRITES: tuple[tuple[str, str, Callable[[Answer], Answer]], ...] = (
    ("WithoutCode", "has no error_code", _members(lambda it: {"error_msg": it["error_msg"]})),
    ("WithoutMessage", "has no error_msg", _members(lambda it: {"error_code": it["error_code"]})),
    ("CodeInteger", "has an integer for error_code", _members(lambda it: it | {"error_code": 401_001})),
    ("CodeNull", "has null for error_code", _members(lambda it: it | {"error_code": None})),
    ("MessageNull", "has null for error_msg", _members(lambda it: it | {"error_msg": None})),
    ("MessageObject", "has an object for error_msg", _members(lambda it: it | {"error_msg": {"en": "No."}})),
    ("CamelCase", "has errorCode and errorMsg", _members(lambda it: dict(zip(("errorCode", "errorMsg"), it.values(), strict=True)))),
    ("Wrapped", "has the envelope in a member error", _members(lambda it: {"error": it})),
    ("IsList", "is a list with the envelope in it", _members(lambda it: [it])),
    ("IsString", "is the envelope in a JSON string", _members(json.dumps)),
    ("Truncated", "ends before its last brace", lambda answer: replace(answer, body=answer.body[:-1])),
)  # fmt: skip
_BARE: tuple[tuple[str, str, Callable[[Answer], Answer]], ...] = (
    ("Empty", "has no body", lambda answer: Answer(answer.status)),
    ("IsPage", "is an HTML page of the server", lambda answer: Answer(answer.status, b"<html>No</html>", (_PAGE,))),
)

for _status, _who in _STATUSES.items():
    # The 404 of a path that does not exist owes the envelope too.
    _other = ("error.other.envelope",) if _status == 404 else ()
    for _name, _words, _rewrite in _REWRITES:
        faults.must(f"error.{_status}.envelope", *_other)(
            named(f"{_who}{_name}", f"The {_status} {_words}.", _refusing(_status, _rewrite))
        )
    for _name, _words, _rewrite in _BARE:
        faults.must(f"error.{_status}.envelope", f"error.{_status}.content-type", *_other)(
            named(f"{_who}{_name}", f"The {_status} {_words}.", _refusing(_status, _rewrite))
        )
    for _name, _type in (("IsHtml", b"text/html"), ("IsUntyped", None)):
        _headers = ((b"content-type", _type),) if _type else ()
        _says = f"says {_type.decode()}" if _type else "has no Content-Type"
        faults.should(f"error.{_status}.content-type")(
            named(
                f"{_who}{_name}",
                f"The {_status} {_says}, though its body is the envelope.",
                _refusing(_status, _with_headers(_headers)),
            )
        )


@faults.should("error.401.content-type", "error.403.content-type", "error.404.content-type")
class ErrorIsPlainText(Mock):
    """Error answers say text/plain, though their body is the envelope."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        return replace(super().refuse(request, refusal), headers=((b"content-type", b"text/plain"), *refusal.headers))


@faults.should("error.other.envelope")
class BadRequestWithoutEnvelope(Mock):
    """A 400 is plain words without the envelope."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        if refusal.status == 400:
            return Answer(400, b"Bad Request", ((b"content-type", b"text/plain"),))
        return super().refuse(request, refusal)


@faults.should("error.other.envelope")
class NotAllowedIsEmpty(Mock):
    """A 405 has no body."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        return Answer(405) if refusal.status == 405 else super().refuse(request, refusal)


@faults.should("error.403.code", "error.404.code")
class ErrorCodesExchanged(Mock):
    """The 403 has the error code of the 404, and the 404 that of the 403."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        code = {403: "CH.00402000", 404: "CH.00401001"}.get(refusal.status, refusal.error_code)
        return super().refuse(request, replace(refusal, error_code=code))


def _coded(status: int, change: Callable[[str], str]) -> type[Mock]:
    class Coded(Mock):
        def refuse(self, request: Request, refusal: Refusal) -> Answer:
            code = change(refusal.error_code) if refusal.status == status else refusal.error_code
            return super().refuse(request, replace(refusal, error_code=code))

    return Coded


for _status, _who in _STATUSES.items():
    for _name, _words, _change in (
        ("CodeOther", "that the document does not show", lambda code: code[:-1] + "9"),
        ("CodeOfSixDigits", "of six digits, as the service once had", lambda code: code[:3] + code[-6:]),
        ("CodeOfDevelopment", "of the development platform", lambda code: "DEV." + code),
        ("CodeEmpty", "that is empty", lambda _: ""),
        ("CodeInLowerCase", "in lower case", str.lower),
        ("CodeIsText", "that is words", lambda _: "Not allowed"),
    ):
        faults.should(f"error.{_status}.code")(
            named(f"{_who}{_name}", f"The {_status} has an error code {_words}.", _coded(_status, _change))
        )
