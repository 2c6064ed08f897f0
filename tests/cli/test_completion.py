"""The completion of command lines, as shells ask for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from click.shell_completion import ShellComplete

from conformance.cli import cli
from conformance.cli.entry import COMMANDS
from conformance.mock.faults import FAULTS
from conformance.mock.variants import VARIANTS
from tests.runner.command import CONFORMANCE
from tests.shipped import CONTRACT

if TYPE_CHECKING:
    from pathlib import Path

CLAUSES = set(CONTRACT.catalogue.by_id)
FILE = """\
[targets.staging]
base_url = "https://a.example.test"
[targets.production]
base_url = "https://b.example.test"
"""


@pytest.fixture(autouse=True)
def _described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two targets are described where the shell is."""
    (tmp_path / "conformance.toml").write_text(FILE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def completed(*words: str) -> list[str]:
    """The completions of the last word."""
    shell = ShellComplete(cli, {}, "conformance", "_CONFORMANCE_COMPLETE")
    return [item.value for item in shell.get_completions(list(words[:-1]), words[-1])]


def test_commands_are_completed() -> None:
    """Those of a group, too."""
    assert completed("") == list(COMMANDS)
    assert completed("ex") == ["explain"]
    assert completed("history", "p") == ["prune"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("run", "st"), {"staging"}),
        (("run", ""), {"staging", "production"}),
        (("explain", "--target", "p"), {"production"}),
        (("history", "--target", "s"), {"staging"}),
        (("run", "--profile", "s"), {"smoke", "standard"}),
        (("run", "--select", "path."), {one for one in CLAUSES if one.startswith("path.")}),
        (("run", "--deselect", "leak.t"), {"leak.token", "leak.trace"} & CLAUSES),
        (("run", "--probe", "state.fir"), {"state.first"}),
        (("run", "--probe", "property.op"), {"property.openapi"}),
        (("clauses", "status.403.r"), {"status.403.reason"}),
        (("evidence", "status.403.r"), {"status.403.reason"}),
        (("mock", "--fault", "id-z"), {one for one in FAULTS if one.startswith("id-z")}),
        (("mock", "--variant", ""), set(VARIANTS)),
        (("selftest", "id-zero"), {one for one in (*FAULTS, *VARIANTS) if one.startswith("id-zero")}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_the_user_named_is_completed(words: tuple[str, ...], found: set[str]) -> None:
    """Targets of conformance.toml, ids of clauses, probes, faults and variants."""
    assert set(completed(*words)) == found
    assert found


def test_an_explanation_takes_every_id() -> None:
    """Of clauses, probes and properties."""
    found = completed("explain", "")
    assert {"id.zero", "property.openapi", *CLAUSES} <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("option", ["config", "spec", "output", "baseline", "examples", "history"])
def test_paths_are_left_to_the_shell(option: str) -> None:
    """It completes files."""
    shell = ShellComplete(cli, {}, "conformance", "_CONFORMANCE_COMPLETE")
    (item,) = shell.get_completions(["run", f"--{option}"], "a/")
    assert (item.type, item.value) == ("file", "a/")


def test_a_mistake_in_a_file_completes_nothing(tmp_path: Path) -> None:
    """And breaks nothing: the command says what is wrong."""
    (tmp_path / "conformance.toml").write_text("nonsense", encoding="utf-8")
    assert completed("run", "") == []
    assert completed("run", "--select", "path.") == []


@pytest.mark.parametrize(
    ("shell", "words"),
    [
        ("bash", {"COMP_WORDS": "conformance run st", "COMP_CWORD": "2"}),
        ("zsh", {"COMP_WORDS": "conformance run st", "COMP_CWORD": "2"}),
        ("fish", {"COMP_WORDS": "conformance run st", "COMP_CWORD": "st"}),
    ],
)
def test_the_command_answers_a_shell(shell: str, words: dict[str, str]) -> None:
    """As its script asks, with the environment alone."""
    environment = {**os.environ, **words, "_CONFORMANCE_COMPLETE": f"{shell}_complete"}
    done = subprocess.run([str(CONFORMANCE)], env=environment, capture_output=True, text=True, check=True)
    assert "staging" in done.stdout
    assert "production" not in done.stdout


def test_bash_completes_with_the_line_of_the_readme() -> None:
    """The script is sourced, and its function called as readline does."""
    line = 'eval "$(_CONFORMANCE_COMPLETE=bash_source conformance)"'
    ask = 'COMP_WORDS=(conformance run st) COMP_CWORD=2; _conformance_completion conformance; echo "${COMPREPLY[@]}"'
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash here")
    environment = {**os.environ, "PATH": f"{CONFORMANCE.parent}:{os.environ['PATH']}"}
    done = subprocess.run([bash, "-c", f"{line}; {ask}"], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "staging\n"
