"""Runs without a verdict, as somebody sees them who sees nothing but JUnit's or Allure's report."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tests.network.behaviours import after, resets
from tests.network.targets import described, target
from tests.runner.command import PYTEST, SUITE, Ran, command, site
from tests.runner.test_interruptions import Held, interrupted
from tests.traffic.servers import closed_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def errors(junit: Path) -> list[str]:
    """The messages of a JUnit report's errors; their number is that of its first line."""
    suite = ET.parse(junit).getroot().find("testsuite")  # noqa: S314 - our own file
    assert suite is not None
    found = [error.get("message", "") for error in suite.iter("error")]
    assert int(suite.get("errors", "")) == len(found)
    assert int(suite.get("tests", "")) >= len(found)
    return found


def broken(allure: Path) -> tuple[list[str], list[str]]:
    """The messages of Allure's broken results, and the errors of the run as a whole."""
    results = [json.loads(path.read_text(encoding="utf-8")) for path in allure.glob("*-result.json")]
    of_the_run = [json.loads(path.read_text(encoding="utf-8")) for path in allure.glob("*-globals.json")]
    return (
        [result["statusDetails"]["message"] for result in results if result["status"] == "broken"],
        [error["message"] for one in of_the_run for error in one.get("errors", [])],
    )


def unreachable(directory: Path) -> Ran:
    """Nobody listens."""
    return described(directory, f"http://127.0.0.1:{closed_port()}").run()


def refused(directory: Path) -> Ran:
    """The token has expired."""
    with site(directory) as of:
        return of.run(environ={"SITE_TOKEN": "expired-token-of-yesterday"})


def untested(directory: Path) -> Ran:
    """A must clause lacks what it needs."""
    with site(directory) as of:
        of.describe(missing_repository_id="")
        return of.run("--profile", "smoke", "--select", "status.*")


def killed(directory: Path) -> Ran:
    """The target goes away in the middle of it."""
    with target(directory, after(12, resets)) as (of, _):
        return of.run("--profile", "smoke")


def terminated(directory: Path) -> Ran:
    """SIGTERM, while requests are in flight."""
    held = Held()
    with target(directory, held, timeout_seconds="600") as (of, _):
        return interrupted(of.begin("--profile", "smoke"), held, signal.SIGTERM)


@pytest.mark.parametrize(
    ("how", "code", "words"),
    [
        pytest.param(unreachable, 3, "no verdict: the target cannot be reached: ", id="unreachable"),
        pytest.param(refused, 3, "no verdict: the credentials were refused: ", id="refused"),
        pytest.param(untested, 3, "no verdict: 1 must clause could not be tested: status.404", id="untested"),
        pytest.param(killed, 3, "no verdict: the target stopped answering", id="killed"),
        pytest.param(terminated, 130, "no verdict: the run was interrupted", id="SIGTERM"),
    ],
)
def test_a_run_without_a_verdict_leaves_one_error(
    how: Callable[[Path], Ran], code: int, words: str, tmp_path: Path
) -> None:
    """JUnit has one error, Allure one broken result and one error of the run, in the same words."""
    ran = how(tmp_path)
    assert ran.code == code, ran.out + ran.err
    [message] = errors(ran.reports / "junit.xml")
    assert message.startswith(words)
    assert broken(ran.reports / "allure-results") == ([message], [message])


def test_plain_pytest_says_so_in_the_files_that_its_user_named(tmp_path: Path) -> None:
    """And under its own summary; what remembers failed tests does not remember this."""
    of = described(tmp_path, f"http://127.0.0.1:{closed_port()}")
    words = " ".join(SUITE).replace("-p no:cacheprovider", "").split()
    ran = command(*words, "--junitxml=mine.xml", "--alluredir=mine", cwd=tmp_path, environ=of.environ, program=PYTEST)
    assert ran.code == 3, ran.out + ran.err
    [message] = errors(tmp_path / "mine.xml")
    assert message.startswith("no verdict: the target cannot be reached: ")
    assert broken(tmp_path / "mine") == ([message], [message])
    assert "1 error" in ran.last_line
    assert message in ran.out
    assert not list(tmp_path.rglob("lastfailed"))


def test_errors_after_the_reports_are_said_in_them(tmp_path: Path) -> None:
    """A run that is in no history though one was named has no verdict."""
    folder = tmp_path / "nights"
    folder.mkdir()
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(
        "import conformance.history.store as store\n"
        "def add(*_):\n    raise OSError(28, 'No space left on device')\nstore.History.add = add\n"
    )
    with site(tmp_path) as of:
        ran = of.run(
            "--profile", "smoke", "--probe", "id.zero", "--history", str(folder / "h.db"),
            environ={"PYTHONPATH": os.fspath(hook)},
        )  # fmt: skip
    assert ran.code == 3, ran.out + ran.err
    [message] = errors(ran.reports / "junit.xml")
    assert message.startswith("no verdict: the run is not in the history: ")
    assert broken(ran.reports / "allure-results") == ([message], [message])


def test_a_run_with_a_verdict_has_no_such_error(tmp_path: Path) -> None:
    """Neither file has anything that is not a test's."""
    with site(tmp_path) as of:
        ran = of.run("--profile", "smoke", "--probe", "id.zero")
    assert ran.code == 0, ran.out + ran.err
    assert errors(ran.reports / "junit.xml") == []
    assert broken(ran.reports / "allure-results") == ([], [])
