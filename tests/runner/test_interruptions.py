"""Runs that are interrupted: what was done is reported, marked incomplete, and nothing more is sent."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.mock.fixtures import PASSWORD
from conformance.runner.process import Interruption
from tests.network.behaviours import counting
from tests.network.targets import target
from tests.runner.command import command
from tests.runner.test_iam import desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.runner.command import Begun, Ran, Site
    from tests.traffic.servers import Connection, Received

PATIENCE = 30
IN_FLIGHT = 8
REPORTS = ("report.json", "traffic.har", "junit.xml", "index.html", "summary.md")
ANSWERED = 12


class Held:
    """Answers some requests, and keeps the later ones waiting until it is told to go on.

    However late that is: what is answered before the signal comes makes room for others.
    """

    def __init__(self) -> None:
        self.holding = threading.Event()
        self.go_on = threading.Event()
        self._numbers = counting()

    def __call__(self, connection: Connection, received: Received, reply: bytes) -> None:
        """Answer, now or later."""
        if self._numbers() > ANSWERED:
            self.holding.set()
            self.go_on.wait()
        connection.send(reply)


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """A signal that is ignored here, as SIGHUP is under nohup, is not ignored by the commands that are started."""
    ignored = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


def interrupted(begun: Begun, held: Held, number: signal.Signals, *, times: int = 1) -> Ran:
    """The run that is sent a signal while requests are in flight; after one they are answered."""
    try:
        assert held.holding.wait(PATIENCE)
        assert begun.process.stderr is not None
        begun.process.send_signal(number)
        said = begun.process.stderr.readline()
        assert "once more stops at once" in said
        if times == 1:
            held.go_on.set()
        else:
            begun.process.send_signal(number)
        return begun.end()
    finally:
        held.go_on.set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=["Ctrl-C", "SIGTERM", "SIGHUP"])
def test_an_interrupted_run_finishes_what_is_in_flight(tmp_path: Path, number: signal.Signals) -> None:
    """Exit 130; every request that left is in the traffic with its answer, and the reports say incomplete."""
    held = Held()
    with target(tmp_path, held, timeout_seconds="600") as (site, server):
        ran = interrupted(site.begin(), held, number)
        received = len(server.received)
    assert ran.code == 130, ran.out + ran.err
    assert ran.err == ""
    assert ran.report["run"]["complete"] is False
    assert ran.report["summary"]["verdict"] == "incomplete"
    assert ran.report["run"]["interrupted"] is True
    assert "INCOMPLETE site: the run was interrupted" in ran.out, ran.out
    assert received == ran.report["run"]["requests"] <= ANSWERED + IN_FLIGHT
    assert sum(entry["response"]["status"] != 0 for entry in ran.traffic) == received
    assert {path.name for path in ran.reports.iterdir()} == {
        ".lock", "report.json", "traffic.har", "junit.xml", "allure-results", "index.html", "summary.md",
    }  # fmt: skip


def test_the_second_interruption_waits_for_nothing(tmp_path: Path) -> None:
    """Exit 130 while requests are still unanswered; what was answered before is reported."""
    held = Held()
    with target(tmp_path, held, timeout_seconds="600") as (site, _):
        ran = interrupted(site.begin(), held, signal.SIGINT, times=2)
    assert ran.code == 130, ran.out + ran.err
    assert "Traceback" not in ran.out + ran.err
    assert ran.report["run"]["complete"] is False
    assert sum(entry["response"]["status"] != 0 for entry in ran.traffic) == ANSWERED


def test_an_interruption_of_the_first_request_is_told_as_one(tmp_path: Path) -> None:
    """A target is not said to be silent if nothing was answered yet."""
    held = Held()
    for _ in range(ANSWERED):
        held._numbers()
    with target(tmp_path, held, timeout_seconds="600") as (site, server):
        ran = interrupted(site.begin(), held, signal.SIGINT)
    assert ran.code == 130, ran.out + ran.err
    assert len(server.received) == 1
    assert "the run was interrupted" in ran.out
    assert "does not answer" not in ran.out


INTERRUPTED = """
import signal, sys
from importlib import import_module

signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored here, as in the background of a shell
module, name = sys.argv.pop(1).split(":")
owner = import_module(module)
*path, last = name.split(".")
for part in path:
    owner = getattr(owner, part)
before = getattr(owner, last)


def interrupted(*given, **named):
    signal.raise_signal(getattr(signal, {signal!r}))
    return before(*given, **named)


setattr(owner, last, staticmethod(interrupted) if name == "Preparation.of" else interrupted)
from conformance.cli.entry import main

