"""The Allure page as it is made, with fake programs: nothing here needs a network."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from conformance.exceptions import UsageError
from conformance.report.allure_html import Allure2, Node, ReportNotMade, make_html
from conformance.report.allure_html import report as report_module
from conformance.report.allure_html.commands import run
from conformance.report.allure_html.configuration import HISTORY_LIMIT, categories, title
from conformance.report.allure_html.history import History
from conformance.report.allure_html.page import silenced
from tests.report.allure_programs import fails, program, write_result


class TestRunning:
    """Other people's programs."""

    def test_quiet(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """A program that succeeds prints nothing to the user."""
        noisy = program(tmp_path, "noisy", "print('out'); print('err', file=sys.stderr)")
        assert run([noisy], what="a", cwd=tmp_path, timeout=30) == "out\n"
        assert capfd.readouterr() == ("", "")

    def test_own_folder_first(self, tmp_path: Path) -> None:
        """A program finds its neighbours first, as npm must find its own Node."""
        script = program(tmp_path, "where", "import os; print(os.environ['PATH'].split(os.pathsep)[0])")
        assert run([script], what="a", cwd=tmp_path, timeout=30).strip() == str(tmp_path)

    def test_no_analytics(self, tmp_path: Path) -> None:
        """Allure 2, which reports its own use by itself, is told not to."""
        script = program(tmp_path, "env", "import os; print(os.environ['ALLURE_NO_ANALYTICS'])")
        assert run([script], what="a", cwd=tmp_path, timeout=30).strip() == "true"

    @pytest.mark.parametrize(
        ("body", "line"),
        [
            pytest.param(fails("\n\x1b[31mSyntax Error\x1b[39m: bad\n    at x"), "Syntax Error: bad", id="coloured"),
            pytest.param("print('sorry'); sys.exit(1)", "sorry", id="on standard output"),
            pytest.param("sys.exit(7)", "exit code 7, no output", id="silent"),
        ],
    )
    def test_failure(self, tmp_path: Path, body: str, line: str) -> None:
        """A failure is told by its first line that says something, without colours."""
        with pytest.raises(ReportNotMade) as caught:
            run([program(tmp_path, "p", body)], what="it", cwd=tmp_path, timeout=30)
        assert str(caught.value) == f"it failed: {line}"

    def test_too_slow(self, tmp_path: Path) -> None:
        """A program that does not end is stopped and told in one line."""
        with pytest.raises(ReportNotMade, match="it did not end within 0 seconds"):
            run([program(tmp_path, "p", "import time; time.sleep(60)")], what="it", cwd=tmp_path, timeout=0.2)

    def test_not_startable(self, tmp_path: Path) -> None:
        """A program that is not there is told in one line."""
        with pytest.raises(ReportNotMade, match=r"it failed: .*gone: No such file or directory"):
            run([tmp_path / "gone"], what="it", cwd=tmp_path, timeout=30)


class TestConfiguring:
    """Names and categories of the report."""

    def test_titles(self, tmp_path: Path) -> None:
        """The title is the executor's, else it names the target, else it is plain."""
        assert title(tmp_path) == "Conformance report"
        (tmp_path / "environment.properties").write_text("# a comment\nSuite\\ version = 1\nTarget=staging\n")
        assert title(tmp_path) == "Conformance of staging"
        (tmp_path / "executor.json").write_text('{"name": "ci"}')
        assert title(tmp_path) == "Conformance of staging"
        (tmp_path / "executor.json").write_text('{"reportName": "Nightly"}')
        assert title(tmp_path) == "Nightly"

    def test_categories(self, tmp_path: Path) -> None:
        """The categories of Allure 2 are translated with the whole-text match and the flags of a Java pattern."""
        rules = [
            {"name": "a", "matchedStatuses": ["failed"], "messageRegex": "(?i).*gateway.*"},
            {"name": "b", "traceRegex": "x|y", "flaky": True},
            {"name": "c"},
        ]
        (tmp_path / "categories.json").write_text(json.dumps(rules))
        whole = r"(?<![\s\S])(?:{})(?![\s\S])"
        assert categories(tmp_path) == [
            {
                "name": "a",
                "matchers": {"statuses": ["failed"], "message": {"source": whole.format(".*gateway.*"), "flags": "is"}},
            },
            {"name": "b", "matchers": {"flaky": True, "trace": {"source": whole.format("x|y"), "flags": "s"}}},
            {"name": "c", "matchers": {}},
        ]

    def test_no_categories(self, tmp_path: Path) -> None:
        """Results without categories.json have no categories of their own."""
        assert categories(tmp_path) == []

    @pytest.mark.parametrize("text", ["{", '{"name": "a"}', '[{"matchedStatuses": []}]', "[1]"])
    def test_bad_categories(self, tmp_path: Path, text: str) -> None:
        """A categories.json of another form is refused, naming the file."""
        (tmp_path / "categories.json").write_text(text)
        with pytest.raises(UsageError, match=r"categories\.json: "):
            categories(tmp_path)


class TestRemembering:
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
        """A generator that left no point adds none."""
        assert History().added(History(), "digest") == History()


class TestSilencing:
    """The page talks to nobody."""

    @pytest.mark.parametrize("config", ["'report': 1", '"report": "awesome"'], ids=["Allure 2", "Allure 3"])
    def test_analytics(self, config: str) -> None:
        """Both scripts of Google Analytics are taken out, and what surrounds them stays."""
        page = (
            '<script>before()</script>\n    <script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>\n'
            "    <script>\n function gtag(){dataLayer.push(arguments);}\n gtag('config', 'G-1', {" + config + "});\n"
            "    </script>\n    <script>after()</script>"
        )
        assert silenced(page) == "<script>before()</script>\n    <script>after()</script>"

    def test_policy(self) -> None:
        """A content security policy in the head forbids every request to a network."""
        page = silenced('<head>\n<meta charset="utf-8">\n</head><body><meta charset="utf-8"></body>')
        assert page.count("Content-Security-Policy") == 1
        assert page.index("default-src data: blob: 'unsafe-inline'") < page.index("</head>")


class TestMaking:
    """The whole way, with a fake Allure."""

    def test_default_place(self, results: Path, node: Node, tmp_path: Path) -> None:
        """The page lies in allure-report beside the results, whether the output directory is named or the results."""
        page = make_html(results, generator=node, cache=tmp_path / "cache")
        assert page == results / "allure-report" / "index.html"
        assert page.read_text().endswith("Conformance report after 0 runs")
        assert make_html(results / "allure-results", generator=node, cache=tmp_path / "cache") == page
        assert sorted(file.name for file in page.parent.iterdir()) == ["history.jsonl", "index.html"]

    def test_default_results(self, results: Path, node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without arguments, ./reports is the output directory, and the generator and the cache are found."""
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(report_module, "find_generator", lambda: node)
        monkeypatch.setattr(report_module, "default_cache", lambda: Path("cache"))
        assert make_html().resolve() == results / "allure-report" / "index.html"

    def test_output(self, results: Path, node: Node, tmp_path: Path) -> None:
        """The page lies where it is wanted."""
        page = make_html(results, tmp_path / "deep" / "site", generator=node, cache=tmp_path / "cache")
        assert page == tmp_path / "deep" / "site" / "index.html"
        assert page.is_file()

    def test_history(self, results: Path, node: Node, tmp_path: Path) -> None:
        """Each run adds one point; the same results again add none, and are shown with what came before them only."""

        def text() -> str:
            return make_html(results, generator=node, cache=tmp_path / "cache").read_text()[-6:]

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
            page = make_html(results, history_file=history, generator=node, cache=tmp_path / "cache")
            assert page.read_text().endswith(f"after {night} runs")
            assert [file.name for file in page.parent.iterdir()] == ["index.html"]
            shutil.rmtree(page.parent)
        assert len(history.read_text().splitlines()) == 3

    def test_history_in_no_file(self, results: Path, node: Node, tmp_path: Path) -> None:
        """A history that cannot be written is told in one line."""
        (tmp_path / "kept").mkdir()
        with pytest.raises(ReportNotMade, match=r"the Allure report was not made: .*kept.*: Is a directory"):
            make_html(results, history_file=tmp_path / "kept", generator=node, cache=tmp_path / "cache")

    def test_allure2(self, results: Path, tmp_path: Path) -> None:
        """Allure 2 makes a single file of the same results, and keeps no history."""
        body = (
            "page = Path(sys.argv[sys.argv.index('--output') + 1], 'index.html'); page.parent.mkdir();"
            "page.write_text(' '.join(sys.argv[1:3] + sys.argv[-1:]))"
        )
        page = make_html(results, generator=Allure2(program(tmp_path, "allure", body)))
        assert page.read_text() == f"generate --single-file {results / 'allure-results'}"
        assert [file.name for file in page.parent.iterdir()] == ["index.html"]

    @pytest.mark.parametrize("body", ["sys.exit(1)", "pass"], ids=["fails", "leaves nothing"])
    def test_failure(self, results: Path, node: Node, tmp_path: Path, body: str) -> None:
        """An Allure that fails or leaves nothing is told, and the last report and its history stay as they were."""
        page = make_html(results, generator=node, cache=tmp_path / "cache")
        before = page.read_text(), (page.parent / "history.jsonl").read_text()
        write_result(results, start=2)
        broken = Node(program(tmp_path / "broken", "node", body), node.npm)
        with pytest.raises(ReportNotMade, match="allure generate failed"):
            make_html(results, generator=broken, cache=tmp_path / "cache")
        assert (page.read_text(), (page.parent / "history.jsonl").read_text()) == before

    def test_full_disk(self, results: Path, node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A page that cannot be written is not there in half, and is told in one line."""

        def full(self: Path, text: str, encoding: str) -> None:
            if self.name == ".index.html.new":
                self.write_bytes(b"half")
                raise OSError(28, "No space left on device", str(self))
            self.write_bytes(text.encode(encoding))

        monkeypatch.setattr(Path, "write_text", full)
        with pytest.raises(ReportNotMade, match="No space left on device"):
            make_html(results, generator=node, cache=tmp_path / "cache")
        assert list((results / "allure-report").iterdir()) == []

    def test_odd_trouble(self, results: Path, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
        """Trouble with files that names no file is told in one line too."""

        def odd(*_: object) -> Path:
            raise OSError("no usable temporary directory")

        monkeypatch.setattr(report_module, "install", odd)
        with pytest.raises(ReportNotMade, match="not made: no usable temporary directory"):
            make_html(results, generator=node)

    def test_no_folder(self, tmp_path: Path) -> None:
        """A folder that is not there is a usage error."""
        with pytest.raises(UsageError, match=r"reports: no such directory"):
            make_html(tmp_path / "reports")

    @pytest.mark.parametrize("inner", [".", "allure-results"])
    def test_empty_folder(self, tmp_path: Path, inner: str) -> None:
        """A folder without results is a usage error: Allure would make an empty report and call it well."""
        (tmp_path / inner).mkdir(exist_ok=True)
        (tmp_path / inner / "environment.properties").write_text("a=b")
        with pytest.raises(UsageError, match=r"holds no Allure results"):
            make_html(tmp_path)

    def test_damaged_result(self, results: Path, node: Node) -> None:
        """A result cut off in the middle is refused by name: Allure would leave it out in silence."""
        (results / "allure-results" / "b-result.json").write_text('{"uuid":')
        with pytest.raises(UsageError, match=r"b-result\.json: no JSON"):
            make_html(results, generator=node)
