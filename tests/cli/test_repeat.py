"""`conformance run --repeat`: the same again, and what differs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from conformance.cli import run as module
from conformance.cli.run import run_repeatedly
from conformance.history.store import History
from tests.engine.sessions import preparation, target_with
from tests.report.builders import failed, passed, record
from tests.runner.command import CONFORMANCE, command, site

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.engine.preparation import Preparation
    from conformance.report.record import RunRecord

CLAUSE = "path.repository_id.maximum"


def repeated(
    monkeypatch: pytest.MonkeyPatch, codes: list[int], verdicts: str = "", **options: object
) -> tuple[int, list[Preparation], str]:
    """Runs that end so: the code, what was run, and what is said.

    In `verdicts` their clause passed or failed, they broke off, or nothing was tested (p, f, b, n).
    """
    ran: list[Preparation] = []

    def run(of: Preparation, console: Console, ended: Callable[[RunRecord], object]) -> int:
        turn = len(ran)
        ran.append(of)
        if turn < len(verdicts):
            letter = verdicts[turn]
            said = {"f": [failed(CLAUSE, "state.first")], "n": []}.get(letter, [passed(CLAUSE)])
            fields: dict[str, object] = {}
            if letter == "b":
                fields = {"no_verdict": "the credentials were refused"}
            if letter == "n":
                fields = {"untested": {CLAUSE: "gone"}, "complete": False, "no_verdict": "gone", "behaviour": ()}
            ended(record(said, id=of.run_id, started_at=of.started_at, **fields))
        return codes[turn]

    monkeypatch.setattr(module, "run_suite", run)
    said = io.StringIO()
    first = preparation(target_with(), repeat=len(codes), **options)
    code = run_repeatedly(first, Console(file=said, width=60))
    return code, ran, said.getvalue()


@pytest.mark.parametrize(
    ("codes", "verdicts", "code", "times"),
    [
        pytest.param([0, 0, 0], "ppp", 0, 3, id="all is well"),
        pytest.param([3, 1, 0], "pfp", 1, 3, id="something could not be tested"),
        pytest.param([0, 3, 0], "", 3, 2, id="nothing was sent, and there is no verdict"),
        pytest.param([0, 3, 0], "pbp", 3, 2, id="credentials refused"),
        pytest.param([1, 1, 0], "fbp", 1, 2, id="credentials refused after a failure"),
        pytest.param([0, 2, 0], "", 2, 2, id="a mistake"),
        pytest.param([1, 130, 0], "fp", 130, 2, id="an interruption"),
    ],
)
def test_the_exit_code_is_the_first_that_applies_to_any(
    monkeypatch: pytest.MonkeyPatch, codes: list[int], verdicts: str, code: int, times: int
) -> None:
    """An interruption, a mistake or a run that broke off ends it; what could not be tested does not."""
    found, ran, _ = repeated(monkeypatch, codes, verdicts)
    assert (found, len(ran)) == (code, times)


def test_every_repeat_sends_the_same_and_reports_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """One seed, one series, one directory each."""
    _, ran, _ = repeated(monkeypatch, [0, 0, 0], seed=None, output="out")
    assert len({of.seed for of in ran}) == 1
    assert len({of.run_id for of in ran}) == 3
    assert {of.series for of in ran} == {ran[0].run_id}
    assert [str(of.settings.output) for of in ran] == ["out", "out/repeat-2", "out/repeat-3"]


def test_the_limit_on_bad_credentials_is_for_all_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number that each may send is said beforehand, and is the same for each."""
    _, ran, said = repeated(monkeypatch, [0, 0, 0])
    assert [of.bad_credentials for of in ran] == [20, 20, 20]
    assert said.startswith("max_bad_credentials = 60 is for all 3 runs: 20 in each\n")


def test_a_run_that_is_not_repeated_is_no_series(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is said of repeats."""
    _, (only,), said = repeated(monkeypatch, [0], "p")
    assert only.series is None
    assert said == ""


def test_differences_are_told_with_their_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    """On one line, however narrow the terminal."""
    _, ran, said = repeated(monkeypatch, [0, 1, 0], "pfp")
    assert "Flaky within 3 runs:" in said
    assert f"clause {CLAUSE}: state.first failed in 1 of the 3 runs that sent it" in said
    assert f"so last in {ran[1].run_id}, exchange 17\n" in said
    _, _, said = repeated(monkeypatch, [1, 1], "ff")
    assert "2 runs, and nothing differs" in said


def test_a_difference_in_the_first_of_many_runs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them are looked at, however many more followed."""
    _, _, said = repeated(monkeypatch, [0, 1, *[0] * 18], "pf" + "p" * 18)
    assert f"clause {CLAUSE}: state.first failed in 1 of the 20 runs that sent it" in said


def test_what_differed_before_a_run_without_a_verdict_is_said_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """However the last one ended; how many gave none is said."""
    _, _, said = repeated(monkeypatch, [0, 1, 3], "pfn")
    assert "Flaky within 3 runs, 1 of them without a verdict:" in said
    assert f"clause {CLAUSE}: state.first failed in 1 of the 2 runs that sent it" in said
    _, ran, said = repeated(monkeypatch, [0, 3, 3], "pnn")
    assert len(ran) == 2, "what broke off is not tried again"
    assert "2 runs, 1 of them without a verdict, and nothing differs" in said


def test_the_first_failure_ends_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is to end at its first failure ends the repetition too."""
    code, ran, _ = repeated(monkeypatch, [1, 0, 0], "fpp", exitfirst=True)
    assert (code, len(ran)) == (1, 1)


def test_a_dry_run_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would say the same."""
    assert len(repeated(monkeypatch, [0, 0], dry_run=True)[1]) == 1


def test_the_command_repeats_and_keeps_each_run(tmp_path: Path) -> None:
    """Both are whole, and known to belong together."""
    ran = command("run", "--profile", "smoke", "--repeat", "2", "--history", "h.db", cwd=tmp_path)
    assert ran.code == 0, ran.out + ran.err
    assert "2 runs, and nothing differs" in ran.out
    history = History(str(tmp_path / "h.db"))
    second, first = history.runs()
    history.close()
    assert first.series == second.series == first.id == ran.report["run"]["id"]
    assert first.seed == second.seed
    assert (ran.reports / "repeat-2" / "report.json").is_file()


def test_pytest_itself_does_not_repeat(tmp_path: Path) -> None:
    """One line, and nothing is sent."""
    with site(tmp_path) as target:
        ran = command(
            "--pyargs", "conformance.suite", "--conformance-target", "site", "--conformance-repeat", "2",
            cwd=tmp_path, environ=target.environ, program=CONFORMANCE.with_name("pytest"),
        )  # fmt: skip
    assert ran.code == 4
    assert "only `conformance run` repeats" in ran.err
