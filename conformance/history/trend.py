"""The trend page: its data as JSON, and the file, in which a template beside this module has them.

Of each target there are its ``nights`` (run id, start, and the place of its suite among ``suites``), the ``verdicts``
(for each clause a text with a letter a night), the ``details`` (for each clause from which night on which of the page's
details are true), ``since`` when what fails in the newest night does, what is ``flaky``, the clauses and nights
that are ``unsettled`` because a probe failed and passed when it was sent again, the ``deltas`` after which
something is to be told, and the runs ``broken_off``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from conformance.exceptions import UsageError
from conformance.history.compare import Change, compare
from conformance.history.nights import Nights
from conformance.history.runs import LETTERS, ClauseState, Run, Service, States, time_text
from conformance.history.snapshot import Exchanges, Snapshot, exchanges_of, of_run
from conformance.history.stability import (
    FURTHEST,
    Flaky,
    flaky_in,
    flaky_text,
    lately_passed,
    read_verdicts,
    since_when,
)
from conformance.history.text import shifts_alike
from conformance.judge.verdict import Outcome, in_words
from conformance.report.files import dumps, write_text
from conformance.report.look import hash_source, look, part
from conformance.report.words import first_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from conformance.history.store import History

ABSENT, ACCEPTED = ".", "a"
"""The letters of a clause that the catalogue did not have, and of one that fails only as the baseline accepts."""
_MOST_PROBES, _MOST_FAILURES = 8, 5
_LONGEST = 300


class Details:
    """Details of verdicts, each kept once; `rows` are JSON data."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self._known: dict[str, int] = {}

    def number(self, row: dict[str, Any]) -> int:
        """The place of these details among `rows`."""
        key = json.dumps(row, sort_keys=True)
        if key not in self._known:
            self._known[key] = len(self.rows)
            self.rows.append(row)
        return self._known[key]


class VerdictTimeline:
    """The clauses of one target; add its nights in the order of their time."""

    def __init__(self, details: Details) -> None:
        self._details = details
        self._nights = 0
        self._letters: dict[str, list[str]] = {}
        self._from: dict[str, list[tuple[int, int]]] = {}
        self._last: dict[str, tuple[ClauseState, str | None]] = {}

    def add(self, night: Snapshot, accepted: Collection[tuple[str, str]] = ()) -> None:
        """A night more, with the failures that its baseline accepted, by clause and probe."""
        rows = night.rows
        for clause, state in night.states.items():
            letters = self._letters.setdefault(clause, [])
            broken = [(clause, probe) for probe in state.failed | state.found]
            known = broken and all(pair in accepted for pair in broken)
            letters += ABSENT * (self._nights - len(letters)) + (ACCEPTED if known else LETTERS[state.outcome])
            found = (state, rows[clause]["reason"])
            if self._last.get(clause) != found:
                self._last[clause] = found
                number = self._details.number(_details(state, rows[clause]))
                self._from.setdefault(clause, []).append((self._nights, number))
        for clause in self._last.keys() - night.states.keys():
            del self._last[clause]
        self._nights += 1

    def again(self) -> None:
        """A night more, like the one before."""
        for letters in self._letters.values():
            if len(letters) == self._nights:
                letters.append(letters[-1])
        self._nights += 1

    def letters(self, clause: str) -> str:
        """A letter for each night: pass, fail, accepted, not tested, recorded, or that there was no such clause."""
        return "".join(self._letters.get(clause, ())).ljust(self._nights, ABSENT)

    def details(self, clause: str) -> list[tuple[int, int]]:
        """From which night on which details are true, as far as the catalogue had the clause."""
        return self._from.get(clause, [])


