"""The suite tests a target: without one named, there is nothing to collect."""

import pytest

from conformance.runner.hooks import Hooks


def pytest_configure(config: pytest.Config) -> None:
    """Say in one line how to name a target."""
    if not any(isinstance(plugin, Hooks) for plugin in config.pluginmanager.get_plugins()):
        raise pytest.UsageError("conformance.suite tests a target: name one with --conformance-target NAME")
