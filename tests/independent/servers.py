"""Servers that nobody here wrote, on free ports of loopback, for as long as a block runs."""

from __future__ import annotations

import http.server
import socket
import socketserver
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tools import program

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parent / "prism"
OPENAPI = Path(__file__).parents[2] / "spec" / "openapi.yaml"
_STARTS_WITHIN = 120  # seconds
_INSTALL = "npm ci --prefix tests/independent/prism"


def installed_prism() -> Path:
    """Prism's command; where it is not installed the test fails."""
    program("node", install="apt-get install nodejs")
    command = PACKAGE / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    if not command.exists():
        pytest.fail(f"Prism is not installed: {_INSTALL}")
    return command


@contextmanager
def prism(*options: str) -> Iterator[str]:
    """Prism's mock of spec/openapi.yaml with these options; yields its base url. It may end before the block does."""
    port = free_port()
    process = _start_prism(installed_prism(), port, options)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        ended(process)


@contextmanager
def supervised_prism(*options: str) -> Iterator[str]:
    """As `prism`, started again whenever it ends, as a container's restart policy does it.

    Connections are relayed; those that come between two lives wait for the next.
    """
    with _serving(_Relay(installed_prism(), options)) as base_url:
        yield base_url


@contextmanager
def files(directory: Path) -> Iterator[str]:
    """The files of a directory, for GET and HEAD only, as `python -m http.server` serves them."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *given: object) -> None:
            super().__init__(*given, directory=str(directory))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            pass

    with _serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as base_url:
        yield base_url


@contextmanager
def echo() -> Iterator[str]:
    """No web server: what comes in goes out again (RFC 862)."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(ConnectionError):
                while data := self.request.recv(65_536):
                    self.request.sendall(data)

    with _serving(_Threaded(("127.0.0.1", 0), Handler)) as base_url:
        yield base_url


@contextmanager
def silence() -> Iterator[str]:
    """No web server: what comes in is thrown away (RFC 863)."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(ConnectionError):
                while self.request.recv(65_536):
                    pass

    with _serving(_Threaded(("127.0.0.1", 0), Handler)) as base_url:
        yield base_url


class _Threaded(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64


class _Relay(_Threaded):
    """Hands each connection to the living Prism."""

    def __init__(self, command: Path, options: tuple[str, ...]) -> None:
        super().__init__(("127.0.0.1", 0), _Relayed)
        self.command, self.options = command, options
        self._lock = threading.Lock()
        self._closed = False
        self._port = free_port()
        self._process = _start_prism(command, self._port, options)

    def connect(self) -> socket.socket:
        """A connection to Prism, which is started again first where it has ended."""
        with self._lock:
            with suppress(ConnectionError):
                return socket.create_connection(("127.0.0.1", self._port))
            if self._closed:
                raise ConnectionAbortedError("the relay is closed")
            ended(self._process)
            self._port = free_port()
            self._process = _start_prism(self.command, self._port, self.options)
            return socket.create_connection(("127.0.0.1", self._port))

    def server_close(self) -> None:
        """Stop listening, and end Prism."""
        super().server_close()
        with self._lock:  # or a connection that is waited for would start one more
            self._closed = True
            ended(self._process)


class _Relayed(socketserver.BaseRequestHandler):
    server: _Relay

    def handle(self) -> None:
        with suppress(ConnectionAbortedError), self.server.connect() as onward:
            back = threading.Thread(target=_pump, args=(onward, self.request), daemon=True)
            back.start()
            _pump(self.request, onward)
            back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Pass bytes on until one side ends, then end the other."""
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def _serving(server: socketserver.TCPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port: int = unused.getsockname()[1]
    return port


def _start_prism(command: Path, port: int, options: tuple[str, ...]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        ["node", str(command), "mock", "-h", "127.0.0.1", "-p", str(port), "-v", "silent", *options, str(OPENAPI)],  # noqa: S607 - the user's Node
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return started(process, "Prism", port)


def started(process: subprocess.Popen[bytes], name: str, port: int) -> subprocess.Popen[bytes]:
    """The process, once it accepts connections; else the test fails."""
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(ConnectionError), socket.create_connection(("127.0.0.1", port)):
            return process
        time.sleep(0.02)
    ended(process)
    pytest.fail(f"{name} did not start on port {port}: exit code {process.returncode}")


def ended(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and wait for its end."""
    process.kill()
    process.wait()
