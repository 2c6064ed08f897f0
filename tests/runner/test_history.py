"""The history after `conformance run`."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from conformance.history.store import History
from conformance.mock import Mock
from conformance.mock.faults import FAULTS
from conformance.report.words import minute
from conformance.runner.history import HistoryRecorder
from tests.report.builders import record
from tests.runner.command import command, site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.mock.app import Mirror


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The user's state directory."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture
def own(state: Path) -> Path:
    """The user's own history."""
    return state / "remote-mirror-conformance" / "history.db"


def runs_in(path: Path) -> Iterator[History]:
    """The history in a file."""
    history = History(str(path), make=False)
    yield history
    history.close()


def test_a_run_is_kept_whole_where_the_user_keeps_state(tmp_path: Path, state: Path, own: Path) -> None:
    """Its report and its traffic, byte for byte; a run of one probe is kept apart."""
    with site(tmp_path) as target:
        ran = target.run("--profile", "smoke", environ={"XDG_STATE_HOME": str(state)})
        assert ran.code == 0
        report, traffic = ran.report, (ran.reports / "traffic.har").read_bytes()
        again = target.run("--probe", "state.first", environ={"XDG_STATE_HOME": str(state)})
    assert str(own) in ran.out
    for history in runs_in(own):
        narrowed, whole = history.runs()
        assert (narrowed.id, narrowed.narrowed) == (again.report["run"]["id"], True)
        assert (whole.id, whole.narrowed, whole.counts) == (report["run"]["id"], False, True)
        assert history.document(whole.report) == report
        assert history.traffic(whole) == traffic


def test_nothing_is_kept_where_nothing_is_to_be(tmp_path: Path) -> None:
    """Of the embedded mock, of a dry run, and with --history none."""
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    assert command("run", "--probe", "state.first", cwd=tmp_path, environ=state).code == 0
    with site(tmp_path) as target:
        assert target.run("--dry-run", environ=state).code == 0
        assert "history" not in target.run("--probe", "state.first", "--history", "none", environ=state).out
    assert not (tmp_path / "state").exists()


def test_the_embedded_mock_is_kept_where_that_is_asked_for(tmp_path: Path) -> None:
    """By the file too, beside which the history then is."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "conformance.toml").write_text('[run]\nhistory = "nights.db"\n')
    assert command("run", "--config", "sub/conformance.toml", "--probe", "state.first", cwd=tmp_path).code == 0
    for history in runs_in(tmp_path / "sub" / "nights.db"):
        assert [run.target for run in history.runs()] == ["embedded-mock"]


def test_a_history_that_was_asked_for_and_cannot_be_used_is_a_usage_error(tmp_path: Path) -> None:
    """Before anything is sent; the user's own is done without."""
    (tmp_path / "state").touch()
    with site(tmp_path) as target:
        ran = target.run("--history", "conformance.toml")
        assert (ran.code, ran.err.count("\n")) == (2, 1)
        assert "file is not a database" in ran.err
        ran = target.run("--probe", "state.first", environ={"XDG_STATE_HOME": str(tmp_path / "state")})
    assert ran.code == 0
    assert "not recorded" in ran.out


def test_a_run_that_could_not_be_kept_is_not_green(tmp_path: Path) -> None:
    """Somebody else drops the table while it runs: the reports are there, and the exit code is 3."""
    database = tmp_path / "h.db"
    History(str(database)).close()
    connection = sqlite3.connect(database)
    connection.execute("DROP TABLE documents")
    connection.close()
    with site(tmp_path) as target:
        ran = target.run("--probe", "state.first", "--history", "h.db")
    assert ran.code == 3
    assert "the run is not in the history" in ran.out
    assert ran.report["no_verdict"].startswith("the run is not in the history")


class HalfAPair(Mock):
    """Names a member of a 201 by a surrogate that has no other half."""

    def fields(self, mirror: Mirror) -> dict[str, Any]:
        """One too many."""
        return super().fields(mirror) | {"x\ud800": 1}


