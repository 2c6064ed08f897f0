"""Targets: the mock behind a socket of our own, which can do with a request and its right answer what it likes."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.mock import Fixtures, Mock, Request
from tests.network.behaviours import honest
from tests.runner.command import Site
from tests.traffic.servers import Connection, serving

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.network.behaviours import Behaviour
    from tests.traffic.servers import Received, Server


class Desk:
    """Answers as the mock does; threads take turns."""

    def __init__(self) -> None:
        self._mock = Mock()
        self._lock = threading.Lock()

    def reply(self, received: Received) -> bytes:
        """The mock's answer, with its length."""
        method, target, _ = received.line.split(b" ", 2)
        path = target.partition(b"?")[0]
        body = received.body if len(received.body) <= self._mock.maximum_body else None
        with self._lock:
            answer = self._mock.answer(Request(method.decode("latin-1"), path, received.fields, body))
        lines = [b"HTTP/1.1 %d Said" % answer.status, *(b"%b: %b" % field for field in answer.headers)]
        lines.append(b"Content-Length: %d" % len(answer.body))
        return b"\r\n".join(lines) + b"\r\n\r\n" + (b"" if method == b"HEAD" else answer.body)


def scripted(how: Behaviour) -> Callable[[Connection], None]:
    """A script that does so with every request."""
    desk = Desk()

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            how(connection, received, desk.reply(received))

    return script


def limited(limit: int, early: bytes, *, close: bool) -> Callable[[Connection], None]:
    """A script that answers `early` where a header section is longer, with the rest unread; then it may `close`."""
    desk = Desk()

    def script(connection: Connection) -> None:
        while connection.fits(limit):
            received = connection.read()
            if received is None:
                return
            connection.send(desk.reply(received))
        connection.send(early)
        if not close:
            connection.wait()

    return script


@contextmanager
def target(
    directory: Path,
    how: Behaviour = honest,
    *,
    host: str = "127.0.0.1",
    tls: ssl.SSLContext | None = None,
    **keys: str,
) -> Iterator[tuple[Site, Server]]:
    """A target that behaves so, described in `directory` with these keys besides, TOML texts all."""
    with serving(scripted(how), host=host, tls=tls) as server:
        yield described(directory, server.url, **keys), server


def described(directory: Path, base_url: str, **keys: str) -> Site:
    """A target at this address, described in `directory`."""
    site = Site(directory, base_url, Fixtures.default())
    site.describe(**keys)
    return site


@contextmanager
def unaccepting() -> Iterator[int]:
    """A port where connections are neither accepted nor refused: its queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        try:
            for _ in range(4):
                one = socket.socket()
                one.setblocking(False)
                one.connect_ex(listener.getsockname())
                waiting.append(one)
            yield listener.getsockname()[1]
        finally:
            for one in waiting:
                one.close()
