"""The suite tests a target; unless one is named, there is nothing to test."""

from pathlib import Path

import pytest
from _pytest.python import path_matches_patterns

from conformance.runner.case import NO_TARGET
from conformance.runner.run import PytestRun

MODULE = Path(__file__).with_name("test_clauses.py")


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    for marker in ("clauses(*globs): the clauses that a test of the suite is about", "properties", "everything"):
        config.addinivalue_line("markers", marker)


class SuiteModule(pytest.Module):
    """The module of the suite, whose tests are known by its own names."""

    def funcnamefilter(self, name: str) -> bool:
        """Accept our names, despite `python_functions` of the user's own project."""
        return name.startswith("test")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Collect the module where `python_files` of the user's own project leaves it out."""
    known = parent.session.isinitpath(file_path) or path_matches_patterns(
        file_path, parent.config.getini("python_files")
    )
    return SuiteModule.from_parent(parent, path=file_path) if file_path == MODULE and not known else None


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Make a module of its own kind."""
    return SuiteModule.from_parent(parent, path=module_path) if module_path == MODULE else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Say in one line how to name a target, once pytest can; a worker of xdist cannot."""
    plugins = session.config.pluginmanager.get_plugins()
    if not hasattr(session.config, "workerinput") and not any(isinstance(plugin, PytestRun) for plugin in plugins):
        raise pytest.UsageError(NO_TARGET)
