"""Servers on loopback that do byte for byte what a script says, and keep what they received."""

from __future__ import annotations

import socket
import struct
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.traffic.endpoint import Endpoint

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from typing import Any

ADDED = {b"host", b"user-agent", b"content-length", b"connection"}
"""Header fields that HTTP or the suite itself adds to what was planned."""


@dataclass(frozen=True)
class Received:
    """A request as it came in; `connection` counts the connections from 1."""

    connection: int
    line: bytes
    fields: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @property
    def planned(self) -> list[tuple[bytes, bytes]]:
        """The fields without those that HTTP adds."""
        return [(name, value) for name, value in self.fields if name.lower() not in ADDED]

    def values(self, name: bytes) -> list[bytes]:
        """The values of a field, in any case."""
        return [value for key, value in self.fields if key.lower() == name]


def _field(line: bytes) -> tuple[bytes, bytes]:
    """A header line's name and value, which may be empty; one space after the colon is no part of it."""
    name, _, value = line.partition(b":")
    return name, value.removeprefix(b" ")


class Connection:
    """The server's end of one connection."""

    def __init__(self, server: Server, sock: socket.socket, number: int) -> None:
        self.server = server
        self.socket = sock
        self.number = number
        self._buffer = bytearray()

    def read(self) -> Received | None:
        """The next request, kept by the server; None where the client has gone."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._more():
                return None
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        line, *lines = bytes(head).split(b"\r\n")
        fields = tuple(_field(text) for text in lines)
        body = self._body({name.lower(): value for name, value in fields})
        if body is None:
            return None
        received = Received(self.number, line, fields, body)
        self.server.received.append(received)
        return received

    def _body(self, fields: dict[bytes, bytes]) -> bytes | None:
        """The body, without its framing where it comes in chunks; None where the client has gone before its end."""
        if fields.get(b"transfer-encoding", b"").lower() != b"chunked":
            return self._exactly(int(fields.get(b"content-length") or b"0"))
        body = b""
        while (size := self._line()) is not None:
            length = int(size.split(b";")[0], 16)
            chunk = self._exactly(length)
            if chunk is None or self._line() is None:
                return None
            if not length:
                return body
            body += chunk
        return None

    def _line(self) -> bytes | None:
        while b"\r\n" not in self._buffer:
            if not self._more():
                return None
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return bytes(line)

    def _exactly(self, length: int) -> bytes | None:
        while len(self._buffer) < length:
            if not self._more():
                return None
        data, self._buffer = bytes(self._buffer[:length]), self._buffer[length:]
        return data

    def fits(self, limit: int) -> bool:
        """Whether the next header section ends within so many bytes, or never begins; it is still there to be read."""
        while b"\r\n\r\n" not in self._buffer:
            if len(self._buffer) > limit:
                return False
            if not self._more():
                break
        return True

    def _more(self) -> bool:
        data = self.socket.recv(65_536)
        self._buffer += data
        return bool(data)

    def send(self, data: bytes) -> None:
        """Send all."""
        self.socket.sendall(data)

    def wait(self) -> None:
        """Do nothing, and read nothing, until the server stops."""
        self.server.over.wait()

    def drip(self, data: bytes, every: float) -> None:
        """Send byte for byte."""
        for byte in data:
            self.send(bytes([byte]))
            time.sleep(every)

    def close(self) -> None:
        """End the connection in order."""
        self.socket.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """Close with a reset instead of an orderly end."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class Server:
    """Each connection is handed to `script` in a thread of its own, and closed when that returns."""

    def __init__(self, script: Callable[[Connection], object], host: str, tls: ssl.SSLContext | None) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self.over = threading.Event()
        self._script = script
        self._tls = tls
        self._host = host
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(
            (host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=64
        )
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        """The base url."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}"

    def endpoint(self, timeout: float = 2.0, **options: Any) -> Endpoint:  # noqa: ANN401 - the fields of Endpoint
        """The server as the transports know it."""
        return Endpoint(self.url, timeout, **options)

    def start(self) -> None:
        """Accept connections."""
        self._begin(self._accept)

    def stop(self) -> None:
        """End every connection and every thread."""
        self.over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()
        for sock in self._open:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _begin(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self.connections += 1
                self._open.append(sock)
                self._begin(self._serve, sock, self.connections)

    def _serve(self, sock: socket.socket, number: int) -> None:
        with sock, suppress(OSError):
            wrapped = sock if self._tls is None else self._tls.wrap_socket(sock, server_side=True)
            self._open.append(wrapped)
            with wrapped:
                self._script(Connection(self, wrapped, number))


@contextmanager
def serving(
    script: Callable[[Connection], object], *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """A server as long as the block runs, on a port of the system's choice."""
    server = Server(script, host, tls)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def answer(status: bytes = b"200 OK", body: bytes = b"{}", *fields: bytes, version: bytes = b"HTTP/1.1") -> bytes:
    """An answer with its length, and further header lines."""
    lines = [version + b" " + status, b"Content-Length: %d" % len(body), *fields]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def answering(*answers: bytes) -> Callable[[Connection], None]:
    """A script that answers each request of a connection with the next of these, the last one over and over."""

    def script(connection: Connection) -> None:
        turn = 0
        while connection.read() is not None:
            connection.send(answers[min(turn, len(answers) - 1)])
            turn += 1

    return script


def closed_port() -> int:
    """A port of loopback on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
