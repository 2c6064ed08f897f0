"""The answers to refusals: Tables 4 to 6 of the document."""

import pytest

from conformance.runner.case import Case


@pytest.mark.clauses("error.*", "leak.*")
def test_error(case: Case) -> None:
    """A refusal carries the envelope and gives nothing away."""
    case.verify()
