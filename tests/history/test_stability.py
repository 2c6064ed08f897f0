"""Since when something fails, and what comes and goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.history.runs import row_of, unpacked_verdicts
from conformance.history.stability import WINDOW, flaky_at, flaky_in, flaky_text, since_when, verdicts_of
from conformance.judge.verdict import Outcome, Verdict
from conformance.report.record import Since, Time
from tests.history.entries import CLAUSE, DREW, FIRST_NIGHT, OTHER, PROBE, entry, in_a_file, play, without_probe
from tests.report.builders import failed

if TYPE_CHECKING:
    from conformance.history.runs import Entry
    from conformance.history.store import History


history = in_a_file


def brackets(history: History, nights: str) -> dict[tuple[str, str | None], Since]:
    """Since when it fails, as the last of these nights says."""
    tonight = play(history, nights)
    return since_when(history, row_of(tonight)[0], unpacked_verdicts(tonight.verdicts))


def time(night: int) -> Time:
    """A night."""
    at = FIRST_NIGHT.replace(day=1 + night).isoformat(timespec="microseconds")
    return Time(f"night-{night:03}", at)


@pytest.mark.parametrize(
    ("nights", "first", "last"),
    [
        ("f", 0, None),
        ("pf", 1, 0),
        ("pfff", 1, 0),
        ("pffpf", 4, 3),
        ("pfnnf", 1, 0),
        ("pnf", 2, 0),
        ("nf", 1, None),
    ],
)
def test_the_bracket_is_the_first_night_that_had_it_and_the_last_that_had_not(
    history: History, nights: str, first: int, last: int | None
) -> None:
    """Nights in which it was not tested are in neither."""
    found = brackets(history, nights)
    assert found[CLAUSE, None] == Since(time(first), None if last is None else time(last), suite_changed=False)
    assert found.keys() == {(CLAUSE, None), (CLAUSE, PROBE)}


def test_a_clause_fails_since_what_fails_it_now_began_to(history: History) -> None:
    """An earlier failure of a probe that passes now, or was not sent, began something else."""
    found = brackets(history, "poof")
    assert found[CLAUSE, None] == found[CLAUSE, PROBE] == Since(time(3), time(0), suite_changed=False)


def test_of_several_probes_that_fail_a_clause_the_first_one_counts(history: History) -> None:
    """The clause has failed since it did."""
    play(history, "pf")
    tonight = entry(2, [failed(CLAUSE, PROBE), failed(CLAUSE, OTHER)])
    found = since_when(history, row_of(tonight)[0], unpacked_verdicts(tonight.verdicts))
    assert found[CLAUSE, OTHER] == Since(time(2), None, suite_changed=False)
    assert found[CLAUSE, None] == found[CLAUSE, PROBE] == Since(time(1), time(0), suite_changed=False)


def other_run(night: int, *verdicts: Verdict, **fields: object) -> Entry:
    """A run that sent another probe of the clause only, which passed it."""
    return without_probe(entry(night, verdicts or [Verdict(CLAUSE, OTHER, 1, Outcome.PASS)], **fields))


NARROWER = [
    pytest.param({"profile": "smoke"}, id="another profile"),
    pytest.param({"mutation": "never"}, id="another mutation mode"),
    pytest.param({"narrowed": True}, id="a selection"),
    pytest.param({"complete": False}, id="broken off"),
    pytest.param({}, id="withheld"),
]


@pytest.mark.parametrize("fields", NARROWER)
def test_a_run_that_did_not_send_what_fails_is_no_pass(history: History, fields: dict[str, object]) -> None:
    """Its verdict there does not count: a faulty service that never changed regressed never, and does not flicker."""
    for night in range(0, 8, 2):
        history.add(other_run(night, **fields))
        history.add(entry(night + 1, [failed(CLAUSE, PROBE)]))
    tonight = history.runs()[0]
    found = since_when(history, tonight, unpacked_verdicts(history.document(tonight.verdicts)))
    assert found[CLAUSE, None] == found[CLAUSE, PROBE] == Since(time(1), None, suite_changed=False)
    assert flaky_at(history, tonight) == ()


@pytest.mark.parametrize("fields", NARROWER)
def test_a_run_that_sent_it_counts_whatever_else_it_left_out(history: History, fields: dict[str, object]) -> None:
    """The last in which it passed is the last of all."""
    history.add(entry(0, [failed(CLAUSE, PROBE)]))
    history.add(entry(1, **fields))
    assert brackets(history, "f")[CLAUSE, PROBE] == Since(time(2), time(1), suite_changed=False)


def test_a_run_without_a_verdict_says_nothing(history: History) -> None:
    """Neither that it passed nor that it failed, whatever came before it was known that there is none."""
    play(history, "p")
    play(history, "f", no_verdict="something else answers", complete=False)
    play(history, "f")
    play(history, "p", no_verdict="something else answers", complete=False)
    assert brackets(history, "f")[CLAUSE, PROBE] == Since(time(2), time(0), suite_changed=False)


@pytest.mark.parametrize(
    ("fields", "passed"),
    [
        pytest.param({}, True, id="the same seed"),
        pytest.param({"verdicts": []}, False, id="without the property"),
        pytest.param({"seed": 2}, False, id="another seed"),
        pytest.param({"profile": "deep"}, False, id="another profile"),
        pytest.param({"suite_version": "0.0.1"}, False, id="another suite"),
        pytest.param({"narrowed": True}, False, id="a selection"),
        pytest.param({"complete": False}, False, id="broken off"),
    ],
)
def test_a_property_passed_only_where_it_drew_the_same(
    history: History,
    fields: dict[str, object],
    passed: bool,  # noqa: FBT001 - of the table above
) -> None:
    """Another seed sends other requests, which say nothing of these; a target may be described for fewer properties."""
    found = failed(CLAUSE, "property.ids")
    history.add(entry(0, [found], seed=3))
    history.add(entry(1, **{"verdicts": [DREW], **fields}))
    tonight = entry(2, [found])
    since = since_when(history, row_of(tonight)[0], unpacked_verdicts(tonight.verdicts))
    expected = Since(time(2), time(1), suite_changed=False) if passed else Since(time(0), None, suite_changed=False)
    assert since[CLAUSE, None] == since[CLAUSE, "property.ids"] == expected


def test_a_passing_clause_has_no_bracket(history: History) -> None:
    """Nor has what is not tested."""
    assert brackets(history, "fp") == {}
    assert brackets(history, "n") == {}


def test_later_runs_and_other_targets_say_nothing(history: History) -> None:
    """A target is its name and its base URL: another checkout's *staging* is another one."""
    play(history, "p")
    play(history, "f", target_name="other")
    play(history, "f", base_url="https://elsewhere.example.test")
    found = brackets(history, "f")
    assert found[CLAUSE, None] == Since(time(3), time(0), suite_changed=False)
    history.add(entry(9))
    tonight = history.runs()[1]
    assert since_when(history, tonight, unpacked_verdicts(history.document(tonight.verdicts))) == found


