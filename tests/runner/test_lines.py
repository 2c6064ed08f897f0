"""Every line that a run prints to see a failure again, run as it stands, after what is printed above it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from conformance.mock.catalogue import combine
from conformance.mock.faults import FAULTS
from tests.runner.command import CONFORMANCE, site

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")

MOST = 24
LONG = 6
STATUS = re.compile(r"^HTTP/1\.[01] (\d{3})", re.MULTILINE)


def shell(script: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """Run lines in a shell that knows `conformance`, and no token but those that the lines set."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("CONFORMANCE_", "SITE_"))}
    environment = {**known, "PATH": f"{CONFORMANCE.parent}:{known['PATH']}"}
    return subprocess.run(
        ["bash", "-c", script],  # noqa: S607 - the user's
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def after(text: str, mark: str) -> list[str]:
    """The texts behind `mark` on the lines of a screen, each once."""
    return list(dict.fromkeys(found[1] for line in text.splitlines() if (found := re.match(rf" +{mark}(.*)", line))))


def failures_of(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Every failure that a report shows."""
    return [failure for clause in report["clauses"] for failure in clause["failures"]]


def statuses(directory: Path, probe: str) -> set[int]:
    """The statuses with which a probe was answered, in a traffic file."""
    entries = json.loads((directory / "traffic.har").read_text(encoding="utf-8"))["log"]["entries"]
    return {entry["response"]["status"] for entry in entries if entry["_conformance"]["probe"] == probe}


@pytest.mark.nightly
def test_every_printed_line_brings_back_the_status_that_was_recorded(tmp_path: Path) -> None:
    """Lines of curl, of Python, and commands, with tokens from files; the reports of the full run stay as they were."""
    names = ("token-after-bearer", "one-character-token-refused", "id-zero-accepted", "header-over-8190-answered-400")
    with site(tmp_path, combine([FAULTS[name] for name in names])) as described:
        (tmp_path / "good.txt").write_text(described.fixtures.token + "\n", encoding="ascii")
        (tmp_path / "other.txt").write_text(described.fixtures.restricted_token, encoding="ascii")
        described.describe(token='"file:good.txt"', restricted_token='"file:other.txt"')
        ran = described.run("--fail-on", "should", "--mutation", "any", "--history", "none")
        assert ran.code == 1, ran.out + ran.err
        before = {path: path.read_bytes() for path in ran.reports.glob("*.*")}
        recorded = {row["curl"]: row["answer"]["status"] for row in failures_of(ran.report)}
        set_first = "\n".join(after(ran.out, r"(?=export \w+=\$)"))
        curls = after(ran.out, "(?=export .* && |python3 -c|curl -sS|f=)")
        assert 3 <= len(curls) <= MOST
        long = [line for line in recorded if line not in curls]  # they are in the report alone
        assert len(long) >= LONG
        wrong = {}
        for line in (*curls, *long[:LONG]):
            done = shell(f"{set_first}\n{line}", tmp_path)
            if STATUS.findall(done.stdout)[-1:] != [str(recorded[line])]:
                wrong[line] = (recorded[line], done.stdout, done.stderr)
        assert not wrong
        commands = after(ran.out, "reproduce  ")
        assert 3 <= len(commands) <= MOST
        for line in commands:
            probe = line.rpartition(" ")[2]
            done = shell(f"{set_first}\n{line}", tmp_path)
            again = ran.reports / "again"
            if done.returncode != 1 or statuses(again, probe) != statuses(ran.reports, probe):
                wrong[line] = (statuses(ran.reports, probe), done.stdout, done.stderr)
        assert not wrong
        assert {path: path.read_bytes() for path in ran.reports.glob("*.*")} == before
