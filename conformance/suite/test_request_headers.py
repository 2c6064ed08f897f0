"""The request header that carries the token."""

import pytest

from conformance.runner.case import Case


@pytest.mark.clauses("header.*")
def test_request_header(case: Case) -> None:
    """A token is treated as the document says."""
    case.verify()
