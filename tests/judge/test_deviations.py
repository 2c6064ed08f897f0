"""What fails, held against what was accepted to fail."""

from __future__ import annotations

from conformance.contract.clause import Level
from conformance.judge.deviations import Deviations, weigh
from conformance.judge.summary import Asked, Conclusion, Summary, summarise
from conformance.judge.verdict import Outcome, Verdict
from conformance.spec import load_contract

CATALOGUE = load_contract().catalogue
MUST, SHOULD, OTHER = "path.repository_id.above-maximum", "response.201.url.echo", "path.repository_id.below-minimum"
FAILING = {(MUST, "id.alias.2^32"), (SHOULD, "url.http")}


def _summary(failing: set[tuple[str, str]], passing: set[tuple[str, str]] = frozenset(), **asked: object) -> Summary:  # type: ignore[assignment]
    verdicts = [Verdict(clause, probe, 1, Outcome.FAIL, "broken") for clause, probe in sorted(failing)]
    verdicts += [Verdict(clause, probe, 2, Outcome.PASS, "") for clause, probe in sorted(passing)]
    spoken = {clause for clause, _ in failing | passing}
    verdicts += [Verdict(one.id, "p", 3, Outcome.PASS, "") for one in CATALOGUE if one.id not in spoken]
    return summarise(CATALOGUE, verdicts, {}, Asked(**asked))  # type: ignore[arg-type]


def test_what_is_accepted_does_not_gate_and_is_not_conformant() -> None:
    """The gate opens, the verdict is partial; the clause has failed all the same."""
    assert _summary(FAILING).gating == (MUST,)
    summary = _summary(FAILING, accepted=frozenset(FAILING), fail_on=Level.SHOULD)
    assert (summary.gating, summary.conclusion, summary.exit_code) == ((), Conclusion.PARTIAL, 0)
    assert summary.count(Outcome.FAIL) == 2


def test_another_probe_of_an_accepted_clause_gates() -> None:
    """Accepted is what was seen, not what it leads to."""
    accepted = frozenset({(MUST, "id.alias.2^32")})
    summary = _summary({*accepted, (MUST, "id.alias.2^64")}, accepted=accepted)
    assert (summary.gating, summary.conclusion) == ((MUST,), Conclusion.NON_CONFORMANT)
    assert weigh(summary, accepted, ()) == Deviations(
        accepted=((MUST, "id.alias.2^32"),), new=((MUST, "id.alias.2^64"),)
    )


def test_what_does_not_gate_is_not_new() -> None:
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


def test_what_was_not_tested_is_not_fixed() -> None:
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
