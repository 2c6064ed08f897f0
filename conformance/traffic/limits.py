"""How much may be sent and how fast: the budget, the pace, and the caution with bad credentials."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Budget", "CredentialGate", "Exhausted", "Pace"]

_BAD_IN_A_ROW = 4


class Exhausted(Exception):  # noqa: N818 - it says what the budget is
    """No more may be sent, and why."""


class Budget:
    """Counts requests as they leave; at most `limit` of them. Stopping it lets nothing more out."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._reason: str | None = None
        self.spent = 0

    def spend(self) -> None:
        """Take one; Exhausted where there is none left."""
        with self._lock:
            if self._reason:
                raise Exhausted(self._reason)
            if self.spent >= self._limit:
                raise Exhausted(f"max-requests = {self._limit} was reached")
            self.spent += 1

    def stop(self, reason: str) -> None:
        """Let nothing more out."""
        with self._lock:
            self._reason = self._reason or reason

    @property
    def stopped(self) -> str | None:
        """Why nothing more goes out, or None."""
        return self._reason


class Pace:
    """At most `rate` departures a second, evenly spaced; None for as fast as they come."""

    def __init__(self, rate: float | None) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Sleep until it is this request's turn."""
        if not self._interval:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._interval
        time.sleep(max(0.0, turn - now))


class CredentialGate:
    """Off loopback, requests with bad credentials go one at a time, at most four before a good one, `limit` in all."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._total = 0

    @contextmanager
    def bad(self, reassure: Callable[[], bool]) -> Iterator[None]:
        """Hold the door for one request; `reassure` sends a known-good one and says whether it was recognised."""
        if self._limit is None:
            yield
            return
        with self._lock:
            if self._total >= self._limit:
                raise Exhausted(f"max_bad_credentials = {self._limit} was reached")
            if self._in_a_row >= _BAD_IN_A_ROW and not reassure():
                raise Exhausted("no request with good credentials can go between those with bad ones")
            self._total += 1
            self._in_a_row += 1
            yield

    def good(self) -> None:
        """Note that good credentials were just recognised."""
        self._in_a_row = 0
