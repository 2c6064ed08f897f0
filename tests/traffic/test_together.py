"""Requests that arrive at the same moment."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from conformance.traffic.endpoint import Endpoint
from conformance.traffic.raw import RawWire
from conformance.traffic.together import Together, parties
from tests.traffic.servers import answer, serving
from tests.traffic.wires import BODY, PLAIN

if TYPE_CHECKING:
    from tests.traffic.servers import Connection

CLOSED = answer(b"200 OK", b"{}", b"Connection: close")


def test_no_copy_is_left_over() -> None:
    """As many wait for one another as are in flight and divide the copies."""
    known = {(8, 8): 8, (12, 8): 6, (8, 3): 2, (12, 5): 4, (8, 1): 1, (7, 6): 1, (2, 100): 2}
    assert {of: parties(*of) for of in known} == known


def test_the_last_byte_leaves_when_all_are_there() -> None:
    """Each request is there but for its last byte before any is whole."""
    seen = threading.Semaphore(0)
    everybody = threading.Event()

    def script(connection: Connection) -> None:
        whole = b""
        while not whole.endswith(BODY[:-1]):
            whole += connection.socket.recv(65_536)
        seen.release()
        if connection.socket.recv(10) == BODY[-1:]:
            connection.send(CLOSED)

    def hold() -> None:
        assert everybody.wait(10)

    with serving(script) as server, ThreadPoolExecutor(4) as pool:
        wire = RawWire(Endpoint(server.url, timeout=20))
        answers = [pool.submit(wire.send, PLAIN, hold) for _ in range(4)]
        assert all(seen.acquire(timeout=10) for _ in answers)
        assert not any(one.done() for one in answers)
        everybody.set()
        assert [one.result().status for one in answers] == [200] * 4


def test_all_leave_when_the_last_has_come() -> None:
    """Three wait for the fourth."""
    together = Together(4)
    waiting = [threading.Thread(target=together.wait) for _ in range(3)]
    for one in waiting:
        one.start()
    together.wait()
    for one in waiting:
        one.join(10)
    assert not any(one.is_alive() for one in waiting)


def test_nobody_waits_for_ever() -> None:
    """One that waits in vain goes after two seconds, and those after it at once."""
    together = Together(2)
    together.wait()
    begun = time.monotonic()
    for _ in range(100):
        together.wait()
    assert time.monotonic() - begun < 100
