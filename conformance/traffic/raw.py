"""The raw wire: a socket, for bytes that no client sends; h11 parses what comes back."""

from __future__ import annotations

import selectors
import socket
import ssl
import time
from typing import TYPE_CHECKING

import h11

from conformance.contract.message import Trouble
from conformance.traffic.reaching import reach
from conformance.traffic.wire import (
    CHUNK,
    LARGEST_BODY,
    WireError,
    answer_of,
    cut_short,
    ends_with_connection,
    fields_of,
    protocol_trouble,
)

if TYPE_CHECKING:
    from conformance.contract.message import Request, Response
    from conformance.traffic.endpoint import Endpoint

__all__ = ["RawWire"]

_LONGEST_HEAD = 1024 * 1024
_WAIT = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class RawWire:
    """One fresh connection for each request, whose bytes go out as they are; an early answer is read before a reset."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def send(self, request: Request) -> Response:
        """Send and wait for the whole answer, as long as the timeout at most; WireError where there is none."""
        deadline = time.monotonic() + self._endpoint.timeout
        try:
            with self._connect(deadline) as connection:
                return self._exchange(connection, request, deadline)
        except TimeoutError as error:
            raise WireError(Trouble.TIMEOUT, "no answer in time") from error
        except h11.RemoteProtocolError as error:
            raise protocol_trouble(str(error)) from error
        except OSError as error:
            raise WireError(Trouble.DROPPED, str(error)) from error

    def _connect(self, deadline: float) -> socket.socket:
        endpoint = self._endpoint

        def connect(address: str, seconds: float) -> socket.socket:
            return socket.create_connection((address, endpoint.port), timeout=seconds)

        try:
            connection = reach(endpoint.host, endpoint.port, endpoint.timeout, connect)
            try:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if endpoint.tls is not None:
                    connection.settimeout(max(deadline - time.monotonic(), 0.001))
                    connection = endpoint.tls.wrap_socket(connection, server_hostname=endpoint.host)
                connection.setblocking(False)
            except OSError:
                connection.close()
                raise
        except OSError as error:
            raise WireError(Trouble.UNREACHABLE, str(error)) from error
        return connection

    def _exchange(self, connection: socket.socket, request: Request, deadline: float) -> Response:
        answer = _Answer(request.method)
        waiting = memoryview(self._bytes(request))
        with selectors.DefaultSelector() as selector:
            selector.register(connection, selectors.EVENT_READ | selectors.EVENT_WRITE)
            while not answer.complete:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    raise TimeoutError
                if self._received(connection, answer):
                    continue
                if waiting:
                    sent = self._sent(connection, waiting)
                    waiting = waiting[sent:]
                    if sent:
                        continue
                selector.modify(connection, selectors.EVENT_READ | (selectors.EVENT_WRITE if waiting else 0))
                if not selector.select(remaining):
                    raise TimeoutError
        return answer.response()

    def _received(self, connection: socket.socket, answer: _Answer) -> bool:
        """Take what has come, whether or not everything was sent; False where nothing has."""
        try:
            data = connection.recv(CHUNK)
        except _WAIT:
            return False
        except OSError:
            if not answer.resets_at_its_end():
                raise
        else:
            answer.take(data)
        return True

    def _sent(self, connection: socket.socket, waiting: memoryview) -> int:
        """Send what can be sent; all of it, where the server refuses more: its answer may be there to be read."""
        try:
            return connection.send(waiting[:CHUNK])
        except _WAIT:
            return 0
        except OSError:
            return len(waiting)

    def _bytes(self, request: Request) -> bytes:
        fields = fields_of(request, self._endpoint)
        if b"connection" not in {name.lower() for name, _ in fields}:
            fields.append((b"Connection", b"close"))
        lines = b"".join(b"%b: %b\r\n" % field for field in fields)
        target = self._endpoint.path + request.target
        return b"%b %b HTTP/1.1\r\n%b\r\n%b" % (request.method.encode("latin-1"), target, lines, request.body or b"")


class _Answer:
    """An answer as it comes in, parsed by h11."""

    def __init__(self, method: str) -> None:
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        asked = h11.Request(method="HEAD" if method == "HEAD" else "POST", target="/", headers=[("Host", "h")])
        self._parser.send(asked)  # tells the parser what is answered; the bytes that go out are ours
        self._parser.send(h11.EndOfMessage())
        self._head: h11.Response | None = None
        self._start = b""
        self._body = bytearray()
        self._truncated = False
        self.complete = False

    def take(self, data: bytes) -> None:
        """Parse what was received; b"" is the end of the stream, where WireError says that it came too early."""
        if self._head is None:
            self._start = (self._start + data)[:CHUNK]
            if not data:
                raise cut_short(self._start)
        self._parser.receive_data(data)
        while not self.complete:
            event = self._parser.next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED:
                return
            if isinstance(event, h11.Response):
                self._head = event
            elif isinstance(event, h11.Data):
                self._body += event.data
                self._truncated = self.complete = len(self._body) > LARGEST_BODY
            elif isinstance(event, h11.EndOfMessage):
                self.complete = True

    def resets_at_its_end(self) -> bool:
        """End with the connection's reset, if the body lasts as long as the connection."""
        ends = self._head is not None and ends_with_connection(self._head.headers.raw_items())
        self._truncated = self.complete = ends
        return ends

    def response(self) -> Response:
        """What arrived, once it is complete."""
        assert self._head is not None  # noqa: S101 - it is complete
        return answer_of(
            self._head.status_code,
            bytes(self._head.reason),
            self._head.headers.raw_items(),
            bytes(self._body),
            http_version=f"HTTP/{bytes(self._head.http_version).decode('ascii')}",
            truncated=self._truncated,
        )
