"""Sins that take a second request, many, or many at once to be seen."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mock import Answer, Mock, Refused
from conformance.mock.catalogue import Faults
from conformance.mock.refusals import CONFLICT, CRASH, NOT_FOUND

if TYPE_CHECKING:
    from conformance.mock import Account, Mirror, Request
    from conformance.mock.message import Receive, Scope, Send

faults = Faults()


@faults.should("state.repeat")
class SecondAssociationRefused(Mock):
    """A repository that is associated already is answered 409."""

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        if repository_id in self.mirrors:
            raise Refused(CONFLICT)
        return super().mirror_of(repository_id, url)


@faults.should("state.repeat", "status.server-error")
class SecondAssociationCrashes(Mock):
    """A repository that is associated already is answered 500."""

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        if repository_id in self.mirrors:
            raise Refused(CRASH)
        return super().mirror_of(repository_id, url)


@faults.should("state.repeat")
class SecondAssociationAnotherId(Mock):
    """Every association gets a new id, even the same one again."""

    made = 0

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        self.made += 1
        return replace(super().mirror_of(repository_id, url), id=12_439 + self.made)


@faults.should("response.201.url.echo")
class FirstUrlKept(Mock):
    """A second association is answered with the url of the first."""

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        before = self.mirrors.get(repository_id)
        return super().mirror_of(repository_id, url if before is None else before.url)


# Whatever is owed a 201 may be one of the many.
@faults.should("state.concurrent", "status.*", "header.x-auth-token.*", "request.*", "path.repository_id.*")
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


@faults.should("state.repeat", "state.concurrent", "header.x-auth-token.*", "status.201.permitted", "status.documented")
class SecondAssociationIsOk(Mock):
    """The same association again is answered 200."""

    again = False

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        before = self.mirrors.get(repository_id)
        self.again = before is not None and before.url == self.shown_url(url)
        return super().mirror_of(repository_id, url)

    def success(self, request: Request, mirror: Mirror) -> Answer:
        answer = super().success(request, mirror)
        return replace(answer, status=200) if self.again else answer


@faults.must("response.201.object")
class SecondAssociationIsEmpty(Mock):
    """The same association again is answered 201 without a body."""

    again = False

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        self.again = repository_id in self.mirrors
        return super().mirror_of(repository_id, url)

    def success(self, request: Request, mirror: Mirror) -> Answer:
        answer = super().success(request, mirror)
        return replace(answer, body=b"") if self.again else answer


@faults.must("request.url.http", "*")
class RepositoryGoneOnceAssociated(Mock):
    """After its third association a repository is no more and answered 404."""

    associations = 0

    def find(self, repository_id: int) -> None:
        super().find(repository_id)
        if self.associations > 2:
            raise Refused(NOT_FOUND)

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        self.associations += 1
        return super().mirror_of(repository_id, url)


@faults.must("status.server-error", "*")  # whose turn it is differs from run to run
class EveryFiftiethCrashes(Mock):
    """Every fiftieth request is answered 500, whatever it is."""

    served = 0

    def answer(self, request: Request) -> Answer:
        self.served += 1
        if self.served % 50 == 0:
            return self.refuse(request, CRASH)
        return super().answer(request)


@faults.must("status.server-error", "*")  # as above
class ExhaustedAfterTwoHundred(Mock):
    """After two hundred requests every association is answered 500, as where connections to a database leak."""

    served = 0

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        if self.served > 200:
            raise Refused(CRASH)
        return super().mirror_of(repository_id, url)

    def answer(self, request: Request) -> Answer:
        self.served += 1
        return super().answer(request)


@faults.should("response.201.id.minimum", "state.repeat")
class IdCountsDown(Mock):
    """The field id is one less each time."""

    made = 0

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        self.made += 1
        return replace(super().mirror_of(repository_id, url), id=3 - self.made)


@faults.should("response.201.url.echo")
class LastUrlShown(Mock):
    """A 201 shows the url of the association before it, whichever repository that was of."""

    last: str | None = None

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        mirror = super().mirror_of(repository_id, url)
        shown, self.last = self.last or mirror.url, mirror.url
        return replace(mirror, url=shown)


@faults.must("status.403.no-permission")
class PermissionOnceAssociated(Mock):
    """Whoever may not associate a repository may do so once another has."""

    def authorise(self, account: Account, repository_id: int) -> None:
        if repository_id not in self.mirrors:
            super().authorise(account, repository_id)
