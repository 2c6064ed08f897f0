"""A plugin: `--costs` prints the processor time that each folder of tests took, children and all workers included."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOWN = 25


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--costs", action="store_true", help="print what the tests cost in processor time, by folder")


def pytest_configure(config: pytest.Config) -> None:
    """Count where it is asked for; in workers too, which send what they counted with their reports."""
    if config.getoption("--costs"):
        config.pluginmanager.register(_Costs(), "costs")


def spent() -> float:
    """Processor seconds of this process, its threads, and its children that have ended."""
    return sum(os.times()[:4])


class _Costs:
    """The time between two reports of a process belongs to the later one."""

    def __init__(self) -> None:
        self._before = 0.0
        self._folders: dict[str, float] = defaultdict(float)
        self._files: dict[str, float] = defaultdict(float)

    def pytest_runtest_logstart(self) -> None:
        self._before = spent()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Iterator[None]:
        report = yield
        report.cpu_seconds = spent() - self._before
        self._before = spent()
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        file = report.nodeid.split("::")[0]
        seconds = getattr(report, "cpu_seconds", 0.0)
        self._files[file] += seconds
        self._folders[file.split("/")[1]] += seconds

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        minutes = sum(self._folders.values()) / 60
        terminalreporter.section(f"{minutes:.1f} minutes of processor time")
        for title, costs in (("folder", self._folders), ("file", self._files)):
            terminalreporter.write_line(f"{'seconds':>8}  {title}")
            for name, seconds in sorted(costs.items(), key=lambda item: -item[1])[:_SHOWN]:
                terminalreporter.write_line(f"{seconds:8.1f}  {name}")
