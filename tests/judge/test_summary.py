"""A run's verdicts are added up, gate by the policy, and are held against what was accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.contract.clause import Catalogue, Clause, Edition, Level
from conformance.judge.summary import ClauseResult, Conclusion, Deviations, GatePolicy, Summary, gates, summarise, weigh
from conformance.judge.verdict import AnsweredBy, Outcome, Verdict
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Mapping

PASS, FAIL, NOT_TESTED, RECORDED = Outcome.PASS, Outcome.FAIL, Outcome.NOT_TESTED, Outcome.RECORDED


def clause(name: str, level: Level) -> Clause:
    """A clause of a small catalogue."""
    return Clause(name, level, "quoted", "here", "quote", "title", "sent", "answered", ("anything",))


CATALOGUE = Catalogue(
    "2026-04-28",
    (
        clause("must.a", Level.MUST),
        clause("must.b", Level.MUST),
        clause("should.c", Level.SHOULD),
        clause("silent.d", Level.SILENT),
    ),
)
GOOD: dict[str, Outcome | None] = {"must.a": PASS, "must.b": PASS, "should.c": PASS, "silent.d": RECORDED}


def verdict(name: str, outcome: Outcome, message: str = "", exchange: int = 1) -> Verdict:
    """A verdict on a clause."""
    return Verdict(name, "a.probe", exchange, outcome, message)


def summary(
    outcomes: Mapping[str, Outcome | None],
    asked: GatePolicy = GatePolicy(),  # noqa: B008 - frozen
    *,
    complete: bool = True,
) -> Summary:
    """The sum of one verdict for each clause, all else good; None leaves a clause without one."""
    verdicts = [verdict(name, outcome, "why") for name, outcome in {**GOOD, **outcomes}.items() if outcome]
    return summarise(CATALOGUE, verdicts, {}, asked, complete=complete)


def left_out(reason: str) -> ClauseResult:
    """The result of the first clause where the user left it out: nothing was checked, nothing failed."""
    return ClauseResult(CATALOGUE.clauses[0], NOT_TESTED, 0, reason, (), (), excused=True)


def test_conclusions_have_the_words_of_the_report() -> None:
    """They stand in report.json as they are."""
    assert [*Conclusion] == ["conformant", "partial", "non-conformant", "incomplete"]


def test_by_default_everything_is_asked_and_a_run_is_whole() -> None:
    """Nothing is left out, and a must that fails stops a release."""
    assert GatePolicy() == GatePolicy(deselected=(), not_testable=None, fail_on=Level.MUST)
    verdicts = [verdict(name, outcome) for name, outcome in GOOD.items() if outcome]
    found = summarise(CATALOGUE, verdicts, {}, GatePolicy())
    assert found.conclusion is Conclusion.CONFORMANT
    assert found.clauses[0] == ClauseResult(CATALOGUE.clauses[0], PASS, 1, None, (), ())
    assert found.clauses[0].excused is False


@pytest.mark.parametrize(
    ("name", "outcome", "asked", "expected"),
    [
        pytest.param("must.a", FAIL, GatePolicy(), True, id="a must that fails"),
        pytest.param("must.a", NOT_TESTED, GatePolicy(), False, id="a must that was not tested"),
        pytest.param("should.c", FAIL, GatePolicy(), False, id="a should that fails"),
        pytest.param("should.c", FAIL, GatePolicy(fail_on=Level.SHOULD), True, id="a should where it gates"),
        pytest.param("must.a", FAIL, GatePolicy(deselected={"must.a"}), False, id="deselected"),
        pytest.param("must.a", FAIL, GatePolicy(not_testable={"must.a": "why"}), False, id="not testable"),
        pytest.param("must.a", FAIL, GatePolicy(accepted={("must.a", "a.probe")}), False, id="accepted"),
        pytest.param("must.a", FAIL, GatePolicy(accepted={("must.b", "a.probe")}), True, id="another is accepted"),
    ],
)
def test_failures_that_stop_a_release(name: str, outcome: Outcome, asked: GatePolicy, *, expected: bool) -> None:
    """A verdict says so by itself, before a run is over."""
    assert gates(CATALOGUE[name], verdict(name, outcome), asked) is expected


@pytest.mark.parametrize(
    ("outcomes", "fail_on", "complete", "conclusion", "gating", "untested"),
    [
        pytest.param({}, Level.MUST, True, Conclusion.CONFORMANT, (), (), id="all is well"),
        pytest.param({"must.b": FAIL}, Level.MUST, True, Conclusion.NON_CONFORMANT, ("must.b",), (), id="a must fails"),
        pytest.param({"should.c": FAIL}, Level.MUST, True, Conclusion.CONFORMANT, (), (), id="a should fails"),
        pytest.param(
            {"should.c": FAIL, "must.a": FAIL}, Level.SHOULD, True, Conclusion.NON_CONFORMANT,
            ("must.a", "should.c"), (), id="both fail and should gates",
        ),
        pytest.param({"must.a": NOT_TESTED}, Level.MUST, True, Conclusion.INCOMPLETE, (), ("must.a",), id="one open"),
        pytest.param({"must.a": None}, Level.MUST, True, Conclusion.INCOMPLETE, (), ("must.a",), id="a must not sent"),
        pytest.param(
            {"must.a": FAIL, "must.b": NOT_TESTED}, Level.MUST, True, Conclusion.NON_CONFORMANT,
            ("must.a",), ("must.b",), id="a must fails, another open",
        ),
        pytest.param({"should.c": NOT_TESTED}, Level.MUST, True, Conclusion.CONFORMANT, (), (), id="a should open"),
        pytest.param(
            {"should.c": NOT_TESTED}, Level.SHOULD, True, Conclusion.PARTIAL, (), (), id="a should open that gates"
        ),
        pytest.param(
            dict.fromkeys(GOOD), Level.MUST, True, Conclusion.INCOMPLETE, (), ("must.a", "must.b"), id="nothing sent"
        ),
        pytest.param({"silent.d": None}, Level.SHOULD, True, Conclusion.CONFORMANT, (), (), id="a silent one open"),
        pytest.param({}, Level.MUST, False, Conclusion.INCOMPLETE, (), (), id="the run broke off"),
        pytest.param(
            {"must.a": FAIL}, Level.MUST, False, Conclusion.NON_CONFORMANT, ("must.a",), (), id="it broke off, failing"
        ),
    ],
)  # fmt: skip
def test_a_run_has_a_conclusion(
    *,
    outcomes: Mapping[str, Outcome | None],
    fail_on: Level,
    complete: bool,
    conclusion: Conclusion,
    gating: tuple[str, ...],
    untested: tuple[str, ...],
) -> None:
    """A gating failure first, then what is open, then what was left out; silent clauses decide nothing."""
    found = summary(outcomes, GatePolicy(fail_on=fail_on), complete=complete)
    assert found.conclusion is conclusion
    assert found.gating == gating
    assert found.untested == untested


@pytest.mark.parametrize(
    ("conclusion", "code"),
    [(Conclusion.CONFORMANT, 0), (Conclusion.PARTIAL, 0), (Conclusion.NON_CONFORMANT, 1), (Conclusion.INCOMPLETE, 3)],
)
def test_a_conclusion_has_an_exit_code(conclusion: Conclusion, code: int) -> None:
    """0 for what can be released, 1 for what cannot, 3 where nobody knows."""
    assert Summary((), conclusion, ("must.a",) if code == 1 else (), ()).exit_code == code


def test_one_failure_is_enough_and_every_exchange_is_counted() -> None:
    """A clause fails where any exchange fails it; not-tested ones are not counted."""
    verdicts = [
        verdict("must.a", PASS),
        verdict("must.a", FAIL, "first", 2),
        verdict("must.a", FAIL, "second", 3),
        verdict("must.a", NOT_TESTED, "no answer", 4),
    ]
    result = summarise(CATALOGUE, verdicts, {"must.a": {"z": "why", "b": "why"}}, GatePolicy()).clauses[0]
    assert (result.outcome, result.checked, result.reason, result.excused) == (FAIL, 3, None, False)
    assert [failure.message for failure in result.failures] == ["first", "second"]
    assert result.withheld == ("b", "z")


def test_one_pass_is_enough_where_nothing_fails() -> None:
    """A clause that was not tested in one exchange was in another."""
    verdicts = [verdict("must.a", NOT_TESTED, "no answer"), verdict("must.a", PASS), verdict("silent.d", RECORDED)]
    results = summarise(CATALOGUE, verdicts, {"silent.d": {"p": "why"}}, GatePolicy()).clauses
    assert (results[0].outcome, results[0].checked, results[0].reason) == (PASS, 1, None)
    assert (results[3].outcome, results[3].checked, results[3].withheld) == (RECORDED, 1, ("p",))


@pytest.mark.parametrize(
    ("verdicts", "withheld", "reason"),
    [
        pytest.param([("no answer")], {"p": "not allowed"}, "no answer", id="what an exchange said"),
        pytest.param([""], {"p": "not allowed"}, "not allowed", id="an exchange that said nothing"),
        pytest.param(
            [],
            {"p": "the description has no restricted_token"},
            "the description has no restricted_token",
            id="withheld",
        ),
        pytest.param([], {}, "nothing was sent that tests it", id="nothing was sent"),
    ],
)
def test_an_untested_clause_has_a_reason(verdicts: list[str], withheld: dict[str, str], reason: str) -> None:
    """From the exchanges, else from what was withheld, else that nothing was sent."""
    found = [verdict("must.a", NOT_TESTED, message) for message in verdicts]
    result = summarise(CATALOGUE, found, {"must.a": withheld}, GatePolicy()).clauses[0]
    assert (result.outcome, result.checked, result.reason, result.failures) == (NOT_TESTED, 0, reason, ())
    assert result.withheld == tuple(withheld)


def test_what_was_declared_not_testable_leaves_the_gate_and_the_verdict_is_partial() -> None:
    """With its reason, whether or not something passed."""
    asked = GatePolicy(not_testable={"must.a": "no second account", "must.b": "the same"})
    found = summary({"must.a": PASS, "must.b": NOT_TESTED}, asked)
    assert [result.reason for result in found.clauses[:2]] == [
        "declared not testable: no second account",
        "declared not testable: the same",
    ]
    assert all(result.excused and result.outcome is NOT_TESTED for result in found.clauses[:2])
    assert found.clauses[0] == left_out("declared not testable: no second account")
    assert (found.conclusion, found.untested) == (Conclusion.PARTIAL, ())


def test_a_failure_is_a_failure_even_where_it_was_declared_not_testable() -> None:
    """The failed clause was tested after all, and is shown; it stays out of the gate, and the verdict is partial."""
    found = summary({"must.a": FAIL}, GatePolicy(not_testable={"must.a": "no second account"}))
    assert (found.clauses[0].outcome, found.clauses[0].excused) == (FAIL, True)
    assert [failure.message for failure in found.clauses[0].failures] == ["why"]
    assert (found.conclusion, found.gating, found.untested) == (Conclusion.PARTIAL, (), ())


def test_what_was_deselected_leaves_the_gate_and_the_verdict_is_partial() -> None:
    """Even a failure is not the question that was asked."""
    found = summary(
        {"must.a": FAIL, "should.c": FAIL}, GatePolicy(deselected={"must.a", "should.c"}, fail_on=Level.SHOULD)
    )
    assert [(result.outcome, result.reason, result.excused) for result in found.clauses[::2]] == [
        (NOT_TESTED, "deselected", True)
    ] * 2
    assert found.clauses[0] == left_out("deselected")
    assert (found.conclusion, found.gating, found.untested) == (Conclusion.PARTIAL, (), ())


def test_a_run_that_checked_nothing_is_incomplete() -> None:
    """If everything was left out there is no verdict, not even a partial one."""
    assert summary({}, GatePolicy(deselected=GOOD)).conclusion is Conclusion.INCOMPLETE


def test_results_are_in_the_order_of_the_catalogue_and_can_be_counted() -> None:
    """Every clause has one, tested or not."""
    found = summary({"must.a": FAIL, "should.c": None})
    assert [result.clause.id for result in found.clauses] == ["must.a", "must.b", "should.c", "silent.d"]
    counts = {outcome: found.count(outcome) for outcome in Outcome}
    assert counts == {PASS: 1, FAIL: 1, NOT_TESTED: 1, RECORDED: 1}


def test_what_each_probe_proved_stands_beside_the_sum() -> None:
    """One failure fails a probe; where some of its exchanges tested nothing, the others speak."""
    verdicts = [
        Verdict("must.a", probe, 1, outcome, "why")
        for probe, outcome in (
            ("one", NOT_TESTED), ("one", PASS), ("two", FAIL), ("two", PASS), ("three", NOT_TESTED), ("four", PASS),
            ("four", NOT_TESTED), ("four", FAIL),
        )
    ]  # fmt: skip
    result = summarise(CATALOGUE, verdicts, {}, GatePolicy()).clauses[0]
    assert result.probes == {"one": PASS, "two": FAIL, "three": NOT_TESTED, "four": FAIL}


def test_what_the_run_withheld_is_said_before_what_the_description_lacks() -> None:
    """Only the second is fixed by declaring it, and that would excuse a clause that can be tested."""
    withheld = {"must.a": {"a": "the description has no restricted_token", "b": "mutation = never: kept back"}}
    found = next(one for one in summarise(CATALOGUE, [], withheld, GatePolicy()).clauses if one.clause.id == "must.a")
    assert found.reason == "mutation = never: kept back"

    withheld["must.a"]["b"] = "withheld"  # behind the other in the alphabet
    assert summarise(CATALOGUE, [], withheld, GatePolicy()).clauses[0].reason == "withheld"


def test_a_run_says_where_document_and_deployment_disagree() -> None:
    """By the clauses that the gateway's answers alone fail."""
    failures = {
        "must.a": [AnsweredBy.GATEWAY],
        "must.b": [AnsweredBy.GATEWAY, AnsweredBy.SERVICE],
        "should.c": [AnsweredBy.GATEWAY, AnsweredBy.GATEWAY],
    }
    verdicts = [
        Verdict(name, "p", number, FAIL, answered_by=by)
        for name, senders in failures.items()
        for number, by in enumerate(senders)
    ]
    assert summarise(CATALOGUE, verdicts, {}, GatePolicy()).disagreements == ("must.a", "should.c")
    assert summary({}).disagreements == ()


