"""Sins against existence, permission and the status of success (document: status codes)."""

# D102: an override does what its class says.
# ruff: noqa: D102

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock import Mock, Refusal, Refused

if TYPE_CHECKING:
    from conformance.mock import Account, Answer, Mirror, Request

_UNAUTHORIZED = Refusal(401, "CH.00000002", "Recognize authentication information failed.")
_FORBIDDEN = Refusal(403, "CH.00401001", "No access permission.")
_NOT_FOUND = Refusal(404, "CH.00402000", "The repository does not exist. Check and try again.")
_CRASH = Refusal(500, "CH.00000500", "Internal error.")


class NoPermissionIsNotFound(Mock):
    """Without permission on an existing repository a request is answered 404."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        return super().refuse(request, _NOT_FOUND if refusal.status == 403 else refusal)


class NoPermissionIsUnauthorized(Mock):
    """Without permission on an existing repository a request is answered 401."""

    def refuse(self, request: Request, refusal: Refusal) -> Answer:
        return super().refuse(request, _UNAUTHORIZED if refusal.status == 403 else refusal)


class NoPermissionNeeded(Mock):
    """Without permission on an existing repository a request is answered 201."""

    def authorise(self, account: Account, repository_id: int) -> None:
        """Let everyone pass."""


class RestrictedAccountPermitted(Mock):
    """The restricted account may associate what the permitted one may."""

    def authorise(self, account: Account, repository_id: int) -> None:
        super().authorise("permitted", repository_id)


class MissingRepositoryIsForbidden(Mock):
    """A repository that does not exist is answered 403."""

    def find(self, repository_id: int) -> None:
        if repository_id not in self.fixtures.repositories:
            raise Refused(_FORBIDDEN)


class MissingRepositoryCrashes(Mock):
    """A repository that does not exist is answered 500."""

    def find(self, repository_id: int) -> None:
        if repository_id not in self.fixtures.repositories:
            raise Refused(_CRASH)


class MissingRepositoryAssociated(Mock):
    """A repository that does not exist is answered 201."""

    def find(self, repository_id: int) -> None:
        """Find everything."""

    def authorise(self, account: Account, repository_id: int) -> None:
        if repository_id in self.fixtures.repositories:
            super().authorise(account, repository_id)


class SuccessIsOk(Mock):
    """Success is answered 200."""

    def success(self, request: Request, mirror: Mirror) -> Answer:
        return replace(super().success(request, mirror), status=200)


class SuccessIsAccepted(Mock):
    """Success is answered 202."""

    def success(self, request: Request, mirror: Mirror) -> Answer:
        return replace(super().success(request, mirror), status=202)
