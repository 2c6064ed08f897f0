"""The folders of a user who has none, and files of a user that do not end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import pytest
from click.testing import CliRunner

from conformance.cli import cli
from conformance.exceptions import UsageError
from conformance.places import cache_folder, read_bounded, state_folder
from tests.runner.command import site

if TYPE_CHECKING:
    from collections.abc import Mapping

HOMELESS = """
import pwd, sys

def nobody(*_):
    raise KeyError("uid not found")

pwd.getpwuid = nobody
sys.argv[0] = "conformance"
from conformance.cli import main
main()
"""
"""The command for a user whose number stands nowhere, as in a container that is run under any number."""


def homeless(*words: str, cwd: Path, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """`conformance` without HOME and without an entry in passwd."""
    return subprocess.run(
        [sys.executable, "-c", HOMELESS, *words],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **(environ or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_folders_are_absolute() -> None:
    """The system's answer, in folders of the suite's own."""
    for folder in (cache_folder(), state_folder()):
        assert folder is not None
        assert folder.is_absolute()
        assert folder.name == "remote-mirror-conformance"


@pytest.mark.parametrize("answer", ["raises", "is relative"])
def test_without_a_home_there_are_none(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Releases of platformdirs say so in two ways; a folder named ~ is not made."""

    def found(*_: object, **__: object) -> Path:
        if answer == "raises":
            raise RuntimeError("no home")
        return Path("~/.cache/remote-mirror-conformance")

    monkeypatch.setattr(platformdirs, "user_cache_path", found)
    monkeypatch.setattr(platformdirs, "user_state_path", found)
    assert (cache_folder(), state_folder()) == (None, None)


def test_a_run_needs_no_home(tmp_path: Path) -> None:
    """It has its verdict and its reports, and says that it is in no history; the directory stays clean."""
    with site(tmp_path) as target:
        ran = homeless(
            "run", "site", "--profile", "smoke", "--probe", "id.zero", "--yes", cwd=tmp_path, environ=target.environ
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "not recorded: history: there is no home directory (HOME is not set): name a file" in ran.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"conformance.toml", "longest.txt", "reports"}


def test_a_missing_home_is_told_in_one_line(tmp_path: Path) -> None:
    """Exit 2, as where a folder cannot be made."""
    for words in (["history"], ["compare", "latest~1", "latest"], ["run", "--history", "~/nights.db"]):
        ran = homeless(*words, cwd=tmp_path)
        assert ran.returncode == 2, ran.stderr
        assert "there is no home directory (HOME is not set)" in ran.stderr
        assert len(ran.stderr.strip().splitlines()) == 1


def test_a_file_without_an_end_is_read_to_the_bound(tmp_path: Path) -> None:
    """A device or a pipe may never end; a file of just the bound is whole."""
    whole = tmp_path / "whole"
    whole.write_bytes(b"0" * 2**20)
    assert len(read_bounded(whole, 2**20)) == 2**20
    with pytest.raises(OSError, match="more than 1 MB"):
        read_bounded(Path("/dev/zero"), 2**20)


@pytest.mark.parametrize("words", [["document", "/dev/zero"], ["run", "--config", "/dev/zero"]])
def test_a_command_reads_no_file_without_an_end(words: list[str]) -> None:
    """One line says so, and nothing is read beyond the bound."""
    done = CliRunner().invoke(cli, words, standalone_mode=False)
    assert isinstance(done.exception, UsageError)
    assert "more than 8 MB" in f"{done.stderr}{done.exception}"
