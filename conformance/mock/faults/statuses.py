"""Faults of existence, permission and the status of success (document: status codes)."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.mock import Answer, Mock, Refused, drop
from conformance.mock.catalogue import Faults, named
from conformance.mock.message import CRASH, FORBIDDEN, NOT_FOUND, UNAUTHORIZED

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from conformance.mock import Account, Mirror, Refusal, Request
    from conformance.mock.message import Receive, Scope, Send

faults = Faults()

# A 401 that is none is one wherever it comes; a 2xx in its place lets in what must not succeed.
_WITH_ANY_401 = (
    "status.401.*",
    "status.documented",
    "status.server-error",
    "header.x-auth-token.*",
    "path.repository_id.*",
    "request.body.not-*",
)


@faults.must("status.403.no-permission")
class NoPermissionIsNotFound(Mock):
    """Without permission on an existing repository a request is answered 404."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        return super().refuse(request, NOT_FOUND if refusal.status == 403 else refusal)


@faults.must("status.403.no-permission")
class NoPermissionIsUnauthorized(Mock):
    """Without permission on an existing repository a request is answered 401."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        return super().refuse(request, UNAUTHORIZED if refusal.status == 403 else refusal)


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


@faults.must("status.404.no-repository")
class MissingRepositoryIsForbidden(Mock):
    """A repository that does not exist is answered 403."""

    def find(self, repository_id: int) -> None:
        if repository_id not in self.fixtures.repositories:
            raise Refused(FORBIDDEN)


@faults.must("status.404.no-repository", "status.documented", "status.server-error")
class MissingRepositoryCrashes(Mock):
    """A repository that does not exist is answered 500."""

    def find(self, repository_id: int) -> None:
        if repository_id not in self.fixtures.repositories:
            raise Refused(CRASH)


@faults.must("status.404.no-repository")
class MissingRepositoryAssociated(Mock):
    """A repository that does not exist is answered 201."""

    def find(self, repository_id: int) -> None:
        """Find everything."""

    def authorise(self, account: Account, repository_id: int) -> None:
        if repository_id in self.fixtures.repositories:
            super().authorise(account, repository_id)


def _succeeding(answer: Answer) -> type[Mock]:
    class Succeeding(Mock):
        def success(self, request: Request, mirror: Mirror) -> Answer:
            made = super().success(request, mirror)
            return replace(answer, body=answer.body or made.body, headers=(*made.headers, *answer.headers))

    return Succeeding


for _name, _sentence, _answer in (
    ("SuccessIsOk", "Success is answered 200.", Answer(200)),
    ("SuccessIsAccepted", "Success is answered 202.", Answer(202)),
    ("SuccessIsMultiStatus", "Success is answered 207.", Answer(207)),
    ("SuccessRedirects", "Success is answered 303 to the read-back.", Answer(303, headers=((b"location", b"/v4/"),))),
    ("SuccessIsConflict", "Success is answered 409.", Answer(409, b'{"error_code": "CH.1", "error_msg": ""}')),
):
    faults.must("status.201.permitted", "status.documented")(named(_name, _sentence, _succeeding(_answer)))


def _otherwise(status: int, other: int) -> type[Mock]:
    class Otherwise(Mock):
        def refuse(self, request: Request, refusal: Refusal) -> Answer:
            return super().refuse(request, replace(refusal, status=other) if refusal.status == status else refusal)

    return Otherwise


for _name, _status, _other in (
    ("UnauthorizedIsOk", 401, 200),
    ("UnauthorizedIsBadRequest", 401, 400),
    ("UnauthorizedIsProxyAuthentication", 401, 407),
    ("UnauthorizedIsFound", 401, 302),
    ("UnauthorizedIsServerError", 401, 500),
):
    faults.must("status.401.unknown-token", "request.url.type", "request.body.not-*", *_WITH_ANY_401)(
        named(_name, f"The envelope of a {_status} comes with {_other}.", _otherwise(_status, _other))
    )
for _name, _other in (("ForbiddenIsOk", 200), ("ForbiddenIsLegal", 451), ("ForbiddenIsServerError", 500)):
    faults.must("status.403.no-permission", "status.documented", "status.server-error")(
        named(_name, f"The envelope of a 403 comes with {_other}.", _otherwise(403, _other))
    )
for _name, _other in (("NotFoundIsOk", 200), ("NotFoundIsGone", 410), ("NotFoundIsBadRequest", 400)):
    faults.must("status.404.no-repository", "status.documented")(
        named(_name, f"The envelope of a 404 comes with {_other}.", _otherwise(404, _other))
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