def _details(state: ClauseState, row: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a clause; members that would be empty are left out."""
    messages = {failure["probe"]: in_words(failure["message"], _LONGEST) for failure in row["failures"]}
    failed = sorted(state.failed) + sorted(state.found)
    passed = sorted(probe for probe, outcome in state.probes.items() if outcome in {Outcome.PASS, Outcome.RECORDED})
    found = {
        "reason": row["reason"] and in_words(row["reason"], _LONGEST),
        "failures": [[probe, messages.get(probe, "")] for probe in failed[:_MOST_FAILURES]],
        "failed": len(failed),
        "probes": passed[:_MOST_PROBES],
        "passed": len(passed),
    }
    return {name: value for name, value in found.items() if value}


_MOST_NAMED, _MOST_EXCHANGES = 5, 2
_Pair = tuple[str, int | None, int | None]
_SUITE = "suite changed: changes of that night may be the suite's doing; compare judges both nights with one"


@dataclass(frozen=True, slots=True)
class RunDelta:
    """The changes of a run, as JSON data; `exchanges` are those worth showing beside each of them.

    They are named by the probe, and by the numbers of those that failed before and after. Behaviour that was flaky
    then is left out, and so is a flaky clause that passes again.
    """

    before: Run
    after: Run
    data: dict[str, Any]
    exchanges: list[tuple[dict[str, Any], list[_Pair]]] = field(default_factory=list)


def run_delta(
    runs: tuple[Run, Run],
    nights: tuple[Snapshot, Snapshot],
    flaky: tuple[Flaky, ...],
    known: tuple[Flaky, ...],
    older: Sequence[tuple[Run, States]],
) -> RunDelta | None:
    """The changes of the second night, or None; `known` are the probes that were flaky the night before.

    `older` are the runs before it, the newest first.
    """
    lately = partial(lately_passed, older, *runs)
    comparison = compare(nights[0], *nights, flaky=flaky, lately=lately)
    names = {(one.of, one.name) for one in known}
    new = [one for one in flaky if (one.of, one.name) not in names]
    if comparison.quiet and comparison.same_suite and not new:
        return None
    worse = {(change.kind, change.clause) for change in comparison.regressions}
    delta = RunDelta(*runs, {})
    delta.data.update(
        before=[runs[0].id, runs[0].started_at[:16]],
        notes=[] if comparison.same_suite else [_SUITE],
        clauses=[
            _clause(delta, change, nights, worse=(change.kind, change.clause) in worse) for change in comparison.changes
        ],
        behaviour=[_behaviour(delta, what, probes) for what, probes in shifts_alike(comparison.shifts).items()],
        flaky=[*_flaky(new)],
    )
    return delta


def _clause(delta: RunDelta, change: Change, nights: tuple[Snapshot, Snapshot], *, worse: bool) -> dict[str, Any]:
    data = {"kind": change.kind.value, "clause": change.clause, "worse": worse, **_named(change.probes)}
    before, after = nights
    pairs = [
        (probe, before.failing(change.clause, probe), after.failing(change.clause, probe))
        for probe in change.probes[:_MOST_EXCHANGES]
    ]
    delta.exchanges.append((data, pairs))
    return data


def _behaviour(delta: RunDelta, what: str, probes: Sequence[str]) -> dict[str, Any]:
    data = {"what": what, **_named(probes)}
    delta.exchanges.append((data, [(probe, None, None) for probe in probes[:1]]))
    return data


def _flaky(new: Sequence[Flaky]) -> Iterator[str]:
    """Each clause with its evidence; probes whose behaviour is meant together, since there may be hundreds."""
    yield from (flaky_text(one) for one in new if one.of == "clause")
    probes = [one.name for one in new if one.of == "behaviour"]
    if probes:
        yield f"behaviour of {first_words(probes, _MOST_NAMED)}"


def _named(probes: Sequence[str]) -> dict[str, Any]:
    return {"probes": list(probes[:_MOST_NAMED]), "more": max(0, len(probes) - _MOST_NAMED)}


FORMAT = "conformance-trend/1"
_REPORTS_AT_HAND = 8
_Clause = tuple[str, str]  # of an operation
LARGEST = 2_800_000
"""Bytes of JSON in the page: exchanges are left out, the oldest first, where there would be more."""


def trend_data(history: History, targets: Sequence[str], nights: int, made: datetime) -> dict[str, Any]:
    """The newest nights of these targets, of all where none is named; UsageError where there are none."""
    pages = [_Page(history, service, nights) for service in _chosen(history, targets)]
    details = Details()
    clauses: dict[_Clause, dict[str, Any]] = {}
    for page in pages:
        page.tell(details, clauses)
    order = {clause: place for place, clause in enumerate(clauses)}
    names = [page.service.target for page in pages]
    data = {
        "format": FORMAT,
        "made_at": time_text(made),
        "clauses": [[row[name] for name in ("id", "level", "section", "title")] for row in clauses.values()],
        "targets": [page.data(order, alone=names.count(page.service.target) == 1) for page in pages],
        "details": details.rows,
        "exchanges": [],
    }
    room = LARGEST - len(page_json(data))
    data["exchanges"] = with_exchanges(history, [delta for page in pages for delta in page.deltas], room)
    return data


def _chosen(history: History, targets: Sequence[str]) -> list[Service]:
    """The services to show that have a whole run, in the order of their names."""
    known = history.targets()
    for name in targets:
        if name not in known:
            named = f"known are {', '.join(known)}" if known else "the history is empty"
            raise UsageError(f"--target: the history has no run of {name}: {named}")
    chosen = list(dict.fromkeys(targets)) or known
    found = [
        service
        for name in chosen
        for service in history.services(name)
        if history.runs(service=service, counted=True, limit=1)
    ]
    if not found:
        raise UsageError(f"{history.place}: there is no whole run to show: `conformance run TARGET` records one")
    return found


class _Page:
    """One service: its nights are read once, the oldest first.

    What changed in a night is said against the last whole run before it of the same profile and mutation mode, which
    sent the same.
    """

    def __init__(self, history: History, service: Service, nights: int) -> None:
        self._history = history
        self.service = service
        self._runs = history.runs(service=service, counted=True, limit=nights)[::-1]
        later = [run for run in history.runs(service=service) if run.started_at >= self._runs[0].started_at]
        self._broken = [run for run in later if not run.counts and not run.narrowed]
        self._suites = list(dict.fromkeys(run.suite for run in self._runs))
        self._flaky: tuple[Flaky, ...] = ()
        self._unsettled: list[tuple[str, int]] = []
        self.deltas: list[RunDelta] = []

    def tell(self, details: Details, clauses: dict[_Clause, dict[str, Any]]) -> None:
        """Read the nights; clauses that are not among `clauses` yet are added, today's catalogue first."""
        self._timeline = VerdictTimeline(details)
        flaky_then = _Flakiness(self._history, self.service)
        seen: list[Mapping[str, Mapping[str, Any]]] = []
        last: dict[tuple[str, str], tuple[Run, Snapshot]] = {}
        night, told = None, None
        nights = Nights(self._history, self.service)
        for place, run in enumerate(self._runs):
            flickered = {clause for (clause, _), said in nights.resent(run).items() if said[0].settled is None}
            self._unsettled += [(clause, place) for clause in sorted(flickered)]
            flaky, accepted = flaky_then.at(run), self._accepted(run)
            says = run.suite, run.verdicts, run.behaviour, accepted
            if night is not None and says == told:
                self._timeline.again()
                night = run, night[1]
            else:
                night = run, of_run(self._history, run)
                self._timeline.add(night[1], accepted)
                seen.append(night[1].rows)
            told = says
            before = last.get((run.profile, run.mutation))
            if before is not None:
                found = run_delta((before[0], run), (before[1], night[1]), flaky, self._flaky, flaky_then.before(run))
                self.deltas += [found] if found else []
            last[run.profile, run.mutation] = night
            self._flaky = flaky
            self._newest = night[1]
        for rows in reversed(seen):
            for clause, row in rows.items():
                clauses.setdefault((self.service.operation, clause), dict(row))

    def _accepted(self, run: Run) -> frozenset[tuple[str, str]]:
        """The failures of a run that its baseline accepted, by clause and probe."""
        baseline = self._history.document(run.report)["baseline"] if run.failed else None
        return frozenset((one["clause"], one["probe"]) for one in baseline["accepted"]) if baseline else frozenset()

    def _since(self, order: Mapping[_Clause, int]) -> Iterator[list[object]]:
        """Each clause that fails in the newest night: its place, its first day, and whether nothing is known before."""
        found = since_when(self._history, self._runs[-1], self._newest.states)
        for (clause, probe), since in found.items():
            if probe is None:
                yield [order[self.service.operation, clause], since.first_failed.at[:10], since.last_passed is None]

    def data(self, order: Mapping[_Clause, int], *, alone: bool) -> dict[str, Any]:
        """The data of the target on the page; clauses are named by their places, and a target not `alone` by more."""
        places = {run.id: place for place, run in enumerate(self._runs)}
        operation = self.service.operation
        mine = [clause if whose == operation else "" for whose, clause in order]
        for delta in self.deltas:
            delta.data["night"] = places[delta.after.id]
            for change in delta.data["clauses"]:
                change["clause"] = order[operation, change["clause"]]
        return {
            "name": self.service.target if alone else f"{self.service.target}, {operation} at {self.service.base_url}",
            "base_url": self.service.base_url,
            "operation": operation,
            "suites": [f"{one.version}, clauses.yaml {one.clauses_sha256[:12]}" for one in self._suites],
            "nights": [[run.id, run.started_at[:16], self._suites.index(run.suite)] for run in self._runs],
            "verdicts": [self._timeline.letters(clause) for clause in mine],
            "details": [self._timeline.details(clause) for clause in mine],
            "since": sorted(self._since(order)),
            "flaky": [[order[operation, one.name], flaky_text(one)] for one in self._flaky if one.of == "clause"],
            "unsettled": [[order[operation, clause], place] for clause, place in self._unsettled],
            "deltas": [delta.data for delta in self.deltas],
            "broken_off": [[run.id, run.started_at[:16], run.no_verdict or "ended early"] for run in self._broken],
        }


class _Flakiness:
    """The probes that were flaky when a run ended, as `conformance.history.stability.flaky_at` tells them."""

    def __init__(self, history: History, service: Service) -> None:
        report = lru_cache(_REPORTS_AT_HAND)(history.document)
        known = history.runs(service=service, judged=True)[::-1]
        self._runs = [replace(one, report=partial(report, one.run.report)) for one in read_verdicts(history, known)]
        self._said = [(one.run, one.clauses) for one in self._runs]
        self._places = {run.id: place for place, run in enumerate(known)}

    def before(self, run: Run) -> list[tuple[Run, States]]:
        """The runs before it, the newest first."""
        return self._said[: self._places[run.id]][::-1]

    def at(self, run: Run) -> tuple[Flaky, ...]:
        """The probes that were flaky then."""
        place = self._places[run.id]
        window = reversed(self._runs[max(0, place - FURTHEST + 1) : place + 1])
        alike = takewhile(lambda one: one.run.suite == run.suite, window)
        return flaky_in([*alike][::-1])


_NIGHTS_AT_HAND = 16


def with_exchanges(history: History, deltas: Sequence[RunDelta], room: int) -> list[dict[str, Any]]:
    """The exchanges, of `room` bytes of JSON at most.

    Each change that has some gets ``exchanges``: rows of a probe's name, and the places of the exchange before and
    after, or None where that was not sent or its traffic not kept. Changes that come when the room is used up get none.
    """
    kept: list[dict[str, Any]] = []
    places: dict[tuple[str, str, int | None], int | None] = {}
    shown: dict[tuple[str, int], int] = {}
    keeper = cache(history.keeper)

    @lru_cache(_NIGHTS_AT_HAND)
    def exchanges(run: Run) -> Exchanges:
        return exchanges_of(history, run, keeper(run))

    def place(run: Run, probe: str, number: int | None) -> int | None:
        nonlocal room
        key = (run.id, probe, number)
        if key not in places:
            found = exchanges(run).of(probe, number)
            if found and (run.id, found["exchange"]) not in shown:
                room -= len(page_json(found)) + 1
                shown[run.id, found["exchange"]] = len(kept)
                kept.append(found)
            places[key] = shown[run.id, found["exchange"]] if found else None
        return places[key]

    for delta in sorted(deltas, key=lambda delta: delta.after.started_at, reverse=True):
        for change, pairs in delta.exchanges:
            for probe, before, after in pairs:
                number = len(kept)
                row = [probe, place(delta.before, probe, before), place(delta.after, probe, after)]
                room -= len(page_json({"exchanges": [row]}))
                if room < 0:
                    del kept[number:]
                    return kept
                if row[1:] != [None, None]:
                    change.setdefault("exchanges", []).append(row)
    return kept


def page_json(value: object) -> str:
    """Compact JSON in ASCII without a less-than sign, so that it cannot end the element that it stands in."""
    return dumps(value, separators=(",", ":")).replace("<", "\\u003c")


_SCRIPTS = ("trend-grid.js", "trend-dialog.js", "trend-page.js")


def page_text(data: Mapping[str, Any]) -> str:
    """The page; data cannot end the element that they stand in, and are shown as text only."""
    text = part(__package__, "trend.html")
    style = look() + part(__package__, "trend.css")
    script = "".join(part(__package__, name) for name in _SCRIPTS)
    for mark, own in {"style": style, "script": script}.items():
        text = text.replace(f"/*{mark}-hash*/", hash_source(own)).replace(f"/*{mark}*/", own)
    return text.replace("/*data*/", page_json(data))


def write_page(data: Mapping[str, Any], path: Path) -> None:
    """Write the page so that the file is whole or as it was. UsageError where it cannot be written."""
    try:
        write_text(path, page_text(data))
    except OSError as error:
        raise UsageError(f"--output: {path}: {error.strerror}: name another file") from error