def test_an_edition_says_which_clauses_gate() -> None:
    """By its levels: a clause that it does not have only informs."""
    levels = {"must.a": Level.SHOULD, "should.c": Level.MUST}
    policy = GatePolicy(edition=Edition("e", levels))
    assert [policy.level(one) for one in CATALOGUE] == [Level.SHOULD, Level.SILENT, Level.MUST, Level.SILENT]
    assert [GatePolicy().level(one) for one in CATALOGUE] == [one.level for one in CATALOGUE]
    found = summary({"must.a": FAIL, "must.b": FAIL, "should.c": FAIL}, policy)
    assert (found.gating, found.edition) == (("should.c",), policy.edition)
    found = summary({"must.a": None, "must.b": None, "should.c": None}, policy)
    assert (found.untested, found.conclusion) == (("should.c",), Conclusion.INCOMPLETE)
    assert summary({}).edition is None


@pytest.mark.parametrize(("fail_on", "gated"), [(Level.MUST, {"must"}), (Level.SHOULD, {"must", "should"})])
def test_must_always_gates(fail_on: Level, gated: set[str]) -> None:
    """And the level that was asked for."""
    assert GatePolicy(fail_on=fail_on).gated == gated


def test_what_is_not_given_is_empty() -> None:
    """Nothing deviates, and the outcomes of probes are no part of a result's identity."""
    assert Deviations() == Deviations((), (), (), ())
    assert not Deviations().stale
    assert not Deviations(accepted=(("a", "p"),), new=(("a", "q"),)).stale
    bare = ClauseResult(CATALOGUE.clauses[0], PASS, 1, None, (), ())
    assert bare.probes == {}
    assert bare == ClauseResult(CATALOGUE.clauses[0], PASS, 1, None, (), (), probes={"p": PASS})
    assert (GatePolicy().accepted, GatePolicy().edition) == ((), None)


