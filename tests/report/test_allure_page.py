"""The Allure page, made with fake programs: nothing here needs a network."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from conformance.report import allure_page
from conformance.report.allure_page import (
    CATEGORIES,
    HISTORY_LIMIT,
    AllureResults,
    History,
    categories_of_results,
    configuration,
    dressed,
    make_page,
)
from conformance.report.allure_program import Node, ReportNotMade
from tests.report.allure_programs import program, write_result

if TYPE_CHECKING:
    from pathlib import Path


class TestConfiguring:
    """The configuration."""

    def test_as_json(self, results: Path, tmp_path: Path) -> None:
        """The configuration is plain JSON, with the categories as they are."""
        config = configuration(AllureResults.read(results), output=tmp_path / "out", history=tmp_path / "h")
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
        ("failed", "Accepted: known\n\nFailed: must x.y: 500", "Accepted in the baseline"),
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

    def test_runs_of_the_history(self) -> None:
        """Points of runs that had no page yet stand between those of pages, by their time."""
        pages = History(tuple(json.dumps({"conformanceRun": run, "timestamp": at}) for run, at in (("b", 2), ("d", 4))))
        more = [{"conformanceRun": run, "timestamp": at} for run, at in (("a", 1), ("b", 2), ("c", 3))]
        shown = pages.with_earlier(more)
        assert [json.loads(point)["conformanceRun"] for point in shown.points] == ["a", "b", "c", "d"]
        assert pages.with_earlier(()) == pages

    def test_slim(self) -> None:
        """A point keeps of each result what is shown of an earlier one, and names the run."""
        row = {"status": "failed", "message": "word " * 100, "trace": "long", "labels": [{"name": "tag"}]}
        grown = History().added(History((json.dumps({"testResults": {"one": row}}),)), "digest", "run-1")
        point = json.loads(grown.points[0])
        assert point["conformanceRun"] == "run-1"
        assert point["testResults"]["one"] == {"status": "failed", "labels": [], "message": "word " * 39 + "…"}

    def test_nothing_made(self) -> None:
        """A run of Allure that left no point adds none."""
        assert History().added(History(), "digest") == History()


class TestMaking:
    """The whole way, with a fake Allure."""

    def test_default_place(self, results: Path, node: Node, tmp_path: Path) -> None:
        """The page is in allure-report beside the results, whether the output directory is named or the results."""
        page = make_page(AllureResults.read(results), node=node, cache=tmp_path / "cache")
        assert page == results / "allure-report" / "index.html"
        assert page.read_text().endswith("Conformance report after 0 runs")
        assert make_page(AllureResults.read(results / "allure-results"), node=node, cache=tmp_path / "cache") == page
        assert sorted(file.name for file in page.parent.iterdir()) == ["history.jsonl", "index.html"]

    def test_output(self, results: Path, node: Node, tmp_path: Path) -> None:
        """The page is in the folder given."""
        page = make_page(AllureResults.read(results), tmp_path / "deep" / "site", node=node, cache=tmp_path / "cache")
        assert page == tmp_path / "deep" / "site" / "index.html"
        assert page.is_file()

    def test_history(self, results: Path, node: Node, tmp_path: Path) -> None:
        """Each run adds one point; the same results again add none, and are shown with earlier points only."""

        def text() -> str:
            return make_page(AllureResults.read(results), node=node, cache=tmp_path / "cache").read_text()[-6:]

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
            page = make_page(AllureResults.read(results), history_file=history, node=node, cache=tmp_path / "cache")
            assert page.read_text().endswith(f"after {night} runs")
            assert [file.name for file in page.parent.iterdir()] == ["index.html"]
            shutil.rmtree(page.parent)
        assert len(history.read_text().splitlines()) == 3

    def test_history_in_no_file(self, results: Path, node: Node, tmp_path: Path) -> None:
        """A history that cannot be written is reported in one line."""
        (tmp_path / "kept").mkdir()
        with pytest.raises(ReportNotMade, match=r"the Allure page was not made: .*kept.*: Is a directory"):
            make_page(AllureResults.read(results), history_file=tmp_path / "kept", node=node, cache=tmp_path / "cache")

    @pytest.mark.parametrize("body", ["sys.exit(1)", "pass"], ids=["fails", "leaves nothing"])
    def test_failure(self, results: Path, node: Node, tmp_path: Path, body: str) -> None:
        """An Allure that fails or leaves nothing is reported; the last page and its history stay as they were."""
        page = make_page(AllureResults.read(results), node=node, cache=tmp_path / "cache")
        before = page.read_text(), (page.parent / "history.jsonl").read_text()
        write_result(results, start=2)
        broken = Node(program(tmp_path / "broken", "node", body), node.npm)
        with pytest.raises(ReportNotMade, match="allure generate failed"):
            make_page(AllureResults.read(results), node=broken, cache=tmp_path / "cache")
        assert (page.read_text(), (page.parent / "history.jsonl").read_text()) == before

    def test_full_disk(self, results: Path, node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A page that cannot be written is not there in half, and is reported in one line."""

        def full(_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(ReportNotMade, match="No space left on device"):
            make_page(AllureResults.read(results), node=node, cache=tmp_path / "cache")
        assert list((results / "allure-report").iterdir()) == []

    def test_odd_trouble(self, results: Path, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
        """Trouble with files that names no file is reported in one line too."""

        def odd(*_: object) -> Path:
            raise OSError("no usable temporary directory")

        monkeypatch.setattr(allure_page, "install", odd)
        with pytest.raises(ReportNotMade, match="not made: no usable temporary directory"):
            make_page(AllureResults.read(results), node=node)


def test_analytics() -> None:
    """Both scripts of Google Analytics are taken out, and the scripts around them stay."""
    page = (
        '<script>before()</script>\n    <script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>\n'
        "    <script>\n function gtag(){dataLayer.push(arguments);}\n gtag('config', 'G-1', {'report': 1});\n"
        "    </script>\n    <script>after()</script>"
    )
    assert dressed(page, "conformant") == "<script>before()</script>\n    <script>after()</script>"


def test_policy() -> None:
    """A content security policy in the head forbids every request to a network."""
    page = dressed('<head>\n<meta charset="utf-8">\n</head><body><meta charset="utf-8"></body>', "conformant")
    assert page.count("Content-Security-Policy") == 1
    assert page.index("default-src data: blob: 'unsafe-inline'") < page.index("</head>")


@pytest.mark.parametrize(
    ("verdict", "colours"),
    [("non-conformant", ("#b3182a", "#ff8a82")), ("something new", ("inherit", "inherit"))],
)
def test_verdict(verdict: str, colours: tuple[str, str]) -> None:
    """The title has the colour of the verdict, in light and dark."""
    page = dressed('<meta charset="utf-8">', verdict)
    assert f"[data-testid=report-title] {{ color: {colours[0]}; }}" in page
    assert f"[data-theme=dark] [data-testid=report-title] {{ color: {colours[1]}; }}" in page
