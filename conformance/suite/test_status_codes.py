"""The status codes that the document lists."""

import pytest

from conformance.runner.run import Running
from conformance.runner.case import Case


@pytest.mark.clauses("status.*", "connection.*")
def test_status_code(case: Case, running: Running) -> None:
    """A request is answered with the status that it is owed."""
    running.verify(case)
