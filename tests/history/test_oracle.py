"""Random histories against a model that forgets nothing: whatever is said of runs is so by definition."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import StaticPool

from conformance.history import database
from conformance.history.compare import Kind
from conformance.history.resolve import compare_runs
from conformance.history.runs import unpacked_verdicts
from conformance.history.snapshot import of_run
from conformance.history.stability import FURTHEST, WINDOW, flaky_at, since_when
from conformance.history.store import History
from conformance.history.transfer import exported, imported
from conformance.spec import load_contract
from tests.history.oracle import (
    CATALOGUES,
    PROPERTY,
    WORLDS,
    Played,
    clause_since_by_definition,
    entry_of,
    flaky_by_definition,
    newly_failing_by_definition,
    senders,
    settled_by_definition,
    since_by_definition,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.history.compare import Comparison

    Letters = dict[tuple[str, str], str]

SERVICE = ("staging", "https://one.example.test", "associate")
OTHERS = [SERVICE, SERVICE, SERVICE, ("staging", "https://two.example.test", "associate"), (*SERVICE[:2], "read")]
WAYS = ("in time", "by several runners", "imported")
"""The ways of runs into a history: each after the one before, in any order, or from another history."""
SENT = {"smoke": "a", "standard": "abc"}
_READING = ("document", "runs", "begun", "services", "keeper", "traffic")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[History, History]]:
    """Two histories that keep their connection, and need not survive a loss of power.

    They are emptied and used again: to open one, and to compile its queries, takes as long as to play a history.
    """
    prepare, directory = database._prepare, tmp_path_factory.mktemp("oracle")

    def carelessly(connection: Any, record: object) -> None:  # noqa: ANN401 - DB-API has no types
        prepare(connection, record)
        for pragma in ("journal_mode=MEMORY", "synchronous=OFF"):
            connection.execute(f"PRAGMA {pragma}")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "_prepare", carelessly)
        patched.setattr(database.sa, "NullPool", StaticPool)
        one, other = (History(str(directory / name)) for name in ("history.db", "copy.db"))
        yield one, other
        one.close()
        other.close()


def emptied(history: History) -> History:
    """The history without its runs, and without what was read of them."""
    for name in _READING:
        vars(history).pop(name, None)
    with history._engine.begin() as connection:
        for table in (database.runs, database.documents):
            connection.execute(table.delete())
    return history


@st.composite
def histories(draw: st.DrawFn) -> list[Played]:
    """Runs in the order of their time; a service stays as it is for a while, and a catalogue changes once."""
    played: list[Played] = []
    hour, world, newer = 0, 0, draw(st.integers(4, 40))
    usual = (draw(st.sampled_from(list(SENT))), draw(st.sampled_from(["fixture", "never"])), draw(st.integers(0, 4)))
    for turn in range(draw(st.integers(2, 24))):
        hour += draw(st.integers(1, 24))
        world = draw(st.integers(0, len(WORLDS) - 1)) if draw(st.integers(0, 2)) == 0 else world
        profile, mutation, service = usual
        if draw(st.integers(0, 2)) == 0:
            profile, mutation = draw(st.sampled_from(list(SENT))), draw(st.sampled_from(["fixture", "never"]))
            service = draw(st.integers(0, 4))
        probes = SENT[profile].replace("b", "" if mutation == "never" else "b")
        end = draw(st.sampled_from(["whole"] * 5 + ["narrowed", "broken off", "no verdict"]))
        if end != "whole":
            probes = probes[: draw(st.integers(0, len(probes)))] if end != "narrowed" else probes[-1:]
        found = profile == "standard" and end == "whole" and draw(st.integers(0, 4)) == 0
        played.append(
            Played(
                hour=hour,
                world=world,
                probes=probes,
                profile=profile,
                mutation=mutation,
                seed=draw(st.integers(1, 2)),
                found=found,
                left_out=not found and draw(st.integers(0, 4)) == 0,
                narrowed=end == "narrowed",
                complete=end in {"whole", "narrowed"},
                no_verdict=end == "no verdict",
                suite="1" if turn < newer else "2",
                service=OTHERS[service],
            )
        )
    return played


def check(two: tuple[History, History], played: list[Played], way: str, permutation: Sequence[float]) -> None:
    """Record the runs in one of the ways, and hold what is said of them against the model."""
    order = [*range(len(played))]
    if way != "in time":
        order.sort(key=lambda place: permutation[place % len(permutation)] + place / 100)
    history, copy = map(emptied, two)
    for place in order:
        assert history.add(entry_of(played[place]))
    if way == "imported":
        assert imported(copy, exported(history), "a copy") == (len(played), 0)
    meant = copy if way == "imported" else history
    for name in _READING:
        setattr(meant, name, cache(getattr(meant, name)))  # nothing is written any more
    said(meant, played)
    evidence(meant, played, in_order=way == "in time")
    comparisons(meant, played)


def said(history: History, played: list[Played]) -> None:
    """Since, last passed and flaky of every run."""
    rows = {run.id: run for run in history.runs()}
    assert rows.keys() == {one.id for one in played}
    for one in played:
        run = rows[one.id]
        since = since_when(history, run, unpacked_verdicts(history.document(run.verdicts)))
        found = {
            pair: (value.first_failed.run, value.last_passed.run if value.last_passed else None)
            for pair, value in since.items()
            if pair[1] is not None
        }
        assert found == since_by_definition(played, one)
        for clause in CATALOGUES[one.suite]:
            told = since.get((clause, None))
            last = told.last_passed.run if told and told.last_passed else None
            assert (told and (told.first_failed.run, last)) == clause_since_by_definition(played, one, clause)
        if one.no_verdict:
            continue
        flaky = {(name.name if name.of == "clause" else "behaviour", name.probe) for name in flaky_at(history, run)}
        defined = flaky_by_definition(played, one, WINDOW, FURTHEST)
        assert flaky <= defined
        assert {name for name, _ in flaky} == {name for name, _ in defined}
        restless = {pair for pair in defined if pair[0] == "behaviour"}
        assert restless <= flaky


def evidence(history: History, played: list[Played], *, in_order: bool) -> None:
    """Every exchange shown is the one that it claims to be, and what lies around a change is a run's own."""
    by_id = {one.id: one for one in played}
    kept = {run.id for run in history.runs() if run.traffic}
    for run in history.runs():
        one, snapshot = by_id[run.id], of_run(history, run)
        exchanges = snapshot.exchanges
        for probe in one.probes:
            shown = exchanges.of(probe)
            assert shown is not None
            whose = by_id[shown["body"].split()[0]]
            assert whose.id == (shown["stand_in"]["run"] if "stand_in" in shown else one.id)
            assert (whose.suite, whose.statuses[probe]) == (one.suite, one.statuses[probe])
            assert {key: value for key, value in whose.letters.items() if key[1] == probe} == {
                key: value for key, value in one.letters.items() if key[1] == probe
            }
            before = next(senders(played, one, probe), None)
            if in_order and before is not None and not alike(before, one, probe):
                assert {before.id, one.id} <= kept
        assert exchanges.of(PROPERTY) is None
        if one.found:
            shown = exchanges.of(PROPERTY, snapshot.failing("k", PROPERTY))
            assert shown is None if snapshot.stand_in else shown["body"] == f"{one.id} {PROPERTY} 91"


