"""The store: runs are there whole or not at all, whoever else writes and whatever happens."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy

from conformance.exceptions import UsageError
from conformance.history.database import documents, runs
from conformance.history.runs import Run, document, file_document, time_text
from conformance.history.store import History
from conformance.judge.behaviour import Behaviour
from tests.history.entries import FIRST_NIGHT, entry, traffic_of, url
from tests.report.builders import failed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from conformance.history.runs import Entry

WRITERS, EACH = 8, 4
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["tests.history.entries", "conformance.history.store"])


def count(history: History, table: sqlalchemy.Table) -> int:
    """The number of rows in a table."""
    with history._engine.connect() as connection:
        return connection.execute(sqlalchemy.select(sqlalchemy.func.count()).select_from(table)).scalar_one()


def with_traffic(found: Iterable[Run]) -> list[str]:
    """The runs that keep their own traffic, the oldest first."""
    return sorted(run.id for run in found if run.traffic)


def test_a_run_comes_back_whole(history: History) -> None:
    """Report, verdicts, behaviour and traffic, and the row that lists it."""
    given = entry(0, [failed("path.repository_id.maximum")])
    assert history.add(given)
    (run,) = history.runs()
    assert (run.id, run.target, run.conclusion, run.failed, run.counts) == (
        "night-000", "staging", "non-conformant", 1, True,
    )  # fmt: skip
    assert run.started_at == time_text(FIRST_NIGHT)
    report = history.document(run.report)
    assert [row["id"] for row in report["clauses"] if row["verdict"] == "fail"] == ["path.repository_id.maximum"]
    assert history.document(run.verdicts) == given.verdicts
    assert history.document(run.behaviour) == report["behaviour"]
    assert history.traffic(run) == given.traffic


def test_a_run_is_kept_once(history: History) -> None:
    """The same id again changes nothing."""
    assert history.add(entry(0))
    assert not history.add(entry(0, status=500))
    (run,) = history.runs()
    assert history.document(run.behaviour)[0]["status"] == 201


def test_runs_are_listed_newest_first_and_by_target(history: History) -> None:
    """Whenever they were written."""
    for night in (1, 0, 2):
        history.add(entry(night, target_name="other" if night == 0 else "staging"))
    assert [run.id for run in history.runs()] == ["night-002", "night-001", "night-000"]
    assert [run.id for run in history.runs("staging")] == ["night-002", "night-001"]
    assert history.runs("unheard of") == []


def test_runs_around_a_change_keep_their_traffic_for_ever(history: History) -> None:
    """The last run before and the first after it; for one between the nearest alike speaks, an earlier one first."""
    for night in range(12):
        history.add(entry(night, status=500 if 4 <= night < 8 else 201))
    kept = (0, 3, 4, 7, 8, 11)
    assert with_traffic(history.runs()) == [f"night-{night:03}" for night in kept]
    by_id = {run.id: run for run in history.runs()}
    for night, keeper in ((2, 0), (3, 3), (6, 4), (9, 8), (10, 8)):
        assert history.traffic(by_id[f"night-{night:03}"]) == traffic_of(keeper)
    assert count(history, documents) == 12 + 1 + 2 + len(kept)  # reports, verdicts, behaviours, traffic


def answered(night: int, **statuses: int) -> Entry:
    """A run that sent these probes, which were answered so."""
    rows = (Behaviour(f"probe.{name}", status, None, None, None) for name, status in statuses.items())
    return entry(night, behaviour=(*rows,))


def test_a_change_of_each_probe_counts_among_the_runs_that_sent_it(history: History) -> None:
    """Runs of fewer probes between them neither hide a change nor make one."""
    for night, b in enumerate((200, 200, 200, None, 200, None, 500, None, 500, None, 500, 500)):
        history.add(answered(night, a=200, **({} if b is None else {"b": b})))
    # 3 is the first of the runs without b, 4 the last with 200, 6 the first with 500.
    assert with_traffic(history.runs()) == [f"night-{night:03}" for night in (0, 3, 4, 6, 11)]


def test_the_order_in_which_runs_come_makes_no_difference(history: History) -> None:
    """As with runs that are imported, or written by two runners."""
    nights = [entry(night, status=500 if night == 5 else 201) for night in range(10)]
    for place in (9, 0, 5, 4, 6, 1, 8, 2, 7, 3):
        history.add(nights[place])
    assert with_traffic(history.runs()) == [f"night-{night:03}" for night in (0, 4, 5, 6, 9)]


def test_a_night_without_a_verdict_stands_between_no_others(history: History) -> None:
    """The last night before the fault is the one that is named, and keeps its traffic."""
    for night in range(3):
        history.add(entry(night))
    history.add(entry(3, complete=False, no_verdict="the target is gone"))
    history.add(entry(4, status=500))
    assert with_traffic(history.runs()) == ["night-000", "night-002", "night-003", "night-004"]


def test_a_change_of_the_suite_is_a_change(history: History) -> None:
    """The verdict of another suite is judged again from the traffic of both sides."""
    for night in range(8):
        history.add(entry(night, suite_version="1" if night < 4 else "2"))
    assert with_traffic(history.runs()) == [f"night-{night:03}" for night in (0, 3, 4, 7)]


def test_traffic_that_several_runs_share_outlives_the_thinning(history: History) -> None:
    """A document goes when its last run does."""
    for night in range(4):
        history.add(entry(night, traffic="one"))
    assert all(history.traffic(run) == traffic_of("one") for run in history.runs())


def test_a_run_without_traffic_has_none(history: History) -> None:
    """Nothing is made up."""
    history.add(entry(0, traffic=None))
    assert history.traffic(history.runs()[0]) is None


def test_pruning_forgets_runs_and_what_only_they_used(history: History) -> None:
    """A run that began at that very moment stays."""
    for night in range(4):
        history.add(entry(night, status=500 if night == 0 else 201))
    assert history.prune(FIRST_NIGHT + timedelta(days=2)) == 2
    assert [run.id for run in history.runs()] == ["night-003", "night-002"]
    assert count(history, documents) == 2 + 1 + 1 + 1
    assert history.traffic(history.runs()[1]) == traffic_of(3)
    assert history.prune(FIRST_NIGHT) == 0


def write(place: str, writer: int) -> None:
    """The work of one of several processes, at the same time as the others."""
    history = History(place)
    for turn in range(EACH):
        assert history.add(entry(writer * EACH + turn, status=200 + turn))
    history.close()


@pytest.mark.nightly
def test_eight_processes_lose_nothing(place: str) -> None:
    """All of them begin with a database that is not made yet."""
    processes = [CHILDREN.Process(target=write, args=(place, writer)) for writer in range(WRITERS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * WRITERS
    history = History(place)
    found = history.runs()
    assert len({run.id for run in found}) == WRITERS * EACH
    for run in found:
        assert history.document(run.report)["run"]["id"] == run.id
        assert history.traffic(run) is not None
    history.close()


def die_at(place: str, step: int) -> None:
    """Write a run, and be killed before a statement that writes; before the commit once all have been sent."""
    history = History(place)
    steps = iter(range(step))

    def die_in_turn() -> None:
        if next(steps, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    @sqlalchemy.event.listens_for(sqlalchemy.Engine, "before_cursor_execute")
    def on_statement(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT"):
            die_in_turn()

    @sqlalchemy.event.listens_for(sqlalchemy.Engine, "commit")
    def on_commit(_connection: object) -> None:
        die_in_turn()

    history.add(entry(1, status=500))


@pytest.mark.nightly
@pytest.mark.parametrize("step", [0, 1, 2], ids=["documents", "run", "commit"])
def test_a_writer_that_is_killed_leaves_nothing_half(place: str, step: int) -> None:
    """Rows that were there stay, and others can write at once."""
    history = History(place)
    history.add(entry(0))
    before = count(history, documents)
    process = CHILDREN.Process(target=die_at, args=(place, step))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert [run.id for run in history.runs()] == ["night-000"]
    assert count(history, documents) == before
    assert history.add(entry(1))
    history.close()


def test_an_error_on_the_way_leaves_nothing_half(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """The transaction is undone."""
    monkeypatch.setattr(History, "_thin", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        history.add(entry(0))
    assert (count(history, runs), count(history, documents)) == (0, 0)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("mysql://u:hidden@h/d", "mysql is not supported"),
        ("://", "there is no such database"),
        ("postgresql://u:hidden@127.0.0.1:1/d", "postgresql://127.0.0.1:1/d: "),
        ("postgresql://127.0.0.1:1/d?user=u&password=hidden", "postgresql://127.0.0.1:1/d: "),
        ("postgresql://127.0.0.1:1/d?user=u&sslmode=hidden", "postgresql://127.0.0.1:1/d: "),
        ("postgresql://u:p@hidden@h/d", "written %40"),
        ("postgresql://u:p@hidden:p@h/d", "there is no such database"),
        ("postgresql://u:p@h/hidden@h/d", "written %40"),
        ("postgresql://u:p@hidden?p@h/d", "written %40"),
    ],
)
def test_a_place_that_is_none_is_a_usage_error(place: str, words: str) -> None:
    """One line, with nothing of user, password and options."""
    with pytest.raises(UsageError, match=words) as caught:
        History(place)
    assert "\n" not in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_a_file_that_is_no_database_is_a_usage_error(tmp_path: Path) -> None:
    """One line; the file stays as it was."""
    file = tmp_path / "history.db"
    file.write_text("not a database at all, " * 100, encoding="ascii")
    with pytest.raises(UsageError, match="file is not a database"):
        History(str(file))
    assert file.read_text(encoding="ascii").startswith("not a database")


def test_a_folder_that_cannot_be_made_is_a_usage_error(tmp_path: Path) -> None:
    """One line."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be made"):
        History(str(tmp_path / "file" / "history.db"))


