"""Faults of existence, permission and status (document: status codes), and of error answers (tables 4 to 6)."""

from __future__ import annotations

import json
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.mock import Account, Answer, Mock, Refusal, Refused, Request, drop
from conformance.mock.catalogue import Faults, named, writing
from conformance.mock.message import CRASH, FORBIDDEN, NOT_FOUND, UNAUTHORIZED, Receive, Scope, Send

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping


faults = Faults()

_STATUSES = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound"}
_PAGE = (b"content-type", b"text/html")

# A 401 that is none is one wherever it comes; a 2xx in its place lets in what must not succeed.
_WITH_ANY_401 = (
    "status.401.*",
    "status.documented",
    "status.server-error",
    "header.x-auth-token.*",
    "path.repository_id.*",
    "request.body.not-*",
)


def _instead(status: int, change: Callable[[Refusal], Refusal]) -> type[Mock]:
    """Refusals with this status are what `change` makes of them."""

    class Instead(Mock):
        def refuse(self, request: Request, refusal: Refusal) -> Answer:
            return super().refuse(request, change(refusal) if refusal.status == status else refusal)

    return Instead


def _always(refusal: Refusal) -> Callable[[Refusal], Refusal]:
    return lambda _: refusal


def _with_status(status: int, other: int) -> type[Mock]:
    return _instead(status, lambda refusal: replace(refusal, status=other))


for _name, _sentence, _refusal in (
    ("NoPermissionIsNotFound", "Without permission on an existing repository a request is answered 404.", NOT_FOUND),
    ("NoPermissionIsUnauthorized", "Without permission on an existing repository a request is answered 401.", UNAUTHORIZED),
):  # fmt: skip
    faults.must("status.403.no-permission")(named(_name, _sentence, _instead(403, _always(_refusal))))


@faults.must("status.403.no-permission")
class NoPermissionNeeded(Mock):
    """Without permission on an existing repository a request is answered 201."""

    def authorise(self, account: Account, repository_id: int) -> None:
        """Let everyone pass."""


@faults.must("status.403.no-permission")
class RestrictedAccountPermitted(Mock):
    """The restricted account may associate what the permitted one may."""

    def authorise(self, account: Account, repository_id: int) -> None:
        super().authorise("permitted", repository_id)


@faults.must("status.403.no-permission")
class OneRepositoryRestricted(Mock):
    """Permission is looked at for one repository only."""

    def authorise(self, account: Account, repository_id: int) -> None:
        known = account == "permitted" and repository_id != self.fixtures.restricted_repository_id
        super().authorise(account, self.fixtures.repository_id if known else repository_id)


def _not_found(refusal: Refusal) -> type[Mock]:
    """A repository that does not exist is refused in another way."""

    class NotFound(Mock):
        def find(self, repository_id: int) -> None:
            if repository_id not in self.fixtures.repositories:
                raise Refused(refusal)

    return NotFound


faults.must("status.404.no-repository")(
    named("MissingRepositoryIsForbidden", "A repository that does not exist is answered 403.", _not_found(FORBIDDEN))
)
faults.must("status.404.no-repository", "status.documented", "status.server-error")(
    named("MissingRepositoryCrashes", "A repository that does not exist is answered 500.", _not_found(CRASH))
)


@faults.must("status.404.no-repository")
class MissingRepositoryAssociated(Mock):
    """A repository that does not exist is answered 201."""

    def find(self, repository_id: int) -> None:
        """Find everything."""

    def authorise(self, account: Account, repository_id: int) -> None:
        if repository_id in self.fixtures.repositories:
            super().authorise(account, repository_id)


def _succeeding(answer: Answer) -> type[Mock]:
    """Success is answered so, with the body of the 201 where this one has none."""
    return writing(
        "success",
        lambda made: replace(answer, body=answer.body or made.body, headers=(*made.headers, *answer.headers)),
    )


for _name, _sentence, _answer in (
    ("SuccessIsOk", "Success is answered 200.", Answer(200)),
    ("SuccessIsAccepted", "Success is answered 202.", Answer(202)),
    ("SuccessIsMultiStatus", "Success is answered 207.", Answer(207)),
    ("SuccessRedirects", "Success is answered 303 to the read-back.", Answer(303, headers=((b"location", b"/v4/"),))),
    ("SuccessIsConflict", "Success is answered 409.", Answer(409, b'{"error_code": "CH.1", "error_msg": ""}')),
):
    faults.must("status.201.permitted", "status.documented")(named(_name, _sentence, _succeeding(_answer)))