def alike(one: Played, other: Played, probe: str) -> bool:
    """Whether two runs say the same of a probe."""
    return (one.suite, one.statuses[probe]) == (other.suite, other.statuses[probe]) and all(
        one.letters.get((clause, probe)) == other.letters.get((clause, probe)) for clause in "kl"
    )


def comparisons(history: History, played: list[Played]) -> None:
    """The changes between each whole run and the one before that was asked for the same."""
    for later in played:
        asked = (later.service, later.profile, later.mutation)
        known = [one for one in played if one.whole and one.hour < later.hour]
        earlier = [one for one in known if (one.service, one.profile, one.mutation) == asked]
        if not later.whole or not earlier or all(earlier[-1].outcome(name) == "n" for name in "kl"):
            continue
        comparison = compare_runs(f"{later.id}~1", later.id, lambda: history, load_contract)
        assert comparison.before.id == earlier[-1].id
        (was, before), (now, again) = (settled_by_definition(played, one) for one in (earlier[-1], later))
        flickered = {probe for said in (before, again) for probe, both in said.items() if both}
        changes(comparison, earlier[-1], later, was, now, flickered=flickered)
        failing = {
            (one.clause, probe) for one in comparison.changes if one.kind is Kind.FAILING for probe in one.probes
        }
        assert failing == newly_failing_by_definition(played, earlier[-1], later, was, now)
        if earlier[-1].suite == later.suite:
            assert failing & later.failing <= comparison.since.keys()
        assert {probe for _, probe in comparison.resent} == again.keys()


