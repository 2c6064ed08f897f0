"""Connections to a host by name, made in a bounded time whatever its resolver and its addresses do."""

from __future__ import annotations

import queue
import socket
import threading
import time
from typing import TYPE_CHECKING, TypeVar

import httpcore

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["reach"]

T = TypeVar("T")
_FAILURES = (OSError, httpcore.ConnectError, httpcore.ConnectTimeout)


def reach(host: str, port: int, seconds: float, connect: Callable[[str, float], T]) -> T:
    """What `connect` makes of the first address of `host` that works; it is given the address and its seconds.

    Each address gets an equal part of the time that is left, so that one that swallows packets does not hide the next.
    Raises OSError where the name has no address in time, else what `connect` raised last.
    """
    deadline = time.monotonic() + seconds
    addresses = _addresses(host, port, seconds)
    while True:
        address = addresses.pop(0)
        share = (deadline - time.monotonic()) / (len(addresses) + 1)
        try:
            return connect(address, max(share, 0.001))
        except _FAILURES:
            if not addresses:
                raise


def _addresses(host: str, port: int, seconds: float) -> list[str]:
    """The numeric addresses of a host, in the system's order; the resolver works in a thread that can be left alone."""
    try:
        return _resolved(host, port, socket.AI_NUMERICHOST)
    except OSError:
        found: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(_resolved(host, port))
        except OSError as error:
            found.put(error)

    threading.Thread(target=look_up, name="conformance-resolve", daemon=True).start()
    try:
        answer = found.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"the resolver did not say in time where {host} is") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _resolved(host: str, port: int, flags: int = 0) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    except UnicodeError as error:  # a label that IDNA does not allow
        raise OSError(f"{host} is no name of a host ({error})") from error
    numeric = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
    return list(dict.fromkeys(socket.getnameinfo(address, numeric)[0] for *_, address in found))
