"""The request header: Table 2 of the document."""

import pytest

from conformance.runner.case import Case


@pytest.mark.clauses("header.*")
def test_request_header(case: Case) -> None:
    """A token is treated as Table 2 says."""
    case.verify()
