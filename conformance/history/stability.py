"""Since when something fails, and what differs back and forth.

Both stand on the past of each probe: the runs of the same service that sent it and judged its answer, whatever else
they sent. A run of another profile or mutation mode, a narrowed one and one that broke off say something of the probes
that they sent, and nothing of the others. A run without a verdict says nothing. Where a clause has nothing to say of
the answer, as of a 404 where one is about 201, the probe passed if it failed no clause at all.

What a property finds depends on what it draws. A run in which it failed counts; one in which it did not counts only
where it drew the same: a whole run of the same suite, profile, mutation mode and seed that sent this property.

A clause, or the behaviour of a probe, is *flaky* where within the last 14 runs of one suite that sent the probe it came
back twice or more to what it had been before: pass, fail, pass, fail. One fault that appears and is fixed comes back
once. Where runs repeat one another at once (`run --repeat`) a single difference is enough. Properties are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import groupby, islice, pairwise, takewhile
from operator import methodcaller
from typing import TYPE_CHECKING, Any

from conformance.history.runs import ClauseState, Entry, Run, States, row_of, unpacked_verdicts
from conformance.judge.verdict import GENERATED, Outcome
from conformance.report.record import Since, Time
from conformance.report.words import count_words, minute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from conformance.history.store import History

WINDOW = 14
"""Of how many runs that sent a probe it is said whether it is flaky."""
FURTHEST = 4 * WINDOW
"""The number of runs that are looked through for them, whatever they sent."""
_RETURNS = 2
_Key = tuple[str, str]


def since_when(history: History, run: Run, states: Mapping[str, ClauseState]) -> dict[tuple[str, str | None], Since]:
    """Since when what fails in `run` fails: by clause and probe, and with None for the probe by clause.

    `states` is what the run says; it need not be in the history. A clause fails since the first of the probes and
    properties that fail it now began to. There a property's failure does not reach back over a run in which the
    clause passed, and a probe showed it that fails now.
    """
    keys = [(clause, probe) for clause, state in states.items() for probe in sorted(state.failed | state.found)]
    known = history.runs(service=run.service, judged=True, until=run.started_at) if keys else []
    older = [other for other in known if other.id != run.id]
    read = cache(lambda digest: unpacked_verdicts(history.document(digest)))

    def told(clause: str, probe: str, failed: Iterable[str] = ()) -> Iterator[tuple[Run, bool | None]]:
        """The answers of the older runs; False, too, where the clause passed by a probe that has failed now."""
        for other in older:
            there = read(other.verdicts)
            state, one_suite = there.get(clause), other.suite == run.suite
            said = said_of(there, clause, probe, alike=_alike(other, run), one_suite=one_suite)
            if said is None and state and state.outcome is Outcome.PASS:
                shown = (said_of(there, clause, one, alike=False, one_suite=one_suite) for one in failed)
                said = False if False in shown else None
            yield other, said

    since: dict[tuple[str, str | None], Since] = {}
    for clause, probe in keys:
        since[clause, probe] = found = _since(run, told(clause, probe))
        if probe in states[clause].found:
            found = _since(run, told(clause, probe, states[clause].failed))
        known_first = since.get((clause, None))
        if known_first is None or found.first_failed.at < known_first.first_failed.at:
            since[clause, None] = found
    return since


def lately_passed(older: Iterable[tuple[Run, States]], before: Run, run: Run, clause: str, probe: str) -> bool:
    """Whether a probe that fails in `run` passed when it was last judged, and failed only since after `before`.

    `older` are the runs before `run` that have a verdict, of its service, the newest first.
    """
    for one, states in older:
        said = said_of(states, clause, probe, alike=False, one_suite=one.suite == run.suite)
        if said is False:
            return True
        if said and one.started_at <= before.started_at:
            return False
    return False


def judged_before(history: History, run: Run) -> Iterator[tuple[Run, States]]:
    """The runs before a run that have a verdict, of its service, the newest first; each is read when asked for."""
    known = history.runs(service=run.service, judged=True, until=run.started_at)
    read = cache(lambda digest: unpacked_verdicts(history.document(digest)))
    yield from ((one, read(one.verdicts)) for one in known if one.id != run.id)


def failed_earlier(history: History, run: Run, clause: str, probe: str, until: Time) -> tuple[int, int, Time] | None:
    """The failures of a probe up to a time: how many, of how many runs that sent it, and the first; None for none."""
    read = cache(lambda digest: unpacked_verdicts(history.document(digest)))
    known = history.runs(service=run.service, judged=True, until=until.at)
    said = [
        (one, said_of(read(one.verdicts), clause, probe, alike=_alike(one, run), one_suite=one.suite == run.suite))
        for one in known
    ]
    failed = [one for one, broken in said if broken]
    return (len(failed), sum(broken is not None for _, broken in said), _time(failed[-1])) if failed else None


def said_of(states: States, clause: str, probe: str, *, alike: bool, one_suite: bool = True) -> bool | None:
    """Whether a probe or property failed a clause in a run; None where the run does not say.

    `alike` says that the run drew the same as the one that is asked about, `one_suite` that one suite judged both: a
    clause that is silent of a probe may not have known it in another.
    """
    state = states.get(clause)
    if state is None:
        return None
    if probe.startswith(GENERATED):
        return True if probe in state.found else False if alike and probe in states.drew and state.tested else None
    if state.proves(probe):
        return state.probes[probe] is Outcome.FAIL
    return False if one_suite and probe not in state.probes and probe in states.kept else None


def _alike(other: Run, run: Run) -> bool:
    return other.counts and other.draws == run.draws


def _since(run: Run, said: Iterable[tuple[Run, bool | None]]) -> Since:
    """Walk back, the newest first, as long as it fails."""
    first, last = run, None
    for other, failed in said:
        if failed:
            first = other
        elif failed is not None:
            last = other
            break
    return Since(_time(first), _time(last) if last else None, last is not None and last.suite != first.suite)


def _time(run: Run) -> Time:
    return Time(run.id, run.started_at)


@dataclass(frozen=True, slots=True)
class RunVerdicts:
    """The results of a run for its clauses and probes; `report` reads its report.json."""

    run: Run
    clauses: States
    behaviour: Mapping[str, Mapping[str, Any]]
    report: Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Flaky:
    """A clause, or a probe whose behaviour is meant, with the evidence.

    `probe` is the one that is flaky, of several the one that changed most often; `more` counts the others. It was
    `value` in `times` of the `runs` runs that sent it; it changed `switches` times, first in the run `since` (at that
    time), and was so last in the run `last`, for a clause in the `exchange` of this number.
    """

    name: str
    of: str
    value: str
    times: int
    runs: int
    switches: int
    since: str
    since_at: str
    last: str
    probe: str
    more: int = 0
    exchange: int | None = None


def flaky_at(history: History, run: Run, current: RunVerdicts | None = None) -> tuple[Flaky, ...]:
    """The probes that were flaky when a run ended; `current` are its results where it is not in the history."""
    known = history.runs(service=run.service, judged=True, until=run.started_at, limit=FURTHEST + 1)
    older = [other for other in known if current is None or other.id != run.id]
    alike = list(takewhile(lambda other: other.suite == run.suite, older[: FURTHEST - (current is not None)]))
    return flaky_in([*read_verdicts(history, reversed(alike)), *([current] if current else [])])


def verdicts_of(entry: Entry) -> RunVerdicts:
    """The results of a run that is not in the history."""
    behaviour = _behaviour(entry.report["behaviour"])
    return RunVerdicts(row_of(entry)[0], unpacked_verdicts(entry.verdicts), behaviour, lambda: entry.report)


def read_verdicts(history: History, runs: Iterable[Run]) -> Iterator[RunVerdicts]:
    """The runs with what they say; a document that several share is read once."""
    clauses = cache(lambda digest: unpacked_verdicts(history.document(digest)))
    behaviour = cache(lambda digest: _behaviour(history.document(digest)))
    for run in runs:
        yield RunVerdicts(run, clauses(run.verdicts), behaviour(run.behaviour), partial(history.document, run.report))


def flaky_in(runs: Sequence[RunVerdicts], window: int = WINDOW) -> tuple[Flaky, ...]:
    """The probes that changed back and forth within these runs, the oldest first; `window` of those that sent one."""
    reports = {one.run.id: one.report for one in runs}
    repeated = any(one.run.series is not None for one in runs)
    told, answered = (_Distinct([getattr(one, name) for one in runs], window) for name in ("clauses", "behaviour"))
    clauses: dict[str, list[Flaky]] = {}
    for clause, probe in _failing(runs):
        said = partial(said_of, clause=clause, probe=probe, alike=False)
        maybe = repeated or told.returns(said)
        if maybe and (found := _flaky("clause", clause, probe, islice(_outcomes(runs, clause, probe), window))):
            clauses.setdefault(clause, []).append(found)
    behaviour = (
        _flaky("behaviour", probe, probe, islice(_answers(runs, probe), window))
        for probe in _changing(runs)
        if repeated or answered.returns(methodcaller("get", probe))
    )
    return (*(_worst(found, reports) for found in clauses.values()), *(found for found in behaviour if found))


class _Distinct:
    """The documents of runs one after another, one for several in a row that share it: few, so most is ruled out."""

    def __init__(self, documents: Sequence[Any], window: int) -> None:
        self._all, self._recent = self._of(documents), self._of(documents[-window:])

    @staticmethod
    def _of(documents: Sequence[Any]) -> list[Any]:
        return [one for place, one in enumerate(documents) if not place or one is not documents[place - 1]]

    def returns(self, value: Callable[[Any], object]) -> bool:
        """Whether a value, None in runs that do not say, may have come back often enough to be flaky."""
        said = [value(one) for one in self._recent]
        if None in said:
            said = [known for one in self._all if (known := value(one)) is not None]
        return _returns(said) >= _RETURNS


def _returns(values: Iterable[object]) -> int:
    """The number of times that a value comes back after another; without the oldest runs it is no greater."""
    changes = [value for value, _ in groupby(values)]
    return len(changes) - sum(value not in changes[:place] for place, value in enumerate(changes))


def flaky_text(one: Flaky) -> str:
    """The evidence in one line."""
    whose = f"{one.of} {one.name}:" if one.of == "behaviour" else f"{one.of} {one.name}: {one.probe}"
    more = f" (and {count_words(one.more, 'more probe')})" if one.more else ""
    value = "failed" if one.of == "clause" else one.value
    what = f"{value} in {one.times} of the {one.runs} runs that sent it{more}"
    where = one.last if one.exchange is None else f"{one.last}, exchange {one.exchange}"
    since = f"changing since {minute(one.since_at)} ({one.since})"
    return f"{whose} {what}, {since}, so last in {where}"


def _failing(runs: Sequence[RunVerdicts]) -> Iterator[_Key]:
    """Each clause with each probe that failed it in one of these runs, the newest run's first."""
    states = {id(one.clauses): one.clauses for one in reversed(runs)}
    pairs = ((name, probe) for said in states.values() for name in said for probe in sorted(said[name].failed))
    yield from dict.fromkeys(pairs)


