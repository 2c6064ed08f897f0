"""Clients of servers that follow a script, with all their exchanges."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from conformance.contract.message import Exchange, Request, Trouble
from conformance.plan.fixtures import TargetFixtures, unknown
from conformance.plan.probe import Mutation
from conformance.traffic.client import Client
from conformance.traffic.endpoint import Endpoint
from conformance.traffic.limits import Budget, CredentialGate, Pace
from tests.plan.fixtures import fixtures
from tests.shipped import HEADER
from tests.traffic.servers import Connection, Server, answer, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.traffic.credentials import Credentials
    from conformance.traffic.memory import Connect
    from tests.traffic.servers import Received

PROBE = "probe"
CREATED = answer(b"201 Created")
UNAUTHORIZED = answer(b"401 Unauthorized")
BUSY = answer(b"429 Too Many Requests", b"", b"Retry-After: 7")
MARK = b"/v4/marked"
ON = fixtures(mutation=Mutation.ANY)
OFF = fixtures(loopback=False, url="https://mirror.invalid/a.git")


class Quiet:
    """A server in memory, answering 201 at once; to the first `silences` marked requests it is silent, at once too.

    No clock decides which of two came first.
    """

    def __init__(self, silences: int) -> None:
        self._silences = silences
        self.received: list[bytes] = []

    def __call__(self) -> Quietness:
        """Another connection."""
        return Quietness(self)

    def silent(self, data: bytes) -> bool:
        """Whether a request that came is not answered."""
        self.received.append(data)
        return MARK in data and sum(MARK in one for one in self.received) <= self._silences


class Quietness:
    """A connection to it."""

    def __init__(self, server: Quiet) -> None:
        self._server = server
        self._came = b""

    def send(self, data: bytes) -> None:
        """Take it."""
        self._came += data

    def receive(self, _: float) -> bytes:
        """The answer, or as much silence as the client bears."""
        if self._server.silent(self._came):
            raise TimeoutError
        return CREATED

    def close(self) -> None:
        """Nothing is left."""


S = TypeVar("S", Server, Quiet)


@dataclass
class Harness(Generic[S]):
    """A client, with its exchanges and waits."""

    client: Client
    server: S
    recorded: list[Exchange] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def settled(self) -> list[Exchange]:
        """The exchanges that are judged."""
        return [exchange for exchange in self.recorded if not exchange.superseded]

    @property
    def superseded(self) -> list[Exchange]:
        """The superseded exchanges."""
        return [exchange for exchange in self.recorded if exchange.superseded]


def client_to(
    endpoint: Endpoint,
    record: Callable[[Exchange], None],
    known: TargetFixtures = ON,
    *,
    limit: int = 100,
    rate: float | None = None,
    bad: int | None = None,
    pause: Callable[[float], object] | None = None,
    credentials: Credentials | None = None,
    connect: Connect | None = None,
) -> Client:
    """A client of an endpoint; `pause` replaces its waits."""
    return Client(
        endpoint,
        known,
        record,
        budget=Budget(limit),
        pace=Pace(rate),
        gate=CredentialGate(bad),
        connections=16,
        shown="url",
        pause=pause,
        credentials=credentials,
        connect=connect,
    )


@contextmanager
def harness(
    script: Callable[[Connection], object],
    known: TargetFixtures = ON,
    *,
    limit: int = 100,
    rate: float | None = None,
    bad: int | None = None,
    timeout: float = 2.0,
) -> Iterator[Harness[Server]]:
    """A client of a server that follows the script; waits are noted, not waited for."""
    with serving(script) as server:
        recorded: list[Exchange] = []
        waits: list[float] = []
        client = client_to(
            server.endpoint(timeout), recorded.append, known, limit=limit, rate=rate, bad=bad, pause=waits.append
        )
        try:
            yield Harness(client, server, recorded, waits)
        finally:
            client.close()


def quiet_harness(silences: int) -> Harness[Quiet]:
    """A client to a quiet server."""
    server, recorded = Quiet(silences), list[Exchange]()
    return Harness(client_to(Endpoint("http://127.0.0.1:1", 10), recorded.append, connect=server), server, recorded)


def by_token(
    known: TargetFixtures, *, otherwise: Callable[[Connection, int], bool] | None = None
) -> Callable[[Connection], None]:
    """A script that answers 201 to the valid tokens, 401 to others; `otherwise` may do another thing to marked targets.

    It is told how many marked requests came so far, and says whether the connection goes on.
    """
    marked = 0
    valid = {known.token.value, *(token.value for token in [known.restricted_token] if token)}

    def script(connection: Connection) -> None:
        nonlocal marked
        while (received := connection.read()) is not None:
            if MARK in received.line and otherwise is not None:
                marked += 1
                if not otherwise(connection, marked):
                    return
            else:
                connection.send(CREATED if token_of(received) in valid else UNAUTHORIZED)

    return script


def token_of(received: Received) -> bytes:
    """The token that came in."""
    return b"".join(received.values(b"x-auth-token"))


def marked(known: TargetFixtures = ON) -> Request:
    """A request with an unknown token to a target that scripts recognise."""
    return Request("POST", MARK, unknown(known, "marked", 64), token_header=HEADER)


def accounts(harness: Harness[Server] | Harness[Quiet]) -> None:
    """Every number is used once, every request that left was recorded, and nothing else is said to have left."""
    numbers = [exchange.number for exchange in harness.recorded]
    assert len(set(numbers)) == len(numbers)
    left = [e for e in harness.recorded if e.trouble not in {Trouble.NOT_SENT, Trouble.THROTTLED}]
    assert len(left) == harness.client.requests == len(harness.server.received)
    for exchange in left:
        assert (exchange.response is None) != (exchange.trouble is None)


def flaking(
    times: int, how: Callable[[Connection], object], then: bytes = UNAUTHORIZED
) -> Callable[[Connection, int], bool]:
    """Do `how` to the first marked requests, and answer the later ones."""

    def otherwise(connection: Connection, count: int) -> bool:
        if count > times:
            connection.send(then)
            return True
        how(connection)
        return False

    return otherwise


def bad(known: TargetFixtures, number: int) -> Request:
    """A request with a token that nobody was given."""
    return known.request(unknown(known, f"bad {number}", 64))


def crowd(client: Client, requests: list[Request], threads: int = 16) -> None:
    """Send them from many threads."""
    waiting = list(requests)

    def work() -> None:
        while waiting:
            try:
                request = waiting.pop()
            except IndexError:
                return
            client.send(PROBE, request)

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
