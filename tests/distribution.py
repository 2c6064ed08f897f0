"""A plugin: which tests share a process under `pytest -n`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.scheduler.loadfile import LoadFileScheduling

APART = ("tests/selftest/test_every_fault.py",)
"""Files of many long tests that share nothing; they are handed out last, one by one."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:  # noqa: ANN401 - xdist's
    """A file stays in one process, so that what it makes once is made once; `--dist` still overrides this."""
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler.loadfile import LoadFileScheduling  # noqa: PLC0415 - only where it is asked for

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return nodeid if nodeid.startswith(APART) else super()._split_scope(nodeid)

    return Scheduling(config, log)
