"""The request body: known from the document's example only."""

import pytest

from conformance.runner.run import Running
from conformance.runner.case import Case


@pytest.mark.clauses("request.*", "example.*")
def test_request_body(case: Case, running: Running) -> None:
    """A body is treated as the example suggests."""
    running.verify(case)
