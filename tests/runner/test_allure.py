"""Allure's results of `conformance run`: those of allure-pytest, without its work."""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import allure
import allure_commons
import pytest
from allure_commons import model2
from allure_commons._hooks import AllureDeveloperHooks, AllureUserHooks
from allure_commons.logger import AllureFileLogger
from pluggy import PluginManager

import conformance.suite
from conformance.mock.catalogue import combine
from conformance.mock.faults import FAULTS
from conformance.runner.allure import AllureGuard, AllureListener
from tests.runner.command import PYTEST, QUICKLY, SUITE, command, site

if TYPE_CHECKING:
    from collections.abc import Iterator

FAULTY = ("id-zero-accepted", "id-wraps-at-32-bits")
OF_ONE_RUN = re.compile(r"(Exchange|curl) [0-9]+|answer  .*?(?=\\n)")


def results(directory: Path) -> dict[str, Any]:
    """Each result by its ``ALLURE_ID``, without what differs between any two runs."""
    found = {}
    sources: set[str] = set()
    for file in directory.glob("*-result.json"):
        one = json.loads(OF_ONE_RUN.sub("N", file.read_text(encoding="utf-8")))
        assert one.pop("uuid")
        assert one.pop("start") <= one.pop("stop")
        for attached in one.get("attachments", []):
            source = attached.pop("source")
            assert (directory / source).is_file()
            assert source not in sources
            sources.add(source)
        one["labels"] = sorted((label["name"], label["value"]) for label in one["labels"] if label["name"] != "thread")
        found[dict(one["labels"])["ALLURE_ID"]] = one
    return found


def test_the_results_are_those_of_allure_pytest(tmp_path: Path) -> None:
    """A run with passed, failed, skipped and accepted tests, and the same under pytest with its plugin."""
    options = {"profile": "smoke", "select": "path.*", "history": "none", "baseline": "baseline.toml"}
    accepted = "path.repository_id.below-minimum"
    (tmp_path / "baseline.toml").write_text(
        f'[[accepted]]\nclause = "{accepted}"\nprobe = "id.zero"\nreason = "known"\n', encoding="utf-8"
    )
    with site(tmp_path, combine([FAULTS[name] for name in FAULTY])) as of:
        ours = of.run(*(word for name, value in options.items() for word in (f"--{name}", value)))
        place = Path(conformance.suite.__file__).parent
        words = ["-c", str(place / "pytest.ini"), "--rootdir", str(place)]
        words += [f"--conformance-{name}={value}" for name, value in {"seed": "1", **options}.items()]
        theirs = command(*SUITE, *words, "--alluredir=theirs", cwd=tmp_path, environ=of.environ, program=PYTEST)
    assert ours.code == theirs.code, ours.out + theirs.out + theirs.err
    mine, others = results(ours.reports / "allure-results"), results(tmp_path / "theirs")
    assert mine.keys() == others.keys()
    for name, one in mine.items():
        assert one == others[name], name
    assert {one["status"] for one in mine.values()} == {"passed", "failed", "skipped"}
    assert mine[f"{accepted}/id.zero"]["statusDetails"]["message"].startswith("XFAIL accepted in the baseline: known\n")


@pytest.fixture
def listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AllureListener]:
    """A listener at work, without those of the session that runs these tests."""
    manager = PluginManager("allure")
    manager.add_hookspecs(AllureUserHooks)
    monkeypatch.setattr(allure_commons, "plugin_manager", manager)
    monkeypatch.setattr(allure_commons._allure, "plugin_manager", manager)
    made = AllureListener(tmp_path / "results")
    for _ in range(2):
        made.begin()
    yield made
    for _ in range(2):
        made.end()
    assert not manager.is_registered(made)


def _no_links(*_: object) -> None:
    raise OSError


