"""Every clause, over all that was sent for other reasons."""

import pytest

from conformance.runner.case import Case


@pytest.mark.everything
def test_everything_sent(case: Case) -> None:
    """No exchange of another clause's probes breaks this one."""
    case.verify()
