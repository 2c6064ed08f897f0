"""The history that a run is kept in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.config.settings import NO_HISTORY
from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.engine.preparation import Preparation
    from conformance.history.store import History
    from conformance.report.record import RunRecord

__all__ = ["Memory", "open_history"]


def open_history(url: str | None, *, make: bool = False) -> History:
    """The history at a URL or path, or the user's own; it must be there unless `make` says otherwise.

    Raises UsageError where it cannot be used.
    """
    from conformance.history.connect import default_path  # noqa: PLC0415 - a run without a history needs no SQLAlchemy
    from conformance.history.store import History  # noqa: PLC0415

    if url == NO_HISTORY:
        raise UsageError("history: none is kept: name a file or a URL with --history")
    return History(url or str(default_path()), make=make)


class Memory:
    """Keeps a run in `history`, or nowhere where that is None; `said` is what the end of the run says of it."""

    def __init__(self, history: History | None = None, said: dict[str, str] | None = None) -> None:
        self._history = history
        self.said = said or {}

    @classmethod
    def of(cls, preparation: Preparation) -> Memory:
        """The history that was asked for; the user's own where nothing was, and none for the embedded mock.

        Raises UsageError where a history that was asked for cannot be used; a run does without its user's own.
        """
        asked = preparation.settings.history
        if asked == NO_HISTORY or preparation.settings.dry_run or (asked is None and preparation.embedded):
            return cls()
        try:
            return cls(open_history(asked, make=True))
        except UsageError as error:
            if asked is not None:
                raise
            return cls(None, {"history": f"not recorded: {error}"})

    def keep(self, record: RunRecord, har: Path, *, narrowed: bool) -> str | None:
        """Keep a run with its traffic file; what is to be said where that was not possible, or None."""
        if self._history is None:
            return None
        from conformance.history.entry import Entry  # noqa: PLC0415 - as above

        try:
            traffic = har.read_bytes() if har.is_file() else None
            self._history.add(Entry.of(record, traffic, narrowed=narrowed))
        except (UsageError, OSError) as error:
            return f"the run is not in the history: {error}"
        finally:
            self._history.close()
        self.said = {"history": f"{self._history.place} (run {record.id})"}
        return None