main()
"""
"""The command, which is sent a signal when it calls some function."""


def over_an_earlier_run(site: Site, where: str, number: signal.Signals, **environ: str) -> Ran:
    """A run over the reports of an earlier one, which is sent a signal as it calls this function."""
    reports = site.directory / "reports"
    (reports / "allure-results").mkdir(parents=True)
    for name in (*REPORTS, "allure-results/an-earlier.json", "notes.txt"):
        (reports / name).write_text("an earlier run's")
    return command(
        *("-c", INTERRUPTED.format(signal=number.name), where, "run", "site"),
        cwd=site.directory,
        environ=site.environ | environ,
        program=Path(sys.executable),
    )


@pytest.mark.parametrize(
    ("where", "number"),
    [
        pytest.param("conformance.engine.preparation:Preparation.of", signal.SIGINT, id="planning"),
        pytest.param("conformance.runner.case:check_selection", signal.SIGTERM, id="selection"),
        pytest.param("conformance.runner.reports:Reports._drop", signal.SIGINT, id="the directory is locked"),
        pytest.param("conformance.runner.run:session_of", signal.SIGTERM, id="reports begun"),
        pytest.param("conformance.runner.process:keep_tables", signal.SIGINT, id="pytest is to begin"),
        pytest.param("_pytest.config:_prepareconfig", signal.SIGTERM, id="pytest begins"),
        pytest.param("conformance.runner.run:PytestRun.pytest_generate_tests", signal.SIGINT, id="collection"),
        pytest.param("conformance.runner.run:PytestRun.pytest_collection_finish", signal.SIGTERM, id="its end"),
    ],
)
def test_a_run_that_is_interrupted_before_it_sends_leaves_no_report(
    tmp_path: Path, where: str, number: signal.Signals
) -> None:
    """Exit 130, and nothing of an earlier run could be taken for its own; a file that is no report stays."""
    with target(tmp_path) as (site, server):
        ran = over_an_earlier_run(site, where, number)
        assert server.received == []
    assert ran.code == 130, ran.out + ran.err
    gone = "nothing was sent; the reports of an earlier run were removed from reports"
    assert [line for line in ran.err.splitlines() if line] == [gone, "interrupted"]
    assert {path.name for path in ran.reports.iterdir()} == {".lock", "notes.txt"}


@pytest.mark.parametrize(
    "where",
    [
        pytest.param("conformance.traffic.credentials:Identity.token", id="IAM"),
        pytest.param("conformance.engine.session:send_setup", id="the first request"),
    ],
)
def test_a_run_that_is_interrupted_as_it_begins_says_so_in_its_reports(tmp_path: Path, where: str) -> None:
    """Exit 130; the reports are its own, and each says that there is no verdict."""
    with desk(tmp_path) as at:
        ran = over_an_earlier_run(at.site, where, signal.SIGINT, IAM_PASSWORD=PASSWORD)
    assert ran.code == 130, ran.out + ran.err
    run = ran.report["run"]
    answered = sum(entry["response"]["status"] != 0 for entry in ran.traffic)
    assert (run["interrupted"], run["complete"], run["requests"]) == (True, False, answered)
    assert ran.report["summary"]["verdict"] == "incomplete"
    for name in REPORTS:
        assert "an earlier run's" not in (ran.reports / name).read_text("utf-8")
    assert not (ran.reports / "allure-results" / "an-earlier.json").exists()


def test_nothing_interrupts_what_is_held() -> None:
    """Reports that are being written are worth more than a second of waiting."""
    marked: list[bool] = []
    interruption = Interruption(lambda: marked.append(True), lambda: None)
    interruption.begin()
    try:
        interruption.hold()
        for _ in range(3):
            signal.raise_signal(signal.SIGINT)
    finally:
        interruption.end()
    assert interruption.times == 3
    assert marked == []


def test_signals_are_given_back() -> None:
    """After a run Ctrl-C means what it meant before; the first one raised nothing, the second does."""
    before = signal.getsignal(signal.SIGINT)
    marked, stopped = threading.Event(), threading.Event()
    interruption = Interruption(marked.set, stopped.set)
    interruption.begin()
    try:
        signal.raise_signal(signal.SIGINT)
        assert marked.is_set()
        assert stopped.wait(PATIENCE)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
    finally:
        interruption.end()
    assert interruption.times == 2
    assert signal.getsignal(signal.SIGINT) is before


def test_a_hangup_that_is_ignored_stays_so() -> None:
    """A run under nohup outlives its terminal."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    marked: list[bool] = []
    interruption = Interruption(lambda: marked.append(True), lambda: None)
    try:
        interruption.begin()
        signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        interruption.end()
        signal.signal(signal.SIGHUP, before)
    assert (interruption.times, marked) == (0, [])


def test_another_thread_than_the_main_one_takes_no_signals() -> None:
    """A run inside a thread of somebody else's program leaves that program's signals alone."""
    before = signal.getsignal(signal.SIGINT)
    interruption = Interruption(lambda: None, lambda: None)
    thread = threading.Thread(target=interruption.begin)
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGINT) is before
    interruption.end()
