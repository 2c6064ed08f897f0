"""Prepared runs against applications on loopback, and applications that watch what reaches them."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.config.settings import load_settings
from conformance.config.targets import build_target
from conformance.contract.facts import facts_of
from conformance.contract.message import Exchange, Token
from conformance.contract.message import Request as Planned
from conformance.engine.assembly import session_of
from conformance.engine.preparation import Preparation
from conformance.mock import Mock, Request
from conformance.plan.properties import properties
from conformance.runner.embedded import embedded_target
from conformance.spec import load_contract
from tests.plan.fixtures import NAMED, fixtures
from tests.shipped import HEADER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conformance.config.targets import Target
    from conformance.contract.message import Response, Trouble
    from conformance.engine.session import Session
    from conformance.mock import Answer, Application
    from conformance.mock.message import Receive, Scope, Send

CONTRACT = load_contract()
KNOWN = fixtures(resources=NAMED)


def preparation(target: Target, **options: object) -> Preparation:
    """A run with these options, as the embedded mock is run."""
    return Preparation.of(load_settings({"seed": 1, **options}, {}, None), target, CONTRACT, embedded=True)


@contextmanager
def session(application: Application | None = None, har: Path | None = None, **options: object) -> Iterator[Session]:
    """A session that has sent nothing yet, to an application with the mock's fixtures."""
    with embedded_target(application) as target:
        prepared = session_of(preparation(target, **options), har)
        try:
            yield prepared
        finally:
            stop(prepared, "the test is over")
            prepared.client.close()


def stop(of: Session, reason: str) -> None:
    """Send nothing more and wait for requests in flight."""
    of.client.stop(reason)
    if of._thread is not None:
        of._thread.join()


def everything(of: Session) -> set[str]:
    """The ids of all probes and properties."""
    return {probe.id for probe in of.plan.probes} | {prop.id for prop in properties(CONTRACT)}


def complete(of: Session, chosen: set[str] | None = None) -> None:
    """Send it all."""
    chosen = everything(of) if chosen is None else chosen
    of.open(chosen)
    of.start(chosen)
    of.join()


def target_with(**table: object) -> Target:
    """A target off loopback, described by this and what every description has."""
    whole = {
        "base_url": "https://staging.invalid",
        "token": "env:T",
        "repository_id": 123,
        "mirror_url": "https://mirror.invalid/a.git",
        **table,
    }
    secrets: Mapping[str, str] = {"T": "t" * 40, "R": "r" * 40, "H": "h" * 40, "P": "http://u:p@127.0.0.1:9"}
    return build_target("staging", whole, CONTRACT, environ=secrets)


def exchange(
    number: int = 1,
    probe: str = "probe",
    request: Planned | None = None,
    response: Response | None = None,
    trouble: Trouble | None = None,
) -> Exchange:
    """An exchange that never was."""
    known = fixtures()
    request = request or Planned("POST", b"/", None, token_header=HEADER)
    return Exchange(number, probe, request, facts_of(request, known.known), response, trouble)


class Recording(Mock):
    """Keeps every request as it came."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Request] = []

    def answer(self, request: Request) -> Answer:
        """Note it, then answer."""
        self.requests.append(request)
        return super().answer(request)

    @property
    def bytes(self) -> Counter[tuple[object, ...]]:
        """The requests without the Host header, which names the port."""
        return Counter(
            (
                request.method,
                request.path,
                request.body,
                tuple(field for field in request.headers if field[0].lower() != b"host"),
            )
            for request in self.requests
        )


def finished(session: Session) -> tuple[int, int]:
    """The number of finished probes and properties, and of all."""
    results = session._sent.values()
    return sum(result.done.is_set() for result in results), len(results)


class Watching(Mock):
    """Counts what is in flight: in all, and of valid requests in contract to each repository."""

    def __init__(self, seconds: float = 0.003) -> None:
        super().__init__()
        self.seconds = seconds
        self.most = 0
        self.most_alike: list[int] = []
        self.events: list[str] = []
        self._flying = 0
        self._alike: Counter[bytes] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a moment over it."""
        request = await Request.read(scope, receive, limit=self.maximum_body)
        assert request is not None
        name = request.path if self._succeeds(request, scope["query_string"]) else b""
        self._flying += 1
        self._alike[name] += 1
        self.most = max(self.most, self._flying)
        if name:
            self.most_alike.append(self._alike[name])
        self.events.append("begin")
        try:
            await asyncio.sleep(self.seconds)
            await self.answer(request).send(request.method, send)
        finally:
            self.events.append("end")
            self._flying -= 1
            self._alike[name] -= 1

    def _succeeds(self, request: Request, query: bytes) -> bool:
        """Whether it is in contract, and owed a 201."""
        headers = list(request.headers)
        token = next((field for field in headers if field[0].lower() == b"x-auth-token"), None)
        if token is not None:
            headers.remove(token)
        planned = Planned(
            request.method,
            request.path + (b"?" + query if query else b""),
            Token(token[1]) if token else None,
            request.body,
            tuple(headers),
            token_header=HEADER,
        )
        return facts_of(planned, KNOWN.known).succeeds
