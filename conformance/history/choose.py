"""Finding a run by what a user calls it: an id, `latest`, `latest~3`, a date; NAME: before it says of which target."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from conformance.history.entry import Run
    from conformance.history.store import History

__all__ = ["choose", "target_named"]

_BY_TIME = re.compile(r"(?:(?P<target>.+):)?(?:latest(?:~(?P<back>\d{1,6}))?|(?P<date>\d{4}-\d{2}-\d{2}))")
_HINT = "`conformance history` lists the runs"


def target_named(words: str, history: History) -> str | None:
    """The target that a run's name speaks of, or None where it leaves that open. UsageError for an unknown run."""
    by_time = _BY_TIME.fullmatch(words)
    return by_time["target"] if by_time else _by_id(history, words).target


def choose(history: History, words: str, target: str | None = None) -> Run:
    """The run; `target` is meant where none is named, and may be left out where the history knows one only.

    `latest` and dates mean runs that tried everything and were asked for everything; a date the last of them that
    began by the end of that day (UTC). Those before it are of the same operation.
    Raises UsageError where there is none.
    """
    by_time = _BY_TIME.fullmatch(words)
    if by_time is None:
        return _by_id(history, words)
    name = by_time["target"] or target or _only_target(history, words)
    back = int(by_time["back"] or 0)
    until = _end_of(by_time["date"])
    newest = history.runs(name, counted=True, until=until, limit=1)
    operation = newest[0].operation if newest else None
    found = history.runs(name, operation, counted=True, until=until, limit=back + 1)
    if back >= len(found):
        whole = f"{len(found)} whole run{'' if len(found) == 1 else 's'}"
        by = f" by {by_time['date']}" if by_time["date"] else ""
        raise UsageError(f"{words}: the history has {whole} of {name}{by}: {_HINT}")
    return found[back]


def _by_id(history: History, words: str) -> Run:
    found = history.begun(words) if words else []
    if len(found) == 1:
        return found[0]
    problem = "several runs begin so" if found else "there is no such run, file or date"
    raise UsageError(f"{words}: {problem}: {_HINT}")


def _only_target(history: History, words: str) -> str:
    names = history.targets()
    if len(names) == 1:
        return names[0]
    if not names:
        raise UsageError(f"{words}: the history is empty: `conformance run TARGET` records a run")
    raise UsageError(f"{words}: of which target? write for example {names[0]}:{words} (known are {', '.join(names)})")


def _end_of(day: str | None) -> str:
    """The last moment of a day, as times sort; the empty text for none."""
    try:
        return f"{date.fromisoformat(day)}T24" if day else ""
    except ValueError as error:
        raise UsageError(f"{day}: there is no such day: {_HINT}") from error
