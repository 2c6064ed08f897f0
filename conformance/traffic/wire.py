"""The wires: httpx for what it can send, a raw socket for what it cannot."""

from __future__ import annotations

import re
import select
import socket
import ssl
import time
from typing import TYPE_CHECKING

import h11
import httpx

from conformance import __version__
from conformance.contract.message import Response, Trouble

if TYPE_CHECKING:
    from conformance.contract.message import Request
    from conformance.traffic.endpoint import Endpoint

__all__ = ["HttpxWire", "RawWire", "WireError", "sendable_by_httpx"]

_LARGEST_BODY = 8 * 1024 * 1024
_CHUNK = 65_536
_VALUE = re.compile(rb"(?:[\x21-\x7e\x80-\xff](?:[\x20-\x7e\t\x80-\xff]*[\x21-\x7e\x80-\xff])?)?")
_TARGET = re.compile(rb"[\x21-\x7e]+")
_METHOD = re.compile(r"[A-Z-]+")
_USER_AGENT = (b"User-Agent", f"remote-mirror-conformance/{__version__}".encode("ascii"))


class WireError(Exception):
    """A request got no answer; `trouble` says in which way, the message what the system said."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        super().__init__(detail)
        self.trouble = trouble


def sendable_by_httpx(request: Request) -> bool:
    """Whether httpx sends `request` byte for byte; it refuses or changes some methods, targets and header values."""
    return (
        _METHOD.fullmatch(request.method) is not None
        and _TARGET.fullmatch(request.target) is not None
        and all(_VALUE.fullmatch(value) for _, value in request.header_fields())
    )


class HttpxWire:
    """One httpx client for the whole run: connections are kept, redirects not followed, no cookie is sent."""

    def __init__(self, endpoint: Endpoint, connections: int) -> None:
        self._endpoint = endpoint
        self._client = httpx.Client(
            verify=endpoint.tls or False,
            proxy=endpoint.proxy,
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        )

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def send(self, request: Request) -> Response:
        """Send and wait for the whole answer; WireError where there is none."""
        endpoint = self._endpoint
        outgoing = httpx.Request(
            request.method,
            endpoint.base_url + "/",
            headers=[*request.header_fields(), *endpoint.headers, _USER_AGENT],
            content=request.body,
            extensions={
                "target": endpoint.path + request.target,
                "timeout": httpx.Timeout(endpoint.timeout).as_dict(),
            },
        )
        try:
            answer = self._client.send(outgoing, stream=True)
            try:
                body, truncated = self._read(answer)
            finally:
                answer.close()
        except httpx.HTTPError as error:
            raise WireError(_trouble_of(error), f"{type(error).__name__}: {error}") from error
        return Response(
            status=answer.status_code,
            reason=answer.reason_phrase,
            headers=tuple(answer.headers.raw),
            body=body,
            http_version=answer.http_version,
            truncated=truncated,
        )

    def _read(self, answer: httpx.Response) -> tuple[bytes, bool]:
        deadline = time.monotonic() + 2 * self._endpoint.timeout
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > _LARGEST_BODY:
                return bytes(body[:_LARGEST_BODY]), True
            if time.monotonic() > deadline:
                raise httpx.ReadTimeout("the answer did not end")
        return bytes(body), False


def _trouble_of(error: httpx.HTTPError) -> Trouble:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError | httpx.UnsupportedProtocol):
        return Trouble.UNREACHABLE
    if isinstance(error, httpx.TimeoutException):
        return Trouble.TIMEOUT
    if isinstance(error, httpx.RemoteProtocolError) and "disconnected" not in str(error):
        return Trouble.DROPPED if "closed" in str(error) else Trouble.MALFORMED
    return Trouble.MALFORMED if isinstance(error, httpx.DecodingError) else Trouble.DROPPED


class RawWire:
    """One fresh connection for each request, whose bytes go out as they are; an early answer is read before a reset."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def send(self, request: Request) -> Response:
        """Send and wait for the whole answer; WireError where there is none."""
        deadline = time.monotonic() + 2 * self._endpoint.timeout
        try:
            with self._connect() as connection:
                return self._exchange(connection, request, deadline)
        except TimeoutError as error:
            raise WireError(Trouble.TIMEOUT, "no answer in time") from error
        except h11.RemoteProtocolError as error:
            gone = "closed" in str(error) or "EOF" in str(error)
            raise WireError(Trouble.DROPPED if gone else Trouble.MALFORMED, str(error)) from error
        except OSError as error:
            raise WireError(Trouble.DROPPED, str(error)) from error

    def _connect(self) -> socket.socket:
        endpoint = self._endpoint
        try:
            connection = socket.create_connection((endpoint.host, endpoint.port), timeout=endpoint.timeout)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return endpoint.tls.wrap_socket(connection, server_hostname=endpoint.host) if endpoint.tls else connection
        except OSError as error:
            raise WireError(Trouble.UNREACHABLE, str(error)) from error

    def _exchange(self, connection: socket.socket, request: Request, deadline: float) -> Response:
        answer = _Answer(request.method)
        waiting = memoryview(self._bytes(request))
        while not answer.complete:
            remaining = min(self._endpoint.timeout, deadline - time.monotonic())
            if remaining <= 0:
                raise TimeoutError
            pending = isinstance(connection, ssl.SSLSocket) and connection.pending() > 0
            readable, writable, _ = select.select(
                [connection], [connection] if waiting else [], [], 0 if pending else remaining
            )
            if readable or pending:
                answer.take(connection.recv(_CHUNK))
            elif writable:
                try:
                    waiting = waiting[connection.send(waiting[:_CHUNK]) :]
                except OSError:
                    waiting = memoryview(b"")  # refused early; the answer may be there to be read
            else:
                raise TimeoutError
        return answer.response()

    def _bytes(self, request: Request) -> bytes:
        body = request.body or b""
        fields = [(b"Host", self._endpoint.authority), *request.header_fields(), *self._endpoint.headers, _USER_AGENT]
        if body or request.method.upper() not in {"GET", "HEAD", "DELETE", "OPTIONS", "TRACE"}:
            fields.append((b"Content-Length", str(len(body)).encode("ascii")))
        fields.append((b"Connection", b"close"))
        lines = b"".join(b"%b: %b\r\n" % field for field in fields)
        target = self._endpoint.path + request.target
        return b"%b %b HTTP/1.1\r\n%b\r\n%b" % (request.method.encode("latin-1"), target, lines, body)