def changes(
    comparison: Comparison, before: Played, after: Played, was: Letters, now: Letters, *, flickered: set[str]
) -> None:
    """Newly tested, newly passing, found, vanished and changed; `was` and `now` are the letters once settled.

    The probes that `flickered` in one of the nights have not changed.
    """
    by_kind = {
        kind: {(one.clause, probe) for one in comparison.changes if one.kind is kind for probe in one.probes}
        for kind in Kind
    }
    both = [name for name in CATALOGUES[after.suite] if name in CATALOGUES[before.suite]]
    pairs = {pair for pair in {*was, *now} if pair[0] in both}
    broken = {pair for pair in pairs if now.get(pair) == "f" and was.get(pair) != "f"}
    assert by_kind[Kind.FAILING] | by_kind[Kind.TESTED] >= broken
    assert not by_kind[Kind.FAILING] & by_kind[Kind.TESTED]
    flaky = {one.name for one in comparison.flaky if one.of == "clause"}
    said = {probe: {now[pair] for pair in now if pair[1] == probe} for probe in after.probes}
    kept = {pair for pair in pairs if said.get(pair[1]) == {"p"} and after.outcome(pair[0]) != "n"}
    passing = {pair for pair in pairs if was.get(pair) == "f" and now.get(pair, "p" if pair in kept else "") == "p"}
    assert by_kind[Kind.PASSING] == {pair for pair in passing if pair[0] not in flaky}
    tested = before.outcome("k") != "n" != after.outcome("k")
    assert by_kind[Kind.FOUND] == ({("k", PROPERTY)} if tested and after.found and not before.found else set())
    vanished = {one.clause for one in comparison.changes if one.kind is Kind.VANISHED}
    assert vanished == set(CATALOGUES[before.suite]) - set(CATALOGUES[after.suite])
    restless = {one.name for one in comparison.flaky if one.of == "behaviour"}
    sent = before.statuses.keys() & after.statuses.keys()
    changed = {probe for probe in sent if before.statuses[probe] != after.statuses[probe]}
    assert {one.probe for one in comparison.shifts} == changed - restless - flickered


def prove(two: tuple[History, History], examples: int) -> None:
    """Play so many histories."""

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(histories(), st.sampled_from(WAYS), st.lists(st.floats(0, 1), min_size=5, max_size=5))
    def property_holds(played: list[Played], way: str, permutation: list[float]) -> None:
        check(two, played, way, permutation)

    property_holds()


def test_every_statement_about_runs_is_true(two: tuple[History, History]) -> None:
    """Three hundred histories."""
    prove(two, 300)


@pytest.mark.nightly
@pytest.mark.parametrize("part", range(5))
def test_every_statement_about_many_runs_is_true(two: tuple[History, History], part: int) -> None:
    """Ten thousand in all, each part from where it likes to begin."""
    prove(two, 2_000)
