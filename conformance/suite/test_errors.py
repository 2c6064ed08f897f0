"""The answers to refusals: Tables 4 to 6 of the document."""

import pytest

from conformance.runner.run import Running
from conformance.runner.case import Case


@pytest.mark.clauses("error.*", "leak.*")
def test_error(case: Case, running: Running) -> None:
    """A refusal carries the envelope and gives nothing away."""
    running.verify(case)
