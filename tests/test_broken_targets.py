"""The suite against targets that are broken by hand, and against correct ones that choose otherwise."""

import pytest

from conformance.judge.summary import Conclusion
from tests.harness import judge_application
from tests.miniatures import BROKEN, CORRECT


def test_the_reference_implementation_is_conformant() -> None:
    """The mock keeps every clause, and no clause is left untested."""
    judged = judge_application()
    assert judged.conclusion is Conclusion.CONFORMANT
    assert not judged.summary.untested
    assert not judged.failed


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_target_fails_the_clauses_that_it_breaks(name: str) -> None:
    """A defect fells the clauses that it breaks, and no others."""
    broken = BROKEN[name]
    assert broken.breaks, "a broken target without a clause proves nothing"
    assert judge_application(broken.make()).failed == set(broken.breaks), broken.sin


@pytest.mark.parametrize("name", CORRECT)
def test_a_correct_target_that_chooses_otherwise_is_not_accused(name: str) -> None:
    """Where the document is silent, nothing fails, at should neither."""
    judged = judge_application(CORRECT[name].make(), fail_on="should")
    assert not judged.failed
    assert judged.conclusion is Conclusion.CONFORMANT
