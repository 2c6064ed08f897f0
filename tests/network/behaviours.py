"""Ways to misbehave: what a server does with a request to which it has a right answer."""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING

from tests.traffic.servers import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.traffic.servers import Connection, Received

    Behaviour = Callable[["Connection", "Received", bytes], object]

JSON = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
DRIP = 0.05
"""Seconds between two bytes of what comes slowly."""


def honest(connection: Connection, received: Received, reply: bytes) -> None:
    """Answer."""
    connection.send(reply)


def silent(connection: Connection, received: Received, reply: bytes) -> None:
    """Say nothing."""
    connection.wait()


def drips_its_head(connection: Connection, received: Received, reply: bytes) -> None:
    """A header section that never ends, byte by byte."""
    connection.drip(JSON + b"X: " + b"x" * 1000, DRIP)


def drips_its_body(connection: Connection, received: Received, reply: bytes) -> None:
    """A body byte by byte."""
    connection.send(JSON + b"Content-Length: 1000\r\n\r\n")
    connection.drip(b'{"id": ' + b" " * 993, DRIP)


def continues_for_ever(connection: Connection, received: Received, reply: bytes) -> None:
    """Interim answers, and never the final one."""
    for _ in endless():
        connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(DRIP)


def heads_for_ever(connection: Connection, received: Received, reply: bytes) -> None:
    """Header lines as fast as they are taken."""
    connection.send(JSON)
    for _ in endless():
        connection.send(b"X-Line: one of many\r\n" * 1000)


def chunks_for_ever(connection: Connection, received: Received, reply: bytes) -> None:
    """A chunked body without an end, as fast as it is taken."""
    connection.send(JSON + b"Transfer-Encoding: chunked\r\n\r\n")
    for _ in endless():
        connection.send(b"10000\r\n" + b" " * 65_536 + b"\r\n")


def huge(connection: Connection, received: Received, reply: bytes) -> None:
    """The right answer, followed by 9 MiB of white space within its length."""
    head, _, body = reply.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    body += b" " * (9 * 1024 * 1024)
    connection.send(b"\r\n".join([*lines, b"Content-Length: %d" % len(body)]) + b"\r\n\r\n" + body)


def declaring(length: Callable[[int], bytes], *, close: bool) -> Behaviour:
    """Another Content-Length than the body's; `close` ends the connection after the body."""

    def behave(connection: Connection, received: Received, reply: bytes) -> None:
        head, _, body = reply.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
        connection.send(b"\r\n".join([*lines, length(len(body))]) + b"\r\n\r\n" + body)
        if close:
            connection.close()
        else:
            connection.wait()

    return behave


def resets_within(connection: Connection, received: Received, reply: bytes) -> None:
    """Half of the answer, and a reset."""
    connection.send(reply[: len(reply) - 20])
    time.sleep(0.01)
    connection.reset()


def resets(connection: Connection, received: Received, reply: bytes) -> None:
    """A reset instead of an answer."""
    connection.reset()


def closes_after(connection: Connection, received: Received, reply: bytes) -> None:
    """Answer, and close without having said so."""
    connection.send(reply)
    connection.close()


def to_the_valid(how: Behaviour, token: str) -> Behaviour:
    """Do so to requests with this token, and answer the others."""

    def behave(connection: Connection, received: Received, reply: bytes) -> None:
        valid = received.values(b"x-auth-token") == [token.encode()]
        (how if valid else honest)(connection, received, reply)

    return behave


def after(count: int, how: Behaviour) -> Behaviour:
    """Answer so many requests, and do so to every later one."""
    numbers = counting()

    def behave(connection: Connection, received: Received, reply: bytes) -> None:
        (honest if numbers() <= count else how)(connection, received, reply)

    return behave


def weather(*, latency: float, jitter: float, throttled: float = 0, reset: float = 0, seed: int = 1) -> Behaviour:
    """Answer after `latency` and up to `jitter` seconds; these shares of the requests are answered 429, or reset once.

    What a share falls on is drawn from `seed`; no two requests of the same kind of trouble follow one another.
    """
    draw, lock = random.Random(seed), threading.Lock()  # noqa: S311 - weather is no secret
    unlucky = False

    def behave(connection: Connection, received: Received, reply: bytes) -> None:
        nonlocal unlucky
        with lock:
            luck, wait = draw.random(), latency + jitter * draw.random()
            luck = 1 if unlucky else luck
            unlucky = luck < throttled + reset
        time.sleep(wait)
        if luck < reset:
            connection.reset()
        elif luck < throttled + reset:
            connection.send(answer(b"429 Too Many Requests", b"", b"Retry-After: 0"))
        else:
            connection.send(reply)

    return behave


def counting() -> Callable[[], int]:
    """A counter that threads may share: 1, 2, 3."""
    lock, count = threading.Lock(), 0

    def following() -> int:
        nonlocal count
        with lock:
            count += 1
            return count

    return following


def endless() -> Iterator[None]:
    """Turns without an end; a server's thread ends with its connection."""
    while True:
        yield None
