"""Generated requests: what no table thought of, judged by every clause."""

import pytest

from conformance.runner.case import Case
from conformance.runner.run import Running


@pytest.mark.properties
def test_property(case: Case, running: Running) -> None:
    """No generated request breaks a clause."""
    running.verify(case)
