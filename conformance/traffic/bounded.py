"""Connections for httpcore whose waits are bounded by the exchange as a whole, as well as one by one."""

from __future__ import annotations

import math
import selectors
import threading
import time
from typing import TYPE_CHECKING, Any

import httpcore

from conformance.traffic.wire import CHUNK, NOTHING_YET, RECORD

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

__all__ = ["BoundedBackend", "Watch"]


class Watch(threading.local):
    """The exchange that a thread is busy with: until when it may last, and what was received."""

    def __init__(self) -> None:
        self.received = bytearray()
        self._deadline = math.inf

    def begin(self, seconds: float) -> None:
        """Start the clock of another exchange."""
        self.received = bytearray()
        self._deadline = time.monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """`timeout`, or what is left of the exchange's time if that is less."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the answer did not end in time")
        return left if timeout is None else min(timeout, left)

    def spent(self, body: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether all that was received belongs to one answer, with this body."""
        received = self.received
        if any(name.lower() == b"transfer-encoding" for name, _ in headers):
            return received.endswith(b"\r\n\r\n") and b"\r\n\r\nHTTP/" not in received
        whole = b"\r\n\r\n" + body
        return received.find(whole) == len(received) - len(whole)


class BoundedBackend(httpcore.NetworkBackend):
    """Makes connections whose every wait is bounded by the exchange's deadline as well."""

    def __init__(self, watch: Watch) -> None:
        self._inner = httpcore.SyncBackend()
        self._watch = watch

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect."""
        timeout = self._watch.left(timeout)
        return _Stream(self._inner.connect_tcp(host, port, timeout, local_address, socket_options), self._watch)


class _Stream(httpcore.NetworkStream):
    """A connection; what comes while a long request goes out is kept, since a failed write may be the end of TLS."""

    def __init__(self, inner: httpcore.NetworkStream, watch: Watch) -> None:
        self._inner = inner
        self._watch = watch
        self._early = b""
        self._ended = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Wait for bytes."""
        data, self._early = self._early, b""
        if not data:
            data = self._inner.read(max_bytes, self._watch.left(timeout))
        self._watch.received += data
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all; a WriteError, not a timeout, tells httpcore to look for an answer."""
        try:
            if len(buffer) <= CHUNK:
                self._inner.write(buffer, self._watch.left(timeout))
            else:
                self._write_long(buffer, timeout)
        except httpcore.WriteTimeout as error:
            raise httpcore.WriteError(str(error)) from error

    def _write_long(self, buffer: bytes, timeout: float | None) -> None:
        start = 0
        with selectors.DefaultSelector() as selector:
            selector.register(self._inner.get_extra_info("socket"), selectors.EVENT_READ | selectors.EVENT_WRITE)
            while start < len(buffer):
                ready = selector.select(self._watch.left(timeout))
                if not ready:
                    raise httpcore.WriteTimeout("the request was not taken in time")
                [(key, events)] = ready
                if events & selectors.EVENT_READ:
                    self._look_ahead()
                    if self._ended:
                        selector.modify(key.fileobj, selectors.EVENT_WRITE)
                if events & selectors.EVENT_WRITE:
                    self._inner.write(buffer[start : start + RECORD], self._watch.left(timeout))
                    start += RECORD

    def _look_ahead(self) -> None:
        try:
            data = self._inner.read(CHUNK, 0.0)
        except httpcore.ReadError as error:
            self._ended = not isinstance(error.__cause__, NOTHING_YET)
        else:
            self._early += data
            self._ended = not data

    def close(self) -> None:
        """Close."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Speak TLS from here on."""
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._watch.left(timeout)), self._watch)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore has it
        """What httpcore asks of a connection."""
        return self._inner.get_extra_info(info)
