"""The commands `history`, `compare` and `baseline`, as users call them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from conformance.cli import cli
from conformance.config.baseline import read_baseline
from conformance.exceptions import UsageError
from conformance.history.store import History
from tests.history.entries import entry, traffic_of
from tests.report.builders import failed
from tests.runner.command import begun, unread

if TYPE_CHECKING:
    from pathlib import Path

NIGHTS = 4


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A history of four nights, the last of which broke a clause, where the environment says."""
    place = tmp_path / "nights.db"
    history = History(str(place))
    for night in range(NIGHTS):
        broken = [failed("path.repository_id.maximum", "state.first")] if night == NIGHTS - 1 else []
        history.add(entry(night, broken, target_name="first" if night == 0 else "staging"))
    history.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONFORMANCE_HISTORY", str(place))
    return place


def called(*words: str, **options: Any) -> str:  # noqa: ANN401 - click's
    """The output of the command, which has to succeed."""
    done = CliRunner().invoke(cli, words, catch_exceptions=False, standalone_mode=False, **options)
    assert done.exit_code == 0, done.output
    if done.exception:
        raise done.exception
    return done.output


def test_runs_are_listed_with_what_changed(recorded: Path) -> None:
    """The newest first; a run like the one before has no mark."""
    head, *rows = called("history").splitlines()
    assert head.startswith("run")
    assert [row.split()[0] for row in rows] == ["night-003", "night-002", "night-001", "night-000"]
    assert rows[0].endswith("changed: verdicts")
    assert not rows[1].endswith("changed: verdicts")


def test_the_list_may_be_cut_and_narrowed(recorded: Path) -> None:
    """It says how many more there are."""
    assert called("history", "--limit", "2").splitlines()[-1] == "… and 2 older ones (--limit)"
    assert len(called("history", "--target", "first").splitlines()) == 2
    rows = json.loads(called("history", "--format", "json", "--limit", "3"))
    assert [row["id"] for row in rows] == ["night-003", "night-002", "night-001"]


def test_a_night_is_one_line_with_the_runs_that_it_sent_again(recorded: Path) -> None:
    """Unless all are asked for."""
    history = History(str(recorded))
    for night in (NIGHTS, NIGHTS + 1):
        history.add(replace(entry(night), narrowed=True))
    history.close()
    rows = called("history").splitlines()[1:]
    assert len(rows) == NIGHTS
    assert rows[0].endswith("changed: verdicts; 2 narrowed runs after it")
    every = called("history", "--all").splitlines()[1:]
    assert [row.split()[0] for row in every[:2]] == ["night-005", "night-004"]
    assert "(narrowed)" in every[0]
    assert called("history", "--limit", "3").splitlines()[-1] == "… and 1 older ones (--limit)"


def test_a_run_is_shown(recorded: Path, tmp_path: Path) -> None:
    """With what failed; as JSON it is its report.json; its traffic is written on demand."""
    text = called("history", "show", "staging:latest")
    assert "path.repository_id.maximum" in text
    assert "non-conformant" in text
    assert json.loads(called("history", "show", "night-003", "--format", "json"))["run"]["id"] == "night-003"
    called("history", "show", "night-002", "--traffic", "t.har")
    assert (tmp_path / "t.har").read_bytes() == traffic_of(2)


def test_the_trend_page_is_written(recorded: Path, tmp_path: Path) -> None:
    """The option names its file; it shows all targets, or those that are named."""
    assert called("history", "html") == "trend.html\n"
    assert called("history", "html", "--output", "one.html", "--target", "first", "--nights", "7") == "one.html\n"
    both, one = (tmp_path.joinpath(name).read_text(encoding="utf-8") for name in ("trend.html", "one.html"))
    assert "night-003" in both
    assert "night-003" not in one
    assert "night-000" in one


def test_traffic_that_stands_in_is_named(recorded: Path, tmp_path: Path) -> None:
    """Between two nights that were the same none keeps its own; what a program reads stays JSON."""
    history = History(str(recorded))
    for night in range(NIGHTS, NIGHTS + 3):
        history.add(entry(night))
    history.close()
    words = ["history", "show", "night-005", "--format", "json", "--traffic", "t.har"]
    done = CliRunner().invoke(cli, words, catch_exceptions=False)
    whose = "the traffic of night-004 (2026-01-05 02:00), which was answered alike"
    assert done.stderr == f"t.har: {whose}: that of night-005 was not kept\n"
    assert json.loads(done.stdout)["run"]["id"] == "night-005"
    assert (tmp_path / "t.har").read_bytes() == traffic_of(4)


def test_old_runs_are_pruned(recorded: Path) -> None:
    """All of these are older than a day."""
    assert "0 runs from before" in called("history", "prune", "--keep", "90y")
    assert "4 runs from before" in called("history", "prune", "--keep", "1d")
    assert called("history") == f"no runs are recorded in {recorded}\n"


@pytest.mark.parametrize("keep", ["400", "d", "4m", "-1d", "", "1001y", "99999y"])
def test_a_time_that_is_none_is_a_usage_error(recorded: Path, keep: str) -> None:
    """Nothing is forgotten by mistake."""
    done = CliRunner().invoke(cli, ["history", "prune", "--keep", keep])
    assert done.exit_code == 2
    assert "is not a period" in done.output or "is over 1000 years" in done.output
    assert len(called("history").splitlines()) == NIGHTS + 1


def test_a_history_is_carried_elsewhere(recorded: Path, tmp_path: Path) -> None:
    """Through a pipe; the place is made."""
    lines = called("history", "export")
    new = str(tmp_path / "new" / "h.db")
    assert called("history", "--history", new, "import", "-", input=lines) == "4 runs added, 0 were recorded already\n"
    assert called("history", "--history", new) == called("history")