def test_a_change_of_the_suite_in_between_is_said(history: History) -> None:
    """It may be what changed."""
    play(history, "p", suite_version="0.0.1")
    assert brackets(history, "f")[CLAUSE, None].suite_changed


def test_a_run_of_another_operation_is_none_of_the_runs_before(history: History) -> None:
    """The same target and the same clause id say nothing of one another there."""
    play(history, "pf")
    other = play(history, "f", operation="otherOperation")
    found = since_when(history, row_of(other)[0], unpacked_verdicts(other.verdicts))
    assert set(found.values()) == {Since(time(2), None, suite_changed=False)}


@pytest.mark.parametrize(
    ("nights", "flaky"),
    [
        ("pppp", False),
        ("pffp", False),
        ("fpf", False),
        ("pfpf", True),
        ("fpfp", True),
        ("pnfnpnf", True),
        ("pfpf" + "p" * (WINDOW - 4), True),
        ("pfpf" + "p" * (WINDOW - 1), False),
        ("pfpfpfpfpfpfpf" + "f" * WINDOW, False),
    ],
)
def test_a_failure_that_comes_back_twice_is_flaky(history: History, nights: str, flaky: bool) -> None:  # noqa: FBT001
    """A fault that appears and is fixed is not; nights in which it was not tested say nothing."""
    play(history, nights)
    assert [one.name for one in flaky_at(history, history.runs()[0])] == [CLAUSE] * flaky


def test_the_evidence_says_how_often_since_when_and_where(history: History) -> None:
    """The last failure is where to look."""
    play(history, "ppfppfpp")
    (one,) = flaky_at(history, history.runs()[0])
    assert (one.of, one.probe, one.value) == ("clause", PROBE, "fail")
    assert (one.times, one.runs, one.switches, one.more) == (2, 8, 4, 0)
    assert (one.since, one.since_at[:10], one.last, one.exchange) == ("night-002", "2026-01-03", "night-005", 17)
    assert flaky_text(one) == (
        f"clause {CLAUSE}: {PROBE} failed in 2 of the 8 runs that sent it, "
        "changing since 2026-01-03 02:00 (night-002), so last in night-005, exchange 17"
    )


