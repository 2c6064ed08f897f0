"""What the tests of the Allure page share: a PATH of their own, a result, a Node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.report.allure_html import Node
from conformance.report.allure_html import generators as generators_module
from tests.report.allure_programs import ALLURE3, NPM, program, write_result

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, on a machine without the wheel and without a Java."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(generators_module, "wheel_folder", lambda: None)
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
    return Node(program(tmp_path / "node", "node", ALLURE3), (program(tmp_path / "node", "npm", NPM),))
