"""The raw transport: a socket for bytes that no client sends, and h11 to parse the answer."""

from __future__ import annotations

import selectors
import socket
import ssl
import time
from typing import TYPE_CHECKING

import h11

from conformance.contract.message import Request, Response, Trouble
from conformance.traffic.endpoint import Endpoint, reach
from conformance.traffic.limits import SegmentDelay
from conformance.traffic.transport import (
    CHUNK,
    LARGEST_BODY,
    TransportError,
    answer_of,
    cut_short,
    ends_with_connection,
    fields_of,
    out_of_reach,
    protocol_trouble,
    segments,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_WAIT = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_LONGEST_HEAD = 1024 * 1024


_ASKED = {method: h11.Request(method=method, target="/", headers=[("Host", "h")]) for method in ("HEAD", "POST")}
"""The request that the parser is told of; the bytes that go out are ours."""


class RawTransport:
    """One fresh connection for each request. Bytes leave as they are; an early answer is read before a reset."""

    def __init__(self, endpoint: Endpoint, delay: SegmentDelay | None = None) -> None:
        self._endpoint = endpoint
        self._delay = delay or SegmentDelay()

    def send(self, request: Request, hold: Callable[[], object] | None = None) -> Response:
        """Send, and wait for the whole answer within the timeout. Raises TransportError without one.

        `hold` is called before the last byte leaves, and may wait.
        """
        deadline = time.monotonic() + self._endpoint.timeout
        try:
            with self._connect(deadline) as connection:
                return self._exchange(connection, request, deadline, hold)
        except TimeoutError as error:
            raise TransportError(Trouble.TIMEOUT, "no answer in time") from error
        except h11.RemoteProtocolError as error:
            raise protocol_trouble(str(error)) from error
        except OSError as error:
            raise TransportError(Trouble.DROPPED, str(error)) from error

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
            raise out_of_reach(str(error)) from error
        return connection

    def _exchange(
        self, connection: socket.socket, request: Request, deadline: float, hold: Callable[[], object] | None
    ) -> Response:
        answer = Answer(request.method)
        message = message_of(request, self._endpoint, closing=True)
        parts = (message[:-1], message[-1:]) if hold else segments(message, long_head=request.long_head)
        waiting, *later = [memoryview(part) for part in parts]
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
                elif later and hold:
                    hold()
                    waiting = later.pop(0)
                    continue
                elif later:
                    selector.modify(connection, selectors.EVENT_READ)
                    if not selector.select(min(self._delay.seconds, remaining)):
                        waiting = later.pop(0)
                    continue
                selector.modify(connection, selectors.EVENT_READ | (selectors.EVENT_WRITE if waiting else 0))
                if not selector.select(remaining):
                    raise TimeoutError
        return answer.response()

    def _received(self, connection: socket.socket, answer: Answer) -> bool:
        """Take received bytes, whether or not everything was sent. False if there are none yet."""
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
        """The number of bytes sent; all of them if the server refuses more, since its answer may be there."""
        try:
            return connection.send(waiting[:CHUNK])
        except _WAIT:
            return 0
        except OSError:
            return len(waiting)


def message_of(request: Request, endpoint: Endpoint, *, closing: bool) -> bytes:
    """The bytes of a request; if `closing`, with `Connection: close` unless the request has such a field."""
    fields = fields_of(request, endpoint)
    if closing and b"connection" not in {name.lower() for name, _ in fields}:
        fields.append((b"Connection", b"close"))
    lines = b"".join(b"%b: %b\r\n" % field for field in fields)
    target = endpoint.path + request.target
    return b"%b %b HTTP/1.1\r\n%b\r\n%b" % (request.method.encode("latin-1"), target, lines, request.body or b"")


class Answer:
    """An answer as it arrives, parsed by h11."""

    def __init__(self, method: str) -> None:
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        self._parser.send(_ASKED["HEAD" if method == "HEAD" else "POST"])
        self._parser.send(h11.EndOfMessage())
        self._head: h11.Response | None = None
        self._start = b""
        self._body = bytearray()
        self._truncated = False
        self.complete = False

    def take(self, data: bytes) -> None:
        """Parse received bytes; b"" is the end of the stream. Raises TransportError if it came too early."""
        if self._head is None:
            self._start = (self._start + data)[:CHUNK]
            if not data:
                raise cut_short(self._start)
        self._parser.receive_data(data)
        while not self.complete:
            event = self._next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED:
                return
            if isinstance(event, h11.Response):
                self._head = event
            elif isinstance(event, h11.Data):
                self._body += event.data
                self._truncated = self.complete = len(self._body) > LARGEST_BODY
            elif isinstance(event, h11.EndOfMessage):
                self.complete = True

    def _next_event(self) -> h11.Event | type[h11.NEED_DATA | h11.PAUSED]:
        try:
            return self._parser.next_event()
        except h11.RemoteProtocolError as error:
            raise protocol_trouble(str(error), b"" if self._head else self._start) from error

    def resets_at_its_end(self) -> bool:
        """Whether the reset of the connection ends this answer: its body lasts as long as the connection."""
        ends = self._head is not None and ends_with_connection(self._head.headers.raw_items())
        self._truncated = self.complete = ends
        return ends

    def response(self) -> Response:
        """The whole answer, once it is complete."""
        assert self._head is not None  # noqa: S101 - it is complete
        return answer_of(
            self._head.status_code,
            bytes(self._head.reason),
            self._head.headers.raw_items(),
            bytes(self._body),
            http_version=f"HTTP/{bytes(self._head.http_version).decode('ascii')}",
            truncated=self._truncated,
        )
