"""Sins that take another method, a second request or many at once to be seen."""

# D102: an override does what its class says.
# ruff: noqa: D102

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock import Answer, Mock, Refusal, Refused

if TYPE_CHECKING:
    from conformance.mock import Mirror, Request
    from conformance.mock.message import Receive, Scope, Send

_CONFLICT = Refusal(409, "CH.00000409", "The repository is associated already.")
_CRASH = Refusal(500, "CH.00000500", "Internal error.")


class _OtherMethod(Mock):
    """Base: one other method associates as POST does."""

    method = "GET"

    def answer(self, request: Request) -> Answer:
        if request.method == self.method and request.path.endswith(b"/associate"):
            request = replace(request, method="POST")
        return super().answer(request)


class PutAssociates(_OtherMethod):
    """PUT associates as POST does."""

    method = "PUT"


class PatchAssociates(_OtherMethod):
    """PATCH associates as POST does."""

    method = "PATCH"


class GetAssociates(Mock):
    """GET on the path associates too, with a default url where there is no body."""

    def answer(self, request: Request) -> Answer:
        if request.method == "GET" and request.path.endswith(b"/associate"):
            body = request.body or b'{"url": "https://example.com/default.git"}'
            request = replace(request, method="POST", body=body)
        return super().answer(request)


class DeleteSucceeds(Mock):
    """DELETE on the path is answered 204, whoever asks."""

    def other_method(self, request: Request, allow: str) -> Answer:
        return Answer(204) if request.method == "DELETE" else super().other_method(request, allow)


class PutCrashes(Mock):
    """PUT on the path is answered 500."""

    def other_method(self, request: Request, allow: str) -> Answer:
        if request.method == "PUT":
            raise Refused(_CRASH)
        return super().other_method(request, allow)


class SecondAssociationRefused(Mock):
    """A repository that is associated already is answered 409."""

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        if repository_id in self.mirrors:
            raise Refused(_CONFLICT)
        return super().mirror_of(repository_id, url)


class SecondAssociationCrashes(Mock):
    """A repository that is associated already is answered 500."""

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        if repository_id in self.mirrors:
            raise Refused(_CRASH)
        return super().mirror_of(repository_id, url)


class SecondAssociationAnotherId(Mock):
    """Every association gets a new id, even the same one again."""

    made = 0

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        self.made += 1
        return replace(super().mirror_of(repository_id, url), id=12_439 + self.made)


class FirstUrlKept(Mock):
    """A second association is answered with the url of the first."""

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        before = self.mirrors.get(repository_id)
        return super().mirror_of(repository_id, url if before is None else before.url)


class ManyAtOnceCrash(Mock):
    """Of associations of one repository that arrive at once every one beyond the fourth is answered 500."""

    waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (b"x-auth-token", self.fixtures.token.encode()) not in scope["headers"] or scope["method"] != "POST":
            await super().__call__(scope, receive, send)
            return
        self.waiting += (
            scope["raw_path"] == b"/v4/repositories/%d/remote-mirror/associate" % self.fixtures.repository_id
        )
        crowded = self.waiting > 4
        try:
            await asyncio.sleep(0.02)
            if crowded:
                await Answer(500).send(scope["method"], send)
            else:
                await super().__call__(scope, receive, send)
        finally:
            self.waiting = max(0, self.waiting - 1)
