"""The mock's server without a socket: the same protocol over connections that are two queues in this process."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import deque
from contextlib import contextmanager
from email.utils import formatdate
from functools import partial
from typing import TYPE_CHECKING, Any

from uvicorn.server import ServerState

from conformance.mock.app import Mock
from conformance.mock.server import Protocol, configuration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.mock.message import Application

_READ = 256 * 1024  # bytes that asyncio reads from a socket at once
_ADDRESSES = {"sockname": ("127.0.0.1", 80), "peername": ("127.0.0.1", 49_152)}


class Connection:
    """The client's end of a connection; for one thread."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self._received: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._transport = _Transport(server.loop, self._received.put)
        server.soon(partial(self._transport.begin, server.make))

    def send(self, data: bytes) -> None:
        """Send all of it; nothing is waited for."""
        self._server.soon(partial(self._transport.take, data))
        self._server.wake()

    def receive(self, seconds: float) -> bytes:
        """The bytes that came since, b"" at the end; TimeoutError where nothing comes for so long."""
        try:
            return self._received.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError from None

    def close(self) -> None:
        """Leave; what is still answered is lost."""
        self._server.soon(self._transport.left)


def needs_socket(app: Application) -> bool:
    """Whether it is about connections: it says so, or looks at more of a request than the mock's steps do."""
    return not isinstance(app, Mock) or app.about_connections or type(app).__call__ is not Mock.__call__


@contextmanager
def in_memory(app: Application) -> Iterator[Callable[[], Connection]]:
    """Serve the application from a thread as long as the block runs; yields what makes a connection to it.

    Requests wait side by side on one event loop, as they do on the server with a socket.
    """
    server = _Server(app)
    thread = threading.Thread(target=server.run, name="conformance-mock", daemon=True)
    thread.start()
    try:
        yield lambda: Connection(server)
    finally:
        server.loop.call_soon_threadsafe(server.loop.stop)
        thread.join()


class _Server:
    """The event loop that all connections are served on, and what clients have done that it has yet to see.

    To wake it costs more than most of its work: one wake is for all that waits, and the end of a connection waits for
    the next.
    """

    def __init__(self, app: Application) -> None:
        self.loop = asyncio.new_event_loop()
        self._config, self._state = configuration(app), ServerState()
        self._config.load()
        date = (b"date", formatdate(usegmt=True).encode())
        self._state.default_headers = [date, *self._config.encoded_headers]
        self._waiting: deque[Callable[[], object]] = deque()
        self._woken = False

    def make(self) -> Protocol:
        """The server's side of a new connection."""
        return Protocol(self._config, self._state, {}, self.loop)

    def soon(self, act: Callable[[], object]) -> None:
        """Act on the loop, after what was there before, once it is awake."""
        self._waiting.append(act)

    def wake(self) -> None:
        """Let the loop act on all that waits."""
        if not self._woken:
            self._woken = True
            self.loop.call_soon_threadsafe(self._act)

    def _act(self) -> None:
        self._woken = False  # before the first is taken: what comes later wakes again
        while self._waiting:
            self._waiting.popleft()()

    def run(self) -> None:
        """Run the loop until it is stopped, and end what still waits in it."""
        self.loop.run_forever()
        for task in tuple(self._state.tasks):
            task.cancel()
            self.loop.run_until_complete(asyncio.wait([task]))
        self.loop.close()


class _Transport(asyncio.Transport):
    """The server's end of a connection, on its event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, deliver: Callable[[bytes], None]) -> None:
        super().__init__(_ADDRESSES)
        self._loop = loop
        self._deliver = deliver
        self._incoming: deque[bytes] = deque()
        self._outgoing: list[bytes] = []
        self._paused = self._closing = False

    def begin(self, make: Callable[[], Protocol]) -> None:
        """Accept the connection."""
        self._protocol = make()
        self._protocol.connection_made(self)

    def take(self, data: bytes) -> None:
        """Hand over what the client sent, as a socket would: so much at once."""
        self._incoming.extend(data[start : start + _READ] for start in range(0, len(data), _READ))
        self._feed()

    def left(self) -> None:
        """The client is gone."""
        if not self._closing:
            self._close()

    def _feed(self) -> None:
        if self._incoming and not self._paused and not self._closing:
            self._protocol.data_received(self._incoming.popleft())
            if self._incoming:
                self._loop.call_soon(self._feed)

    def _flush(self) -> None:
        if self._outgoing:
            self._deliver(b"".join(self._outgoing))
            self._outgoing.clear()

    def _close(self) -> None:
        self._closing = True
        self._loop.call_soon(self._protocol.connection_lost, None)

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        if data and not self._closing:
            if not self._outgoing:
                self._loop.call_soon(self._flush)  # one hand-over for what is written in one turn
            self._outgoing.append(bytes(data))

    def write_eof(self) -> None:
        self._flush()
        self._deliver(b"")

    def close(self) -> None:
        if not self._closing:
            self.write_eof()
            self._close()

    def abort(self) -> None:
        self.close()  # a socket would have sent what was written before

    def is_closing(self) -> bool:
        return self._closing

    def pause_reading(self) -> None:
        self._paused = True

    def resume_reading(self) -> None:
        self._paused = False
        self._loop.call_soon(self._feed)
