"""The parameters of path and query."""

import pytest

from conformance.runner.case import Case


@pytest.mark.clauses("path.*", "query.*")
def test_path_parameter(case: Case) -> None:
    """A parameter's value is treated as the document says."""
    case.verify()
