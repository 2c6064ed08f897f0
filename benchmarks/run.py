"""The cost of a run: as a user sees it, by phase, against raw httpx, and against the ideal where the target is slow.

Part one starts `conformance run` as a process. Part two uses the engine alone (`session_of`, then `open`, `start` and
`join` of the session), so that its time is that of the traffic: no pytest, no reports but the HAR file. Part three
holds all against a raw httpx loop by turns, in seconds of the CPU: these depend least on what else the machine does.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import httpx
import pytest
from measuring import COMMAND, compiled, machine, run

from conformance.cli.run import run_suite
from conformance.config.settings import load_settings
from conformance.engine.assembly import session_of
from conformance.engine.preparation import Preparation, fixtures_of
from conformance.engine.session import Session
from conformance.plan.probe import Stage
from conformance.report.har import exchange_of
from conformance.runner.embedded import embedded_target
from conformance.runner.process import collect_seldom
from conformance.selftest import try_out
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Callable

_IMPORTED = time.time()
_TIMES = 3
_LATENCY = 0.1
_BEGAN = "BENCHMARK_BEGAN"
_SITTINGS = 5
_GOALS = "goals: 400 requests or more in under 8 s; traffic at most 1.1 x ideal; under 60 serial requests"
_FAULT = "id-zero-accepted"


class Clock:
    """Notes when the phases of a run begin; a pytest plugin."""

    def __init__(self) -> None:
        self.moments: dict[str, float] = {}

    def note(self, name: str) -> None:
        """Remember this moment."""
        self.moments[name] = time.time()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self) -> Any:  # noqa: ANN401 - pytest's own answer
        """Collection is done."""
        self.note("collected")
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Any:  # noqa: ANN401 - as above
        """The tests are done."""
        self.note("tested")
        return (yield)


def phases(output: str) -> None:
    """Run the suite in this process, and print the seconds of each phase and the number of requests as JSON."""
    clock = Clock()
    main, start = pytest.main, Session.start
    sessions: list[Session] = []

    def noting(session: Session, chosen: Any) -> None:  # noqa: ANN401 - as the session takes it
        start(session, chosen)
        sessions.append(session)

    def clocked(arguments: list[str], plugins: list[object]) -> Any:  # noqa: ANN401 - pytest's own answer
        return main(arguments, plugins=[*plugins, clock])

    with embedded_target() as target:
        settings = load_settings({"output": output, "profile": "standard"}, {}, None)
        preparation = Preparation.of(settings, target, load_contract(), embedded=True)
        clock.note("prepared")
        with mock.patch.object(Session, "start", noting), mock.patch("pytest.main", clocked):
            run_suite(preparation)
        clock.note("reported")
    began = float(os.environ[_BEGAN])
    known = [entry["_conformance"] for entry in _entries(Path(output) / "traffic.har")]
    last = max(one["started_at"] + one["seconds"] for one in known)
    at = clock.moments
    seconds = {
        "start and imports": _IMPORTED - began,
        "preparation": at["prepared"] - _IMPORTED,
        "collection": at["collected"] - at["prepared"],
        "traffic (tests run beside it)": last - at["collected"],
        "tests and Allure results after it": at["tested"] - last,
        "other reports": at["reported"] - at["tested"],
    }
    print(json.dumps({"seconds": seconds, "requests": sessions[0].client.requests}))


def raw(requests: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds that a bare httpx client takes for as many requests, one after the other, to the same mock."""
    with embedded_target() as target, httpx.Client(base_url=target.base_url, trust_env=False) as client:
        path = fixtures_of(target, load_contract()).target().decode("ascii")
        headers = {"X-Auth-Token": target.token.value}
        began = clock()
        for _ in range(requests):
            client.post(path, headers=headers, json={"url": target.url}).raise_for_status()
        return clock() - began


def as_a_user_sees_it(directory: Path, environment: dict[str, str]) -> None:
    """Print part one."""
    run((*COMMAND, "run", "--dry-run"), environment, directory)
    first = run((*COMMAND, "run", "--output", "first"), environment, directory)
    fresh = [run((*COMMAND, "run", "--output", f"fresh-{n}"), environment, directory) for n in range(_TIMES)]
    again = [run((*COMMAND, "run", "--output", "first"), environment, directory) for _ in range(_TIMES)]
    best = min(fresh, key=lambda child: child.seconds)
    split = []
    for n in range(_TIMES):
        begun = {**environment, _BEGAN: repr(time.time())}
        output = run((sys.executable, __file__, "phases", f"phases-{n}"), begun, directory).output
        split.append(json.loads(output.splitlines()[-1]))
    found = min(split, key=lambda one: sum(one["seconds"].values()))
    alone = min(raw(found["requests"]) for _ in range(_TIMES))
    print(f"conformance run, {found['requests']} requests, best of {_TIMES}")
    for words, child in (
        ("the user's first", first),
        ("again, into a new directory", best),
        ("again, over the reports just made", min(again, key=lambda child: child.seconds)),
    ):
        print(
            f"  {words:36} {child.seconds:6.2f} s  {child.seconds / alone:5.1f} x raw httpx   "
            f"({child.cpu_seconds:.2f} s of CPU, peak {child.megabytes:.0f} MB)"
        )
    print(f"  {'raw httpx.Client, as many requests':36} {alone:6.2f} s    1.0 x")
    for name, seconds in found["seconds"].items():
        print(f"    {name:34} {seconds:6.2f} s  {seconds / alone:5.1f} x raw httpx")


