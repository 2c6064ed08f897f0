"""The wire in memory, beside the two that use a socket: the same reaches the application, and the same comes back."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.contract.message import Trouble
from conformance.mock import Answer, Mock, answer_raw, drop, running
from conformance.mock.memory import in_memory
from conformance.traffic.endpoint import Endpoint
from conformance.traffic.memory import MemoryTransport
from conformance.traffic.pooled import PooledTransport
from conformance.traffic.raw import RawTransport
from conformance.traffic.transport import TransportError, poolable
from tests.traffic.transports import PLAIN, POOLABLE, RAW_ONLY

if TYPE_CHECKING:
    from conformance.contract.message import Request, Response
    from conformance.mock.message import Receive, Scope, Send

SEEN = ("method", "path", "raw_path", "query_string", "http_version", "headers", "scheme", "root_path", "type")


class Noting(Mock):
    """Notes what the server hands to it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[dict[str, Any]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the request, and answer as the mock does."""
        noted = {name: scope[name] for name in SEEN}
        noted["sent"] = scope["extensions"]["conformance.connection"]["headers"]
        noted["body"] = b""

        async def noting() -> Any:  # noqa: ANN401 - an event
            event = await receive()
            noted["body"] += event.get("body", b"")
            return event

        await super().__call__(scope, noting, send)
        self.seen.append(noted)


class Behaving(Mock):
    """Does what the path says."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Drop, write, say nothing, crash, or answer before the body is read."""
        match scope["raw_path"]:
            case b"/drop":
                await drop(scope)
            case b"/until-the-end":
                await answer_raw(scope, b"HTTP/1.1 200 \r\nX: y\r\n\r\nas long as it lasts")
            case b"/no-http":
                await answer_raw(scope, b"SSH-2.0-OpenSSH\r\n")
            case b"/half":
                await answer_raw(scope, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
            case b"/silent":
                await asyncio.sleep(60)
            case b"/crash":
                raise RuntimeError
            case b"/early":
                await Answer(413, b"too much").send("POST", send)
            case _:
                await super().__call__(scope, receive, send)


def _shown(response: Response) -> Response:
    """Without the fields that differ from one second, or from one connection, to another."""
    kept = tuple(field for field in response.headers if field[0] not in {b"date", b"connection"})
    return replace(response, headers=kept)


def _by_socket(request: Request, endpoint: Endpoint) -> Response:
    wire = PooledTransport(endpoint, 1) if poolable(request) else RawTransport(endpoint)
    try:
        return wire.send(request)
    finally:
        if isinstance(wire, PooledTransport):
            wire.close()


def test_the_same_reaches_the_application_and_comes_back() -> None:
    """For any bytes of a client, and for requests that the server in front refuses."""
    different = []
    for words, request in (POOLABLE | RAW_ONLY).items():
        by_socket, by_memory = Noting(), Noting()
        with running(by_socket) as url, in_memory(by_memory) as connect:
            answered = _by_socket(request, Endpoint(url))
            remembered = MemoryTransport(Endpoint(url), connect).send(request)
        if by_socket.seen != by_memory.seen:
            different.append(f"{words}: {by_socket.seen} reached it by socket, {by_memory.seen} in memory"[:1_000])
        if _shown(answered) != _shown(remembered):
            different.append(f"{words}: {answered} came back by socket, {remembered} in memory"[:1_000])
    assert not different, "\n".join(different)


def _brought(wire: MemoryTransport | RawTransport, request: Request) -> object:
    """The answer, or what there was instead."""
    try:
        return _shown(wire.send(request))
    except TransportError as error:
        return error.trouble


@pytest.mark.parametrize(
    "path", ["/drop", "/until-the-end", "/no-http", "/half", "/silent", "/crash", "/early", "/v4/unknown"]
)
def test_trouble_is_the_same(path: str) -> None:
    """A connection that is dropped, silent, ended early or no HTTP at all."""
    app = Behaving()
    request = replace(PLAIN, target=path.encode(), body=b"x" * (1_000_000 if path == "/early" else 10))
    with running(app) as url, in_memory(app) as connect:
        endpoint = Endpoint(url, timeout=0.5)
        assert _brought(MemoryTransport(endpoint, connect), request) == _brought(RawTransport(endpoint), request)


def test_requests_wait_side_by_side() -> None:
    """A request that waits for its answer holds up no other, and is let go when the server ends."""
    app = Behaving()
    with in_memory(app) as connect:
        wire = MemoryTransport(Endpoint("http://127.0.0.1:1", timeout=0.2), connect)
        with ThreadPoolExecutor(4) as pool:
            silent = [pool.submit(_brought, wire, replace(PLAIN, target=b"/silent")) for _ in range(3)]
            answered = pool.submit(wire.send, PLAIN).result()
        assert answered.status == 401
        assert [one.result() for one in silent] == [Trouble.TIMEOUT] * 3
