"""What a success leaves behind."""

import pytest

from conformance.runner.case import Case


@pytest.mark.clauses("state.*")
def test_state(case: Case) -> None:
    """The same request again gives the same."""
    case.verify()
