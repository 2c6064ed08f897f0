"""A proxy on loopback: it tunnels what it is asked to, and forwards plain http."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.traffic.servers import Connection, Received


def proxying(asked: list[bytes]) -> Callable[[Connection], None]:
    """A script; the request line of everything that the proxy was asked goes into `asked`."""

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            asked.append(received.line)
            if received.line.startswith(b"CONNECT "):
                _tunnel(connection, received)
                return
            _forward(connection, received)

    return script


def _tunnel(connection: Connection, received: Received) -> None:
    """Pass bytes on in both directions (RFC 9110 section 9.3.6)."""
    host, _, port = received.line.split(b" ")[1].decode().rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port))) as onward:
        connection.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        back = threading.Thread(target=_pump, args=(onward, connection.socket), daemon=True)
        back.start()
        _pump(connection.socket, onward)
        back.join()


def _forward(connection: Connection, received: Received) -> None:
    """Send the request on to the host of its URL, and the answer back (RFC 9112 section 3.2.2)."""
    method, url, version = received.line.split(b" ")
    parts = urlsplit(url)
    path = url.removeprefix(b"%b://%b" % (parts.scheme, parts.netloc))
    lines = [b" ".join((method, path, version)), *(b"%b: %b" % field for field in received.fields)]
    with socket.create_connection((parts.hostname or b"", parts.port or 80)) as onward:
        onward.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + received.body)
        onward.shutdown(socket.SHUT_WR)
        while data := onward.recv(65_536):
            connection.send(data)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Pass bytes on until there are none."""
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
