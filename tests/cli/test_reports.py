"""The commands `judge`, `report`, `allure`, `bundle` and `verify`."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.bundle.archive import unpacked
from conformance.cli import cli
from conformance.exceptions import UsageError
from conformance.mock.faults import FAULTS
from conformance.report import allure_page
from conformance.spec import load_contract, spec_directory
from tests.bundle.runs import CLAUSE, keys, run, traffic
from tests.report.allure_programs import write_result
from tests.runner.command import Ran, command, site

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

NEWEST = list(load_contract().editions)[-1]


@pytest.fixture
def _results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results of a run, in a directory without a history; the page is made by nobody."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    Path("reports/allure-results").mkdir(parents=True)
    write_result(Path("reports"), start=1)
    monkeypatch.setattr(allure_page, "make_page", lambda *_, earlier, **__: f"{len(earlier)} earlier runs")


@pytest.mark.usefixtures("_results")
@pytest.mark.parametrize("history", [None, "none", "gone.db"])
def test_a_page_needs_no_history(history: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded mock is not recorded, and a job may have the results alone."""
    if history:
        monkeypatch.setenv("CONFORMANCE_HISTORY", history)
    done = CliRunner().invoke(cli, ["allure", "reports"], standalone_mode=False)
    assert done.output == "0 earlier runs\n"


@pytest.mark.usefixtures("_results")
def test_a_history_that_is_named_is_there() -> None:
    """A wrong name is not passed over."""
    done = CliRunner().invoke(cli, ["allure", "reports", "--history", "gone.db"], standalone_mode=False)
    assert isinstance(done.exception, UsageError)


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


def _called(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), standalone_mode=False)


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of a run, beside the keys of its sender."""
    monkeypatch.chdir(tmp_path)
    for name, key in zip(("private.pem", "public.pem"), keys(), strict=True):
        (tmp_path / name).write_bytes(key)
    directory = tmp_path / "reports"
    directory.mkdir()
    (directory / "report.json").write_text(json.dumps(run().report))
    (directory / "traffic.har").write_bytes(traffic())
    return directory


def test_a_packed_bundle_is_found_whole(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no history, signed, and with the pages of evidence; the digest is printed, to be sent another way."""
    done = _called("bundle", "reports", "--evidence", "--key", "file:private.pem")
    assert done.exception is None, done.exception
    made = reports.parent / f"conformance-{run().id}.zip"
    assert done.output == f"{made.name}\nSHA-256 {hashlib.sha256(made.read_bytes()).hexdigest()}\n"
    assert f"evidence/{CLAUSE}.md" in unpacked(made.read_bytes())
    monkeypatch.setenv("PUBLIC", keys()[1].decode())
    seen = _called("verify", made.name, "--key", "env:PUBLIC")
    assert seen.return_value == 0, seen.output
    lines = seen.output.splitlines()
    assert lines[0] == f"{made.name}: whole, signed with the key given"
    assert lines[1].startswith("non-conformant: ")
    assert lines[-1].endswith("the one that this suite ships")
    assert max(map(len, lines)) <= 120
    unchecked = _called("verify", made.name).output
    assert "by whom was not checked" in unchecked
    assert "only a signature that is checked (--key) proves the texts of pages" in unchecked


def test_a_changed_bundle_is_exit_1_and_one_line(reports: Path) -> None:
    """And so is one without the signature that was asked for."""
    _called("bundle", "reports/report.json", "--output", "b.zip")
    made = reports.parent / "b.zip"
    asked = _called("verify", "b.zip", "--key", "file:public.pem")
    assert (asked.return_value, asked.output) == (1, "b.zip: NOT WHOLE: it is not signed, and a key was given\n")
    made.write_bytes(made.read_bytes().replace(b'"status": 400', b'"status": 401', 1))
    changed = _called("verify", "b.zip")
    assert changed.return_value == 1
    assert changed.output.startswith("b.zip: NOT WHOLE: report.json: not the file that statement.json names")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("verify", "reports/traffic.har"), r"traffic\.har is no bundle: it is no ZIP file"),
        (("verify", "none.zip"), r"none\.zip: No such file or directory: name a bundle that"),
        (("bundle", "reports", "--key", "private.pem"), r"--key: it is neither a file nor a variable"),
        (("bundle", "reports", "--key", "env:NOT_SET"), r"--key: env:NOT_SET: the variable is not set"),
        (
            ("bundle", "reports", "--key", "file:public.pem"),
            r"--key: no private key that can sign: give an unencrypted",
        ),
        (
            ("bundle", "reports", "--output", "no/b.zip"),
            r"--output: no/b\.zip: No such file or directory: name another",
        ),
        (("bundle", "reports/none.json"), r"reports/none\.json: No such file or directory"),
    ],
)
def test_a_mistake_is_one_line(reports: Path, words: tuple[str, ...], problem: str) -> None:
    """Exit code 2, and the way out."""
    with pytest.raises(UsageError, match=problem) as told:
        raise _called(*words).exception or AssertionError
    assert told.value.exit_code == 2
