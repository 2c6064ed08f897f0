"""No secret in what is logged while a target is tested, nor in the files that a user's own pytest options name."""

from __future__ import annotations

import gc
import io
import logging
import os
import time
from typing import TYPE_CHECKING

import pytest

from conformance.mock.fixtures import PASSWORD
from conformance.runner.process import QuietLogs, collect_seldom, open_page
from conformance.runner.reports import NamedFiles, Reports
from conformance.traffic.redaction import Redactor
from tests.runner.command import PYTEST, SUITE, command
from tests.runner.test_iam import desk, issued

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "MIIF-s3cr3t_T0ken.of+the/team=0123456789"


@pytest.fixture
def shown() -> Iterator[io.StringIO]:
    """The output of a handler of the root logger at DEBUG."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def log_everything() -> None:
    """Let libraries and others log a secret in every way."""
    for name in ("httpcore.http11", "httpx", "urllib3.connectionpool", "hypothesis"):
        logging.getLogger(name).debug("silent %s", SECRET)
    mine = logging.getLogger("mine")
    mine.debug("as an argument: %s", SECRET)
    mine.debug(f"in the message: {SECRET}")
    mine.debug("too many: %s", SECRET, SECRET)
    try:
        int(SECRET)
    except ValueError:
        mine.exception("raised")
    mine.info("plain %s", "words")


def test_http_libraries_are_silent_and_secrets_redacted(shown: io.StringIO) -> None:
    """A child that has a level of its own is silent, too; what holds no secret is as it was."""
    child = logging.getLogger("httpcore.http11")
    child.setLevel(logging.DEBUG)
    logs = QuietLogs(Redactor({"TOKEN": SECRET}))
    logs.begin()
    logs.begin()
    try:
        log_everything()
    finally:
        logs.end()
        level = child.level
        child.setLevel(logging.NOTSET)
    said = shown.getvalue()
    assert SECRET not in said
    assert "silent" not in said
    assert said.count("$TOKEN") == 3
    assert "too many: %s (its arguments do not fit)" in said
    assert "plain words" in said
    assert level == logging.DEBUG


def test_afterwards_everybody_logs_as_before(shown: io.StringIO) -> None:
    """Levels and the factory are given back; a factory that somebody else set since stays."""
    before, level = logging.getLogRecordFactory(), logging.getLogger("httpx").level
    logs = QuietLogs(Redactor({}))
    logs.begin()
    assert logging.getLogger("httpx").level > logging.CRITICAL
    logs.end()
    logs.end()
    assert (logging.getLogRecordFactory(), logging.getLogger("httpx").level) == (before, level)
    logs.begin()
    logging.setLogRecordFactory(logging.LogRecord)
    logs.end()
    assert logging.getLogRecordFactory() is logging.LogRecord
    logging.getLogger("httpcore").debug("heard")
    assert "heard" in shown.getvalue()


def test_files_that_options_name_are_looked_through(tmp_path: Path) -> None:
    """Those that this run wrote; a file that is read only, and one of an earlier run, are left alone."""

    class Options:
        xmlpath = "mine.xml"
        log_file = str(tmp_path / "log.txt")
        htmlpath = "page.html"
        conformance_baseline = "baseline.toml"
        keyword = ""
        verbose = 2
        odd = "a\0b"

    class Config:
        option = Options()
        invocation_params = type("Params", (), {"dir": tmp_path})
        pluginmanager = pytest.PytestPluginManager()

    vars(Config.option).update({name: getattr(Options, name) for name in vars(Options) if not name.startswith("_")})
    named = NamedFiles(Config())  # type: ignore[arg-type]
    named.folders = [tmp_path / "allure"]
    (tmp_path / "allure").mkdir()
    for name in ("mine.xml", "log.txt", "page.html", "baseline.toml", "other.txt", "allure/a-result.json"):
        (tmp_path / name).write_text(SECRET)
    os.utime(tmp_path / "page.html", (time.time() - 60,) * 2)
    assert {path.relative_to(tmp_path).as_posix() for path in named} == {"mine.xml", "log.txt", "allure/a-result.json"}
    said = Reports(tmp_path / "reports").scan(Redactor({"TOKEN": SECRET}), named)
    assert said is not None
    assert f"{tmp_path / 'mine.xml'} ($TOKEN)" in said
    assert not (tmp_path / "mine.xml").exists()
    assert (tmp_path / "page.html").exists()
    assert (tmp_path / "baseline.toml").exists()


def test_at_level_debug_nothing_of_a_run_under_plain_pytest_holds_the_issued_token(tmp_path: Path) -> None:
    """Neither the console nor any file; the user's own Allure results say what they are of."""
    with desk(tmp_path) as found:
        ran = command(
            *SUITE, "-s", "--conformance-profile", "smoke", "--log-file=log.txt", "--log-file-level=DEBUG",
            "--log-cli-level=DEBUG", "--junitxml=mine.xml", "-o", "junit_logging=all", "--alluredir=mine",
            "--hypothesis-verbosity=debug", "-k", "zero or property",
            cwd=tmp_path, environ={**found.site.environ, "IAM_PASSWORD": PASSWORD}, program=PYTEST,
        )  # fmt: skip
        tokens = issued(found.iam)
    assert ran.code in {0, 3}, ran.out + ran.err
    assert tokens
    assert {"log.txt", "mine.xml"} <= {path.name for path in tmp_path.iterdir()}
    written = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    written[tmp_path / "console"] = (ran.out + ran.err).encode()
    secrets = [secret.encode()[:40] for secret in (*tokens, PASSWORD)]
    assert not [path.name for path, text in written.items() if any(secret in text for secret in secrets)]
    surroundings = (tmp_path / "mine" / "environment.properties").read_text(encoding="latin-1")
    assert "target=site" in surroundings


def test_cycles_are_still_collected() -> None:
    """Later than by default."""
    before = gc.get_threshold()
    try:
        gc.set_threshold(700, 10, 10)
        collect_seldom()
        assert gc.isenabled()
        assert 700 < gc.get_threshold()[0] <= 100_000
    finally:
        gc.set_threshold(*before)


@pytest.mark.parametrize(("found", "said"), [(True, ""), (False, "--open: no browser was found: open {} yourself\n")])
def test_the_page_is_opened_or_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], said: str, *, found: bool
) -> None:
    """A browser gets its address; where there is none, one line says so."""
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or found)
    page = tmp_path / "index.html"
    open_page(page)
    assert opened == [page.as_uri()]
    assert capsys.readouterr().err == said.format(page)
