"""Changes between two runs made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.history.compare import Comparison, Kind, compare
from conformance.history.runs import ClauseState, States, packed_verdicts, states_of_report, unpacked_verdicts
from conformance.history.snapshot import Snapshot, of_record
from conformance.history.stability import Flaky
from conformance.judge.behaviour import Behaviour
from conformance.judge.verdict import Outcome
from conformance.report.record import MOST_FAILURES
from tests.report.builders import failed, record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.judge.verdict import Verdict

MAXIMUM, MINIMUM = "path.repository_id.maximum", "path.repository_id.minimum"
PROBES = ("state.first", "one", "two")


def run(verdicts: Iterable[Verdict] = (), answered: Iterable[str] = PROBES, **fields: Any) -> Snapshot:  # noqa: ANN401
    """A run in which these probes were answered."""
    behaviour = tuple(Behaviour(probe, 201, None, "application/json", "{}") for probe in answered)
    return of_record(record(verdicts, behaviour=behaviour, **fields))


def without(snapshot: Snapshot, clause: str) -> Snapshot:
    """A run of a suite whose catalogue has no such clause."""
    states = {name: state for name, state in snapshot.states.items() if name != clause}
    rows = [row for row in snapshot.report["clauses"] if row["id"] != clause]
    return replace(snapshot, states=states, report={**snapshot.report, "clauses": rows})


def told(comparison: Comparison) -> list[tuple[str, str, tuple[str, ...]]]:
    """The changes in few words."""
    return [(change.kind.value, change.clause, change.probes) for change in comparison.changes]


def between(before: Snapshot, after: Snapshot, **more: Any) -> Comparison:  # noqa: ANN401
    """The changes."""
    return compare(before, before, after, **more)


ONE = failed(MAXIMUM, "one")
TWO = failed(MAXIMUM, "two")
FOUND = failed(MAXIMUM, "property.ids.in-range")


@pytest.mark.parametrize(
    ("before", "after", "expected", "regressions"),
    [
        pytest.param(run(), run(), [], 0, id="nothing"),
        pytest.param(run([ONE]), run([ONE]), [], 0, id="still broken"),
        pytest.param(run(), run([ONE]), [("newly failing", MAXIMUM, ("one",))], 1, id="broken"),
        pytest.param(run([ONE]), run(), [("newly passing", MAXIMUM, ("one",))], 0, id="fixed"),
        pytest.param(run([ONE]), run([ONE, TWO]), [("newly failing", MAXIMUM, ("two",))], 1, id="broken further"),
        pytest.param(run(), run([FOUND]), [("newly found", MAXIMUM, ("property.ids.in-range",))], 0, id="found"),
        pytest.param(run([FOUND]), run(), [], 0, id="not found again"),
        pytest.param(
            run([FOUND]), run([FOUND, ONE]), [("newly failing", MAXIMUM, ("one",))], 1, id="found, then probed"
        ),
        pytest.param(run(untested={MAXIMUM: "why"}), run(), [("newly tested", MAXIMUM, ())], 0, id="tested"),
        pytest.param(
            run(untested={MAXIMUM: "why"}), run([ONE]), [("newly tested", MAXIMUM, ("one",))], 0, id="tested, and fails"
        ),
        pytest.param(run(), run(untested={MAXIMUM: "why"}), [("no longer tested", MAXIMUM, ())], 0, id="untested"),
        pytest.param(
            run([ONE]), run(untested={MAXIMUM: "why"}), [("no longer tested", MAXIMUM, ())], 0, id="not fixed"
        ),
        pytest.param(
            run((), ["state.first"]), run([ONE]), [("newly tested", MAXIMUM, ("one",))], 0, id="probe not sent before"
        ),
        pytest.param(
            run([ONE]), run((), ["state.first"]), [("no longer tested", MAXIMUM, ("one",))], 0, id="probe not sent now"
        ),
        pytest.param(run(), without(run(), MAXIMUM), [("vanished", MAXIMUM, ())], 1, id="vanished"),
        pytest.param(without(run(), MAXIMUM), run(), [("newly tested", MAXIMUM, ())], 0, id="new in the catalogue"),
    ],
)  # fmt: skip
def test_a_clause_changes_in_one_of_six_ways(
    before: Snapshot, after: Snapshot, expected: list[tuple[str, str, tuple[str, ...]]], regressions: int
) -> None:
    """A clause that is worse on the same probe is a regression, and so is one that vanished."""
    comparison = between(with_passes(before), with_passes(after))
    assert told(comparison) == expected
    assert len(comparison.regressions) == regressions
    assert comparison.quiet == (not expected)


def with_passes(snapshot: Snapshot) -> Snapshot:
    """The run, in which every probe that was answered and does not fail the clause passes it."""
    state = snapshot.states.get(MAXIMUM)
    if state is None or not state.tested:
        return snapshot
    passes = dict.fromkeys(snapshot.behaviour, Outcome.PASS)
    return replace(
        snapshot, states=States({**snapshot.states, MAXIMUM: replace(state, probes={**passes, **state.probes})})
    )


def test_a_failure_that_was_not_judged_the_night_before_is_new_where_it_last_passed() -> None:
    """Whether the probe was not sent, or the clause not tested at all; else it is merely tested."""
    unsent, untested = run((), ["state.first"]), run(untested={MAXIMUM: "why"})
    for before in (unsent, untested):
        comparison = between(before, run([ONE]), lately=lambda clause, probe: (clause, probe) == (MAXIMUM, "one"))
        assert told(comparison) == [("newly failing", MAXIMUM, ("one",))]
        assert len(comparison.regressions) == 1
        assert [change.kind for change in between(before, run([ONE])).changes] == [Kind.TESTED]


def test_a_failure_whose_place_another_answer_took_is_not_fixed() -> None:
    """The clause has nothing to say of the new answer; of a report alone that is not known."""
    before, after = run([ONE]), run()
    assert told(between(before, after)) == [("no longer tested", MAXIMUM, ("one",))]
    from_file = replace(after, states=states_of_report(after.report))
    assert told(between(before, from_file)) == [("newly passing", MAXIMUM, ("one",))]


def test_changes_are_told_the_worst_first() -> None:
    """In the order of their kinds, then of the catalogue."""
    before = run([failed(MINIMUM, "one")], untested={"path.repository_id.type": "why"})
    kinds = [kind for kind, _, _ in told(between(with_passes(before), run([ONE])))]
    assert kinds == ["newly failing", "newly tested", "no longer tested"]


@pytest.mark.parametrize(
    ("field", "value"), [("status", 500), ("error_code", "X"), ("headers", ("a",)), ("connection", "closed")]
)
def test_an_answer_that_changed_is_told_member_by_member(field: str, value: object) -> None:
    """From what it was to what it is."""
    one = Behaviour("p", 201, None, "application/json", "{}")
    before, after = (of_record(record(behaviour=(row,))) for row in (one, replace(one, **{field: value})))
    comparison = between(before, after)
    (shift,) = comparison.shifts
    assert (shift.probe, dict(shift.before), dict(shift.after)) == ("p", {field: getattr(one, field)}, {field: value})
    assert not comparison.quiet
    assert comparison.regressions == ()


def test_fields_that_an_older_suite_did_not_note_have_not_changed() -> None:
    """Members that only one run has are left out."""
    after = run()
    rows = [{name: value for name, value in row.items() if name != "headers"} for row in after.report["behaviour"]]
    before = replace(after, report={**after.report, "behaviour": rows})
    assert between(before, after).quiet


def test_probes_that_only_one_run_sent_are_counted_apart() -> None:
    """They are no change of the target."""
    comparison = between(run((), ["one", "two"]), run((), ["two", "three"]))
    assert (comparison.probes_before, comparison.probes_after) == (("one",), ("three",))
    assert comparison.quiet


def test_under_another_suite_a_failure_is_no_regression() -> None:
    """It may be the suite's; a clause that vanished is one all the same."""
    other = run([ONE], suite_version="0.0.9")
    comparison = between(with_passes(run()), other)
    assert not comparison.same_suite
    assert [change.kind for change in comparison.changes] == [Kind.FAILING]
    assert comparison.regressions == ()
    assert len(between(run(), without(other, MAXIMUM)).regressions) == 1


