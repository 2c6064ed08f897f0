"""pytest's own view, out of sight: a run has its own."""

from __future__ import annotations

import io

import pytest
from _pytest.terminal import TerminalReporter

__all__ = ["Silence"]


class Silence:
    """Lets pytest's own terminal output go to `output`; a plugin of its own, since it must come after the reporter."""

    def __init__(self) -> None:
        self.output = io.StringIO()

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Put another reporter in the place of pytest's."""
        config.pluginmanager.unregister(name="terminalreporter")
        config.pluginmanager.register(TerminalReporter(config, self.output), "terminalreporter")