def _changing(runs: Sequence[RunVerdicts]) -> Iterator[str]:
    """The probes that were not answered alike in all these runs, the newest run's first."""
    answers = list({id(one.behaviour): one.behaviour for one in reversed(runs)}.values())
    for probe in dict.fromkeys(probe for one in answers for probe in one):
        said = [one[probe] for one in answers if probe in one]
        if any(other != said[0] for other in said):
            yield probe


def _outcomes(runs: Sequence[RunVerdicts], clause: str, probe: str) -> Iterator[tuple[Run, bool]]:
    """Whether the probe failed the clause in each run that says so, the newest first."""
    for one in reversed(runs):
        failed = said_of(one.clauses, clause, probe, alike=False)
        if failed is not None:
            yield one.run, failed


def _answers(runs: Sequence[RunVerdicts], probe: str) -> Iterator[tuple[Run, Mapping[str, Any]]]:
    """The answers to the probe in each run that sent it, the newest first."""
    return ((one.run, one.behaviour[probe]) for one in reversed(runs) if probe in one.behaviour)


def _flaky(of: str, name: str, probe: str, newest_first: Iterator[tuple[Run, Any]]) -> Flaky | None:
    seen = [*newest_first][::-1]
    switches = [(one, other) for (one, was), (other, now) in pairwise(seen) if was != now]
    values = [value for _, value in seen]
    distinct = [value for place, value in enumerate(values) if value not in values[:place]]
    at_once = any(one.series is not None and one.series == other.series for one, other in switches)
    if _returns(values) < _RETURNS and not at_once:
        return None
    odd: Any = True if of == "clause" else min(values, key=values.count)
    return Flaky(
        name=name,
        of=of,
        value="fail" if of == "clause" else _in_words(odd, distinct),
        times=values.count(odd),
        runs=len(seen),
        switches=len(switches),
        since=switches[0][1].id,
        since_at=switches[0][1].started_at,
        last=next(run.id for run, value in reversed(seen) if value == odd),
        probe=probe,
    )


