"""The answer to an association: Table 3 of the document."""

import pytest

from conformance.runner.case import Case


@pytest.mark.clauses("response.*")
def test_response(case: Case) -> None:
    """A 201 is what Table 3 and its example say."""
    case.verify()
