"""The request body: known from the document's example only."""

import pytest

from conformance.runner.case import Case


@pytest.mark.clauses("request.*", "example.*")
def test_request_body(case: Case) -> None:
    """A body is treated as the example suggests."""
    case.verify()