for _name, _status, _other in (
    ("UnauthorizedIsOk", 401, 200),
    ("UnauthorizedIsBadRequest", 401, 400),
    ("UnauthorizedIsProxyAuthentication", 401, 407),
    ("UnauthorizedIsFound", 401, 302),
    ("UnauthorizedIsServerError", 401, 500),
):
    faults.must("status.401.unknown-token", "request.url.type", "request.body.not-*", *_WITH_ANY_401)(
        named(_name, f"The envelope of a {_status} comes with {_other}.", _with_status(_status, _other))
    )
for _name, _other in (("ForbiddenIsOk", 200), ("ForbiddenIsLegal", 451), ("ForbiddenIsServerError", 500)):
    faults.must("status.403.no-permission", "status.documented", "status.server-error")(
        named(_name, f"The envelope of a 403 comes with {_other}.", _with_status(403, _other))
    )
for _name, _other in (("NotFoundIsOk", 200), ("NotFoundIsGone", 410), ("NotFoundIsBadRequest", 400)):
    faults.must("status.404.no-repository", "status.documented")(
        named(_name, f"The envelope of a 404 comes with {_other}.", _with_status(404, _other))
    )


_DROPPING: ContextVar[bool] = ContextVar("dropping", default=False)  # of one request: many are answered at once


@faults.must("connection.dropped")
class MissingRepositoryDropped(Mock):
    """A valid token and a repository that does not exist: the connection is closed without an answer."""

    def find(self, repository_id: int) -> None:
        try:
            super().find(repository_id)
        except Refused:
            _DROPPING.set(True)
            raise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: MutableMapping[str, Any]) -> None:
            if not _DROPPING.get():
                await send(message)
            elif message["type"] == "http.response.start":
                await drop(scope)

        _DROPPING.set(False)
        await super().__call__(scope, receive, sending)


@faults.must("status.201.permitted")
class PermittedIsForbidden(Mock):
    """Nobody may associate anything but ids 1 and 2147483647."""

    def authorise(self, account: Account, repository_id: int) -> None:
        super().authorise(account, repository_id)
        if repository_id not in {1, 2_147_483_647}:
            raise Refused(FORBIDDEN)


def _rewritten(status: int, rewrite: Callable[[Answer], Answer]) -> type[Mock]:
    class Rewritten(Mock):
        def refuse(self, request: Request, refusal: Refusal) -> Answer:
            answer = super().refuse(request, refusal)
            return rewrite(answer) if refusal.status == status else answer

    return Rewritten


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
    _more = ("error.other.envelope",) if _status == 404 else ()
    for _name, _words, _rewrite in _REWRITES:
        faults.must(f"error.{_status}.envelope", *_more)(
            named(f"{_who}{_name}", f"The {_status} {_words}.", _rewritten(_status, _rewrite))
        )
    for _name, _words, _rewrite in _BARE:
        faults.must(f"error.{_status}.envelope", f"error.{_status}.content-type", *_more)(
            named(f"{_who}{_name}", f"The {_status} {_words}.", _rewritten(_status, _rewrite))
        )
    for _name, _type in (("IsHtml", b"text/html"), ("IsUntyped", None)):
        _headers = ((b"content-type", _type),) if _type else ()
        _says = f"says {_type.decode()}" if _type else "has no Content-Type"
        faults.should(f"error.{_status}.content-type")(
            named(
                f"{_who}{_name}",
                f"The {_status} {_says}, though its body is the envelope.",
                _rewritten(_status, _with_headers(_headers)),
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
class RangeInTheRouter(Mock):
    """An id out of range is another path to the router, which has a page of its own for whoever asks."""

    def associate(self, request: Request, raw_id: bytes) -> Answer:
        try:
            self.parse_id(raw_id)
        except Refused:
            return Answer(404, b"<h1>Not Found</h1>", ((b"content-type", b"text/html"),))
        return super().associate(request, raw_id)


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
    return _instead(status, lambda refusal: replace(refusal, error_code=change(refusal.error_code)))


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


def _coded_where(code: str, when: Callable[[Request], object]) -> type[Mock]:
    """A 401 has another error code where `when` holds of the request."""

    class Coded(Mock):
        def refuse(self, request: Request, refusal: Refusal) -> Answer:
            other = refusal.status == 401 and when(request)
            return super().refuse(request, replace(refusal, error_code=code) if other else refusal)

    return Coded


for _name, _sentence, _when in (
    ("MissingTokenCodedOtherwise", "Without a token the 401 has the error code CH.00000001.", lambda request: not request.values(b"x-auth-token")),
    ("EmptyTokenCodedOtherwise", "With an empty token the 401 has the error code CH.00000001.", lambda request: request.values(b"x-auth-token") == (b"",)),
):  # fmt: skip
    faults.should("error.401.code")(named(_name, _sentence, _coded_where("CH.00000001", _when)))
