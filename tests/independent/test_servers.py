"""The servers of these tests, where what they need is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.independent import servers

if TYPE_CHECKING:
    from pathlib import Path


def test_without_prism_its_tests_fail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The failure says how to install it."""
    monkeypatch.setattr(servers, "PACKAGE", tmp_path)
    monkeypatch.setattr(servers, "program", lambda *_, **__: "node")
    with pytest.raises(pytest.fail.Exception, match=r"npm ci --prefix tests/independent/prism"):
        servers.installed_prism()
