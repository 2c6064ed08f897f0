"""`conformance judge` as users call it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from conformance.mock.faults import FAULTS
from conformance.spec import load_contract, spec_directory
from tests.runner.command import Ran, command, site

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NEWEST = list(load_contract().editions)[-1]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A run on a target that breaks a must clause and none of the others; the traffic does not know the history."""
    with site(tmp_path_factory.mktemp("site"), FAULTS["id-one-refused"].make()) as target:
        return target.run("--profile", "smoke", "--history", "none")


def test_the_report_is_the_same_but_for_the_curl_lines(ran: Ran, tmp_path: Path) -> None:
    """Exit code, verdicts, failures with their answers, behaviour: only tests are not made again."""
    again = command("judge", str(ran.reports / "traffic.har"), "--report", "again.json", cwd=tmp_path)
    assert again.code == ran.code == 1
    assert "Judging again site" in again.out
    assert "path.repository_id.minimum" in again.out
    report = json.loads((tmp_path / "again.json").read_text())
    before = ran.report
    for clause in (*report["clauses"], *before["clauses"]):
        for failure in clause["failures"]:
            failure.pop("curl")
    assert report["summary"].pop("tests") is None
    assert before["summary"].pop("tests")["failed"] > 0
    assert "      answer     400, application/json, " in again.out
    for document in (report, before):
        document["behaviour"].sort(key=lambda row: row["probe"])
    for part in ("suite", "target", "summary", "clauses", "behaviour", "flaky", "no_verdict"):
        assert report[part] == before[part], part


def test_another_catalogue(ran: Ran, tmp_path: Path) -> None:
    """A copy of spec/ in which the clause is no promise: its editions still say that it is, until none is in force."""
    shutil.copytree(spec_directory(), tmp_path / "spec")
    clauses = tmp_path / "spec" / "clauses.yaml"
    text = clauses.read_text(encoding="utf-8")
    start = text.index("- id: path.repository_id.minimum\n")
    end = text.index("level: must", start)
    clauses.write_text(text[:end] + "level: should" + text[end + len("level: must") :], encoding="utf-8")
    traffic = str(ran.reports / "traffic.har")
    for edition, gates in (((), True), (("--edition", "none"), False)):
        again = command("judge", traffic, "--spec", "spec", "--report", "r.json", *edition, cwd=tmp_path)
        assert again.code == 1  # status.documented broke too
        gating = json.loads((tmp_path / "r.json").read_text())["summary"]["gating"]
        assert ("path.repository_id.minimum" in gating) is gates
        assert (f" clauses, edition {NEWEST}: " in again.out) is gates
        assert (f"(a must in edition {NEWEST})" in " ".join(again.out.split())) is gates
    unknown = command("judge", traffic, "--edition", "0", cwd=tmp_path)
    assert (unknown.code, unknown.err.count("\n")) == (2, 1)
    assert "--edition: the contract has no edition '0': give one of " in unknown.err


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda har: har.unlink(), "No such file"),
        (lambda har: har.write_text("{"), "is no traffic file of this suite"),
        (lambda har: har.write_text('{"log": {"entries": []}}'), "is no traffic file of this suite"),
        (lambda har: har.write_text("[" * 100_000), "is no traffic file of this suite"),
    ],
)
def test_a_file_that_is_none_is_a_usage_error(tmp_path: Path, spoil: Callable[[Path], object], words: str) -> None:
    """One line, exit 2."""
    har = tmp_path / "traffic.har"
    har.touch()
    spoil(har)
    ran = command("judge", "traffic.har", cwd=tmp_path)
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert words in ran.err


def test_a_directory_without_a_catalogue_is_a_usage_error(ran: Ran, tmp_path: Path) -> None:
    """One line, exit 2."""
    again = command("judge", str(ran.reports / "traffic.har"), "--spec", ".", cwd=tmp_path)
    assert again.code == 2
    assert again.err.count("\n") == 1
    assert "openapi.yaml" in again.err


def test_a_report_that_cannot_be_written_is_no_verdict(ran: Ran, tmp_path: Path) -> None:
    """One line, exit 3."""
    again = command("judge", str(ran.reports / "traffic.har"), "--report", "nowhere/r.json", cwd=tmp_path)
    assert again.code == 3
    assert again.err.count("\n") == 1
