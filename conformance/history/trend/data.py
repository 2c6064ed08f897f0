"""What is on the trend page, as JSON data.

Of each target there are its ``nights`` (run id, start, and the place of its suite among ``suites``), the ``verdicts``
(for each clause a text with a letter a night), the ``details`` (for each clause from which night on which of the page's
details are true), what is ``flaky``, the ``deltas`` after which something is to be delta, and the runs ``broken_off``.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from conformance.exceptions import UsageError
from conformance.history.runs import time_text
from conformance.history.snapshot import of_run, shown_exchanges
from conformance.history.stability import WINDOW, flaky_in, flaky_text, read_verdicts
from conformance.history.trend.page import page_json
from conformance.history.trend.timeline import Details, RunDelta, VerdictTimeline, run_delta

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence
    from datetime import datetime

    from conformance.history.runs import Run
    from conformance.history.stability import Flaky, RunVerdicts
    from conformance.history.store import History
    from conformance.history.trend.timeline import RunDelta

__all__ = ["FORMAT", "LARGEST", "trend_data", "with_exchanges"]

FORMAT = "conformance-trend/1"
_REPORTS_AT_HAND = 8
LARGEST = 2_800_000
"""Bytes of JSON in the page: exchanges are left out, the oldest first, where there would be more."""


def trend_data(history: History, targets: Sequence[str], nights: int, made: datetime) -> dict[str, Any]:
    """The newest nights of these targets, of all where none is named; UsageError where there are none."""
    pages = [_Target(history, name, nights) for name in _chosen(history, targets)]
    details = Details()
    clauses: dict[str, dict[str, Any]] = {}
    for page in pages:
        page.tell(details, clauses)
    order = {clause: place for place, clause in enumerate(clauses)}
    data = {
        "format": FORMAT,
        "made_at": time_text(made),
        "clauses": [[row[name] for name in ("id", "level", "section", "title")] for row in clauses.values()],
        "targets": [page.data(order) for page in pages],
        "details": details.rows,
        "exchanges": [],
    }
    room = LARGEST - len(page_json(data))
    data["exchanges"] = with_exchanges(history, [delta for page in pages for delta in page.deltas], room)
    return data


def _chosen(history: History, targets: Sequence[str]) -> list[str]:
    known = history.targets()
    for name in targets:
        if name not in known:
            named = f"known are {', '.join(known)}" if known else "the history is empty"
            raise UsageError(f"--target: the history has no run of {name}: {named}")
    chosen = list(dict.fromkeys(targets)) or known
    found = [name for name in chosen if history.runs(name, counted=True, limit=1)]
    if not found:
        raise UsageError(f"{history.place}: there is no whole run to show: `conformance run TARGET` records one")
    return found


class _Target:
    """One target: its nights are delta once, the oldest first."""

    def __init__(self, history: History, name: str, nights: int) -> None:
        self._history = history
        self._name = name
        self._runs = history.runs(name, counted=True, limit=nights)[::-1]
        self._broken = [
            run
            for run in history.runs(name)
            if not (run.complete or run.narrowed) and run.started_at >= self._runs[0].started_at
        ]
        self._suites = list(dict.fromkeys(run.suite for run in self._runs))
        self._flaky: tuple[Flaky, ...] = ()
        self.deltas: list[RunDelta] = []

    def tell(self, details: Details, clauses: dict[str, dict[str, Any]]) -> None:
        """Read the nights; clauses that are not among `clauses` yet are added, today's catalogue first."""
        self._timeline = VerdictTimeline(details)
        report = lru_cache(_REPORTS_AT_HAND)(self._history.document)
        nights = [
            replace(night, report=partial(report, night.run.report))
            for night in read_verdicts(self._history, self._runs)
        ]
        seen: list[Mapping[str, Mapping[str, Any]]] = []
        before = None
        for place, run in enumerate(self._runs):
            earlier = self._runs[place - 1]
            if before is not None and _says(run) == _says(earlier):
                self._timeline.again()
                self._flaky = self._flaky and _flaky(nights, place)
                continue
            snapshot = of_run(self._history, run)
            self._timeline.add(snapshot)
            seen.append(snapshot.rows)
            flaky = _flaky(nights, place)
            if before is not None:
                found = run_delta((earlier, run), (before, snapshot), flaky, self._flaky)
                self.deltas += [found] if found else []
            before, self._flaky = snapshot, flaky
        for rows in reversed(seen):
            for clause, row in rows.items():
                clauses.setdefault(clause, dict(row))

    def data(self, order: Mapping[str, int]) -> dict[str, Any]:
        """What the page has of the target; clauses are named by their places."""
        places = {run.id: place for place, run in enumerate(self._runs)}
        for delta in self.deltas:
            delta.data["night"] = places[delta.after.id]
            for change in delta.data["clauses"]:
                change["clause"] = order[change["clause"]]
        return {
            "name": self._name,
            "base_url": self._runs[-1].base_url,
            "suites": [f"{one.version}, clauses.yaml {one.clauses_sha256[:12]}" for one in self._suites],
            "nights": [[run.id, run.started_at[:16], self._suites.index(run.suite)] for run in self._runs],
            "verdicts": [self._timeline.letters(clause) for clause in order],
            "details": [self._timeline.details(clause) for clause in order],
            "flaky": [[order[one.name], flaky_text(one)] for one in self._flaky if one.of == "clause"],
            "deltas": [delta.data for delta in self.deltas],
            "broken_off": [[run.id, run.started_at[:16], run.no_verdict or "ended early"] for run in self._broken],
        }


