"""A model of a history that forgets nothing: runs as letters, and what may be said of them by definition."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Any

from conformance.history.runs import ClauseState, Entry, States, packed_verdicts, time_text
from conformance.judge.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

PROPERTY = "property.drawn"
CATALOGUES = {"1": ("k", "l"), "2": ("k",)}
"""The clauses of two suites: the second one's catalogue lacks one."""
WORLDS: tuple[dict[str, tuple[int, dict[str, str]]], ...] = (
    {"a": (200, {"k": "p", "l": "p"}), "b": (200, {"l": "p"}), "c": (200, {"k": "p"})},
    {"a": (200, {"k": "p", "l": "p"}), "b": (200, {"l": "p"}), "c": (500, {"k": "f"})},
    {"a": (500, {"k": "p", "l": "f"}), "b": (200, {"l": "p"}), "c": (200, {"k": "p"})},
    {"a": (200, {"k": "p"}), "b": (404, {"l": "n"}), "c": (404, {"k": "n"})},
    {"a": (200, {"k": "p"}), "b": (200, {"l": "p"}), "c": (200, {"l": "p"})},
)
"""The states of the service: for each probe the status, and the outcome of each clause; nothing where silent."""
_OUTCOMES = {"p": Outcome.PASS, "f": Outcome.FAIL, "n": Outcome.NOT_TESTED}
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Played:
    """A run: how the service was, what was sent of it, and how the run ended."""

    hour: int
    world: int
    probes: str
    profile: str
    mutation: str
    seed: int
    found: bool
    narrowed: bool
    complete: bool
    no_verdict: bool
    suite: str
    service: tuple[str, str, str]
    left_out: bool = False

    @property
    def id(self) -> str:
        """Its name."""
        return f"run-{self.hour:05}"

    @property
    def at(self) -> str:
        """When it began."""
        return time_text(_FIRST + timedelta(hours=self.hour))

    @property
    def letters(self) -> dict[tuple[str, str], str]:
        """The outcome of each probe on each clause of the catalogue."""
        world = WORLDS[self.world]
        return {
            (clause, probe): letter
            for probe in self.probes
            for clause, letter in world[probe][1].items()
            if clause in CATALOGUES[self.suite]
        }

    @property
    def statuses(self) -> dict[str, int]:
        """The status of the answer to each probe."""
        return {probe: WORLDS[self.world][probe][0] for probe in self.probes}

    @property
    def whole(self) -> bool:
        """Whether it counts as one to compare with."""
        return self.complete and not self.narrowed and not self.no_verdict

    @property
    def draws(self) -> bool:
        """Whether it sends what the property draws: the smallest profile has none, and a run may leave it out."""
        return self.profile == "standard" and not self.narrowed and not self.left_out

    @property
    def failing(self) -> set[tuple[str, str]]:
        """The failures: clause and probe or property."""
        return {pair for pair, letter in self.letters.items() if letter == "f"} | (
            {("k", PROPERTY)} if self.found else set()
        )

    def outcome(self, clause: str) -> str:
        """The clause's letter."""
        said = {letter for (name, _), letter in self.letters.items() if name == clause}
        if "f" in said or (clause, PROPERTY) in self.failing:
            return "f"
        return "p" if "p" in said else "n"

    def says(self, clause: str, probe: str) -> str:
        """The letter of a probe for a clause; without one, a probe passes whose other letters are all passes."""
        said = {letter for (_, name), letter in self.letters.items() if name == probe}
        kept = clause in CATALOGUES[self.suite] and said == {"p"}
        return self.letters.get((clause, probe), "p" if kept else "n")

    def passed(self, clause: str, probe: str, other: Played) -> bool | None:
        """Whether it shows that something passed which failed in another run; None where it shows neither."""
        if probe != PROPERTY:
            letter = self.letters.get((clause, probe)) if self.suite != other.suite else self.says(clause, probe)
            return {"p": True, "f": False}.get(letter or "n")
        if (clause, probe) in self.failing:
            return False
        same = (self.suite, self.profile, self.mutation, self.seed)
        sent = self.draws and self.whole and same == (other.suite, other.profile, other.mutation, other.seed)
        return True if sent and self.outcome(clause) != "n" else None


