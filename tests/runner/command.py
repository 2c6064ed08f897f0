"""The command as a user calls it: in a process of its own, against a server in this one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.mock import Application, Fixtures, Mock, running

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Iterator, Mapping

_SECONDS = 600
CONFORMANCE = Path(sys.executable).with_name("conformance")
PYTEST = CONFORMANCE.with_name("pytest")
QUICKLY = ("-p", "no:cacheprovider", "-p", "no:schemathesis")
"""Schemathesis' plugin takes a second of every pytest, and has nothing to do there."""
SUITE = ("--pyargs", "conformance.suite", "--conformance-target", "site", *QUICKLY)
"""The arguments with which pytest tests a `Site`."""


@dataclass(frozen=True)
class Ran:
    """The outcome of a command: its exit code, its output, and its reports."""

    code: int
    out: str
    err: str
    reports: Path

    @property
    def report(self) -> dict[str, Any]:
        """report.json."""
        return json.loads((self.reports / "report.json").read_text(encoding="utf-8"))

    @property
    def traffic(self) -> list[dict[str, Any]]:
        """The entries of traffic.har."""
        return json.loads((self.reports / "traffic.har").read_text(encoding="utf-8"))["log"]["entries"]

    @property
    def last_line(self) -> str:
        """The last line of what it said."""
        return self.out.strip().splitlines()[-1]

    def clauses(self, verdict: str) -> set[str]:
        """The ids of the clauses with this verdict."""
        return {row["id"] for row in self.report["clauses"] if row["verdict"] == verdict}


@dataclass(frozen=True)
class Begun:
    """A command that may still be at work."""

    process: subprocess.Popen[str]
    reports: Path

    def end(self) -> Ran:
        """Wait for its end; one that hangs is killed, and fails the test."""
        try:
            out, err = self.process.communicate(timeout=_SECONDS)
        finally:
            self.process.kill()
        return Ran(self.process.returncode, out, err, self.reports)


def command(*words: str, cwd: Path, environ: Mapping[str, str] | None = None, program: Path = CONFORMANCE) -> Ran:
    """Run `conformance`, or another program beside it, in `cwd`; reports go to `cwd`/reports."""
    return begun(*words, cwd=cwd, environ=environ, program=program).end()


def begun(*words: str, cwd: Path, environ: Mapping[str, str] | None = None, program: Path = CONFORMANCE) -> Begun:
    """Begin what `command` runs."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("CONFORMANCE_", "GITHUB_", "PYTEST_"))
    }
    process = subprocess.Popen(
        [str(program), *words],
        cwd=cwd,
        env={**clean, "COLUMNS": "100", **(environ or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Begun(process, cwd / "reports")


def unread(*words: str, cwd: Path, environ: Mapping[str, str] | None = None) -> int:
    """The exit code of `conformance` where nobody reads what it says, as behind `2>&1 | true`."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        return subprocess.run(
            [str(CONFORMANCE), *words],
            cwd=cwd,
            env={**os.environ, **(environ or {})},
            stdout=writing,
            stderr=writing,
            check=False,
            timeout=_SECONDS,
        ).returncode
    finally:
        os.close(writing)


def case_id(case: ET.Element) -> str:
    """The id of a case, of its test in junit.xml: the clause and the probe, or the property alone."""
    probe = next(item.get("value", "") for item in case.iter("property") if item.get("name") == "probe")
    return probe if probe.startswith("property.") else f"{case.get('classname')}/{probe}"


@dataclass(frozen=True)
class Site:
    """A server with the mock's fixtures and a directory whose conformance.toml describes it as `site`."""

    directory: Path
    base_url: str
    fixtures: Fixtures

    def run(self, *options: str, environ: Mapping[str, str] | None = None) -> Ran:
        """Run the suite on it."""
        return self.begin(*options, environ=environ).end()

    def begin(self, *options: str, environ: Mapping[str, str] | None = None) -> Begun:
        """Begin to run it."""
        return begun(
            "run", "site", "--seed", "1", *options, cwd=self.directory, environ=self.environ | dict(environ or {})
        )

    @property
    def environ(self) -> dict[str, str]:
        """The variables that the description refers to."""
        return {"SITE_TOKEN": self.fixtures.token, "SITE_OTHER": self.fixtures.restricted_token}

    def describe(self, **keys: str) -> None:
        """Write conformance.toml; keys are TOML texts, and an empty one leaves a key out."""
        fixtures = self.fixtures
        (self.directory / "longest.txt").write_text(fixtures.tokens_by_length[100_000], encoding="latin-1")
        table = {
            "base_url": f'"{self.base_url}"',
            "token": '"env:SITE_TOKEN"',
            "repository_id": str(fixtures.repository_id),
            "restricted_token": '"env:SITE_OTHER"',
            "restricted_repository_id": str(fixtures.restricted_repository_id),
            "missing_repository_id": str(fixtures.missing_repository_id),
            "tokens_by_length": '{ 1 = "1", 100000 = "file:longest.txt" }',
            "repositories": '{ 1 = "permitted", 2147483647 = "permitted" }',
            **keys,
        }
        lines = [f"{key} = {value}" for key, value in table.items() if value]
        (self.directory / "conformance.toml").write_text("[targets.site]\n" + "\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def site(directory: Path, app: Application | None = None, latency_ms: float = 0) -> Iterator[Site]:
    """Serve `app`, or the mock, and describe it; sites of one directory have one address, so that runs have a past."""
    file = directory / "conformance.toml"
    before = re.search(r"^base_url = .*:(\d+)", file.read_text("utf-8") if file.exists() else "", re.MULTILINE)
    with running(app or Mock(), port=int(before[1]) if before else 0, latency_ms=latency_ms) as base_url:
        made = Site(directory, base_url, Fixtures.default())
        made.describe()
        yield made
