"""The path parameter: Table 1 of the document."""

import pytest

from conformance.runner.run import Running
from conformance.runner.case import Case


@pytest.mark.clauses("path.*")
def test_path_parameter(case: Case, running: Running) -> None:
    """A repository id is treated as Table 1 says."""
    running.verify(case)
