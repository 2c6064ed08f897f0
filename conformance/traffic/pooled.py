"""The pooled transport: httpcore, the engine of httpx, with kept connections and bounded waits.

httpcore knows no redirects, cookies or user info. The request target stands in the URL: httpx's `target` extension
would also replace the target of a tunnelling proxy's CONNECT.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

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
    import ssl
    from collections.abc import Iterable, Iterator

# Servers let go of idle connections after a few seconds, as they may (RFC 9112 section 9.5), and a request that goes
# out at that moment is lost. Connections are therefore not used again when they were idle for a second: one that is
# dropped was busy, and that is a finding.
_LONGEST_IDLE = 1.0
_ERRORS = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError)
_MOST_RECEIVED = 8 * LARGEST_BODY  # an answer in chunks of a byte is six times its body


def _pool(endpoint: Endpoint, options: dict[str, Any]) -> httpcore.ConnectionPool:
    if endpoint.proxy is None:
        return httpcore.ConnectionPool(**options)
    proxy = httpx.Proxy(endpoint.proxy)
    return httpcore.HTTPProxy(str(proxy.url), proxy_auth=proxy.raw_auth, **options)


class PooledTransport:
    """A number of connections, each in a pool of its own; safe to share between threads.

    httpcore looks through a whole pool for each request and each answer. The connection used last is used again first.
    """

    def __init__(self, endpoint: Endpoint, connections: int, delay: SegmentDelay | None = None) -> None:
        self._endpoint = endpoint
        self._watch = Watch()
        options: dict[str, Any] = {
            "ssl_context": endpoint.tls,
            "max_connections": 1,
            "max_keepalive_connections": 1,
            "keepalive_expiry": _LONGEST_IDLE,
            "network_backend": BoundedBackend(self._watch, delay or SegmentDelay()),
        }
        self._pools = [_pool(endpoint, options) for _ in range(connections)]
        self._idle: queue.LifoQueue[httpcore.ConnectionPool] = queue.LifoQueue()
        for pool in self._pools:
            self._idle.put(pool)

    def close(self) -> None:
        """Close every connection."""
        for pool in self._pools:
            pool.close()

    def send(self, request: Request) -> Response:
        """Send, and wait for the whole answer within the timeout. Raises TransportError without one."""
        endpoint = self._endpoint
        self._watch.begin(endpoint.timeout, long_head=request.long_head)
        outgoing = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme="http" if endpoint.tls is None else "https",
                host=endpoint.host_written,  # httpcore asks a proxy for it as it stands here
                port=endpoint.port,
                target=endpoint.path + request.target,
            ),
            headers=fields_of(request, endpoint),
            content=request.body,
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), endpoint.timeout)},
        )
        try:
            with self._connection() as pool:
                answer = pool.handle_request(outgoing)
                try:
                    body, truncated = self._read(answer)
                finally:
                    answer.close()
        except _ERRORS as error:
            raise self._transport_error(error) from error
        return answer_of(
            answer.status,
            answer.extensions["reason_phrase"],
            answer.headers,
            body,
            http_version=answer.extensions["http_version"].decode("ascii"),
            truncated=truncated,
        )

    @contextmanager
    def _connection(self) -> Iterator[httpcore.ConnectionPool]:
        try:
            pool = self._idle.get(timeout=self._endpoint.timeout)
        except queue.Empty:
            raise httpcore.PoolTimeout from None
        try:
            yield pool
        finally:
            self._idle.put(pool)

    def _read(self, answer: httpcore.Response) -> tuple[bytes, bool]:
        body = bytearray()
        try:
            for chunk in answer.iter_stream():
                body += chunk
                if len(body) > LARGEST_BODY:
                    return bytes(body), True
        except httpcore.ReadError:
            if ends_with_connection(answer.headers):
                return bytes(body), True
            raise
        if not self._watch.spent(bytes(body), answer.headers):
            answer.extensions["network_stream"].close()  # the rest would be taken for the next request's answer
        return bytes(body), False

    def _transport_error(self, error: Exception) -> TransportError:
        detail = f"{type(error).__name__}: {error}"
        if isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout | httpcore.ProxyError):
            return out_of_reach(detail)
        if isinstance(error, httpcore.TimeoutException):
            return TransportError(Trouble.TIMEOUT, detail)
        if isinstance(error, httpcore.LocalProtocolError):
            return TransportError(Trouble.NOT_SENT, detail)
        if isinstance(error, httpcore.RemoteProtocolError):
            unanswered = str(error).startswith("Server disconnected")
            received = bytes(self._watch.received)
            return cut_short(received) if unanswered else protocol_trouble(str(error), received)
        return TransportError(Trouble.DROPPED, detail)


class Watch(threading.local):
    """The exchange at hand of each thread.

    Attributes:
        received: the bytes that came, 8 MiB at most.
        long_head: the request leaves in segments.
    """

    def __init__(self) -> None:
        self.received = bytearray()
        self.long_head = False
        self._deadline = math.inf

    def begin(self, seconds: float, *, long_head: bool = False) -> None:
        """Start the clock of another exchange."""
        self.received = bytearray()
        self.long_head = long_head
        self._deadline = time.monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """`timeout`, or the rest of the exchange's time if that is less."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the answer did not end in time")
        return left if timeout is None else min(timeout, left)

    def took(self, data: bytes) -> None:
        """Note received bytes."""
        if len(self.received) < _MOST_RECEIVED:
            self.received += data

    def spent(self, body: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether all received bytes belong to one answer, with this body."""
        received = self.received
        if any(name.lower() == b"transfer-encoding" for name, _ in headers):
            return received.endswith(b"\r\n\r\n") and b"\r\n\r\nHTTP/" not in received
        whole = b"\r\n\r\n" + body
        return received.find(whole) == len(received) - len(whole)


class BoundedBackend(httpcore.NetworkBackend):
    """Connections for httpcore; the exchange's deadline bounds every wait."""

    def __init__(self, watch: Watch, delay: SegmentDelay) -> None:
        self._inner = httpcore.SyncBackend()
        self._watch = watch
        self._delay = delay

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect. Raises httpcore's ConnectError or ConnectTimeout."""

        def connect(address: str, seconds: float) -> httpcore.NetworkStream:
            return self._inner.connect_tcp(address, port, seconds, local_address, socket_options)

        try:
            return _Stream(reach(_bare(host), port, self._watch.left(timeout), connect), self._watch, self._delay)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error


class _Stream(httpcore.NetworkStream):
    """A connection. Writing ends at half the time, so that an early answer can still be read."""

    def __init__(self, inner: httpcore.NetworkStream, watch: Watch, delay: SegmentDelay) -> None:
        self._inner = inner
        self._watch = watch
        self._delay = delay

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Wait for bytes."""
        data = self._inner.read(max_bytes, self._watch.left(timeout))
        self._watch.took(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all. Raises WriteError, not a timeout: it tells httpcore to look for an answer."""
        first, *later = segments(buffer, long_head=self._watch.long_head)
        try:
            self._send(first, timeout)
            for segment in later:
                time.sleep(min(self._delay.seconds, self._watch.left(timeout)))
                self._send(segment, timeout)
        except httpcore.WriteTimeout as error:
            raise httpcore.WriteError(str(error)) from error

    def _send(self, segment: bytes, timeout: float | None) -> None:
        for start in range(0, len(segment), CHUNK):
            self._inner.write(segment[start : start + CHUNK], self._watch.left(timeout) / 2)

    def close(self) -> None:
        """Close."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Speak TLS from here on."""
        name = None if server_hostname is None else _bare(server_hostname)
        inner = self._inner.start_tls(ssl_context, name, self._watch.left(timeout))
        return _Stream(inner, self._watch, self._delay)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore has it
        """Details of the connection, as httpcore asks for them."""
        return self._inner.get_extra_info(info)


def _bare(host: str) -> str:
    """A host without the brackets that a URL puts around an IPv6 address."""
    return host.removeprefix("[").removesuffix("]")