def _worst(found: Sequence[Flaky], reports: Mapping[str, Callable[[], Mapping[str, Any]]]) -> Flaky:
    """Of the flaky probes of a clause the one that changed most often, with the exchange that failed last."""
    worst = max(found, key=lambda one: (one.switches, one.times))
    rows = (row for row in reports[worst.last]()["clauses"] if row["id"] == worst.name)
    failures = (one["exchange"] for row in rows for one in row["failures"] if one["probe"] == worst.probe)
    return replace(worst, more=len(found) - 1, exchange=next(failures, None))


def _behaviour(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The answers to each probe; empty members are left out, since suites differ in them."""
    return {
        row["probe"]: {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in row.items()
            if name != "probe" and value not in (None, [], ())
        }
        for row in rows
    }


def _in_words(odd: Mapping[str, Any], values: Iterable[Mapping[str, Any]]) -> str:
    """The difference of an answer from the others: ``status 500``, which says enough, or the members that do."""
    others = [value for value in values if value != odd]
    known = sorted({*odd, *(name for value in others for name in value)})
    names = [name for name in known if any(value.get(name) != odd.get(name) for value in others)]
    if "status" in names:
        return f"status {odd['status']}"
    return ", ".join(f"{name.replace('_', ' ')} {_member(name, odd, others)}" for name in names)


def _member(name: str, odd: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> str:
    if name != "headers":
        return str(odd.get(name, "none"))
    here = set(odd.get(name, ()))
    there: set[str] = set().union(*(value.get(name, ()) for value in others))
    return ", ".join([*(f"+{one}" for one in sorted(here - there)), *(f"-{one}" for one in sorted(there - here))])
