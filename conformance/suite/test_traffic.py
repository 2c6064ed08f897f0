"""Every clause, over all that was sent for other reasons."""

import pytest

from conformance.runner.case import Case
from conformance.runner.run import Running


@pytest.mark.everything
def test_everything_sent(case: Case, running: Running) -> None:
    """No exchange of another clause's probes breaks this one."""
    running.verify(case)
