"""Ctrl-C, SIGTERM and SIGHUP: the first ends the sending, the second the waiting for what is in flight."""

from __future__ import annotations

import queue
import signal
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Interruption", "ending_signals"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def ending_signals() -> tuple[signal.Signals, ...]:
    """The signals that end a run; SIGHUP is not among them where it is ignored, as under nohup."""
    hangup: signal.Signals | None = getattr(signal, "SIGHUP", None)  # which not every system has
    if hangup is None or signal.getsignal(hangup) is signal.SIG_IGN:
        return _SIGNALS
    return (*_SIGNALS, hangup)


class Interruption:
    """Handles the signals from `begin` to `end`, in the main thread only.

    At the first, `mark` is called in the signal handler, where it may take no lock, and `stop` in a thread of its own.
    Every later one raises KeyboardInterrupt wherever the main thread is, until `hold`: reports are then written, which
    takes no time worth losing them for. `times` counts them all.
    """

    def __init__(self, mark: Callable[[], None], stop: Callable[[], None]) -> None:
        self.times = 0
        self._held = False
        self._mark = mark
        self._stop = stop
        self._woken: queue.SimpleQueue[bool] = queue.SimpleQueue()  # its put may be called in a signal handler
        self._before: dict[signal.Signals, Any] = {}

    def begin(self) -> None:
        """Take the signals over."""
        if threading.current_thread() is not threading.main_thread():
            return
        threading.Thread(target=self._wait, name="conformance-interruption", daemon=True).start()
        self._before = {number: signal.signal(number, self._arrived) for number in ending_signals()}

    def hold(self) -> None:
        """Let nothing interrupt any more what is to be written."""
        self._held = True

    def end(self) -> None:
        """Give them back; once is enough."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
        self._woken.put(False)

    def _wait(self) -> None:
        if self._woken.get():
            self._stop()

    def _arrived(self, *_: object) -> None:
        self.times += 1
        if self._held:
            return
        if self.times > 1:
            raise KeyboardInterrupt
        self._mark()
        self._woken.put(True)
