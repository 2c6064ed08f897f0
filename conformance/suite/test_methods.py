"""The method and the path: the document's URI."""

import pytest

from conformance.runner.case import Case


@pytest.mark.clauses("method.*", "uri.*")
def test_method(case: Case) -> None:
    """Nothing but the documented method on the documented path succeeds."""
    case.verify()