def engine(output: str, clock: Callable[[], float], latency: float = 0) -> tuple[Preparation, int, float]:
    """The preparation, the requests that the engine sent, and the time that it took over them."""
    with embedded_target(latency_ms=latency * 1000) as target:
        settings = load_settings({"output": output, "profile": "standard"}, {}, None)
        preparation = Preparation.of(settings, target, load_contract(), embedded=True)
        session = session_of(preparation, Path(output))
        chosen = preparation.chosen
        began = clock()
        session.open(chosen)
        session.start(chosen)
        session.join()
        seconds = clock() - began
        session.recorder.close()
        session.client.close()
    return preparation, session.client.requests, seconds


def slow(output: str) -> None:
    """Print part two."""
    preparation, requests, seconds = engine(output, time.perf_counter, _LATENCY)
    concurrency = preparation.settings.concurrency
    alone = [probe for probe in preparation.plan.sent if probe.stage in {Stage.SETUP, Stage.LAST}]
    at_once = {probe.id for probe in preparation.plan.probes if probe.copies > 1}  # the exception: meant to overlap
    exchanges = [exchange for entry in _entries(Path(output)) if (exchange := exchange_of(entry))]
    in_turn = [one.facts.id for one in exchanges if one.facts.succeeds and one.probe not in at_once]
    serial = max(Counter(in_turn).values())
    first_and_last = sum(probe.copies for probe in alone)
    spread = (requests - first_and_last) * _LATENCY / concurrency
    ideal = first_and_last * _LATENCY + max(spread, serial * _LATENCY)
    print(f"the engine alone, target with {_LATENCY * 1000:.0f} ms latency, {concurrency} at once")
    print(
        f"  {requests} requests: {first_and_last} alone by design: {first_and_last * _LATENCY:.2f} s; "
        f"the others {spread:.2f} s if spread evenly; {serial} serial ones: {serial * _LATENCY:.2f} s"
    )
    print(f"  traffic {seconds:.2f} s = {seconds / ideal:.2f} x ideal")


def costs(output: str) -> None:
    """Print the seconds of the CPU for a raw loop, for the traffic of as many requests, and for a trial."""
    collect_seldom()  # as the command does
    engine(output, time.process_time)  # what is imported and made once is not the traffic's
    _, requests, traffic = engine(output, time.process_time)
    try_out(_FAULT, 1)
    began = time.process_time()
    try_out(_FAULT, 1)
    trial = time.process_time() - began
    print(
        json.dumps({"requests": requests, "raw": raw(requests, time.process_time), "traffic": traffic, "trial": trial})
    )


def in_one_sitting(directory: Path, environment: dict[str, str]) -> None:
    """Print part three: the least of several, taken by turns."""
    whole, found = [], []
    for n in range(_SITTINGS):
        whole.append(run((*COMMAND, "run", "--output", f"sitting-{n}"), environment, directory).cpu_seconds)
        output = run((sys.executable, __file__, "costs", "b.har"), environment, directory).output
        found.append(json.loads(output.splitlines()[-1]))
    least = {name: min(one[name] for one in found) for name in ("raw", "traffic", "trial")}
    print(f"in one sitting, {found[0]['requests']} requests, seconds of the CPU, the least of {_SITTINGS}")
    for words, seconds, goal in (
        ("raw httpx.Client", least["raw"], ""),
        ("the engine alone", least["traffic"], "goal: at most 5 x"),
        ("conformance run", min(whole), "goal: at most 10 x"),
        ("a trial of the self-test, in memory", least["trial"], "goal: at most 1 s"),
    ):
        print(f"  {words:36} {seconds:6.2f} s  {seconds / least['raw']:5.1f} x raw httpx   {goal}".rstrip())


def _entries(har: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(har.read_text(encoding="ascii"))["log"]["entries"]
    return found


def main() -> None:
    """Print the three parts."""
    print(machine())
    print(_GOALS)
    with compiled() as environment, tempfile.TemporaryDirectory(prefix="conformance-benchmark-") as directory:
        as_a_user_sees_it(Path(directory), environment)
        tries = [run((sys.executable, __file__, "slow", "a.har"), environment, Path(directory)) for _ in range(_TIMES)]
        print(min(tries, key=lambda child: child.seconds).output, end="")
        in_one_sitting(Path(directory), environment)


if __name__ == "__main__":
    parts = {"phases": phases, "slow": slow, "costs": costs}
    if len(sys.argv) > 1:
        parts[sys.argv[1]](sys.argv[2])
    else:
        main()
