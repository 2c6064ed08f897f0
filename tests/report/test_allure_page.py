"""The Allure page, made with fake programs: nothing here needs a network."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from conformance.exceptions import UsageError
from conformance.report import allure_page
from conformance.report.allure_page import (
    CATEGORIES,
    HISTORY_LIMIT,
    History,
    categories_of_results,
    configuration,
    make_page,
    title,
    without_network,
)
from conformance.report.allure_program import Node, ReportNotMade
from tests.report.allure_programs import program, write_result


class TestConfiguring:
    """The title and the configuration."""

    def test_titles(self, tmp_path: Path) -> None:
        """The title is the executor's, else it names the target, else it is plain."""
        assert title(tmp_path) == "Conformance report"
        (tmp_path / "environment.properties").write_text("# a comment\nsuite\\ version=1\ntarget=staging\\\\eu\n")
        assert title(tmp_path) == "Conformance of staging\\eu"
        (tmp_path / "executor.json").write_text('{"name": "ci"}')
        assert title(tmp_path) == "Conformance of staging\\eu"
        (tmp_path / "executor.json").write_text('{"reportName": "Nightly"}')
        assert title(tmp_path) == "Nightly"

    def test_bad_executor(self, tmp_path: Path) -> None:
        """An executor.json that is no JSON is refused, naming the file."""
        (tmp_path / "executor.json").write_text("{")
        with pytest.raises(UsageError, match=r"executor\.json: no JSON"):
            title(tmp_path)

    def test_as_json(self, tmp_path: Path) -> None:
        """The configuration is plain JSON, with the categories as they are."""
        config = configuration(tmp_path, output=tmp_path / "out", history=tmp_path / "h")
        assert json.loads(json.dumps(config))["categories"] == list(CATEGORIES)
        assert config["plugins"]["awesome"]["options"]["singleFile"] is True


@pytest.mark.parametrize(
    ("status", "message", "category"),
    [
        ("failed", "Failed: must path.repository_id.maximum: answered 500", "The service breaks the document (must)"),
        (
            "failed",
            "must path.repository_id.maximum: answered 500\n  got 500",
            "The service breaks the document (must)",
        ),
        ("failed", "Failed: should leak.token: it leaks", "Inferred from a standard or common sense (should)"),
        (
            "failed",
            "Failed: must x.y: 494\n  got 494, answered by the gateway: they disagree",
            "Document and deployment disagree",
        ),
        (
            "failed",
            "Failed: must x.y: 494\n  answered by the gateway\n\nmust x.y: 500\n  answered by the service",
            "The service breaks the document (must)",
        ),
        (
            "failed",
            "Failed: must x.y: 494\n  answered by the gateway\n\nmust x.y: 500\n  answered by something that is not",
            "The service breaks the document (must)",
        ),
        ("failed", "AssertionError: mustard", "Other failures"),
        ("skipped", "XFAIL accepted in the baseline: known\n\nFailed: must x.y: 500", "Accepted in the baseline"),
        ("skipped", "Skipped: the description has no restricted_token", "Not tested"),
        ("unknown", "", "Not tested"),
        ("broken", "must be a bug", "Suite or environment errors"),
    ],
)
def test_results_fall_into_their_category(status: str, message: str, category: str) -> None:
    """The first rule whose status and pattern match, as Allure has it."""
    matching = (
        one["name"]
        for one in CATEGORIES
        if status in one["matchers"]["statuses"] and re.search(one["matchers"].get("message", ""), message)
    )
    assert next(matching) == category
    in_results = [
        row["name"]
        for row in categories_of_results()
        if row["matchedStatuses"] == [status] and re.fullmatch(row.get("messageRegex", "(?s).*"), message)
    ]
    assert in_results == [category]


class TestHistory:
    """The history beside the report."""

    def test_damaged_line(self, tmp_path: Path) -> None:
        """A damaged line of the history is left out, the others stay."""
        (tmp_path / "h").write_text('{"uuid": "1"}\n{"uu\n[]\n{"uuid": "2"}\n')
        assert History.read(tmp_path / "h").points == ('{"uuid": "1"}', '{"uuid": "2"}')

    def test_limit(self) -> None:
        """The history keeps the newest points only."""
        known = History(tuple(json.dumps({"uuid": n}) for n in range(HISTORY_LIMIT)))
        grown = known.added(History(('{"uuid": "new"}',)), "digest")
        assert len(grown.points) == HISTORY_LIMIT
        assert grown.points[:-1] == known.points[1:]

    def test_nothing_made(self) -> None:
        """A run of Allure that left no point adds none."""
        assert History().added(History(), "digest") == History()


class TestWithoutNetwork:
    """The page makes no request."""

    def test_analytics(self) -> None:
        """Both scripts of Google Analytics are taken out, and the scripts around them stay."""
        page = (
            '<script>before()</script>\n    <script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>\n'
            "    <script>\n function gtag(){dataLayer.push(arguments);}\n gtag('config', 'G-1', {'report': 1});\n"
            "    </script>\n    <script>after()</script>"
        )
        assert without_network(page) == "<script>before()</script>\n    <script>after()</script>"

    def test_policy(self) -> None:
        """A content security policy in the head forbids every request to a network."""
        page = without_network('<head>\n<meta charset="utf-8">\n</head><body><meta charset="utf-8"></body>')
        assert page.count("Content-Security-Policy") == 1
        assert page.index("default-src data: blob: 'unsafe-inline'") < page.index("</head>")


