"""How long to leave between the two segments of a long head, by how fast the target answers."""

from __future__ import annotations

import threading
from collections import deque

__all__ = ["Rhythm"]

_LEAST, _MOST = 0.02, 0.5  # seconds
_KEPT = 16  # answers


class Rhythm:
    """Notes how long answers took; safe to share between threads.

    A server that is busy reads late: the second segment leaves when it has had the time of its slowest recent answer.
    """

    def __init__(self, least: float = _LEAST) -> None:
        self._least = least
        self._lock = threading.Lock()
        self._recent: deque[float] = deque(maxlen=_KEPT)

    def note(self, seconds: float) -> None:
        """An answer took so many seconds."""
        with self._lock:
            self._recent.append(seconds)

    @property
    def pause(self) -> float:
        """The seconds between two segments."""
        with self._lock:
            return min(max(self._least, *self._recent, 0.0), _MOST)
