"""Prepared runs against applications on loopback, and applications that watch what reaches them."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.config.settings import load_settings
from conformance.config.targets import build_target
from conformance.contract.facts import facts_of
from conformance.contract.message import Exchange
from conformance.contract.message import Request as Planned
from conformance.engine.preparation import Preparation
from conformance.mock import Mock, Request
from conformance.runner.embedded import embedded_target
from conformance.spec import load_contract
from tests.plan.inventories import inventory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conformance.config.description import Target
    from conformance.contract.message import Response, Trouble
    from conformance.engine.session import Session
    from conformance.mock import Answer, Application
    from conformance.mock.message import Receive, Scope, Send

CONTRACT = load_contract()


def preparation(target: Target, **options: object) -> Preparation:
    """A run with these options, as the embedded mock is run."""
    return Preparation.of(load_settings({"seed": 1, **options}, {}, None), target, CONTRACT, embedded=True)


@contextmanager
def session(application: Application | None = None, har: Path | None = None, **options: object) -> Iterator[Session]:
    """A session that has sent nothing yet, to an application with the mock's fixtures."""
    with embedded_target(application) as target:
        prepared = preparation(target, **options).session(har)
        try:
            yield prepared
        finally:
            prepared.stop("the test is over")
            prepared.sender.close()


def everything(of: Session) -> set[str]:
    """The ids of all probes and properties."""
    return {probe.id for probe in of.plan.probes} | {
        "property.ids.in-range", "property.ids.out-of-range", "property.tokens.length", "property.openapi",
    }  # fmt: skip


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
    return build_target("staging", whole, environ=secrets)


def exchange(
    number: int = 1,
    probe: str = "probe",
    request: Planned | None = None,
    response: Response | None = None,
    trouble: Trouble | None = None,
) -> Exchange:
    """An exchange that never was."""
    known = inventory()
    request = request or Planned("POST", b"/", None)
    return Exchange(number, probe, request, facts_of(request, known.surroundings), response, trouble)


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
        name = scope["raw_path"] if self._succeeds(scope) else b""
        self._flying += 1
        self._alike[name] += 1
        self.most = max(self.most, self._flying)
        if name:
            self.most_alike.append(self._alike[name])
        self.events.append("begin")
        try:
            await asyncio.sleep(self.seconds)
            await super().__call__(scope, receive, send)
        finally:
            self.events.append("end")
            self._flying -= 1
            self._alike[name] -= 1

    def _succeeds(self, scope: Scope) -> bool:
        """Whether it is a plain POST with a valid token to a repository that this may associate."""
        headers = dict(scope["headers"])
        path = scope["raw_path"].decode("latin-1")
        ids = [str(number) for number, accounts in self.fixtures.repositories.items() if "permitted" in accounts]
        return (
            scope["method"] == "POST"
            and path in {f"/v4/repositories/{number}/remote-mirror/associate" for number in ids}
            and self.tokens.get(headers.get(b"x-auth-token", b"").decode("latin-1")) == "permitted"
            and headers.get(b"content-type") == b"application/json"
            and not {b"accept", b"expect", b"transfer-encoding", b"content-encoding"} & headers.keys()
            and scope["query_string"] == b""
        )