def test_sqlite_writes_ahead(tmp_path: Path) -> None:
    """Readers never wait for a writer."""
    History(url(tmp_path)).close()
    connection = sqlite3.connect(tmp_path / "history.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.parametrize("before", ["", "sqlite:///"])
def test_a_path_may_have_any_characters(tmp_path: Path, before: str) -> None:
    """By itself, and in a URL, which has nothing after it."""
    path = tmp_path / "what? 100%#a&b=c.db"
    history = History(f"{before}{path}")
    history.add(entry(0))
    assert history.place == str(path)
    history.close()
    assert path.exists()


def test_a_traffic_file_is_kept_as_its_bytes_are(tmp_path: Path) -> None:
    """However long it is: it is packed part by part."""
    path = tmp_path / "traffic.har"
    path.write_bytes(bytes(range(256)) * 10_000)
    assert file_document(path).digest == document(path.read_bytes()).digest
    history = History(url(tmp_path))
    history.add(replace(entry(0), traffic=file_document(path)))
    assert history.traffic(history.runs()[0]) == path.read_bytes()
    history.close()


def test_surrogates_are_kept(history: History) -> None:
    """A target may name a member by half a surrogate pair."""
    behaviour = Behaviour("state.first", 201, None, "application/json", "{x\ud800: integer}")
    history.add(entry(0, behaviour=(behaviour,)))
    (run,) = history.runs()
    assert history.document(run.behaviour)[0]["shape"] == "{x\ufffd: integer}"


def test_a_place_is_named_by_driver_host_and_database(postgresql_url: str) -> None:
    """Users and passwords stand elsewhere in the URL."""
    for more in ("", "&password=hidden", "&user=postgres&application_name=hidden"):
        history = History(postgresql_url + more)
        assert history.place == "postgresql:///postgres"
        history.close()
