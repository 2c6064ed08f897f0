"""The silence of pytest: what it would print goes to a buffer, since `conformance run` prints its own report."""

from __future__ import annotations

import io

import pytest
from _pytest.terminal import TerminalReporter

__all__ = ["Silence"]


class Silence:
    """A plugin that sends pytest's own terminal output to `output`; it must come after the reporter's plugin."""

    def __init__(self) -> None:
        self.output = io.StringIO()

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Replace pytest's reporter."""
        config.pluginmanager.unregister(name="terminalreporter")
        config.pluginmanager.register(TerminalReporter(config, self.output), "terminalreporter")
