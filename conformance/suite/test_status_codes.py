"""The status codes that the document lists."""

import pytest

from conformance.runner.case import Case


@pytest.mark.clauses("status.*", "connection.*")
def test_status_code(case: Case) -> None:
    """A request is answered with the status that it is owed."""
    case.verify()
