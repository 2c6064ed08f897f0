"""Limits of traffic: number, rate and timing of requests, waits after a 429, caution with bad credentials."""

from __future__ import annotations

import email.utils
import random
import threading
import time
from collections import deque
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.contract.message import Response

_BAD_IN_A_ROW = 4
_SHORTEST_DELAY, _LONGEST_DELAY = 0.02, 0.5  # seconds
_RECENT_ANSWERS = 16  # answers
THROTTLED = 429
LONGEST_WAIT = 60.0
_PATIENCE = 2.0  # seconds; a target that reads one request at a time must not hold up the others


class Exhausted(Exception):  # noqa: N818 - the state of the budget
    """Nothing more may be sent; the message says why."""


class Budget:
    """A counter of requests, at most `limit` of them. After `stop` nothing more leaves.

    Attributes:
        spent: the number of requests that left.
        exhausted: the limit kept a request from leaving.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._reason: str | None = None
        self.spent = 0
        self.exhausted = False

    def spend(self) -> None:
        """Count one request. Raises Exhausted when none is left."""
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
        """The reason why nothing more leaves, or None."""
        return self._reason


class Pace:
    """At most `rate` requests a second, evenly spaced; None for no limit."""

    def __init__(self, rate: float | None) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, pause: Callable[[float], object]) -> None:
        """Wait for this request's turn. `pause` waits a number of seconds, or until the run stops."""
        if not self._interval:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._interval
        if turn > now:
            pause(turn - now)


class CredentialGate:
    """Bounds requests with bad credentials off loopback: one at a time, four before a good one, `limit` in all.

    Retries count. A `limit` of None sets no bound.
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
        """Let one request pass. `reassure` sends one with good credentials and returns whether it was recognised."""
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
        """A mark to take when a request with good credentials leaves; an argument of `good`."""
        return self._ended

    def good(self, mark: int) -> None:
        """Note that good credentials were recognised. Bad ones in flight at `mark` still count."""
        with self._counting:
            self._in_a_row = min(self._in_a_row, self._begun - mark)


class SegmentDelay:
    """The time between the two segments of a long head; safe to share between threads.

    A busy server reads late. The delay is that of its slowest recent answer, from 20 ms to half a second.
    """

    def __init__(self, least: float = _SHORTEST_DELAY) -> None:
        self._least = least
        self._lock = threading.Lock()
        self._recent: deque[float] = deque(maxlen=_RECENT_ANSWERS)

    def note(self, seconds: float) -> None:
        """Note the duration of an answer."""
        with self._lock:
            self._recent.append(seconds)

    @property
    def seconds(self) -> float:
        """The delay between two segments."""
        with self._lock:
            return min(max(self._least, *self._recent, 0.0), _LONGEST_DELAY)


def seconds_to_wait(answer: Response) -> float:
    """The wait that Retry-After asks for (RFC 9110 section 10.2.3), 60 at most; 2 to 5 without the field."""
    said = (answer.header("retry-after") or "").strip()
    if said.isdecimal():
        return min(float(said), LONGEST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(said)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        wait = (moment - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return random.uniform(2, 5)  # noqa: S311 - jitter
    return min(max(wait, 0.0), LONGEST_WAIT)


def parties(copies: int, workers: int) -> int:
    """The largest number of copies that divides them all and can be in flight at once."""
    return max(number for number in range(1, min(copies, workers) + 1) if copies % number == 0)


class Rendezvous:
    """A meeting point of a number of requests that should arrive at the same moment.

    Each is sent but for its last byte, which leaves when all are here. After one wait in vain nobody waits any more.
    """

    def __init__(self, number: int) -> None:
        self._barrier = threading.Barrier(number)

    def wait(self) -> None:
        """Wait for the others, two seconds at most."""
        with suppress(threading.BrokenBarrierError):
            self._barrier.wait(_PATIENCE)
