"""The output directory: one run at a time, a full disk, a place that cannot be written, and reports that are whole."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.network.behaviours import after
from tests.network.targets import target
from tests.runner.command import site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.runner.command import Ran
    from tests.traffic.servers import Connection, Received

SMOKE = ("--profile", "smoke")
FULL = Path("/dev/full")

full_device = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


def leftovers(ran: Ran) -> set[str]:
    """The files in the output directory that are no reports."""
    reports = {"report.json", "traffic.har", "junit.xml", "allure-results", "index.html", "summary.md"}
    return {path.name for path in ran.reports.iterdir()} - reports - {".lock"}


@pytest.mark.nightly
def test_two_runs_into_the_same_output_do_not_mix(tmp_path: Path) -> None:
    """The second is told so in one line, and sends nothing; the first ends as if it had been alone."""
    go_on, holding = threading.Event(), threading.Event()

    def held(connection: Connection, received: Received, reply: bytes) -> None:
        holding.set()
        go_on.wait(30)
        connection.send(reply)

    with target(tmp_path, after(5, held)) as (described, server):
        first = described.begin(*SMOKE)
        assert holding.wait(30)
        received = len(server.received)
        second = described.run(*SMOKE)
        assert len(server.received) - received <= 8, "what the first had in flight"
        go_on.set()
        ran = first.end()
        again = described.run(*SMOKE)
    assert second.code == 2
    assert second.err == (
        "error: output: reports is in use by another run: wait for its end, or name another directory\n"
    )
    assert ran.code == 0, ran.out + ran.err
    assert len(ran.traffic) == ran.report["run"]["requests"]
    assert again.code == 0, again.err


@pytest.mark.nightly
def test_a_lock_of_a_run_that_was_killed_holds_nobody_up(tmp_path: Path) -> None:
    """The system lets go of it; what that run had begun is cleared away, and the reports before it stay."""
    with site(tmp_path) as described:
        before = described.run(*SMOKE).report["run"]["id"]
        go_on = threading.Event()
        with target(tmp_path, lambda *_: go_on.wait(30)) as (deaf, _):
            begun = deaf.begin(*SMOKE)
            part = begun.reports / ".traffic.har.part"
            while begun.process.poll() is None and not part.exists():
                go_on.wait(0.001)
            begun.process.kill()
            killed = begun.end()
            go_on.set()
        assert killed.report["run"]["id"] == before
        described.describe()
        ran = described.run(*SMOKE)
    assert ran.code == 0, ran.err
    assert leftovers(ran) == set()


@pytest.mark.parametrize("name", ["reports", "reports/allure-results"])
def test_a_file_in_the_way_is_a_usage_error(tmp_path: Path, name: str) -> None:
    """One line says which, before anything is sent."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine", encoding="ascii")
    with target(tmp_path) as (described, server):
        ran = described.run(*SMOKE)
    assert ran.code == 2
    assert len(ran.err.strip().splitlines()) == 1
    assert ran.err.startswith("error: output: reports")
    assert server.received == []
    assert path.read_text(encoding="ascii") == "mine"


@full_device
@pytest.mark.nightly
@pytest.mark.parametrize("name", ["report.json", "traffic.har", "junit.xml", "index.html", "summary.md"])
def test_a_report_that_the_disk_has_no_room_for_is_no_verdict(tmp_path: Path, name: str) -> None:
    """Exit 3 and one line; the report of the run before stays as it was, and the others are whole."""
    with site(tmp_path) as described:
        described.run(*SMOKE)
        before = (tmp_path / "reports" / name).read_bytes()
        with full(tmp_path / "reports" / f".{name}.part"):
            ran = described.run(*SMOKE)
    assert ran.code == 3, ran.out + ran.err
    assert f"a report could not be written: {name}: No space left on device" in ran.out
    assert "Traceback" not in ran.out + ran.err
    assert "CONFORMANT" not in ran.out
    assert (ran.reports / name).read_bytes() == before
    assert leftovers(ran) == set()
    if name != "report.json":
        assert ran.report["no_verdict"] == f"a report could not be written: {name}: No space left on device"
        assert ran.report["summary"]["verdict"] == "incomplete"
        assert ran.report["run"]["complete"] is False


@contextmanager
def full(path: Path) -> Iterator[None]:
    """Let what is written to `path` go to a device that is full; a run clears the name away, and finds it again."""
    environ = dict(os.environ)
    hook = path.parent.parent / "hook"
    hook.mkdir(exist_ok=True)
    (hook / "sitecustomize.py").write_text(_FULL.format(path=str(path)), encoding="utf-8")
    os.environ["PYTHONPATH"] = str(hook)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(environ)


_FULL = """
import builtins, io, os, pathlib

real = io.open

def opened(file, mode="r", *rest, **options):
    if os.path.abspath(str(file)) == {path!r} and "w" in mode:
        os.symlink("/dev/full", file)
    return real(file, mode, *rest, **options)

io.open = builtins.open = opened
"""


def test_a_full_disk_ends_a_run_without_a_traceback(tmp_path: Path) -> None:
    """On a file system of 96 kB the run ends, says what it could not write, and leaves no half of a report."""
    room = tmp_path / "room"
    room.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96k", "none", str(room)],  # noqa: S607 - wherever the system has it
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("only root may mount")
    try:
        with site(tmp_path) as described:
            ran = described.run(*SMOKE, "--output", "room/reports")
        left = {path.name for path in (room / "reports").iterdir()}
        for name in left & {"report.json", "traffic.har"}:
            json.loads((room / "reports" / name).read_bytes())
    finally:
        subprocess.run(["umount", str(room)], check=True)  # noqa: S607 - as above
    assert ran.code == 3, ran.out + ran.err
    assert "a report could not be written: " in ran.out
    shown = set(re.findall(r"room/reports/(\S+)", ran.out))
    assert shown == left & {"report.json", "traffic.har", "summary.md", "allure-results", "junit.xml", "index.html"}
    assert "Traceback" not in ran.out + ran.err
    assert not [name for name in left if name.endswith((".part", ".old"))]
