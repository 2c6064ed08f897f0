"""The suite tests a target: without one named, there is nothing to test."""

import pytest

from conformance.runner.case import NO_TARGET
from conformance.runner.hooks import Hooks


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    for marker in ("clauses(*globs): what a test of the suite looks at", "properties", "everything"):
        config.addinivalue_line("markers", marker)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Say in one line how to name a target, once pytest can; a worker of xdist cannot."""
    plugins = session.config.pluginmanager.get_plugins()
    if not hasattr(session.config, "workerinput") and not any(isinstance(plugin, Hooks) for plugin in plugins):
        raise pytest.UsageError(NO_TARGET)
