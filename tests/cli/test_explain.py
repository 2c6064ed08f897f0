"""`conformance explain` as users call it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import cli
from conformance.exceptions import UsageError
from conformance.history.store import History
from tests.history.entries import entry
from tests.report.builders import failed

if TYPE_CHECKING:
    from pathlib import Path

CLAUSE = "path.repository_id.maximum"
SECRET = "a-token-that-nobody-may-see"
TARGET = """\
[targets.staging]
base_url = "https://codearts.example.test"
token = "env:STAGING_TOKEN"
repository_id = 77
mirror_url = "https://example.com/a.git"
"""


@pytest.fixture
def _described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target, and a night in which it broke a clause."""
    (tmp_path / "conformance.toml").write_text(TARGET, encoding="utf-8")
    history = History(str(tmp_path / "history.db"))
    history.add(entry(0, [failed(CLAUSE, "state.first")], target_name="staging"))
    history.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STAGING_TOKEN", SECRET)
    monkeypatch.setenv("CONFORMANCE_HISTORY", str(tmp_path / "history.db"))


def said(*words: str) -> str:
    """The output of the command."""
    done = CliRunner(env={"COLUMNS": "80"}).invoke(cli, ["explain", *words], standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.output


@pytest.mark.usefixtures("_described")
def test_a_clause_is_explained_with_its_last_verdicts() -> None:
    """The quote with its lines, the level, and the night."""
    text = said(CLAUSE)
    assert "document/associate-remote-mirror.txt:42-44" in text
    assert "staging  fail (state.first)" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.usefixtures("_described")
def test_a_probe_is_explained_for_a_target() -> None:
    """As it is sent there, without a secret."""
    (row,) = json.loads(said("state.first", "--target", "staging", "--format", "json"))
    assert row["sent"]["path"] == "/v4/repositories/77/remote-mirror/associate"
    assert row["withheld"] == {"staging, --mutation fixture": None}
    assert row["verdicts"][0]["target"] == "staging"
    assert SECRET not in json.dumps(row)


@pytest.mark.usefixtures("_described")
def test_a_clause_needs_no_secret_of_the_target(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its past is asked for, and nothing is made of the description."""
    monkeypatch.delenv("STAGING_TOKEN")
    assert "staging  fail" in said(CLAUSE, "--target", "staging")
    with pytest.raises(UsageError, match="STAGING_TOKEN is not set"):
        said("state.first", "--target", "staging")


@pytest.mark.usefixtures("_described")
def test_a_target_that_nobody_knows_is_an_error() -> None:
    """It has neither a description nor a run."""
    with pytest.raises(UsageError, match="--target: production: no conformance"):
        said(CLAUSE, "--target", "production")


def test_a_history_that_was_named_and_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Without a name, nothing is said of it."""
    with pytest.raises(UsageError, match="none"):
        said(CLAUSE, "--history", str(tmp_path / "none.db"))
    assert "Last verdicts" not in said(CLAUSE)


def test_an_unknown_id_is_one_line_with_the_nearest() -> None:
    """It is wrong usage."""
    with pytest.raises(UsageError, match=r"id\.zerp: no clause, probe or property .*; did you mean id\.zero,") as error:
        said("id.zerp")
    assert error.value.exit_code == 2
