"""The output directory."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path
from unittest.mock import patch

import pytest

from conformance.report.files import dumps
from conformance.report.formats.registry import ReportName, Sources
from conformance.report.record import report_data
from conformance.runner.reports import GitHubJob, Reports, none_if_interrupted
from conformance.traffic.redaction import Redactor
from tests.report.builders import CONTRACT, failed, record
from tests.report.page.pages import BROKEN_TRAFFIC, broken

SECRET = "MIIF-s3cr3t_T0ken.of+the/team=0123456789"
SOURCES = Sources(report_data(record([failed("status.401.unknown-token")])), {}, CONTRACT)


def test_a_secret_is_looked_for_in_every_report_and_nowhere_else(tmp_path: Path) -> None:
    """However it is spelt; what is not a report of ours is left alone."""
    reports = Reports(tmp_path)
    reports.allure.mkdir()
    reports.har.write_text('{"log": "$TOKEN <17 characters of TOKEN>"}')
    (tmp_path / "index.html").write_text(f"<pre>{SECRET}</pre>")
    reports.junit.write_bytes(b"<a>" + base64.b64encode(SECRET.encode()) + b"</a>")
    (reports.allure / "one.json").write_text(SECRET[3:25])
    (reports.allure / "two.json").write_text(SECRET[:15])
    (tmp_path / "token.txt").write_text(SECRET)
    assert (
        reports.scan(Redactor({"TOKEN": SECRET}))
        == "a secret was found in junit.xml ($TOKEN), index.html ($TOKEN), allure-results/one.json ($TOKEN): removed, "
        "please report it"
    )
    assert reports.har.exists()
    assert not reports.junit.exists()
    assert not (tmp_path / "index.html").exists()
    assert [path.name for path in reports.allure.iterdir()] == ["two.json"]
    assert (tmp_path / "token.txt").exists()
    assert reports.scan(Redactor({"TOKEN": SECRET})) is None


def test_a_secret_is_looked_for_in_what_is_made_of_the_report(tmp_path: Path) -> None:
    """In each format; a file of a report that was not chosen counts too."""
    reports = Reports(tmp_path, [ReportName.SARIF])
    (tmp_path / "results.sarif").write_text(f'{{"text": "{SECRET}"}}')
    (tmp_path / "summary.md").write_text(SECRET[::-1] + SECRET)
    said = reports.scan(Redactor({"TOKEN": SECRET}))
    assert said == "a secret was found in summary.md ($TOKEN), results.sarif ($TOKEN): removed, please report it"
    assert list(tmp_path.iterdir()) == []


def test_reports_that_were_not_chosen_are_not_left_of_an_earlier_run(tmp_path: Path) -> None:
    """The reports that stay are this run's; a file that is no report of ours is left alone."""
    names = ("results.sarif", "index.html", "junit.xml", "notes.md")
    for name in names:
        (tmp_path / name).write_text("earlier")
    assert Reports(tmp_path, [ReportName.SUMMARY]).write(record(), CONTRACT, traffic=False) is None
    assert {path.name for path in tmp_path.iterdir()} == {"report.json", "summary.md", "junit.xml", "notes.md"}


@pytest.mark.parametrize("named", ["junit.xml", "allure-results"])
def test_what_pytest_wrote_for_an_earlier_run_is_not_left_either(tmp_path: Path, named: str) -> None:
    """Unless the user's own options named it again: then it is new."""
    reports = Reports(tmp_path, [ReportName.SUMMARY])
    reports.allure.mkdir()
    (reports.allure / "one.json").write_text("earlier")
    reports.junit.write_text("earlier")
    reports.begin()
    os.utime(tmp_path / named, (1, 1))
    assert reports.write(record(), CONTRACT, traffic=False) is None
    reports.end()
    assert {path.name for path in tmp_path.iterdir()} - {".lock"} == {"report.json", "summary.md", named}


def test_a_report_that_cannot_be_made_costs_no_other(tmp_path: Path) -> None:
    """The run is told which, in one line."""
    reports = Reports(tmp_path, [ReportName.SUMMARY, ReportName.SARIF])
    with patch("conformance.report.formats.summary.markdown", side_effect=KeyError("lines")):
        said = reports.write(record(), CONTRACT, traffic=False)
    assert said == "a report could not be made: summary.md: KeyError: 'lines', please report it"
    assert {path.name for path in tmp_path.iterdir()} == {"report.json", "results.sarif"}


