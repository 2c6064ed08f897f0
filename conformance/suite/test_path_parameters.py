"""The path parameter: Table 1 of the document."""

import pytest

from conformance.runner.case import Case


@pytest.mark.clauses("path.*")
def test_path_parameter(case: Case) -> None:
    """A repository id is treated as Table 1 says."""
    case.verify()
