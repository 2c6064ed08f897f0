"""Allure results that cannot be written are noted, and disturb nobody."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import allure_commons
import pytest
from allure_commons import model2
from allure_commons._hooks import AllureDeveloperHooks
from allure_commons.logger import AllureFileLogger
from pluggy import PluginManager

from conformance.report.allure_guard import AllureGuard

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> PluginManager:
    """Allure's plugins, without those of the session that runs these tests."""
    made = PluginManager("allure")
    made.add_hookspecs(AllureDeveloperHooks)
    monkeypatch.setattr(allure_commons, "plugin_manager", made)
    return made


def test_what_can_be_written_is(tmp_path: Path, manager: PluginManager) -> None:
    """The guard changes nothing where there is no trouble, and lets go when it is told to."""
    manager.register(AllureFileLogger(tmp_path))
    guard = AllureGuard()
    for _ in range(2):
        guard.begin()
    manager.hook.report_attached_data(body="a", file_name="a.txt")
    for _ in range(2):
        guard.end()
    assert guard.trouble is None
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "a"
    assert not manager.is_registered(guard)


def test_what_cannot_be_written_is_noted_once(tmp_path: Path, manager: PluginManager) -> None:
    """Results, containers and attachments of either kind; the first reason is kept."""
    logger = AllureFileLogger(tmp_path / "results")
    manager.register(logger)
    guard = AllureGuard()
    guard.begin()
    (tmp_path / "results").rmdir()
    hook = manager.hook
    hook.report_result(result=model2.TestResult(uuid="1", name="a"))
    hook.report_container(container=model2.TestResultContainer(uuid="2"))
    hook.report_attached_data(body=b"a", file_name="a.txt")
    hook.report_attached_file(source=__file__, file_name="b.txt")
    assert guard.trouble == f"a report could not be written: allure-results: {os.strerror(errno.ENOENT)}"
