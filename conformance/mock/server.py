"""The mock's server: uvicorn with httptools, which hands headers and targets of any length to the application."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from conformance.exceptions import ConformanceError, UsageError
from conformance.mock.message import BAD_REQUEST, Application, Receive, Scope, Send, envelope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_KEEP_ALIVE_SECONDS = 3_600
_MAXIMUM_PORT = 65_535
_LINGER_SECONDS = 2.0
_LONGEST_TARGET = 65_535  # characters; the parser of httptools measures with 16 bits
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - addresses to recognise, not to bind


class Protocol(HttpToolsProtocol):
    """Uvicorn's protocol, and what a reference implementation needs beyond it.

    Tells the application how header names were spelled, and lets it drop or write to the connection.

    A request that is no HTTP is refused with the envelope, and read on for a while: closing on unread bytes would
    reset the connection, and the refusal would be lost on its way.
    """

    lingering = False
    unfinished = False
    in_head = False
    waited = 0  # bytes of a head that was not whole yet
    waiting: list[RequestResponseCycle]

    def on_message_begin(self) -> None:
        """Start a request with an empty list of headers as sent."""
        super().on_message_begin()
        self.unfinished = self.in_head = True
        self.sent: list[tuple[bytes, bytes]] = []
        extension: dict[object, object] = {
            "headers": self.sent,
            "drop": self.transport.abort,
            "write": self.transport.write,
            "close": self.transport.close,
        }
        self.scope["extensions"] = {"conformance.connection": extension}

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep the header as it was spelled."""
        self.sent.append((name, value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start the application, with a target of any length."""
        self.scope["extensions"]["conformance.connection"]["waited"] = self.waited
        self.in_head, self.waited = False, 0
        target = self.url
        if len(target) > _LONGEST_TARGET:
            self.url = b"/"
        super().on_headers_complete()
        self.waiting = [cycle for cycle in (*self.waiting, self.cycle) if not cycle.response_complete]
        if len(target) > _LONGEST_TARGET:
            # The application starts on the next turn of the loop: it sees the scope as it is left here.
            path, _, query = target.partition(b"?")
            self.scope["path"] = path.decode("latin-1")
            self.scope["raw_path"] = path
            self.scope["query_string"] = query

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        super().on_message_complete()
        self.unfinished = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start without a request that waits for its answer."""
        super().connection_made(transport)
        self.waiting = []

    def data_received(self, data: bytes) -> None:
        """Parse what came, unless the request is refused already."""
        if not self.lingering:
            super().data_received(data)
            self.waited = self.waited + len(data) if self.in_head else 0

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn never keeps it open, asyncio allows it
        """Refuse half a request; answer a whole one although the client will send no more."""
        if self.lingering:
            return False
        if self.unfinished:
            self.send_400_response("")
            return False
        if self.cycle is None or self.cycle.response_complete:
            return False
        self.cycle.keep_alive = False
        return True

    def shutdown(self) -> None:
        """Close, dropping a request that still waits: uvicorn would answer it 500."""
        super().shutdown()
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the parser's words are not for clients
        """Refuse what is no HTTP, with the envelope, and close as soon as the client has had its answer."""
        body = envelope(BAD_REQUEST)
        head = (
            "HTTP/1.1 400 Bad Request\r\n"
            "content-type: application/json\r\n"
            f"content-length: {len(body)}\r\n"
            "connection: close\r\n\r\n"
        )
        self.lingering = True
        self._abandon()
        self.transport.write(head.encode() + body)
        self.transport.write_eof()
        asyncio.get_running_loop().call_later(_LINGER_SECONDS, self.transport.close)

    def _abandon(self) -> None:
        """End the requests that wait for their answers, as if the client had left: the refusal answers them."""
        self.pipeline.clear()
        for cycle in self.waiting:
            cycle.disconnected = True
            cycle.waiting_for_100_continue = False
            cycle.message_event.set()
        self.flow.resume_reading()


class Delayed:
    """The application, answering later by so many milliseconds; requests wait side by side."""

    def __init__(self, app: Application, milliseconds: float) -> None:
        self.app = app
        self.seconds = milliseconds / 1_000

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, then answer (ASGI)."""
        await asyncio.sleep(self.seconds)
        await self.app(scope, receive, send)


async def drop(scope: Scope) -> None:
    """Close the request's connection without a byte of an answer; for an application served by this module."""
    scope["extensions"]["conformance.connection"]["drop"]()
    await asyncio.sleep(0)  # the loss is noticed on the next turn of the loop


async def answer_raw(scope: Scope, data: bytes) -> None:
    """Write these bytes as the answer, and close the connection; for an application served by this module."""
    connection = scope["extensions"]["conformance.connection"]
    connection["write"](data)
    connection["close"]()
    await asyncio.sleep(0)  # as above


@contextmanager
def running(app: Application, *, host: str = "127.0.0.1", port: int = 0, latency_ms: float = 0) -> Iterator[str]:
    """Serve the application from a thread as long as the block runs; yields the base url. Port 0 takes a free one.

    Raises ``UsageError`` if the address cannot be had, ``ConformanceError`` if the server does not start on it.
    """
    listener = _listen(host, port)
    started = threading.Event()
    server = _Server(app, latency_ms, started.set)

    def run() -> None:
        try:
            server.run([listener])
        finally:
            started.set()  # or a server that cannot start would be waited for in vain

    thread = threading.Thread(target=run, name="conformance-mock", daemon=True)
    thread.start()
    started.wait()
    try:
        if not server.started:
            raise ConformanceError(f"the mock did not start on {host} port {port}")
        yield _url(host, listener)
    finally:
        server.stop()
        thread.join()
        listener.close()


def serve(app: Application, host: str, port: int, latency_ms: float, ready: Callable[[str], None]) -> None:
    """Serve the application in the foreground until Ctrl-C or SIGTERM, then return.

    ``ready`` is called once with the base url, when connections are accepted. Raises ``UsageError`` if the address
    cannot be had.
    """
    listener = _listen(host, port)
    server = _Server(app, latency_ms, lambda: ready(_url(host, listener)))
    try:
        server.run([listener])
    finally:
        listener.close()


def configuration(app: Application) -> uvicorn.Config:
    """Settings with which uvicorn serves the application: the protocol of this package, and no log."""
    return uvicorn.Config(
        app,
        loop="asyncio",
        http=Protocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level=logging.CRITICAL + 1,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=0,
    )


class _Server(uvicorn.Server):
    """Uvicorn without its log and its polling: it stops at once when told to, and a signal is no more than that."""

    def __init__(self, app: Application, latency_ms: float, started: Callable[[], None]) -> None:
        super().__init__(configuration(Delayed(app, latency_ms) if latency_ms else app))
        self._on_start = started
        self._stopped = threading.Event()
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self.on_tick(0)
        self._on_start()
        while not self._stopped.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), timeout=1)
            await self.on_tick(0)

    def stop(self, *_: object) -> None:
        """Stop soon; from any thread, or as a signal handler."""
        self._stopped.set()
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._wake.set)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the address."""
    if not 0 <= port <= _MAXIMUM_PORT:
        raise UsageError(
            f"{port} is no port: choose one up to {_MAXIMUM_PORT} with --port, or any free one with --port 0"
        )
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        raise UsageError(f"cannot serve on {host} port {port}: no such address; choose another with --host") from error
    listener = socket.socket(family, kind, protocol)
    try:
        # Windows would let two servers share the port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise UsageError(_complaint(host, port, error)) from error
    return listener


def _complaint(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use: choose another with --port, or any free one with --port 0"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine: choose another with --host"
    return f"cannot serve on {host} port {port} ({error.strerror}): choose another with --port"


def _url(host: str, listener: socket.socket) -> str:
    """Return the base url under which this machine reaches the server."""
    name = _ANY.get(host, host)
    return f"http://{f'[{name}]' if ':' in name else name}:{listener.getsockname()[1]}"