def at_once(played: Sequence[Played], run: Played) -> list[Played]:
    """The runs with a verdict of the same service up to a run, the newest first."""
    known = [one for one in played if one.service == run.service and one.hour <= run.hour and not one.no_verdict]
    return sorted(known, key=lambda one: -one.hour)


def _since(played: Sequence[Played], run: Played, passed: Callable[[Played], bool | None]) -> tuple[str, str | None]:
    """The first run of the unbroken row before a run that did not pass, and the pass before it; None says neither."""
    first = run
    for one in at_once(played, run):
        said = None if one is run else passed(one)
        if said:
            return first.id, one.id
        if said is not None:
            first = one
    return first.id, None


def since_by_definition(played: Sequence[Played], run: Played) -> dict[tuple[str, str], tuple[str, str | None]]:
    """For each pair that fails in a run the first run of the unbroken row that failed, and the pass before it."""

    def passed(one: Played, pair: tuple[str, str]) -> bool | None:
        return one.passed(*pair, run)

    return {pair: _since(played, run, partial(passed, pair=pair)) for pair in run.failing}


def clause_since_by_definition(played: Sequence[Played], run: Played, clause: str) -> tuple[str, str | None] | None:
    """The first failure of a clause that still fails, and the pass before it; None where it passes.

    A property's failure does not reach back over a run whose clause passed by a probe that fails in this one.
    """
    failing = sorted(probe for name, probe in run.failing if name == clause)

    def passed(one: Played, probe: str) -> bool | None:
        said = one.passed(clause, probe, run)
        if said is None and probe == PROPERTY and one.outcome(clause) == "p":
            return any(one.passed(clause, other, run) for other in failing if other != PROPERTY) or None
        return said

    found = (_since(played, run, partial(passed, probe=probe)) for probe in failing)
    return min(found, key=lambda pair: pair[0], default=None)


def flaky_by_definition(played: Sequence[Played], run: Played, window: int, furthest: int) -> set[tuple[str, str]]:
    """The pairs of clause and probe, and of ``behaviour`` and probe, that came back twice to what they had been."""
    known = []
    for one in at_once(played, run)[:furthest]:
        if one.suite != run.suite:
            break
        known.append(one)
    rows: dict[tuple[str, str], list[object]] = {}
    pairs = {pair for one in known for pair, letter in one.letters.items() if letter == "f"}
    for one in known:
        for pair in pairs:
            if (letter := one.says(*pair)) != "n":
                rows.setdefault(pair, []).append(letter)
        for probe, status in one.statuses.items():
            rows.setdefault(("behaviour", probe), []).append(status)
    return {pair for pair, values in rows.items() if _returns(values[:window]) > 1}


def settled_by_definition(played: Sequence[Played], run: Played) -> tuple[dict[tuple[str, str], str], dict[str, bool]]:
    """The letters of a run, as they were on the night before where the night has both.

    And the probes that were sent again, with whether they said both.

    A night is a run and the runs of single probes after it, up to the next other run.
    """
    judged = (one for one in played if one.service == run.service and not one.no_verdict)
    nights: list[list[Played]] = []
    for one in sorted(judged, key=lambda one: one.hour):
        if one.narrowed and nights:
            nights[-1].append(one)
        else:
            nights.append([one])
    mine = next(place for place, night in enumerate(nights) if night[0] is run)
    before = list(reversed(nights[: mine + 1]))
    before = list(takewhile(lambda night: night[0].suite == run.suite, before))[:42]
    letters, again = dict(run.letters), {}
    for pair in dict.fromkeys(pair for one in before[0] for pair in one.letters):
        rows = [[said for one in night if (said := one.says(*pair)) != "n"][:5] for night in before]
        if run.says(*pair) == "n" or len(rows[0]) == 1:
            continue
        both = len(set(rows[0])) > 1
        again[pair[1]] = both or again.get(pair[1], False)
        if both and run.outcome(pair[0]) != "n":
            letters[pair] = next((row[0] for row in rows if len(set(row)) == 1), "p")
    return letters, again


