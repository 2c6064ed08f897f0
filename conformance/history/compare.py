"""The differences between two runs. Pure: results of runs go in, differences come out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from conformance.history.nights import Sends, Signal, signal_of
from conformance.history.stability import said_of
from conformance.report.words import BASELINE, baseline_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.history.runs import ClauseState
    from conformance.history.snapshot import Snapshot
    from conformance.history.stability import Flaky
    from conformance.report.record import Since

    Pair: TypeAlias = tuple[str, str]


class Kind(StrEnum):
    """A kind of change of a clause, in the order in which it is told."""

    FAILING = "newly failing"
    FLICKERING = "failing now and then"
    VANISHED = "vanished"
    FOUND = "newly found"
    PASSING = "newly passing"
    TESTED = "newly tested"
    UNTESTED = "no longer tested"


@dataclass(frozen=True, slots=True)
class Change:
    """A clause that changed; `probes` are those that changed with it, none where they are not known.

    `level` and `title` are those of the run that has the clause, the later one where both have it.
    """

    kind: Kind
    clause: str
    level: str
    title: str
    probes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """A probe that was answered otherwise: the members of its behaviour that differ, as they were and as they are."""

    probe: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Comparison:
    """Two runs and what differs; `flaky` are the clauses and behaviours that differ back and forth.

    A flaky clause is never among those that pass newly, a flaky behaviour never among the shifts. `same_suite` says
    that one suite judged both; else a change may be the suite's. `probes_before` and `probes_after` were sent in one of
    the runs only. `resent` are the nights of each clause and probe that was sent again after the later run, that night
    first. `since` says since when what fails fails.
    """

    before: Snapshot
    after: Snapshot
    changes: tuple[Change, ...]
    shifts: tuple[Shift, ...]
    same_suite: bool = True
    notes: tuple[str, ...] = ()
    flaky: tuple[Flaky, ...] = ()
    probes_before: tuple[str, ...] = ()
    probes_after: tuple[str, ...] = ()
    resent: Mapping[Pair, Sequence[Sends]] = field(default_factory=dict)
    since: Mapping[Pair, Since] = field(default_factory=dict)

    @property
    def watch(self) -> tuple[Pair, ...]:
        """Probes that failed, and passed when they were sent again, no more often than by flicker."""
        return tuple(pair for pair, nights in self.resent.items() if signal_of(nights) is Signal.WATCH)

    @property
    def to_send_again(self) -> tuple[str, ...]:
        """The probes whose verdict changed, and that were not sent again after the later run."""
        changed = (one for one in self.changes if one.kind in {Kind.FAILING, Kind.PASSING})
        pairs = ((one.clause, probe) for one in changed for probe in one.probes)
        return tuple(sorted({pair[1] for pair in pairs if pair not in self.resent and pair[1] in self.after.behaviour}))

    @property
    def unaccepted(self) -> tuple[tuple[Pair, str], ...]:
        """The deviations that the later run's baseline does not accept or does not need, with the words for each.

        What failed and passed in one night is neither.
        """
        baseline = self.after.report.get("baseline") or {}
        rows = ((name, (row["clause"], row["probe"]), row) for name in BASELINE for row in baseline.get(name, ()))
        return tuple(
            (pair, baseline_words(name, row.get("acceptance")))
            for name, pair, row in rows
            if not self._flickers(name, pair)
        )

    def _flickers(self, name: str, pair: Pair) -> bool:
        """Whether a failure that is new is to be watched, or one that is gone came again."""
        nights = self.resent.get(pair)
        if not nights or name == "expired":
            return False
        return signal_of(nights) is Signal.WATCH if name == "new" else nights[0].settled is None

    @property
    def quiet(self) -> bool:
        """Whether nothing changed."""
        return not (self.changes or self.shifts)

    @property
    def regressions(self) -> tuple[Change, ...]:
        """The changes for the worse that are not the suite's doing; a clause that vanished always is one."""
        return tuple(
            change
            for change in self.changes
            if change.kind in {Kind.VANISHED, Kind.FLICKERING} or (change.kind is Kind.FAILING and self.same_suite)
        )


