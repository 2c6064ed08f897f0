"""Connections for httpcore whose waits are bounded by the exchange as a whole, as well as one by one."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, Any

import httpcore

from conformance.traffic.reaching import reach
from conformance.traffic.wire import CHUNK, LARGEST_BODY, segments

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

    from conformance.traffic.rhythm import Rhythm

__all__ = ["BoundedBackend", "Watch"]

_MOST_KEPT = 8 * LARGEST_BODY  # an answer in chunks of a byte is six times its body


class Watch(threading.local):
    """The exchange that a thread is busy with: until when it may last, and what was received, 8 MiB of it at most.

    `long_head` says that its request leaves in segments.
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
        """`timeout`, or what is left of the exchange's time if that is less."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the answer did not end in time")
        return left if timeout is None else min(timeout, left)

    def took(self, data: bytes) -> None:
        """Note what was received."""
        if len(self.received) < _MOST_KEPT:
            self.received += data

    def spent(self, body: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether all that was received belongs to one answer, with this body."""
        received = self.received
        if any(name.lower() == b"transfer-encoding" for name, _ in headers):
            return received.endswith(b"\r\n\r\n") and b"\r\n\r\nHTTP/" not in received
        whole = b"\r\n\r\n" + body
        return received.find(whole) == len(received) - len(whole)


class BoundedBackend(httpcore.NetworkBackend):
    """Makes connections whose every wait is bounded by the exchange's deadline as well."""

    def __init__(self, watch: Watch, rhythm: Rhythm) -> None:
        self._inner = httpcore.SyncBackend()
        self._watch = watch
        self._rhythm = rhythm

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect; httpcore's ConnectError or ConnectTimeout where that cannot be done."""

        def connect(address: str, seconds: float) -> httpcore.NetworkStream:
            return self._inner.connect_tcp(address, port, seconds, local_address, socket_options)

        try:
            return _Stream(reach(_bare(host), port, self._watch.left(timeout), connect), self._watch, self._rhythm)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error


class _Stream(httpcore.NetworkStream):
    """A connection; where the server reads no more, writing ends at half the time, and an early answer can be read."""

    def __init__(self, inner: httpcore.NetworkStream, watch: Watch, rhythm: Rhythm) -> None:
        self._inner = inner
        self._watch = watch
        self._rhythm = rhythm

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Wait for bytes."""
        data = self._inner.read(max_bytes, self._watch.left(timeout))
        self._watch.took(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all; a WriteError, not a timeout, tells httpcore to look for an answer."""
        first, *later = segments(buffer, long_head=self._watch.long_head)
        try:
            self._send(first, timeout)
            for segment in later:
                time.sleep(min(self._rhythm.pause, self._watch.left(timeout)))
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
        return _Stream(inner, self._watch, self._rhythm)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore has it
        """What httpcore asks of a connection."""
        return self._inner.get_extra_info(info)


def _bare(host: str) -> str:
    """A host without the brackets that a URL puts around an IPv6 address."""
    return host.removeprefix("[").removesuffix("]")