def test_surrogates_cost_no_report(tmp_path: Path) -> None:
    """A run is recorded and compared whatever a target answers."""
    for application in (None, HalfAPair()):
        with site(tmp_path, application) as target:
            ran = target.run("--profile", "smoke", "--history", "h.db")
        assert "Traceback" not in ran.out + ran.err
    assert any("x\\ud800" in (row["shape"] or "") for row in ran.report["behaviour"]), "as I-JSON can hold it"
    for form in ("table", "markdown", "json"):
        compared = command("compare", "latest~1", "latest", "--format", form, "--history", "h.db", cwd=tmp_path)
        assert "ud800" in compared.out
        assert compared.err == ""


class Failing:
    """A history in which everything goes wrong, or nothing but a recollection."""

    place = "h.db"

    def __init__(self, *, adds: bool) -> None:
        self._adds = adds

    def runs(self, *_: object, **__: object) -> None:
        """Nothing that is foreseen."""
        raise RuntimeError("the disk\nspeaks")

    def add(self, _: object) -> bool:
        """The same, or well."""
        if not self._adds:
            self.runs()
        return True

    def close(self) -> None:
        """Nothing."""


@pytest.mark.parametrize("named", [True, False])
def test_errors_of_the_history_are_said_and_no_more(named: bool) -> None:  # noqa: FBT001
    """A report must not be lost to it; where the history was named, the run is in trouble."""
    recorder = HistoryRecorder(Failing(adds=False), named=named)  # type: ignore[arg-type]
    ran = record()
    assert recorder.recall(ran) is ran
    trouble = recorder.keep(ran, None, narrowed=False)
    assert trouble == ("the run is not in the history: RuntimeError: the disk\\nspeaks" if named else None)
    assert recorder.said == {"history": "not recorded: RuntimeError: the disk\\nspeaks"}


def test_a_run_that_is_kept_though_nothing_was_recalled_says_so() -> None:
    """It is no trouble."""
    recorder = HistoryRecorder(Failing(adds=True))  # type: ignore[arg-type]
    recorder.recall(record())
    assert recorder.keep(record(), None, narrowed=False) is None
    assert "the beginnings of its failures are not known: RuntimeError" in recorder.said["history"]


def test_the_user_s_own_history_that_fails_at_the_end_makes_nothing_red(tmp_path: Path) -> None:
    """It is said; exit 3 is for a history that was named."""
    own = tmp_path / "state" / "remote-mirror-conformance" / "history.db"
    History(str(own)).close()
    connection = sqlite3.connect(own)
    connection.execute("DROP TABLE documents")
    connection.close()
    with site(tmp_path) as target:
        ran = target.run("--probe", "state.first", environ={"XDG_STATE_HOME": str(tmp_path / "state")})
    assert ran.code == 0
    assert "not recorded" in ran.out
    assert ran.report["no_verdict"] is None


def test_a_failure_says_since_when_and_compare_names_it(tmp_path: Path) -> None:
    """In report.json and on the terminal: the last run in which it passed, and the first in which it did not."""
    clause = "path.repository_id.maximum"
    reports = []
    for application in (None, FAULTS["maximum-id-crashes"].make(), FAULTS["maximum-id-crashes"].make()):
        with site(tmp_path, application) as target:
            ran = target.run("--profile", "smoke", "--history", "h.db")
        reports.append(ran.report)
    good, bad, _ = (report["run"] for report in reports)
    row = next(row for row in reports[2]["clauses"] if row["id"] == clause)
    assert row["since"]["first_failed"]["run"] == bad["id"]
    assert row["since"]["last_passed"]["run"] == good["id"]
    assert row["failures"][0]["since"] == row["since"]
    assert f"fails since {minute(bad['started_at'])} ({bad['id']}), last passed" in " ".join(ran.out.split())
    compared = command("compare", good["id"], "latest", "--history", "h.db", cwd=tmp_path)
    assert compared.code == 1
    assert f"must {clause}" in compared.out
    wide = {"COLUMNS": "300"}  # elsewhere the line is wrapped
    quiet = command("compare", "latest", "latest~1", "--history", "h.db", cwd=tmp_path, environ=wide)
    assert (quiet.code, quiet.out.count("\n"), quiet.out[:25]) == (0, 1, "nothing changed in site: ")
