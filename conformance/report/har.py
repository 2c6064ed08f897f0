"""The traffic of a run as one HAR 1.2 file, written entry by entry so that memory stays flat."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from conformance import __version__
from conformance.report.staging import drop, put, staged
from conformance.report.strict_json import dumps

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["HarWriter"]

_CREATOR = {"name": "remote-mirror-conformance", "version": __version__}


class HarWriter:
    """Stages the file; `close` makes it whole and puts it in its place in one step, which `whole` says.

    Safe to share between threads. OSError where the disk is full, or the directory is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._entries = 0
        self.whole = False
        self._stream = staged(path).open("w", encoding="ascii")
        self._stream.write(f'{{"log": {{"version": "1.2", "creator": {dumps(_CREATOR)}, "entries": [')

    def add(self, entry: Mapping[str, object]) -> None:
        """Append an entry; after `close` or `discard` it is too late, and nothing happens."""
        text = dumps(entry)
        with self._lock:
            if self._stream.closed:
                return
            self._stream.write((",\n" if self._entries else "\n") + text)
            self._entries += 1

    def close(self, about: Mapping[str, object] | None = None) -> None:
        """Finish the file, with what is to be said of the run, and put it in its place; once is enough."""
        with self._lock:
            if self._stream.closed:
                return
            said = f', "_conformance": {dumps(about)}' if about is not None else ""
            self._stream.write(f"\n]{said}}}}}\n")
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
        put(self._path)
        self.whole = True

    def discard(self) -> None:
        """Leave no file behind, and a file of an earlier run as it is."""
        with self._lock, suppress(OSError):
            self._stream.close()
        drop(self._path)