def test_of_several_flaky_probes_the_one_is_named_that_changed_most(history: History) -> None:
    """The exchange is one that failed by it, not another probe's."""
    for night, letter in enumerate("pfpfpf"):
        broken = [failed(CLAUSE, PROBE, number=night), failed(CLAUSE, OTHER, number=90)] if letter == "f" else []
        passing = [Verdict(CLAUSE, probe, 1, Outcome.PASS) for probe in (PROBE, OTHER)]
        said = (broken if night != 1 else broken[:1] + passing[1:]) or passing
        history.add(entry(night, said, reproduce=dict.fromkeys((PROBE, OTHER), "once more")))
    (one,) = flaky_at(history, history.runs()[0])
    assert (one.probe, one.switches, one.more, one.exchange) == (PROBE, 5, 1, 5)
    assert f"{PROBE} failed in 3 of the 6 runs that sent it (and 1 more probe), " in flaky_text(one)


def test_the_window_is_of_the_runs_that_sent_the_probe(history: History) -> None:
    """Runs of another profile between them push nothing out of it."""
    for night in range(0, 2 * WINDOW, 2):
        history.add(other_run(night, profile="smoke"))
        history.add(entry(night + 1, [failed(CLAUSE, PROBE)] if night in {2, 6} else []))
    (one,) = flaky_at(history, history.runs()[0])
    assert (one.times, one.runs) == (2, WINDOW)


def test_tonight_need_not_be_in_the_history(history: History) -> None:
    """As it is not while its reports are written; once it is there it counts once."""
    play(history, "pfp")
    tonight = entry(3, [failed(CLAUSE, PROBE)])
    night = verdicts_of(tonight)
    (before,) = flaky_at(history, night.run, night)
    assert (before.name, before.times, before.runs) == (CLAUSE, 2, 4)
    history.add(tonight)
    assert flaky_at(history, night.run, night) == flaky_at(history, night.run) == (before,)


def test_among_runs_that_repeat_one_another_one_difference_is_enough(history: History) -> None:
    """They follow at once, on the same target."""
    for night, letter in enumerate("pf"):
        broken = [failed(CLAUSE, PROBE)] if letter == "f" else []
        history.add(replace(entry(night, broken), series="night-000"))
    assert [one.name for one in flaky_at(history, history.runs()[0])] == [CLAUSE]
    history.add(replace(entry(2, [failed(CLAUSE, PROBE)]), series="night-002"))
    history.add(replace(entry(3, [failed(CLAUSE, PROBE)]), series="night-002"))
    nights = [verdicts_of(replace(entry(night, []), series=None)) for night in range(2)]
    assert flaky_in(nights) == ()


def test_a_change_of_the_suite_begins_anew(history: History) -> None:
    """A difference between two suites is no flicker."""
    play(history, "pf")
    play(history, "pf", suite_version="0.2.0")
    assert flaky_at(history, history.runs()[0]) == ()


def test_runs_without_a_verdict_and_other_targets_are_left_out(history: History) -> None:
    """So is what came later than the run that is asked about."""
    for night, letter in enumerate("pfpf"):
        play(history, letter, **({"target_name": "other"} if night % 2 else {}))
    assert flaky_at(history, history.runs("staging")[0]) == ()
    play(history, "pf", complete=False, no_verdict="the target is gone")
    assert flaky_at(history, history.runs("staging")[0]) == ()
    play(history, "fpfp")
    assert flaky_at(history, history.runs("staging")[-1]) == ()
    assert flaky_at(history, history.runs("staging")[0]) != ()


def test_a_behaviour_may_be_flaky_too(history: History) -> None:
    """The rarer value is named; ever new ones are no flicker."""
    for night, status in enumerate([201, 201, 200, 201, 200, 201]):
        history.add(entry(night, status=status))
    (one,) = flaky_at(history, history.runs()[0])
    assert (one.name, one.of, one.times, one.runs) == ("state.first", "behaviour", 2, 6)
    assert one.value == "status 200"
    assert flaky_text(one).startswith("behaviour state.first: status 200 in 2 of the 6 runs that sent it, ")
    for night, status in enumerate(range(300, 300 + WINDOW), 6):
        history.add(entry(night, status=status))
    assert flaky_at(history, history.runs()[0]) == ()