def newly_failing_by_definition(
    played: Sequence[Played],
    before: Played,
    after: Played,
    was: Mapping[tuple[str, str], str],
    now: Mapping[tuple[str, str], str],
) -> set[tuple[str, str]]:
    """The pairs that fail in a run and passed when they were last judged; `was` and `now` are the letters once settled.

    That is in the run before; or where this does not say, in an earlier or a later one, with no failure up to it since.
    """
    known = since_by_definition(played, after)

    def passed(pair: tuple[str, str]) -> bool:
        said = {letter for (_, probe), letter in was.items() if probe == pair[1]}
        if was.get(pair) == "p" or (pair not in was and before.suite == after.suite and said == {"p"}):
            return True
        first, last = known.get(pair, ("", None))
        return last is not None and first > before.id

    broken = {pair for pair, letter in now.items() if letter == "f" and was.get(pair) != "f"}
    return {pair for pair in broken if pair[0] in CATALOGUES[before.suite] and passed(pair)}


def _returns(values: Sequence[object]) -> int:
    """The number of times that a value comes again after another."""
    seen, count = [values[0]], 0
    for before, value in pairwise(values):
        if value != before:
            count += value in seen
            seen.append(value)
    return count


def entry_of(run: Played) -> Entry:
    """The run as it is recorded, with traffic whose bodies say whose they are."""
    states = States({clause: _state(run, clause) for clause in CATALOGUES[run.suite]})
    states.drew = frozenset({PROPERTY} if run.draws else ())
    target, base_url, operation = run.service
    at = run.at
    report: dict[str, Any] = {
        "suite": {
            "version": run.suite,
            "openapi_sha256": "0" * 64,
            "clauses_sha256": run.suite * 64,
            "document_revision": "r",
            "operation": operation,
        },
        "target": {"name": target, "base_url": base_url, "mutation": run.mutation},
        "run": {
            "id": run.id,
            "started_at": at,
            "finished_at": at,
            "profile": run.profile,
            "seed": run.seed,
            "requests": len(run.probes),
            "complete": run.complete,
            "interrupted": False,
            "reproduce": {},
        },
        "summary": {"verdict": "partial", "pass": 0, "fail": 0, "not_tested": 0},
        "no_verdict": "the target is gone" if run.no_verdict else None,
        "clauses": [_row(run, clause, state) for clause, state in states.items()],
        "behaviour": [{"probe": probe, "status": status} for probe, status in run.statuses.items()],
    }
    entries = [_exchange(run, number, probe, status) for number, (probe, status) in enumerate(run.statuses.items(), 1)]
    entries += [_exchange(run, 90, PROPERTY, 200)] + ([_exchange(run, 91, PROPERTY, 500)] if run.found else [])
    return Entry(report, packed_verdicts(states), json.dumps({"log": {"entries": entries}}).encode(), run.narrowed)


def _state(run: Played, clause: str) -> ClauseState:
    probes = {probe: _OUTCOMES[letter] for (name, probe), letter in run.letters.items() if name == clause}
    found = frozenset({PROPERTY} if (clause, PROPERTY) in run.failing else ())
    return ClauseState(_OUTCOMES[run.outcome(clause)], probes, found)


def _row(run: Played, clause: str, state: ClauseState) -> dict[str, Any]:
    numbers = {probe: number for number, probe in enumerate(run.statuses, 1)} | {PROPERTY: 91}
    failures = [
        {"probe": probe, "exchange": numbers[probe], "message": ""} for probe in sorted(state.failed | state.found)
    ]
    return {"id": clause, "level": "must", "title": clause, "section": "", "reason": None, "failures": failures}


def _exchange(run: Played, number: int, probe: str, status: int) -> dict[str, Any]:
    known = {"number": number, "probe": probe, "superseded": False, "clauses": [], "trouble": None, "target": "/"}
    return {
        "startedDateTime": run.at,
        "request": {"method": "POST"},
        "response": {"status": status, "headers": [], "content": {"text": f"{run.id} {probe} {number}"}},
        "_conformance": known,
    }


def senders(played: Sequence[Played], run: Played, probe: str) -> Iterator[Played]:
    """The runs before a run that sent a probe too, and have a verdict or not as it has, the newest first."""
    known = [one for one in played if one.service == run.service and one.hour < run.hour and probe in one.probes]
    yield from sorted((one for one in known if one.no_verdict == run.no_verdict), key=lambda one: -one.hour)