def flaky(name: str, of: str) -> Flaky:
    """The evidence that something is flaky."""
    return Flaky(name, of, "fail", 3, 9, 4, "r1", "2026-01-01", "r9", "probe")


def test_a_flaky_clause_is_never_fixed_and_never_hidden() -> None:
    """It may fail newly; its passing proves nothing."""
    evidence = (flaky(MAXIMUM, "clause"),)
    assert told(between(with_passes(run([ONE])), with_passes(run()), flaky=evidence)) == []
    comparison = between(with_passes(run()), with_passes(run([ONE])), flaky=evidence)
    assert [change.kind for change in comparison.changes] == [Kind.FAILING]
    assert comparison.flaky == evidence


def test_a_flaky_behaviour_is_told_apart() -> None:
    """It does not shift every night."""
    before, after = (of_record(record(behaviour=(Behaviour("p", status, None, None, None),))) for status in (200, 201))
    assert between(before, after, flaky=(flaky("p", "behaviour"),)).quiet
    assert not between(before, after, flaky=(flaky("p", "clause"),)).quiet


def test_clauses_come_back_from_their_packed_form() -> None:
    """Every outcome, and what properties found; equal runs are packed alike."""
    clauses = {
        "a": ClauseState(Outcome.FAIL, {"x": Outcome.FAIL, "y": Outcome.PASS}, frozenset({"property.p"})),
        "b": ClauseState(Outcome.RECORDED, {"z": Outcome.RECORDED, "x": Outcome.NOT_TESTED}),
        "c": ClauseState(Outcome.NOT_TESTED, {}),
    }
    states = States(clauses)
    states.drew = frozenset({"property.p", "property.q"})
    found = unpacked_verdicts(packed_verdicts(states))
    assert (found, found.drew) == (states, states.drew)
    assert packed_verdicts(states)["clauses"]["a"]["probes"] == "fp."