def compare(
    earlier: Snapshot,
    before: Snapshot,
    after: Snapshot,
    notes: tuple[str, ...] = (),
    flaky: tuple[Flaky, ...] = (),
    *,
    resent: Mapping[Pair, Sequence[Sends]] | None = None,
    lately: Callable[[str, str], bool] = lambda clause, probe: False,  # noqa: ARG005 - nothing else is known
) -> Comparison:
    """The differences from `before` to `after`; `earlier` is `before` as it was judged at its time.

    `resent` are the nights of what was sent again after the later run, by clause and probe. `lately` tells of a clause
    and probe of which `before` does not say whether they passed when last judged, and failed only after it.
    """
    changes = [
        change
        for clause in [*after.states, *(clause for clause in earlier.states if clause not in after.states)]
        for change in _changes(clause, earlier, before, after, lately)
    ]
    changes += _flickering(resent or {}, after)
    unsteady = {one.name for one in flaky if one.of == "clause"}
    restless = {one.name for one in flaky if one.of == "behaviour"}
    order = list(Kind)
    answered, answers = before.behaviour, after.behaviour
    return Comparison(
        before=before,
        after=after,
        changes=tuple(
            sorted(
                (one for one in changes if one.clause not in unsteady or one.kind is not Kind.PASSING),
                key=lambda one: order.index(one.kind),
            )
        ),
        shifts=tuple(
            shift
            for probe in answers
            if probe in answered
            and probe not in restless
            and (shift := _shift(probe, answered[probe], answers[probe])) is not None
        ),
        same_suite=before.suite == after.suite,
        notes=notes,
        flaky=flaky,
        probes_before=tuple(sorted(answered.keys() - answers.keys())),
        probes_after=tuple(sorted(answers.keys() - answered.keys())),
        resent=resent or {},
    )


def _flickering(resent: Mapping[Pair, Sequence[Sends]], after: Snapshot) -> Iterator[Change]:
    """The clauses with probes that fail too often for a flicker."""
    clauses: dict[str, list[str]] = {}
    for (clause, probe), nights in resent.items():
        if clause in after.states and nights[0].settled is None and signal_of(nights) is Signal.ALARM:
            clauses.setdefault(clause, []).append(probe)
    for clause, probes in clauses.items():
        row = after.rows[clause]
        yield Change(Kind.FLICKERING, clause, row["level"], row["title"], tuple(probes))


def _changes(
    clause: str, earlier: Snapshot, before: Snapshot, after: Snapshot, lately: Callable[[str, str], bool]
) -> Iterator[Change]:
    was, now = before.states.get(clause), after.states.get(clause)
    row = (after if now else earlier).rows[clause]

    def change(kind: Kind, probes: frozenset[str] = frozenset()) -> Change:
        return Change(kind, clause, row["level"], row["title"], tuple(sorted(probes)))

    if now is None:
        yield change(Kind.VANISHED)
    elif not now.tested:
        if was and was.tested:
            yield change(Kind.UNTESTED)
    elif was is None:
        yield change(Kind.TESTED, now.failed)
    else:
        told = [(kind, probes) for kind, probes in _by_probe(clause, before, after, lately).items() if probes]
        yield from (change(kind, probes) for kind, probes in told)
        if was.tested and (found := frozenset() if was.cut else now.found - was.found):
            yield change(Kind.FOUND, found)
        if not was.tested and not told:
            yield change(Kind.TESTED)


def _by_probe(
    clause: str, before: Snapshot, after: Snapshot, lately: Callable[[str, str], bool]
) -> dict[Kind, frozenset[str]]:
    """The probes that fail now and did not, and the other way round, where they could have been seen to."""
    was, now, nothing = before.states[clause], after.states[clause], frozenset[str]()
    broken = nothing if was.cut else now.failed - was.failed
    fixed = nothing if now.cut else was.failed - now.failed
    one_suite = before.suite == after.suite

    def passed(run: Snapshot, state: ClauseState, probe: str) -> bool:
        if not state.whole:  # a report names the probes that failed alone
            return state.tested and probe in run.behaviour
        return said_of(run.states, clause, probe, alike=False, one_suite=one_suite) is False

    worse = frozenset(probe for probe in broken if passed(before, was, probe) or lately(clause, probe))
    better = frozenset(probe for probe in fixed if passed(after, now, probe))
    return {
        Kind.FAILING: worse,
        Kind.PASSING: better,
        Kind.TESTED: broken - worse,
        Kind.UNTESTED: fixed - better,
    }


def _shift(probe: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Shift | None:
    """The difference in what both runs know of; suites of different age know more or less."""
    if before == after:
        return None
    differ = [name for name in after if name in before and _plain(before[name]) != _plain(after[name])]
    if not differ:
        return None
    return Shift(probe, {name: before[name] for name in differ}, {name: after[name] for name in differ})


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON holds anything
    return list(value) if isinstance(value, tuple) else value