def test_a_file_that_is_no_text_is_a_usage_error(recorded: Path, tmp_path: Path) -> None:
    """As the database itself is not."""
    file = tmp_path / "runs.jsonl"
    file.write_bytes(b"\n\xff\n")
    with pytest.raises(UsageError, match=r"runs.jsonl: not UTF-8 after line \d+: give a file") as caught:
        called("history", "import", str(file))
    assert "\n" not in str(caught.value)


def test_an_export_that_nobody_reads_to_its_end_ends_quietly(recorded: Path, tmp_path: Path) -> None:
    """As into `head`."""
    with begun("history", "--history", str(recorded), "export", cwd=tmp_path).process as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_a_regression_that_nobody_reads_is_one(recorded: Path, tmp_path: Path) -> None:
    """Exit 1, as where it is read."""
    assert unread("compare", "staging:latest~1", "staging:latest", cwd=tmp_path) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--history", "typo.db"), "there is no file typo.db"),
        (("--history", "none"), "recording is off"),
        (("show", "night-009"), "no such run"),
        (("show", "latest"), "of which target"),
        (("show", "night-002", "--traffic", "no/where"), "No such file"),
        (("html", "--output", "no/where"), "No such file"),
        (("html", "--target", "typo"), "known are first, staging"),
    ],
)
def test_a_mistake_is_one_line(recorded: Path, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """No file is made by a misspelt name."""
    with pytest.raises(UsageError, match=said) as caught:
        called("history", *words)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "typo.db").exists()


def test_compare_ends_with_1_for_a_regression(recorded: Path) -> None:
    """And with 0 otherwise; the history is found where runs are recorded."""
    done = CliRunner().invoke(cli, ["compare", "night-002", "night-003"], standalone_mode=False)
    assert done.return_value == 1
    assert "Newly failing: 1 clause" in done.output
    done = CliRunner().invoke(cli, ["compare", "night-001", "night-002"], standalone_mode=False)
    assert done.return_value == 0
    assert done.output.startswith("nothing changed in staging: night-001")
    assert json.loads(called("compare", "night-001", "night-002", "--format", "json"))["changes"] == []


def test_compare_of_an_unknown_run_is_a_usage_error(recorded: Path) -> None:
    """One line."""
    with pytest.raises(UsageError, match="no such run"):
        called("compare", "latest", "yesterday")


def test_the_database_may_be_named_before_or_after_the_command(recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last of the two counts."""
    monkeypatch.delenv("CONFORMANCE_HISTORY")
    expected = called("history", "--history", str(recorded), "show", "night-001")
    assert called("history", "show", "night-001", "--history", str(recorded)) == expected
    assert called("history", "--history", "none", "show", "night-001", "--history", str(recorded)) == expected
    assert called("history", "export", "--history", str(recorded)).count("\n") == NIGHTS


def test_a_target_that_is_misspelt_is_a_usage_error(recorded: Path) -> None:
    """Nothing is known of it, which is not the same as no runs."""
    done = CliRunner().invoke(cli, ["history", "--target", "frist"])
    assert done.exit_code == 2
    assert "no run of frist is recorded: known are " in done.output


CLAUSE = "path.repository_id.maximum"
NAMES = [f"probe-{number:02}" for number in range(25)]


@pytest.mark.parametrize(("older", "accepted"), [(False, 25), (True, 20)])
def test_every_failure_of_a_report_is_accepted(tmp_path: Path, older: bool, accepted: int) -> None:  # noqa: FBT001
    """Also those beyond the twenty that it shows; where an older report does not name them, that is said."""
    report = json.loads(json.dumps(entry(0, [failed(CLAUSE, name) for name in NAMES]).report))
    for row in report["clauses"] if older else ():
        del row["failed_probes"]
    path, output = tmp_path / "report.json", tmp_path / "baseline.toml"
    path.write_text(json.dumps(report))
    words = ["baseline", "accept", str(path), "--reason", "known", "--output", str(output)]
    done = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert done.exit_code == 0
    assert {one.pair for one in read_baseline(output).entries} == {(CLAUSE, name) for name in NAMES[:accepted]}
    assert (f"does not name every probe that failed {CLAUSE}" in done.output) is older


def test_a_last_day_that_is_none_is_refused(tmp_path: Path) -> None:
    """The message has an example, not a format of Python's."""
    words = ["baseline", "accept", "latest", "--reason", "known", "--output", str(tmp_path / "b.toml")]
    done = CliRunner().invoke(cli, [*words, "--expires", "tomorrow"])
    assert done.exit_code == 2
    assert "tomorrow is no day: give for example 2027-03-01" in done.output


@pytest.mark.parametrize(("days", "code"), [(-1, 2), (0, 0), (1, 0)])
def test_a_last_day_that_has_passed_is_refused(tmp_path: Path, days: int, code: int) -> None:
    """The acceptance would have expired before the next run; today it is still valid."""
    path, output = tmp_path / "report.json", tmp_path / "baseline.toml"
    path.write_text(json.dumps(entry(0, [failed(CLAUSE)]).report))
    day = (datetime.now(UTC) + timedelta(days=days)).date()
    words = ["baseline", "accept", str(path), "--reason", "known", "--output", str(output), "--expires", str(day)]
    done = CliRunner().invoke(cli, words)
    assert (done.exit_code, output.exists()) == (code, code == 0)
    assert (f"{day} has passed" in done.output) is (code == 2)
