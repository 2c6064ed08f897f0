"""A trial: the suite against one mock, in this process."""

from __future__ import annotations

from conformance.judge.summary import Conclusion
from conformance.judge.verdict import Outcome
from conformance.mock import Mock, Refused
from conformance.mock.faults import FAULTS
from conformance.mock.message import UNAUTHORIZED
from conformance.selftest import Trial, judge_application, try_out

SCALAR = "scalar-body-crashes"


class Closed(Mock):
    """Recognises nobody."""

    def account_of(self, token: str) -> object:  # type: ignore[override]  # it never returns
        """Refuse."""
        raise Refused(UNAUTHORIZED)


def test_the_reference_implementation_is_conformant() -> None:
    """The mock keeps every clause, and no clause is left untested."""
    judged = judge_application()
    assert judged.summary is not None
    assert judged.summary.conclusion is Conclusion.CONFORMANT
    assert not judged.summary.untested
    assert not judged.clauses(Outcome.FAIL)
    assert judged.requests > 400


def test_a_target_that_recognises_nobody_has_no_verdict() -> None:
    """No fault is caught, and no target cleared."""
    judged = judge_application(Closed())
    assert judged.summary is None
    assert judged.no_verdict is not None
    assert "401" in judged.no_verdict
    assert not judged.clauses(Outcome.FAIL)


def test_a_fault_is_caught_by_its_clause() -> None:
    """And by no clause that it does not break."""
    trial = try_out("one-over-maximum-id-accepted", 1)
    assert trial.fault is not None
    assert trial.failed == {trial.fault.clause}
    assert trial.proven


def test_missed_faults_and_false_positives() -> None:
    """A fault is missed where its own clause holds; any other clause that fails is a false positive."""
    clause = "status.server-error"
    assert Trial(SCALAR, frozenset({clause}), 1, 0.0, None).proven
    missed = Trial(SCALAR, frozenset(), 1, 0.0, None)
    assert (missed.missed, missed.false_positives, missed.proven) == (True, frozenset(), False)
    wide = Trial(SCALAR, frozenset({clause, "state.first"}), 1, 0.0, None)
    assert (wide.missed, wide.false_positives, wide.proven) == (False, {"state.first"}, False)
    variant = Trial("chunked", frozenset({clause}), 1, 0.0, None)
    assert (variant.missed, variant.false_positives, variant.proven) == (False, {clause}, False)
    assert not Trial("chunked", frozenset(), 1, 0.0, "gone").proven


def test_smoke_finds_what_readme_shows_first() -> None:
    """A valid token and one character more, 100,001 in all, is not let through there either."""
    fault = FAULTS["one-over-maximum-token-accepted"]
    judged = judge_application(fault.make(), profile="smoke")
    assert fault.clause in judged.clauses(Outcome.FAIL)
    assert judged.requests <= 60
