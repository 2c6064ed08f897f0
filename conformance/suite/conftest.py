"""The suite tests a target: without one named, there is nothing to test."""

from pathlib import Path

import pytest
from _pytest.python import path_matches_patterns

from conformance.runner.case import NO_TARGET
from conformance.runner.hooks import Hooks


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    for marker in ("clauses(*globs): what a test of the suite looks at", "properties", "everything"):
        config.addinivalue_line("markers", marker)


class SuiteModule(pytest.Module):
    """A module of the suite, whose tests are known by its own names."""

    def funcnamefilter(self, name: str) -> bool:
        """Whatever `python_functions` of the user's own project is."""
        return name.startswith("test")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Collect the suite's modules where `python_files` of the user's own project leaves them out."""
    if not (file_path.match("test_*.py") and file_path.is_relative_to(Path(__file__).parent)):
        return None
    known = parent.session.isinitpath(file_path) or path_matches_patterns(
        file_path, parent.config.getini("python_files")
    )
    return None if known else SuiteModule.from_parent(parent, path=file_path)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """The suite's modules are its own kind."""
    own = module_path.is_relative_to(Path(__file__).parent)
    return SuiteModule.from_parent(parent, path=module_path) if own else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Say in one line how to name a target, once pytest can; a worker of xdist cannot."""
    plugins = session.config.pluginmanager.get_plugins()
    if not hasattr(session.config, "workerinput") and not any(isinstance(plugin, Hooks) for plugin in plugins):
        raise pytest.UsageError(NO_TARGET)