class TestMaking:
    """The whole way, with a fake Allure."""

    def test_default_place(self, results: Path, node: Node, tmp_path: Path) -> None:
        """The page is in allure-report beside the results, whether the output directory is named or the results."""
        page = make_page(results, node=node, cache=tmp_path / "cache")
        assert page == results / "allure-report" / "index.html"
        assert page.read_text().endswith("Conformance report after 0 runs")
        assert make_page(results / "allure-results", node=node, cache=tmp_path / "cache") == page
        assert sorted(file.name for file in page.parent.iterdir()) == ["history.jsonl", "index.html"]

    def test_default_results(self, results: Path, node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without arguments, ./reports is the output directory, and Node and the cache are found."""
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(allure_page, "find_node", lambda: node)
        monkeypatch.setattr(allure_page, "default_cache", lambda: Path("cache"))
        assert make_page().resolve() == results / "allure-report" / "index.html"

    def test_output(self, results: Path, node: Node, tmp_path: Path) -> None:
        """The page is in the folder given."""
        page = make_page(results, tmp_path / "deep" / "site", node=node, cache=tmp_path / "cache")
        assert page == tmp_path / "deep" / "site" / "index.html"
        assert page.is_file()

    def test_history(self, results: Path, node: Node, tmp_path: Path) -> None:
        """Each run adds one point; the same results again add none, and are shown with earlier points only."""

        def text() -> str:
            return make_page(results, node=node, cache=tmp_path / "cache").read_text()[-6:]

        history = results / "allure-report" / "history.jsonl"
        assert (text(), text()) == ("0 runs", "0 runs")
        write_result(results, start=2)
        assert (text(), text()) == ("1 runs", "1 runs")
        assert len(history.read_text().splitlines()) == 2
        write_result(results, start=1)
        assert text() == "0 runs"
        assert len(history.read_text().splitlines()) == 2

    def test_history_elsewhere(self, results: Path, node: Node, tmp_path: Path) -> None:
        """A history of its own place outlives the page and the results; its folder is made."""
        history = tmp_path / "kept" / "staging.jsonl"
        for night in range(3):
            write_result(results, start=night)
            page = make_page(results, history_file=history, node=node, cache=tmp_path / "cache")
            assert page.read_text().endswith(f"after {night} runs")
            assert [file.name for file in page.parent.iterdir()] == ["index.html"]
            shutil.rmtree(page.parent)
        assert len(history.read_text().splitlines()) == 3

    def test_history_in_no_file(self, results: Path, node: Node, tmp_path: Path) -> None:
        """A history that cannot be written is reported in one line."""
        (tmp_path / "kept").mkdir()
        with pytest.raises(ReportNotMade, match=r"the Allure page was not made: .*kept.*: Is a directory"):
            make_page(results, history_file=tmp_path / "kept", node=node, cache=tmp_path / "cache")

    @pytest.mark.parametrize("body", ["sys.exit(1)", "pass"], ids=["fails", "leaves nothing"])
    def test_failure(self, results: Path, node: Node, tmp_path: Path, body: str) -> None:
        """An Allure that fails or leaves nothing is reported; the last page and its history stay as they were."""
        page = make_page(results, node=node, cache=tmp_path / "cache")
        before = page.read_text(), (page.parent / "history.jsonl").read_text()
        write_result(results, start=2)
        broken = Node(program(tmp_path / "broken", "node", body), node.npm)
        with pytest.raises(ReportNotMade, match="allure generate failed"):
            make_page(results, node=broken, cache=tmp_path / "cache")
        assert (page.read_text(), (page.parent / "history.jsonl").read_text()) == before

    def test_full_disk(self, results: Path, node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A page that cannot be written is not there in half, and is reported in one line."""

        def full(_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(ReportNotMade, match="No space left on device"):
            make_page(results, node=node, cache=tmp_path / "cache")
        assert list((results / "allure-report").iterdir()) == []

    def test_odd_trouble(self, results: Path, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
        """Trouble with files that names no file is reported in one line too."""

        def odd(*_: object) -> Path:
            raise OSError("no usable temporary directory")

        monkeypatch.setattr(allure_page, "install", odd)
        with pytest.raises(ReportNotMade, match="not made: no usable temporary directory"):
            make_page(results, node=node)

    def test_no_folder(self, tmp_path: Path) -> None:
        """A folder that is not there is a usage error."""
        with pytest.raises(UsageError, match=r"reports: no such directory"):
            make_page(tmp_path / "reports")

    @pytest.mark.parametrize("inner", [".", "allure-results"])
    def test_empty_folder(self, tmp_path: Path, inner: str) -> None:
        """A folder without results is a usage error: Allure would make an empty report and call it well."""
        (tmp_path / inner).mkdir(exist_ok=True)
        (tmp_path / inner / "environment.properties").write_text("a=b")
        with pytest.raises(UsageError, match=r"holds no Allure results"):
            make_page(tmp_path)

    def test_damaged_result(self, results: Path, node: Node) -> None:
        """A result cut off in the middle is refused by name: Allure would leave it out in silence."""
        (results / "allure-results" / "b-result.json").write_text('{"uuid":')
        with pytest.raises(UsageError, match=r"b-result\.json: no JSON"):
            make_page(results, node=node)
