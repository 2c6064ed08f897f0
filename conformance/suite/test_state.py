"""What an association leaves behind."""

import pytest

from conformance.runner.run import Running
from conformance.runner.case import Case


@pytest.mark.clauses("state.*")
def test_state(case: Case, running: Running) -> None:
    """The same association gives the same mirror."""
    running.verify(case)
