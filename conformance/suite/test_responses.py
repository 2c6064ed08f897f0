"""The answer to an association: Table 3 of the document."""

import pytest

from conformance.runner.run import Running
from conformance.runner.case import Case


@pytest.mark.clauses("response.*")
def test_response(case: Case, running: Running) -> None:
    """A 201 is what Table 3 and its example say."""
    running.verify(case)
