"""The documented success."""

import pytest

from conformance.runner.case import Case


@pytest.mark.clauses("response.*")
def test_response(case: Case) -> None:
    """A success is what the document and its example show."""
    case.verify()