SHIPPED = load_contract().catalogue
MUST, SHOULD, OTHER = "path.repository_id.above-maximum", "response.201.url.echo", "path.repository_id.below-minimum"
FAILING = {(MUST, "id.alias.2^32"), (SHOULD, "url.http")}


def _summary(failing: set[tuple[str, str]], passing: set[tuple[str, str]] = frozenset(), **asked: object) -> Summary:  # type: ignore[assignment]
    verdicts = [Verdict(clause, probe, 1, Outcome.FAIL, "broken") for clause, probe in sorted(failing)]
    verdicts += [Verdict(clause, probe, 2, Outcome.PASS, "") for clause, probe in sorted(passing)]
    spoken = {clause for clause, _ in failing | passing}
    verdicts += [Verdict(one.id, "p", 3, Outcome.PASS, "") for one in SHIPPED if one.id not in spoken]
    return summarise(SHIPPED, verdicts, {}, GatePolicy(**asked))  # type: ignore[arg-type]


def test_what_is_accepted_does_not_gate_and_is_not_conformant() -> None:
    """The gate opens, the verdict is partial; the clause has failed all the same."""
    assert _summary(FAILING).gating == (MUST,)
    summary = _summary(FAILING, accepted=frozenset(FAILING), fail_on=Level.SHOULD)
    assert (summary.gating, summary.conclusion, summary.exit_code) == ((), Conclusion.PARTIAL, 0)
    assert summary.count(Outcome.FAIL) == 2


