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
    """Counts requests as they leave; at most `limit` of them. Stopping it lets nothing more out.

    `exhausted` says that a request had to stay because of the limit.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._reason: str | None = None
        self.spent = 0
        self.exhausted = False

    def spend(self) -> None:
        """Take one; Exhausted where there is none left."""
        with self._lock:
            if self._reason:
                raise Exhausted(self._reason)
            if self.spent >= self._limit:
                self.exhausted = True
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

    def wait(self, pause: Callable[[float], object]) -> None:
        """Wait until it is this request's turn; `pause` waits so many seconds, or until nothing is sent any more."""
        if not self._interval:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._interval
        if turn > now:
            pause(turn - now)


class CredentialGate:
    """Off loopback, requests with bad credentials go one at a time, at most four before a good one, `limit` in all.

    Retries are requests like any other.
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._door = threading.Lock()
        self._counting = threading.Lock()
        self._in_a_row = 0
        self._begun = 0
        self._ended = 0

    @contextmanager
    def bad(self, reassure: Callable[[], bool]) -> Iterator[None]:
        """Hold the door for one request; `reassure` sends one with good credentials, True where it is recognised."""
        if self._limit is None:
            yield
            return
        with self._door:
            if self._begun >= self._limit:
                raise Exhausted(f"max_bad_credentials = {self._limit} was reached")
            if self._in_a_row >= _BAD_IN_A_ROW:
                mark = self.mark()
                if not reassure():
                    raise Exhausted("no request with good credentials can go between those with bad ones")
                self.good(mark)
            with self._counting:
                self._begun += 1
                self._in_a_row += 1
            try:
                yield
            finally:
                self._ended += 1

    def mark(self) -> int:
        """What to keep, as a request with good credentials leaves, for `good`."""
        return self._ended

    def good(self, mark: int) -> None:
        """Note that a request with good credentials was recognised; bad ones not ended when it left count on."""
        with self._counting:
            self._in_a_row = min(self._in_a_row, self._begun - mark)
