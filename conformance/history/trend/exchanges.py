"""The exchanges on the trend page: before and after each change, the newest first, as many as there is room for."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from conformance.history.exchanges import shown_exchanges

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.history.entry import Run
    from conformance.history.store import History
    from conformance.history.trend.changes import Morning

__all__ = ["with_exchanges"]

_NIGHTS_AT_HAND = 4


def with_exchanges(history: History, mornings: Iterable[Morning], room: int) -> list[dict[str, Any]]:
    """The exchanges, of `room` bytes of JSON at most.

    Each change that has some gets ``exchanges``: rows of a probe's name, and the places of the exchange before and
    after, or None where that was not sent or its traffic not kept. Changes that come when the room is used up get none.
    """
    kept: list[dict[str, Any]] = []
    places: dict[tuple[str, str], int | None] = {}

    @lru_cache(_NIGHTS_AT_HAND)
    def shown(run: Run) -> dict[str, dict[str, Any]]:
        return shown_exchanges(history.traffic(run))

    def place(run: Run, probe: str) -> int | None:
        nonlocal room
        key = (run.id, probe)
        if key not in places:
            found = shown(run).get(probe)
            room -= len(json.dumps(found)) + 1
            places[key] = len(kept) if found else None
            kept.extend([found] if found else [])
        return places[key]

    for told in sorted(mornings, key=lambda told: told.after.started_at, reverse=True):
        for change, probes in told.exchanges:
            for probe in probes:
                mark = len(kept), room
                row = [probe, place(told.before, probe), place(told.after, probe)]
                room -= len(json.dumps(row)) + 1
                if room < 0:
                    del kept[mark[0] :]
                    return kept
                if row[1:] != [None, None]:
                    change.setdefault("exchanges", []).append(row)
    return kept
