"""Fixtures for the tests of the Allure page: a PATH of their own, a result, a Node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.report import allure_program
from conformance.report.allure_program import Node
from tests.report.allure_programs import ALLURE, NPM, program, write_result

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, on a machine without the wheel."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(allure_program, "wheel_folder", lambda: None)
    return folder


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """An output directory with one Allure result."""
    folder = tmp_path / "reports"
    (folder / "allure-results").mkdir(parents=True)
    write_result(folder, start=1)
    return folder


@pytest.fixture
def node(tmp_path: Path) -> Node:
    """A Node whose npm installs, and whose Allure generates."""
    return Node(program(tmp_path / "node", "node", ALLURE), (program(tmp_path / "node", "npm", NPM),))
