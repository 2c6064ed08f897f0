"""The pooled wire: httpcore, the engine of httpx, with connections that are kept.

Redirects, cookies and user info are httpx's business, so that none of them happens here. The request target goes into
the URL, not into httpx's `target` extension, which a tunnelling proxy would be sent in its CONNECT.
"""

from __future__ import annotations

import queue
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from conformance.contract.message import Trouble
from conformance.traffic.bounded import BoundedBackend, Watch
from conformance.traffic.rhythm import Rhythm
from conformance.traffic.wire import (
    LARGEST_BODY,
    WireError,
    answer_of,
    cut_short,
    ends_with_connection,
    fields_of,
    out_of_reach,
    protocol_trouble,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.message import Request, Response
    from conformance.traffic.endpoint import Endpoint

__all__ = ["PooledWire"]

# Servers let go of idle connections after a few seconds, as they may (RFC 9112 section 9.5), and a request that goes
# out at that moment is lost. Connections are therefore not used again when they were idle for a second: one that is
# dropped was busy, and that is a finding.
_LONGEST_IDLE = 1.0
_ERRORS = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError)


def _pool(endpoint: Endpoint, options: dict[str, Any]) -> httpcore.ConnectionPool:
    if endpoint.proxy is None:
        return httpcore.ConnectionPool(**options)
    proxy = httpx.Proxy(endpoint.proxy)
    return httpcore.HTTPProxy(str(proxy.url), proxy_auth=proxy.raw_auth, **options)


class PooledWire:
    """As many connections as were asked for, each in a pool of its own; safe to share between threads.

    httpcore looks through a whole pool for each request and each answer. What was used last is used again first.
    """

    def __init__(self, endpoint: Endpoint, connections: int, rhythm: Rhythm | None = None) -> None:
        self._endpoint = endpoint
        self._watch = Watch()
        options: dict[str, Any] = {
            "ssl_context": endpoint.tls,
            "max_connections": 1,
            "max_keepalive_connections": 1,
            "keepalive_expiry": _LONGEST_IDLE,
            "network_backend": BoundedBackend(self._watch, rhythm or Rhythm()),
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
        """Send and wait for the whole answer, as long as the timeout at most; WireError where there is none."""
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
            raise self._wire_error(error) from error
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
            answer.extensions["network_stream"].close()  # what is left would be taken for the next request's answer
        return bytes(body), False

    def _wire_error(self, error: Exception) -> WireError:
        detail = f"{type(error).__name__}: {error}"
        if isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout | httpcore.ProxyError):
            return out_of_reach(detail)
        if isinstance(error, httpcore.TimeoutException):
            return WireError(Trouble.TIMEOUT, detail)
        if isinstance(error, httpcore.LocalProtocolError):
            return WireError(Trouble.NOT_SENT, detail)
        if isinstance(error, httpcore.RemoteProtocolError):
            unanswered = str(error).startswith("Server disconnected")
            received = bytes(self._watch.received)
            return cut_short(received) if unanswered else protocol_trouble(str(error), received)
        return WireError(Trouble.DROPPED, detail)