MANY = [failed(MAXIMUM, f"probe-{number:02}") for number in range(MOST_FAILURES + 5)]
NAMES = [one.probe for one in MANY]


def from_file(snapshot: Snapshot, *, older: bool = False) -> Snapshot:
    """The run as its report.json tells of it, or as one did that had no list of the probes that failed."""
    data = snapshot.report
    if older:
        rows = [{name: row[name] for name in row if name != "failed_probes"} for row in data["clauses"]]
        data = {**data, "clauses": rows}
    return replace(snapshot, report=data, states=states_of_report(data))


def test_a_report_names_every_probe_that_failed() -> None:
    """However many, and in whatever order they came: the same failures are no change."""
    before, after = run(MANY, NAMES), run(MANY[::-1], NAMES)
    assert between(from_file(before), from_file(after)).quiet
    (change,) = between(from_file(run((), NAMES)), from_file(after)).changes
    assert change.probes == tuple(NAMES)


def test_fields_that_an_older_report_leaves_out_fail_nothing() -> None:
    """It names the first probes that failed; the others may have failed or not."""
    before, after = run(MANY, NAMES), run(MANY[::-1], NAMES)
    assert between(from_file(before, older=True), from_file(after)).quiet
    assert between(from_file(after), from_file(before, older=True)).quiet
    assert between(from_file(before, older=True), from_file(run([*MANY, FOUND], NAMES))).quiet
    few = between(from_file(run([ONE]), older=True), from_file(run([ONE, TWO])))
    assert [change.probes for change in few.regressions] == [("two",)]