def test_equal_attachments_are_one_file_with_a_name_for_each(
    listener: AllureListener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Allure 3 shows a file in the first result that names it, and nowhere else; without hard links they are copies."""
    for title in ("one", "two", "three"):
        if title == "three":
            monkeypatch.setattr("os.link", _no_links)
        listener.pytest_runtest_logstart()
        allure.dynamic.title(title)
        allure.attach("same", name=title, attachment_type=allure.attachment_type.TEXT)
        listener.pytest_runtest_logfinish()
    found = [json.loads(file.read_text(encoding="utf-8")) for file in tmp_path.glob("results/*-result.json")]
    files = {one["name"]: tmp_path / "results" / one["attachments"][0]["source"] for one in found}
    assert len(set(files.values())) == 3
    assert {file.read_text(encoding="utf-8") for file in files.values()} == {"same"}
    assert files["one"].samefile(files["two"])
    assert not files["one"].samefile(files["three"])


def test_the_first_error_of_writing_is_kept(listener: AllureListener, tmp_path: Path) -> None:
    """The run goes on, and nothing more is written."""
    (tmp_path / "results").rmdir()
    listener.pytest_runtest_logstart()
    allure.attach("a", name="a", attachment_type=allure.attachment_type.TEXT)
    (tmp_path / "results").mkdir()
    listener.pytest_runtest_logfinish()
    assert listener.trouble == f"a report could not be written: allure-results: {os.strerror(errno.ENOENT)}"
    assert not list((tmp_path / "results").iterdir())


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """As an error of writing."""
    (tmp_path / "file").write_text("")
    assert "allure-results: " in str(AllureListener(tmp_path / "file" / "results").trouble)


CONFTEST = """
from pathlib import Path
from conformance.runner.allure import AllureGuard, AllureListener
import pytest

def pytest_configure(config):
    config.pluginmanager.register(AllureListener(Path("results")))

@pytest.fixture
def late():
    yield
    raise RuntimeError("late")
"""
TESTS = """
import pytest

pytestmark = pytest.mark.parametrize("case", [1])

def test_passes(case): pass
def test_fails(case, late): assert case == 2
def test_breaks(case): raise RuntimeError("early")
def test_breaks_late(case, late): pass
"""


def test_an_error_of_the_suite_itself_is_broken(tmp_path: Path) -> None:
    """Also one after the test, which had passed; a test that failed before stays failed."""
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "test_it.py").write_text(TESTS, encoding="utf-8")
    command("-q", "-p", "no:allure_pytest", *QUICKLY, cwd=tmp_path, program=PYTEST)
    found = [json.loads(file.read_bytes()) for file in (tmp_path / "results").glob("*-result.json")]
    said = {one["name"]: (one["status"], one.get("statusDetails", {}).get("message", "")) for one in found}
    assert said == {
        "test_passes[1]": ("passed", ""),
        "test_fails[1]": ("failed", "AssertionError: assert 1 == 2"),
        "test_breaks[1]": ("broken", "RuntimeError: early"),
        "test_breaks_late[1]": ("broken", "RuntimeError: late"),
    }


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> PluginManager:
    """Allure's plugins, without those of the session that runs these tests."""
    made = PluginManager("allure")
    made.add_hookspecs(AllureDeveloperHooks)
    monkeypatch.setattr(allure_commons, "plugin_manager", made)
    return made


def test_results_are_written_behind_the_guard(tmp_path: Path, manager: PluginManager) -> None:
    """The guard changes nothing where there is no error, and unregisters itself."""
    manager.register(AllureFileLogger(tmp_path))
    guard = AllureGuard()
    for _ in range(2):
        guard.begin()
    manager.hook.report_attached_data(body="a", file_name="a.txt")
    for _ in range(2):
        guard.end()
    assert guard.trouble is None
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "a"
    assert not manager.is_registered(guard)


def test_the_guard_keeps_the_first_error(tmp_path: Path, manager: PluginManager) -> None:
    """It may be of a result, a container, or an attachment of either kind."""
    logger = AllureFileLogger(tmp_path / "results")
    manager.register(logger)
    guard = AllureGuard()
    guard.begin()
    (tmp_path / "results").rmdir()
    hook = manager.hook
    hook.report_result(result=model2.TestResult(uuid="1", name="a"))
    hook.report_container(container=model2.TestResultContainer(uuid="2"))
    hook.report_attached_data(body=b"a", file_name="a.txt")
    hook.report_attached_file(source=__file__, file_name="b.txt")
    assert guard.trouble == f"a report could not be written: allure-results: {os.strerror(errno.ENOENT)}"