def test_a_file_of_several_names_is_read_once_and_removed_under_each(tmp_path: Path) -> None:
    """Allure's attachments of one exchange are such a file."""
    reports = Reports(tmp_path)
    reports.allure.mkdir()
    for content, names in ((SECRET, ("a.txt", "b.txt")), ("nothing", ("c.txt", "d.txt"))):
        first, second = (reports.allure / name for name in names)
        first.write_text(content)
        second.hardlink_to(first)
    redactor = Redactor({"TOKEN": SECRET})
    with patch.object(redactor, "found_in", wraps=redactor.found_in) as looked:
        said = reports.scan(redactor)
    assert said is not None
    assert "a.txt ($TOKEN), allure-results/b.txt ($TOKEN): removed" in said
    assert sorted(path.name for path in reports.allure.iterdir()) == ["c.txt", "d.txt"]
    assert looked.call_count == 2


def test_two_files_of_one_number_are_both_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems have no links, and give a number to several files."""
    reports = Reports(tmp_path)
    reports.har.write_text("nothing")
    reports.junit.write_text(SECRET)
    known = Path.stat

    def alike(path: Path, **given: bool) -> os.stat_result:
        status = known(path, **given)
        return os.stat_result((status.st_mode, 1, 1, *status[3:]))

    monkeypatch.setattr(Path, "stat", alike)
    said = reports.scan(Redactor({"TOKEN": SECRET}))
    assert said == "a secret was found in junit.xml ($TOKEN): removed, please report it"


def test_reports_that_cannot_be_removed_are_not_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The line says that they are left."""
    reports = Reports(tmp_path)
    reports.json.write_text("earlier")
    with patch.object(Path, "unlink", side_effect=PermissionError):
        reports.withdraw()
    assert capsys.readouterr().err == f"nothing was sent; the reports of an earlier run are left in {tmp_path}\n"


def test_an_interruption_makes_no_directory_of_reports(tmp_path: Path) -> None:
    """There is nothing to remove where there was none."""
    with pytest.raises(KeyboardInterrupt), none_if_interrupted(tmp_path / "reports"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_many_are_counted(tmp_path: Path) -> None:
    """Three are named."""
    reports = Reports(tmp_path)
    reports.allure.mkdir()
    for number in range(5):
        (reports.allure / f"{number}.json").write_text(SECRET)
    said = reports.scan(Redactor({"TOKEN": SECRET}))
    assert said is not None
    assert "2.json ($TOKEN) and 2 more: removed" in said


def test_the_page_is_whole_or_as_it_was(tmp_path: Path) -> None:
    """It is of the traffic of its run, and of none where the file is another's; a place that is taken is named."""
    reports, page = Reports(tmp_path, [ReportName.HTML]), tmp_path / "index.html"
    reports.har.write_text(dumps(BROKEN_TRAFFIC))
    assert reports.write(broken(), CONTRACT, traffic=True) is None
    assert "exchange 17" in page.read_text(encoding="utf-8")
    assert reports.write(broken(), CONTRACT, traffic=False) is None
    assert "Exchange 17 of traffic.har" in page.read_text(encoding="utf-8")
    page.unlink()
    page.mkdir()
    assert reports.write(broken(), CONTRACT, traffic=True) == (
        "a report could not be written: index.html: Is a directory"
    )


def test_the_runner_obeys_nothing_between_two_lines_that_nobody_can_guess() -> None:
    """The annotations stand behind the second."""
    jobs = [GitHubJob({"GITHUB_ACTIONS": "true"}) for _ in range(2)]
    (first,), (other,) = (job.begin() for job in jobs)
    token = re.fullmatch("::stop-commands::([0-9a-f]{32})", first)
    assert token
    assert first != other
    last, annotation = jobs[0].end(SOURCES)
    assert last == f"::{token[1]}::"
    assert annotation.startswith("::error file=")


def test_a_run_that_made_no_report_gives_the_log_back() -> None:
    """No annotation, and no error."""
    job = GitHubJob({"GITHUB_ACTIONS": "true"})
    assert len(job.begin()) == len(job.end(None)) == 1


def test_elsewhere_nothing_is_printed(tmp_path: Path) -> None:
    """The summary is appended wherever a file is named for it."""
    job = GitHubJob({"GITHUB_STEP_SUMMARY": str(tmp_path / "step.md")})
    assert job.begin() == job.end(SOURCES) == []
    assert (tmp_path / "step.md").read_text(encoding="utf-8").startswith("## ❌ Non-conformant: 1 clause failed")


def test_a_summary_that_cannot_be_appended_is_one_line(tmp_path: Path) -> None:
    """The verdict stays what it is."""
    job = GitHubJob({"GITHUB_STEP_SUMMARY": str(tmp_path / "nowhere" / "step.md")})
    assert job.end(SOURCES) == ["a report could not be written: GITHUB_STEP_SUMMARY: No such file or directory"]
