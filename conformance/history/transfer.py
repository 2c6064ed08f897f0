"""Runs as JSON Lines, to carry a history from one database to another: one run a line, the oldest first, in ASCII.

A line is an object: ``format`` (``conformance-history/1``), ``report`` (the run's report.json), ``verdicts`` (by clause
and probe, see `conformance.history.runs`), ``traffic`` (the text of its traffic.har, or null where none was kept),
``narrowed`` and ``series`` (see `conformance.history.runs`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformance.exceptions import UsageError
from conformance.history.runs import Entry, unpacked_verdicts
from conformance.report.strict_json import dumps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.history.store import History

__all__ = ["FORMAT", "exported", "imported"]

FORMAT = "conformance-history/1"
_MEND = "give a file that `history export` wrote"


def exported(history: History, target: str | None = None) -> Iterator[str]:
    """The lines, each with its line break."""
    for run in reversed(history.runs(target)):
        traffic = history.traffic(run) if run.traffic else None
        line = {
            "format": FORMAT,
            "narrowed": run.narrowed,
            "series": run.series,
            "report": history.document(run.report),
            "verdicts": history.document(run.verdicts),
            "traffic": None if traffic is None else traffic.decode(),
        }
        yield dumps(line) + "\n"


def imported(history: History, lines: Iterable[str], place: str) -> tuple[int, int]:
    """Add the runs that are not there yet; how many were added, and how many were known.

    Raises UsageError for a line that is none; the lines before it are kept.
    """
    added = known = number = 0
    try:
        for number, line in enumerate(lines, 1):  # noqa: B007 - it is named where a line is none
            if line.strip():
                new = history.add(_entry(line))
                added, known = added + new, known + (not new)
    except UnicodeDecodeError as error:
        raise UsageError(f"{place}: not UTF-8 after line {number}: {_MEND}") from error
    except (ValueError, OverflowError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{place}: line {number} is no run of a history: {_MEND}") from error
    return added, known


def _entry(line: str) -> Entry:
    data = json.loads(line)
    if data["format"] != FORMAT:
        raise ValueError(data["format"])
    unpacked_verdicts(data["verdicts"])
    traffic = None if data["traffic"] is None else data["traffic"].encode()
    return Entry(data["report"], data["verdicts"], traffic, data["narrowed"], data["series"])