class _Answer:
    """An answer as it comes in, parsed by h11."""

    def __init__(self, method: str) -> None:
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=1024 * 1024)
        asked = h11.Request(method=method if method.isupper() else "POST", target="/", headers=[("Host", "h")])
        self._parser.send(asked)  # tells the parser what is answered; the bytes that go out are ours
        self._parser.send(h11.EndOfMessage())
        self._head: h11.Response | None = None
        self._body = bytearray()
        self.complete = False
        self.truncated = False

    def take(self, data: bytes) -> None:
        """Parse what was received; b"" is the end of the stream."""
        self._parser.receive_data(data)
        while not self.complete:
            event = self._parser.next_event()
            if event is h11.NEED_DATA:
                return
            if isinstance(event, h11.Response):
                self._head = event
            elif isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > _LARGEST_BODY:
                    self.truncated = self.complete = True
            elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                self.complete = True

    def response(self) -> Response:
        """What arrived, once it is complete; WireError where the connection closed without an answer."""
        if self._head is None:
            raise WireError(Trouble.DROPPED, "the connection was closed without an answer")
        return Response(
            status=self._head.status_code,
            reason=bytes(self._head.reason).decode("latin-1"),
            headers=tuple((bytes(name), bytes(value)) for name, value in self._head.headers.raw_items()),
            body=bytes(self._body[:_LARGEST_BODY]),
            http_version=f"HTTP/{bytes(self._head.http_version).decode('ascii')}",
            truncated=self.truncated,
        )
