"""Requests that are to arrive at the same moment: each is sent but for its last byte, and that when all are there."""

from __future__ import annotations

import threading
from contextlib import suppress

__all__ = ["Together", "parties"]

_PATIENCE = 2.0  # seconds; a target that reads one request at a time, or a slow pace, must not hold up the others


def parties(copies: int, workers: int) -> int:
    """How many of so many copies can wait for one another where so many are in flight: none is left over."""
    return max(number for number in range(1, min(copies, workers) + 1) if copies % number == 0)


class Together:
    """Waits until so many requests are there; once one waits in vain, nobody waits any more."""

    def __init__(self, number: int) -> None:
        self._barrier = threading.Barrier(number)

    def wait(self) -> None:
        """Wait for the others, for two seconds at most."""
        with suppress(threading.BrokenBarrierError):
            self._barrier.wait(_PATIENCE)
