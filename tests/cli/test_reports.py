"""`conformance allure` without a history, of which it can do without, and with one that was named."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from conformance.cli import cli
from conformance.exceptions import UsageError
from conformance.report import allure_page
from tests.report.allure_programs import write_result


@pytest.fixture(autouse=True)
def _page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results of a run, in a directory without a history; the page is made by nobody."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    Path("reports/allure-results").mkdir(parents=True)
    write_result(Path("reports"), start=1)
    monkeypatch.setattr(allure_page, "make_page", lambda *_, earlier, **__: f"{len(earlier)} earlier runs")


@pytest.mark.parametrize("history", [None, "none", "gone.db"])
def test_a_page_needs_no_history(history: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded mock is not recorded, and a job may have the results alone."""
    if history:
        monkeypatch.setenv("CONFORMANCE_HISTORY", history)
    done = CliRunner().invoke(cli, ["allure", "reports"], standalone_mode=False)
    assert done.output == "0 earlier runs\n"


def test_a_history_that_is_named_is_there() -> None:
    """A wrong name is not passed over."""
    done = CliRunner().invoke(cli, ["allure", "reports", "--history", "gone.db"], standalone_mode=False)
    assert isinstance(done.exception, UsageError)
