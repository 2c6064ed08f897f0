"""Logging while a target is tested: HTTP libraries say nothing, and no record of anybody's holds a secret.

What goes over the wire holds tokens, and a token that IAM issues is known as a secret only once it was received: at
level DEBUG httpcore would have written it already.
"""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.traffic.redaction import Redactor

__all__ = ["QuietLogs"]

_SILENT = ("h11", "httpcore", "httpx", "hypothesis", "requests", "schemathesis", "urllib3")
_OFF = logging.CRITICAL + 1


class QuietLogs:
    """Silences and redacts between `begin` and `end`, whatever handlers there are."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._levels: dict[str, int] = {}
        self._before: Callable[..., logging.LogRecord] | None = None

    def begin(self) -> None:
        """Be quiet from now on; once is enough."""
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
        """Let everybody log as before; once is enough."""
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
