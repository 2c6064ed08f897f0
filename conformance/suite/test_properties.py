"""Generated requests: what no table thought of, judged by every clause."""

import pytest

from conformance.runner.case import Case


@pytest.mark.properties
def test_property(case: Case) -> None:
    """No generated request breaks a clause."""
    case.verify()