def _says(run: Run) -> tuple[object, ...]:
    return run.suite, run.verdicts, run.behaviour


def _flaky(nights: Sequence[RunVerdicts], place: int) -> tuple[Flaky, ...]:
    """What was flaky when a night was over, as `conformance.history.flakiness.flaky_at` says it."""
    window: Iterable[RunVerdicts] = reversed(nights[max(0, place - WINDOW + 1) : place + 1])
    alike = takewhile(lambda night: night.run.suite == nights[place].run.suite, window)
    return flaky_in([*alike][::-1])


_NIGHTS_AT_HAND = 16


def with_exchanges(history: History, deltas: Sequence[RunDelta], room: int) -> list[dict[str, Any]]:
    """The exchanges, of `room` bytes of JSON at most.

    Each change that has some gets ``exchanges``: rows of a probe's name, and the places of the exchange before and
    after, or None where that was not sent or its traffic not kept. Changes that come when the room is used up get none.
    """
    kept: list[dict[str, Any]] = []
    places: dict[tuple[Hashable, str], int | None] = {}
    runs = {_source(run): run for delta in deltas for run in (delta.before, delta.after)}

    @lru_cache(_NIGHTS_AT_HAND)
    def shown(source: Hashable) -> dict[str, dict[str, Any]]:
        return shown_exchanges(history.traffic(runs[source]))

    def place(run: Run, probe: str) -> int | None:
        nonlocal room
        key = (_source(run), probe)
        if key not in places:
            found = shown(key[0]).get(probe)
            room -= len(page_json(found)) + 1
            places[key] = len(kept) if found else None
            kept.extend([found] if found else [])
        return places[key]

    for delta in sorted(deltas, key=lambda delta: delta.after.started_at, reverse=True):
        for change, probes in delta.exchanges:
            for probe in probes:
                number = len(kept)
                row = [probe, place(delta.before, probe), place(delta.after, probe)]
                room -= len(page_json({"exchanges": [row]}))
                if room < 0:
                    del kept[number:]
                    return kept
                if row[1:] != [None, None]:
                    change.setdefault("exchanges", []).append(row)
    return kept


def _source(run: Run) -> Hashable:
    """The traffic that speaks for a run: its own, or that of the first one alike (see `History.traffic`)."""
    return run.traffic or (run.target, run.suite, run.profile, run.verdicts, run.behaviour)
