"""Faults that take a second request, many, or many at once to be seen."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import replace

from conformance.mock import Account, Answer, Fixtures, Mirror, Mock, Refusal, Refused, Request
from conformance.mock.catalogue import Faults, named
from conformance.mock.message import CONFLICT, CRASH, NOT_FOUND, Receive, Scope, Send

faults = Faults()


def _again_refused(refusal: Refusal) -> type[Mock]:
    """A repository that is associated already is refused."""

    class AgainRefused(Mock):
        def mirror_of(self, repository_id: int, url: str) -> Mirror:
            if repository_id in self.mirrors:
                raise Refused(refusal)
            return super().mirror_of(repository_id, url)

    return AgainRefused


faults.should("state.repeat")(
    named(
        "SecondAssociationRefused", "A repository that is associated already is answered 409.", _again_refused(CONFLICT)
    )
)
faults.should("state.repeat", "status.server-error")(
    named("SecondAssociationCrashes", "A repository that is associated already is answered 500.", _again_refused(CRASH))
)


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


@faults.should("state.repeat", "state.concurrent")
class IdAnotherNowAndThen(Mock):
    """Every seventh association is given an id of its own in the answer, the same one again or not."""

    made = 0

    def mirror_of(self, repository_id: int, url: str) -> Mirror:
        self.made += 1
        mirror = super().mirror_of(repository_id, url)
        return replace(mirror, id=mirror.id + self.made) if self.made % 7 == 0 else mirror


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
    """A caller who may not associate a repository may do so once another has."""

    def authorise(self, account: Account, repository_id: int) -> None:
        if repository_id not in self.mirrors:
            super().authorise(account, repository_id)


class _Hesitating(Mock):
    """An association that is not known is made a little later, or as soon as the same comes once more."""

    seconds = 0.2

    def __init__(self, fixtures: Fixtures | None = None) -> None:
        super().__init__(fixtures)
        self.known: dict[bytes, int] = {}
        self.begun: dict[bytes, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await Request.read(scope, receive, limit=self.maximum_body)
        if request is None:
            return
        key = self.association(request)
        found, late = self.known.get(key), key in self.begun
        if key and found is None:
            await self.hesitate(key)
        answer = self.answer(request)
        if answer.status == 201:
            answer = self.made(request, answer, found, late=late and found is None)
            self.known.setdefault(key, json.loads(answer.body).get("id", 0))
        if not late:
            self.begun.pop(key, None)
        await answer.send(request.method, send)

    def association(self, request: Request) -> bytes:
        """The repository and the url to associate, if the request may do so; else nothing."""
        try:
            self.authenticate(request)
            url = self.parse_body(request)
        except Refused:
            return b""
        return b" ".join((request.path, url.encode("utf-8", "surrogatepass"))) if request.method == "POST" else b""

    async def hesitate(self, key: bytes) -> None:
        """Wait for the same to come again."""
        if key in self.begun:
            self.begun[key].set()
            return
        self.begun[key] = asyncio.Event()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.begun[key].wait(), self.seconds)

    def made(self, request: Request, answer: Answer, found: int | None, *, late: bool) -> Answer:
        """The answer that a success becomes; `late` tells that the same was being made when this one came."""
        raise NotImplementedError


@faults.should("state.concurrent")
class CreatedManyTimes(_Hesitating):
    """A new association that arrives many times at once gets an id each time: it is looked for, then made."""

    last = 20_000

    def made(self, request: Request, answer: Answer, found: int | None, *, late: bool) -> Answer:
        self.last += found is None
        document = json.loads(answer.body) | {"id": self.last if found is None else found}
        return replace(answer, body=json.dumps(document).encode())


@faults.must("status.documented", "state.concurrent")
class CreatedAtOnceConflicts(_Hesitating):
    """A new association that arrives again while it is made is answered 409, by a constraint of the database."""

    def made(self, request: Request, answer: Answer, found: int | None, *, late: bool) -> Answer:
        return self.refuse(request, CONFLICT) if late else answer
