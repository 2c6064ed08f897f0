"""The reports that `--report` chooses: written by a run, told to GitHub Actions, and made again later."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from conformance.mock.faults import FAULTS
from conformance.report.formats.registry import FORMATS
from tests.report.formats.material import validator
from tests.runner.command import Ran, command, site

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MADE = [name for name, one in FORMATS.items() if one.maker]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A run in GitHub Actions with every report but JUnit's and Allure's, beside a report of an earlier run."""
    directory = tmp_path_factory.mktemp("formats")
    (directory / "reports").mkdir()
    github = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(directory / "step.md")}
    (directory / "step.md").write_text("before\n")
    with site(directory, FAULTS["id-wraps-at-32-bits"].make()) as target:
        found = target.run(
            "--profile", "smoke", "--report", ",".join(MADE[:3]), "--report", ",".join(MADE[3:]), environ=github
        )
    assert found.code == 1, found.out + found.err
    return found


def test_chosen_reports_are_written_and_named(ran: Ran) -> None:
    """Nothing else; report.json and traffic.har always are."""
    files = {FORMATS[name].file for name in MADE} | {"report.json", "traffic.har"}
    assert {path.name for path in ran.reports.iterdir()} == {*files, ".lock"}
    assert all(f"reports/{file}" in ran.out for file in files)


@pytest.mark.parametrize("name", ["sarif", "ctrf"])
def test_reports_of_a_run_are_valid(ran: Ran, name: str) -> None:
    """By their published schemas; the failing clause is in both."""
    file = next(one.file for known, one in FORMATS.items() if known == name)
    said = (ran.reports / file).read_text(encoding="utf-8")
    validator(name).validate(json.loads(said))
    assert "path.repository_id.above-maximum" in said


def test_the_traffic_is_har_in_the_order_of_the_numbers(ran: Ran) -> None:
    """By the published schema; each entry has a comment, and the host that was asked."""
    raw = json.loads((ran.reports / "traffic.har").read_text(encoding="utf-8"))
    validator("har").validate(raw)
    numbers = [entry["_conformance"]["number"] for entry in ran.traffic]
    assert numbers == sorted(numbers)
    host = ran.report["target"]["base_url"].partition("://")[2]
    for entry in ran.traffic:
        assert entry["comment"].startswith(
            f"exchange {entry['_conformance']['number']}: {entry['_conformance']['probe']}"
        )
        fields = {field["name"].lower(): field["value"] for field in entry["request"]["headers"]}
        assert fields["host"] == host
        assert int(fields.get("content-length", 0)) == entry["request"]["bodySize"]


def test_the_job_has_the_summary_and_the_annotations(ran: Ran) -> None:
    """The summary behind what was there; the annotations last, when the runner listens again."""
    summary = (ran.reports / "summary.md").read_text(encoding="utf-8")
    assert (ran.reports.parent / "step.md").read_text(encoding="utf-8") == f"before\n{summary}"
    first, *_ = ran.out.splitlines()
    annotations = (ran.reports / "annotations.txt").read_text(encoding="utf-8")
    assert annotations.startswith("::error file=spec/document/associate-remote-mirror.txt,line=")
    assert first.startswith("::stop-commands::")
    assert ran.out.endswith(f"\n::{first.rpartition(':')[2]}::\n{annotations}")


def test_a_report_made_again_is_the_same_byte_for_byte(ran: Ran, tmp_path: Path) -> None:
    """Of report.json and traffic.har alone; by default those of a run, as far as they are made so."""
    for name in ("report.json", "traffic.har"):
        shutil.copy(ran.reports / name, tmp_path)
    assert command("report", str(tmp_path), cwd=tmp_path).out == f"{tmp_path}/index.html\n{tmp_path}/summary.md\n"
    done = command("report", str(tmp_path), "--report", ",".join(MADE), cwd=tmp_path)
    assert (done.code, len(done.out.splitlines())) == (0, len(MADE))
    for name in MADE:
        file = FORMATS[name].file
        assert (tmp_path / file).read_bytes() == (ran.reports / file).read_bytes(), file


def damaged(directory: Path) -> None:
    """A failure lacks a member."""
    path = directory / "report.json"
    data = json.loads(path.read_text())
    for row in data["clauses"]:
        row.pop("lines")
    path.write_text(json.dumps(data))


def another(directory: Path) -> None:
    """The traffic file is another run's."""
    path = directory / "traffic.har"
    path.write_text(path.read_text().replace(json.loads((directory / "report.json").read_text())["run"]["id"], "other"))


BAD: dict[str, tuple[Callable[[Path], Any], tuple[str, ...], str]] = {
    "no report": (lambda at: (at / "report.json").unlink(), (), "report.json: No such file or directory: name"),
    "not JSON": (lambda at: (at / "report.json").write_text("{"), (), "report.json is no conformance-report/1: name"),
    "another format": (
        lambda at: (at / "report.json").write_text("[]"),
        (),
        "report.json is no conformance-report/1: name",
    ),
    "damaged": (
        damaged,
        (),
        "summary cannot be made (KeyError: 'lines'): report.json is damaged, or of another version",
    ),
    "no traffic": (lambda at: (at / "traffic.har").unlink(), ("ctrf",), "traffic.har: No such file or directory: it"),
    "not HAR": (lambda at: (at / "traffic.har").write_text("{}"), ("ctrf",), "traffic.har is no traffic file of this"),
    "another run": (another, ("ctrf",), "traffic.har is of another run than the report.json beside it"),
    "JUnit": (lambda _: None, ("junit",), "--report junit: only a run can write it: `conformance run --report junit`"),
    "unknown": (lambda _: None, ("sarf",), '--report: "sarf" is not a report; did you mean "sarif"?'),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line(ran: Ran, tmp_path: Path, case: str) -> None:
    """Exit code 2, and nothing is written."""
    for name in ("report.json", "traffic.har"):
        shutil.copy(ran.reports / name, tmp_path)
    damage, names, words = BAD[case]
    damage(tmp_path)
    done = command("report", str(tmp_path), *(word for name in names for word in ("--report", name)), cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert words in done.err
    assert done.err.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} <= {"report.json", "traffic.har"}
