"""Records a run in the history."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.config.settings import NOWHERE
from conformance.exceptions import UsageError
from conformance.judge.verdict import in_words

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.engine.preparation import Preparation
    from conformance.history.store import History
    from conformance.report.record import RunRecord

_LONGEST = 500


def open_history(url: str | None, *, make: bool = False) -> History:
    """The history at a URL or path, or the user's own. Unless it is to `make`, it must exist.

    Raises UsageError where it cannot be used.
    """
    from conformance.history.database import default_path  # noqa: PLC0415 - a run without a history needs no SQLAlchemy
    from conformance.history.store import History  # noqa: PLC0415

    if url == NOWHERE:
        raise UsageError("history: recording is off (none): name a file or a URL with --history")
    return History(url or str(default_path()), make=make)


class HistoryRecorder:
    """Records a run in a history; no failure of the history costs a report.

    Attributes:
        said: Lines for the end of the run, by title.
    """

    def __init__(
        self,
        history: History | None = None,
        said: dict[str, str] | None = None,
        series: str | None = None,
        *,
        named: bool = True,
    ) -> None:
        """Without a `history` nothing is recorded.

        `series` is the id of the first of the runs that repeat one another. A run that is not recorded has no verdict
        where the history was `named`.
        """
        self._history = history
        self._series = series
        self._named = named
        self._unknown = ""
        self.said = said or {}

    @classmethod
    def of(cls, preparation: Preparation) -> HistoryRecorder:
        """Record in the history that was named, else in the user's own; the embedded mock's runs only in one named.

        Raises UsageError where a history that was named cannot be used; a run does without its user's own.
        """
        asked = preparation.settings.history
        if asked == NOWHERE or preparation.settings.dry_run or (asked is None and preparation.embedded):
            return cls()
        try:
            return cls(open_history(asked, make=True), series=preparation.series, named=asked is not None)
        except UsageError as error:
            if asked is not None:
                raise
            return cls(None, {"history": f"not recorded: {error}"})

    def recall(self, record: RunRecord) -> RunRecord:
        """The run, with the history of its failures: since when each fails, and which clauses are flaky."""
        if self._history is None:
            return record
        try:
            return self._recalled(record, self._history)
        except Exception as error:  # noqa: BLE001 - as the class promises
            self._unknown = f"; the beginnings of its failures are not known: {_in_words(error)}"
            return record

    def _recalled(self, record: RunRecord, history: History) -> RunRecord:
        from conformance.history.runs import Entry, states_of  # noqa: PLC0415
        from conformance.history.stability import flaky_at, flaky_text, since_when, verdicts_of  # noqa: PLC0415

        current = verdicts_of(Entry.of(record, series=self._series))
        since = since_when(history, current.run, states_of(record.summary))
        flaky = flaky_at(history, current.run, current)
        about = replace(record.about, flaky=[*record.about.flaky, *map(flaky_text, flaky)])
        return replace(record, about=about, since=since)

    def keep(self, record: RunRecord, har: Path | None, *, narrowed: bool) -> str | None:
        """Record a run, with its traffic file if any; why it has no verdict for that, or None."""
        if self._history is None:
            return None
        from conformance.history.runs import Entry, file_document  # noqa: PLC0415

        try:
            traffic = file_document(har) if har is not None and har.is_file() else None
            self._history.add(Entry.of(record, traffic, narrowed=narrowed, series=self._series))
        except Exception as error:  # noqa: BLE001 - as the class promises
            self.said = {"history": f"not recorded: {_in_words(error)}"}
            return f"the run is not in the history: {_in_words(error)}" if self._named else None
        finally:
            self._history.close()
        self.said = {"history": f"run {record.about.id} in {self._history.place}{self._unknown}"}
        return None


def _in_words(error: Exception) -> str:
    known = isinstance(error, UsageError | OSError)
    return in_words(str(error) if known else f"{type(error).__name__}: {error}", _LONGEST)
