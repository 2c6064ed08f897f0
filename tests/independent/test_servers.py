"""The servers of these tests, where what they need is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.independent import servers

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)], ids=["elsewhere", "in CI"]
)
def test_without_prism_its_tests_are_skipped_but_fail_in_ci(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Either says how to install it."""
    monkeypatch.setattr(servers, "PACKAGE", tmp_path)
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match=r"npm ci --prefix tests/independent/prism"):
        servers.installed_prism()