@pytest.mark.parametrize(
    ("level", "expected"), [(Level.MUST, Conclusion.PARTIAL), (Level.SHOULD, Conclusion.CONFORMANT)]
)
def test_what_an_edition_promised_and_is_judged_otherwise_is_not_conformant(level: Level, expected: Conclusion) -> None:
    """Today's check is another: nothing says that the edition's would pass. Where it would not gate it is no matter."""
    levels = {one.id: one.level for one in SHIPPED}
    edition = Edition("old", {**levels, MUST: Level.SILENT}, {MUST: "judged otherwise"}, lost={MUST: level})
    assert _summary(set(), edition=edition).conclusion is expected
    assert _summary(set(), edition=Edition("same", levels)).conclusion is Conclusion.CONFORMANT


def test_another_probe_of_an_accepted_clause_gates() -> None:
    """Accepted is what was seen, not what it leads to."""
    accepted = frozenset({(MUST, "id.alias.2^32")})
    summary = _summary({*accepted, (MUST, "id.alias.2^64")}, accepted=accepted)
    assert (summary.gating, summary.conclusion) == ((MUST,), Conclusion.NON_CONFORMANT)
    assert weigh(summary, accepted, ()) == Deviations(
        accepted=((MUST, "id.alias.2^32"),), new=((MUST, "id.alias.2^64"),)
    )


