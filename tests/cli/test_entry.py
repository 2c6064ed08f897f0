"""The command line's last resort: whatever goes wrong, one line and the right exit code."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

import conformance
from conformance.cli import cli, entry, main
from tests.runner.command import CONFORMANCE, unread

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def command(name: str) -> click.Command:
    """The command of that name."""
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", entry.COMMANDS)
def test_the_help_says_of_a_command_what_its_own_help_begins_with(name: str) -> None:
    """Listing the commands imports none of them."""
    found = command(name)
    assert found.name == name
    assert found.get_short_help_str(100) == entry.COMMANDS[name][1]


def _raising(error: BaseException) -> Callable[..., None]:
    def main(**_: object) -> None:
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (ValueError("a\nsurprise"), 3, "the suite itself broke (ValueError: a surprise), please report it"),
        (OSError(28, "No space left on device", "f.json"), 3, "f.json: No space left on device"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (BrokenPipeError(), 130, ""),
    ],
)
def test_no_traceback_reaches_a_user(
    error: BaseException, code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even of what nobody thought of."""
    monkeypatch.setattr(cli, "main", _raising(error))
    monkeypatch.setattr(entry, "_silence", lambda: None)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == code
    assert words in capsys.readouterr().err


def test_a_full_disk_behind_standard_output_is_no_verdict() -> None:
    """Exit 3 and one line: what was printed is not there."""
    script = "import sys; from conformance.cli import main; sys.argv = ['conformance', 'clauses']; main()"
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        ran = subprocess.run(
            [sys.executable, "-c", script], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ran.returncode == 3
    assert ran.stderr.count("\n") == 1
    assert "No space left" in ran.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param("clauses", 0, id="what has no verdict"),
        pytest.param("", 2, id="the help of a command without words"),
        pytest.param("run nowhere", 2, id="wrong usage"),
        pytest.param("--help", 0, id="the help"),
        pytest.param("--version", 0, id="the version"),
        pytest.param("run --help", 0, id="a command's help"),
        pytest.param("selftest id-zero-accepted --format markdown", 0, id="proven"),
    ],
)
def test_a_closed_stream_does_not_change_the_exit_code(words: str, code: int, tmp_path: Path) -> None:
    """As behind `| head -1`."""
    assert unread(*words.split(), cwd=tmp_path) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [("run", 3), ("judge", 3), ("compare", 3), ("document", 3), ("selftest", 3), ("clauses", 0), ("mock", 0)],
)
def test_a_verdict_that_nobody_waited_for_is_not_green(name: str, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the question before the first write cannot be asked; a command without a verdict ends well."""

    def broken(**_: object) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(command(name), "callback", broken)
    monkeypatch.setattr(command(name), "params", [])
    assert cli.main([name], standalone_mode=False) == code


def test_a_run_that_nobody_watches_is_whole(tmp_path: Path) -> None:
    """It ends with its verdict and its reports."""
    assert unread("run", "--profile", "smoke", "--history", "none", cwd=tmp_path) == 0
    report = json.loads((tmp_path / "reports" / "report.json").read_text(encoding="utf-8"))
    assert report["summary"]["verdict"] == "conformant"
    assert report["run"]["complete"] is True


def test_a_terminal_that_goes_does_not_change_the_exit_code(tmp_path: Path) -> None:
    """Output that cannot be shown any more is dropped, and the run goes on; reports are written."""
    ours, terminal = pty.openpty()
    run = [str(CONFORMANCE), "run", "--profile", "smoke", "--probe", "id.zero", "--history", "none"]
    with subprocess.Popen(run, cwd=tmp_path, stdin=terminal, stdout=terminal, stderr=terminal) as process:
        os.close(terminal)
        os.read(ours, 1)  # it has begun
        os.close(ours)
        assert process.wait(60) == 0
    assert (tmp_path / "reports" / "report.json").is_file()


def test_the_words_of_an_error_stay_whole_on_a_terminal(tmp_path: Path) -> None:
    """It is one line elsewhere."""
    words = [str(CONFORMANCE), "run", "--report", "nope"]
    said = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False).stderr
    ours, terminal = pty.openpty()
    subprocess.run(words, cwd=tmp_path, stderr=terminal, env={**os.environ, "COLUMNS": "40"}, check=False)
    rows = os.read(ours, 4096).decode().splitlines()
    os.close(ours)
    os.close(terminal)
    assert max(map(len, rows)) <= 40
    assert [" ".join(" ".join(rows).split())] == said.splitlines()


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_changes_no_exit_code_of_a_run(closed: str, tmp_path: Path) -> None:
    """Nothing that is opened later gets its number: what would be shown stands in no report."""
    run = f'"{CONFORMANCE}" run --profile smoke --probe id.zero --history none {closed}'
    done = subprocess.run(["/bin/sh", "-c", run], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads((tmp_path / "reports" / "report.json").read_text(encoding="utf-8"))["run"]["complete"] is True
    json.loads((tmp_path / "reports" / "traffic.har").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "words",
    [
        "clauses",
        "explain id.zero",
        "selftest id-zero-accepted",
        "init --schema",
        "mock --list-faults",
        "run --dry-run",
        "run --help",
    ],
)
def test_words_that_nobody_can_read_are_an_error(words: str, tmp_path: Path) -> None:
    """A command that says nothing in files has said nothing where standard output is closed."""
    line = f'"{CONFORMANCE}" {words} >&-'
    done = subprocess.run(["/bin/sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.strip() == "error: standard output is closed: what was to be said is lost"


_SCRIPT = """
import sys
import click
from conformance.cli import cli

def walk(command, context):
    command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            walk(inner, click.Context(inner, info_name=name, parent=context))

walk(cli, click.Context(cli, info_name="conformance"))
slow = {"hypothesis", "schemathesis", "httpx", "pytest", "rich", "sqlalchemy", "jsonschema", "uvicorn", "yaml", "lxml"}
print(*sorted(slow & {name.partition(".")[0] for name in sys.modules}))
"""


def test_the_help_of_no_command_imports_what_takes_long() -> None:
    """The help of every command and of every command below it, together in one process."""
    done = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_the_package_is_a_command() -> None:
    """`python -m conformance` is `conformance`."""
    words = [sys.executable, "-m", "conformance", "--version"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout == f"conformance, version {conformance.__version__}\n"
