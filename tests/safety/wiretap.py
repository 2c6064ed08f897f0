"""A relay on loopback that passes bytes on to a server and keeps what the client sent, in the order it came."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Heard:
    """A request as it went by: `first` and `answered` are places in the order of everything that went by."""

    connection: int
    raw: bytes
    first: int
    answered: int

    @property
    def head(self) -> bytes:
        """The request line and the header fields."""
        return self.raw.partition(_END)[0]

    @property
    def target(self) -> bytes:
        """The request target, between method and version."""
        return self.head.split(b"\r\n")[0].partition(b" ")[2].rpartition(b" ")[0]

    @property
    def body(self) -> bytes:
        """The bytes after the header."""
        return self.raw.partition(_END)[2]

    @property
    def fields(self) -> list[tuple[bytes, bytes]]:
        """The header fields, names in lower case."""
        lines = [line.partition(b":") for line in self.head.split(b"\r\n")[1:]]
        return [(name.strip().lower(), value.removeprefix(b" ")) for name, _, value in lines]


@dataclass
class Wiretap:
    """The traffic: the events of each connection in order, counted over all connections."""

    base_url: str
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _events: list[tuple[int, bytes | None]] = field(default_factory=list)

    def note(self, connection: int, data: bytes | None) -> None:
        """The client sent `data` on a connection, or None: the server answered."""
        with self._lock:
            self._events.append((connection, data))

    @property
    def heard(self) -> list[Heard]:
        """Every request, in the order of their first bytes."""
        found = []
        for connection in sorted({one for one, _ in self._events}):
            events = [(place, data) for place, (one, data) in enumerate(self._events) if one == connection]
            found += _requests(connection, events)
        return sorted(found, key=lambda request: request.first)


def _requests(connection: int, events: list[tuple[int, bytes | None]]) -> Iterator[Heard]:
    """The requests of a connection; no client here sends one before the last was answered."""
    raw, first = b"", -1
    for place, data in events:
        if data is not None:
            first = place if first < 0 else first
            raw += data
        elif raw and _whole(raw):
            yield Heard(connection, raw, first, place)
            raw, first = b"", -1
    if raw:
        yield Heard(connection, raw, first, events[-1][0])


def _whole(raw: bytes) -> bool:
    head, end, body = raw.partition(_END)
    length = _LENGTH.search(head)
    return bool(end) and len(body) >= (int(length.group(1)) if length else 0)


@contextmanager
def listening(to: str) -> Iterator[Wiretap]:
    """Relay to the server at this URL; at the end the connections are waited for."""
    behind = urlsplit(to)
    handlers: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        tap = Wiretap(f"http://127.0.0.1:{server.getsockname()[1]}")

        def accept() -> None:
            with suppress(OSError):
                while True:
                    client, _ = server.accept()
                    handlers.append(threading.Thread(target=relay, args=(client, len(handlers) + 1)))
                    handlers[-1].start()

        def relay(client: socket.socket, number: int) -> None:
            with client, socket.create_connection((behind.hostname, behind.port)) as onward:
                back = threading.Thread(target=_pass_on, args=(onward, client, lambda _: tap.note(number, None)))
                back.start()
                _pass_on(client, onward, lambda data: tap.note(number, data))
                back.join()

        acceptor = threading.Thread(target=accept)
        acceptor.start()
        try:
            yield tap
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for thread in (acceptor, *handlers):
                thread.join(timeout=10)


def _pass_on(source: socket.socket, sink: socket.socket, note: Callable[[bytes], None]) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            note(data)
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
