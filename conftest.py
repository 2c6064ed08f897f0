"""The root of this repository's own tests: it puts the checkout on the import path."""

import pytest

pytest_plugins = ["tests.distribution", "tests.costs", "tests.selftest.seed"]


def pytest_configure(config: pytest.Config) -> None:
    """The marker of old would select everything."""
    if "slow" in config.option.markexpr:
        raise pytest.UsageError("the marker slow is now nightly, and is left out by default: give no -m")
