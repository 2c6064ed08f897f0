"""Sixty nights on the mock, in which faults appear, flicker and go, and the catalogue changes: the history tells it so.

Every kind of night is played once, and dated as often as it comes; by night 29 an older catalogue judged.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from conformance.contract.clause import Catalogue
from conformance.engine.rejudge import rejudge
from conformance.history.compare import Kind
from conformance.history.resolve import compare_runs
from conformance.history.runs import Entry, unpacked_verdicts
from conformance.history.stability import flaky_at, since_when
from conformance.history.store import History
from conformance.report.har import parse_traffic
from conformance.spec import load_contract
from tests.history.entries import FIRST_NIGHT, url
from tests.history.nights import played

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.history.compare import Comparison

NIGHTS = 60
FORBIDDEN, CRASHING, FLICKERING, OTHERWISE = (
    "no-permission-is-not-found", "maximum-id-crashes", "success-is-ok", "extra-headers",
)  # fmt: skip
NEW_CLAUSE = "path.repository_id.maximum"  # the older catalogue did not have it
CHANGE_OF_SUITE = 30
KINDS = {
    **dict.fromkeys(range(10, 15), FORBIDDEN),
    **dict.fromkeys(range(25, 35), CRASHING),
    **dict.fromkeys((41, 43, 45, 47), FLICKERING),
    **dict.fromkeys(range(50, NIGHTS), OTHERWISE),
}
# What is told in the morning after a night: clauses that fail newly, clauses that pass newly; all others are quiet.
BROKEN = {
    10: "status.403.no-permission",
    25: "status.server-error",
    **dict.fromkeys((41, 43, 45, 47), "status.201.permitted"),
}
MENDED = {15: "status.403.no-permission", 35: NEW_CLAUSE, 42: "status.201.permitted"}
FLICKERS_BACK = (44, 46, 48)  # never counted as fixed; what the fault made untestable is tested again
FLAKY = {*range(43, 59)}  # until a window of 14 nights holds one return only


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """The sixty nights."""
    directory = tmp_path_factory.mktemp("nights")
    today = load_contract()
    older = replace(
        today,
        catalogue=Catalogue(today.catalogue.revision, tuple(row for row in today.catalogue if row.id != NEW_CLAUSE)),
        clauses_sha256="0" * 64,
    )
    once = {name: played(name, directory) for name in ("", *dict.fromkeys(KINDS.values()))}
    made = History(url(directory))
    for night in range(NIGHTS):
        entry = once[KINDS.get(night, "")]
        raw = _dated(entry.traffic or b"", entry.report["run"]["id"], night)
        contract = older if night < CHANGE_OF_SUITE else today
        made.add(Entry.of(rejudge(parse_traffic(raw, name_of(night)), contract), raw))
    yield made
    made.close()


def name_of(night: int) -> str:
    """A night's run."""
    return f"night-{night:02}"


def _dated(traffic: bytes, run: str, night: int) -> bytes:
    """The traffic as if it were that night's."""
    data = json.loads(traffic.replace(run.encode(), name_of(night).encode()))
    at = FIRST_NIGHT + timedelta(days=night)
    data["log"]["_conformance"] |= {"started_at": at.isoformat(), "finished_at": at.isoformat()}
    return json.dumps(data).encode()


def run_delta(history: History, night: int) -> Comparison:
    """The lines that are said in the morning after a night."""
    return compare_runs(name_of(night - 1), name_of(night), lambda: history, load_contract)


def clauses(comparison: Comparison, kind: Kind) -> set[str]:
    """The clauses that changed so."""
    return {change.clause for change in comparison.changes if change.kind is kind}


@pytest.mark.parametrize("night", range(1, NIGHTS))
def test_every_morning_says_what_happened_that_night(history: History, night: int) -> None:
    """Each says that a clause broke, that it was fixed, that behaviour changed, or that nothing did."""
    told = run_delta(history, night)
    assert not clauses(told, Kind.VANISHED)
    assert not clauses(told, Kind.FOUND)
    assert (BROKEN.get(night) in clauses(told, Kind.FAILING)) == (night in BROKEN)
    assert (MENDED.get(night) in clauses(told, Kind.PASSING)) == (night in MENDED)
    assert bool(told.regressions) == (night in BROKEN)
    assert told.quiet != (night in {*BROKEN, *MENDED, *FLICKERS_BACK, 50})
    if night in FLICKERS_BACK:
        assert {change.kind for change in told.changes} == {Kind.TESTED}
        assert told.shifts == ()
    assert bool(told.notes) == (night == CHANGE_OF_SUITE)
    assert ("status.201.permitted" in {one.name for one in told.flaky}) == (night in FLAKY)


def test_the_change_of_the_catalogue_is_no_change_of_the_vendor(history: History) -> None:
    """The clause is new and fails; judged again, it failed the night before."""
    told = run_delta(history, CHANGE_OF_SUITE)
    assert told.quiet
    assert told.notes == ("suite changed: night-29 judged again with today's catalogue",)
    assert NEW_CLAUSE in told.before.states


def test_the_variant_is_a_change_of_behaviour_and_nothing_else(history: History) -> None:
    """From the fiftieth night on there are more headers."""
    told = run_delta(history, 50)
    assert told.changes == ()
    assert {name for shift in told.shifts for name in shift.after} == {"headers"}


@pytest.mark.parametrize(
    ("night", "clause", "first", "last"),
    [
        (14, "status.403.no-permission", 10, 9),
        (34, "status.server-error", 25, 24),
        (34, NEW_CLAUSE, 30, None),
        (45, "status.201.permitted", 45, 44),
    ],
)
def test_every_failure_has_its_bracket(history: History, night: int, clause: str, first: int, last: int | None) -> None:
    """A clause that the older catalogue did not have was never seen to pass."""
    run = next(run for run in history.runs() if run.id == name_of(night))
    since = since_when(history, run, unpacked_verdicts(history.document(run.verdicts)))[clause, None]
    assert since.first_failed.run == name_of(first)
    assert (since.last_passed.run if since.last_passed else None) == (None if last is None else name_of(last))


def test_the_flicker_has_its_evidence(history: History) -> None:
    """Four nights of fourteen, the first of them the one after the fortieth."""
    run = next(run for run in history.runs() if run.id == name_of(49))
    found = {one.name: one for one in flaky_at(history, run) if one.of == "clause"}
    one = found["status.201.permitted"]
    assert (one.times, one.runs, one.switches) == (4, 14, 8)
    assert (one.since, one.last) == (name_of(41), name_of(47))
    assert one.exchange is not None


def test_of_nights_alike_few_keep_their_traffic(history: History) -> None:
    """The first and the last of each stretch in which nothing changed."""
    kept = {run.id for run in history.runs() if run.traffic}
    stretches = ({0, 9}, {10, 14}, {15, 24}, {25, 29}, {30, 34}, {35, 40}, {*range(41, 50)}, {50, 59})
    assert kept == {name_of(night) for stretch in stretches for night in stretch}
    assert len(history.runs()) == NIGHTS
