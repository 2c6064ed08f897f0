"""The root of this repository's own tests: it puts the checkout on the import path."""

pytest_plugins = ["tests.distribution", "tests.costs", "tests.selftest.seed"]
