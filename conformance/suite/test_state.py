"""What an association leaves behind."""

import pytest

from conformance.runner.case import Case


@pytest.mark.clauses("state.*")
def test_state(case: Case) -> None:
    """The same association gives the same mirror."""
    case.verify()
