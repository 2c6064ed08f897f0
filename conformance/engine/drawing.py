"""Generated requests are made while the probes are on their way."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.engine.properties import PropertyRunner

__all__ = ["Drawing"]


class Drawing:
    """Draws in a thread of its own from the moment it is made; an error is raised when the requests are needed."""

    def __init__(self, runner: PropertyRunner) -> None:
        self._runner = runner
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._draw, name="conformance-draw", daemon=True)
        self._thread.start()

    def _draw(self) -> None:
        try:
            self._runner.draw()
        except BaseException as error:  # noqa: BLE001 - raised again in finish
            self._error = error

    def join(self) -> None:
        """Wait until nothing is made any more."""
        self._thread.join()

    def finish(self) -> None:
        """Wait until all are made."""
        self._thread.join()
        if self._error is not None:
            raise self._error
