"""Changes to the process while a target is tested: its signals, its logging, its garbage collection.

HTTP libraries log nothing, and no log record holds a secret. A token that IAM issues is known as a secret only once it
was received: at level DEBUG httpcore would have logged it already.
"""

from __future__ import annotations

import atexit
import gc
import logging
import os
import queue
import signal
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.places import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.traffic.redaction import Redactor

_THRESHOLDS = (50_000, 20, 100)
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SILENT = ("h11", "httpcore", "httpx", "hypothesis", "requests", "schemathesis", "urllib3")
_OFF = logging.CRITICAL + 1


def collect_seldom() -> None:
    """Collect cycles less often than Python's default, which is for smaller programs and took an eighth of a run.

    It adds memory for some 50,000 objects at most. At the end none are looked for: the system takes all memory at once.
    """
    gc.set_threshold(*_THRESHOLDS)
    atexit.register(gc.freeze)


def keep_tables() -> None:
    """Keep Hypothesis' tables of characters, which take seconds to make, once for each user."""
    folder = cache_folder() or Path(os.devnull)  # below which nothing can be kept
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(folder / "hypothesis"))


def open_page(path: Path) -> None:
    """Open a page in the user's browser; one line on standard error where there is none."""
    import webbrowser  # noqa: PLC0415 - seldom needed

    if not webbrowser.open(path.resolve().as_uri()):
        with suppress(OSError):  # a closed stream
            sys.stderr.write(f"--open: no browser was found: open {path} yourself\n")


def ending_signals() -> tuple[signal.Signals, ...]:
    """The signals that end a run; SIGHUP is not among them where it is ignored, as under nohup."""
    hangup: signal.Signals | None = getattr(signal, "SIGHUP", None)  # which not every system has
    if hangup is None or signal.getsignal(hangup) is signal.SIG_IGN:
        return _SIGNALS
    return (*_SIGNALS, hangup)


class Interruption:
    """Handles SIGINT, SIGTERM and SIGHUP from `begin` to `end`, in the main thread only.

    At the first signal, `mark` is called in the handler, where it may take no lock, and `stop` in a thread of its own.
    Every later one raises KeyboardInterrupt in the main thread, until `hold`: reports are then being written.

    Attributes:
        times: How many signals arrived.
    """

    def __init__(self, mark: Callable[[], None], stop: Callable[[], None]) -> None:
        self.times = 0
        self._held = False
        self._mark = mark
        self._stop = stop
        self._woken: queue.SimpleQueue[bool] = queue.SimpleQueue()  # its put may be called in a signal handler
        self._before: dict[signal.Signals, Any] = {}

    def begin(self) -> None:
        """Take over the signals."""
        if threading.current_thread() is not threading.main_thread():
            return
        threading.Thread(target=self._wait, name="conformance-interruption", daemon=True).start()
        self._before = {number: signal.signal(number, self._arrived) for number in ending_signals()}

    def hold(self) -> None:
        """Ignore further signals."""
        self._held = True

    def end(self) -> None:
        """Restore the former handlers; a second call does nothing."""
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


class QuietLogs:
    """Silences HTTP libraries and redacts log records between `begin` and `end`, for every handler."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._levels: dict[str, int] = {}
        self._before: Callable[..., logging.LogRecord] | None = None

    def begin(self) -> None:
        """Begin; a second call does nothing."""
        if self._before is not None:
            return
        known = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in _SILENT]
        for name in {*_SILENT, *known}:
            logger = logging.getLogger(name)
            self._levels[name] = logger.level
            logger.setLevel(_OFF)
        self._before = logging.getLogRecordFactory()
        logging.setLogRecordFactory(self._record)

    def end(self) -> None:
        """Restore the former logging; a second call does nothing."""
        if self._before is None:
            return
        if logging.getLogRecordFactory() == self._record:
            logging.setLogRecordFactory(self._before)
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)
        self._before = None

    def _record(self, *given: object, **named: object) -> logging.LogRecord:
        """A record without a secret in its message and in its traceback."""
        assert self._before is not None  # noqa: S101 - it was begun
        record = self._before(*given, **named)
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):  # the handler would print the arguments as they are
            message, record.args = f"{record.msg} (its arguments do not fit)", ()
        shown = self._redactor.text(message)
        if shown != message or not record.args:
            record.msg, record.args = shown, ()
        if record.exc_info and record.exc_info[0] is not None:
            trace = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
            if (redacted := self._redactor.text(trace)) != trace:
                record.exc_info, record.exc_text = None, redacted
        return record
