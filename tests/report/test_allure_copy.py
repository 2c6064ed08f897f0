"""Allure results as the page gets them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.exceptions import UsageError
from conformance.report.allure_page import AllureResults, history_id

if TYPE_CHECKING:
    from pathlib import Path

ACCEPTED = {
    "name": "An id above the maximum",
    "status": "skipped",
    "statusDetails": {"message": "XFAIL accepted in the baseline: ticket 12\nmust x.y: answered 500", "trace": "t"},
    "labels": [{"name": "tag", "value": "must"}, {"name": "ALLURE_ID", "value": "x.y/id.over"}],
    "parameters": [{"name": "case", "value": "x.y/id.over"}],
}
PASSED = {"name": "other", "status": "passed", "fullName": "test_clauses#other"}


def written(folder: Path, **rows: object) -> Path:
    """An output directory with these results."""
    (folder / "allure-results").mkdir()
    for name, row in rows.items():
        (folder / "allure-results" / f"{name}-result.json").write_text(json.dumps(row), encoding="utf-8")
    return folder


class TestReading:
    """Reading the files."""

    def test_titles(self, results: Path) -> None:
        """The title is the target and its verdict; of an executor of others it has the name that this gave."""
        folder = results / "allure-results"
        assert AllureResults.read(results).title == "Conformance report"
        said = "# a comment\nsuite\\ version=1\ntarget=staging\\\\eu\nverdict=no verdict\nreason=gone\n"
        (folder / "environment.properties").write_text(said)
        assert AllureResults.read(results).title == "staging\\eu: no verdict, gone"
        (folder / "executor.json").write_text('{"type": "conformance", "buildName": "run-1", "reportName": "x"}')
        assert AllureResults.read(results).title == "staging\\eu: no verdict, gone"
        assert AllureResults.read(results).run == "run-1"
        assert AllureResults.read(results).environment["suite version"] == "1"
        (folder / "executor.json").write_text('{"reportName": "Nightly"}')
        assert AllureResults.read(results).title == "Nightly: no verdict, gone"
        assert AllureResults.read(results).run is None

    def test_bad_executor(self, results: Path) -> None:
        """An executor.json that is no JSON is refused, naming the file."""
        (results / "allure-results" / "executor.json").write_text("{")
        with pytest.raises(UsageError, match=r"executor\.json: no JSON"):
            AllureResults.read(results)

    def test_no_folder(self, tmp_path: Path) -> None:
        """A folder that is not there is a usage error."""
        with pytest.raises(UsageError, match=r"reports: no such directory"):
            AllureResults.read(tmp_path / "reports")

    @pytest.mark.parametrize("inner", [".", "allure-results"])
    def test_empty_folder(self, tmp_path: Path, inner: str) -> None:
        """A folder without results is a usage error: Allure would make an empty report and call it well."""
        (tmp_path / inner).mkdir(exist_ok=True)
        (tmp_path / inner / "environment.properties").write_text("a=b")
        with pytest.raises(UsageError, match=r"holds no Allure results"):
            AllureResults.read(tmp_path)

    def test_damaged_result(self, results: Path) -> None:
        """A result cut off in the middle is refused by name: Allure would leave it out in silence."""
        (results / "allure-results" / "b-result.json").write_text('{"uuid":')
        with pytest.raises(UsageError, match=r"b-result\.json: no JSON"):
            AllureResults.read(results)


class TestAccepted:
    """Failures that the baseline accepts."""

    def test_a_rule_for_each_reason(self, tmp_path: Path) -> None:
        """Allure's rules name the tests that fail for a reason, by their id."""
        other = {**ACCEPTED, "labels": [{"name": "ALLURE_ID", "value": "a.b/c"}]}
        found = AllureResults.read(written(tmp_path, one=ACCEPTED, two=other, three=PASSED))
        assert found.resolutions == [
            {"resolution": "accepted", "comment": "ticket 12", "testCaseId": ["a.b/c", "x.y/id.over"]}
        ]
        assert list(found.cases) == ["x.y/id.over", "a.b/c"] or list(found.cases) == ["a.b/c", "x.y/id.over"]

    def test_the_copy(self, tmp_path: Path) -> None:
        """In the copy it fails, with its reason first; all else is as it was, and so are the results."""
        found = AllureResults.read(written(tmp_path, one=ACCEPTED, two=PASSED))
        (found.folder / "a-attachment.txt").write_text("curl")
        found.copy(tmp_path / "copy")
        copied = {file.name: file.read_text() for file in (tmp_path / "copy").iterdir()}
        assert sorted(copied) == ["a-attachment.txt", "one-result.json", "two-result.json"]
        assert json.loads(copied["two-result.json"]) == PASSED
        failed = json.loads(copied["one-result.json"])
        assert failed["status"] == "failed"
        assert failed["statusDetails"]["message"] == "Accepted: ticket 12\nmust x.y: answered 500"
        assert json.loads((found.folder / "one-result.json").read_text()) == ACCEPTED

    def test_without_links(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file system without links gets copies."""

        def unable(*_: object) -> None:
            raise OSError

        monkeypatch.setattr("os.link", unable)
        found = AllureResults.read(written(tmp_path, one=PASSED))
        found.copy(tmp_path / "copy")
        assert json.loads((tmp_path / "copy" / "one-result.json").read_text()) == PASSED


def test_history_id() -> None:
    """It is the one that Allure 3.18 wrote for this test."""
    row = {
        "labels": [{"name": "ALLURE_ID", "value": "request.url.http/url.fragment-alone"}],
        "parameters": [{"name": "case", "value": "request.url.http/url.fragment-alone"}],
    }
    assert history_id(row) == "ddec99870bdb39a95e94dfeed17636dd.3b340fa76e8441d93377f219587845da"
    assert history_id({**row, "parameters": [{"name": "x", "value": "y", "excluded": True}]}).endswith(
        ".d41d8cd98f00b204e9800998ecf8427e"
    )
