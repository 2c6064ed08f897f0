"""The exchanges on the trend page: before and after each change, the newest first, as many as there is room for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from conformance.history.exchanges import shown_exchanges
from conformance.history.trend.packed import packed

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from conformance.history.entry import Run
    from conformance.history.store import History
    from conformance.history.trend.changes import Morning

__all__ = ["with_exchanges"]

_NIGHTS_AT_HAND = 16


def with_exchanges(history: History, mornings: Sequence[Morning], room: int) -> list[dict[str, Any]]:
    """The exchanges, of `room` bytes of JSON at most.

    Each change that has some gets ``exchanges``: rows of a probe's name, and the places of the exchange before and
    after, or None where that was not sent or its traffic not kept. Changes that come when the room is used up get none.
    """
    kept: list[dict[str, Any]] = []
    places: dict[tuple[Hashable, str], int | None] = {}
    runs = {_source(run): run for told in mornings for run in (told.before, told.after)}

    @lru_cache(_NIGHTS_AT_HAND)
    def shown(source: Hashable) -> dict[str, dict[str, Any]]:
        return shown_exchanges(history.traffic(runs[source]))

    def place(run: Run, probe: str) -> int | None:
        nonlocal room
        key = (_source(run), probe)
        if key not in places:
            found = shown(key[0]).get(probe)
            room -= len(packed(found)) + 1
            places[key] = len(kept) if found else None
            kept.extend([found] if found else [])
        return places[key]

    for told in sorted(mornings, key=lambda told: told.after.started_at, reverse=True):
        for change, probes in told.exchanges:
            for probe in probes:
                number = len(kept)
                row = [probe, place(told.before, probe), place(told.after, probe)]
                room -= len(packed({"exchanges": [row]}))
                if room < 0:
                    del kept[number:]
                    return kept
                if row[1:] != [None, None]:
                    change.setdefault("exchanges", []).append(row)
    return kept


def _source(run: Run) -> Hashable:
    """The traffic that speaks for a run: its own, or that of the first one alike (see `History.traffic`)."""
    return run.traffic or (run.target, run.suite, run.profile, run.verdicts, run.behaviour)