def test_a_failure_that_does_not_gate_is_not_new() -> None:
    """A should clause concerns the gate where that was asked for."""
    assert weigh(_summary(FAILING), (), ()).new == ((MUST, "id.alias.2^32"),)
    assert len(weigh(_summary(FAILING, fail_on=Level.SHOULD), (), ()).new) == 2


def test_entries_that_expired_or_are_fixed() -> None:
    """An entry whose day is past and that still fails, and one that passed."""
    entry = (MUST, "id.alias.2^32")
    found = weigh(_summary({entry}), (), {entry})
    assert (found.expired, found.new, found.stale) == ((entry,), (), True)
    for accepted, expired in (({entry}, ()), ((), {entry})):
        found = weigh(_summary(set(), {entry}), accepted, expired)
        assert (found.fixed, found.stale) == ((entry,), True)
    assert not weigh(_summary({entry}), {entry}, ()).stale


def test_an_untested_clause_is_not_fixed() -> None:
    """Nor is a property that passed: it sent something else."""
    generated = (MUST, "property.ids.out-of-range")
    assert not weigh(_summary(set(), {generated}), {generated, (OTHER, "id.zero.valid-token")}, ()).stale
    deselected = _summary(set(), {(MUST, "id.alias.2^32")}, deselected=frozenset({MUST}))
    assert not weigh(deselected, {(MUST, "id.alias.2^32")}, ()).stale


def test_what_was_generated_is_accepted_with_its_clause() -> None:
    """Another seed meets an accepted deviation by another property; a property alone accepts no probe."""
    generated = (MUST, "property.ids.out-of-range")
    accepted = frozenset({(MUST, "id.alias.2^32")})
    summary = _summary({*accepted, generated}, accepted=accepted)
    assert summary.gating == ()
    assert weigh(summary, accepted, ()).new == ()
    assert _summary({generated}, accepted=frozenset({(SHOULD, "url.http")})).gating == (MUST,)
    assert _summary({(MUST, "id.alias.2^64")}, accepted=frozenset({generated})).gating == (MUST,)
