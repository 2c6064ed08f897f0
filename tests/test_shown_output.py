"""Output that pages show below a command is what the command prints."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.mock.faults import FAULTS
from tests.runner.command import site

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FAULT = "maximum-id-refused"  # the run of the example of errata


def blocks() -> list[list[tuple[str, str]]]:
    """The commands of each block of docs/document.md, with what is shown below them; benchmarks are left out."""
    text = (ROOT / "docs" / "document.md").read_text(encoding="utf-8")
    found = [re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE) for block in BLOCK.findall(text)]
    return [block for block in found if "benchmarks/" not in block[0][0]]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A checkout's `spec`, and the reports of a run that failed."""
    folder = tmp_path_factory.mktemp("shown")
    shutil.copytree(ROOT / "spec", folder / "spec", ignore=shutil.ignore_patterns("node_modules"))
    with site(folder, FAULTS[FAULT].make()) as target:
        target.run("--history", "none")
        yield folder


@pytest.mark.parametrize("block", [pytest.param(block, id=block[0][0][:40]) for block in blocks()])
def test_a_page_shows_what_its_commands_print(block: list[tuple[str, str]], desk: Path) -> None:
    """In the order of the page; a line that ends in an ellipsis is the beginning of one."""
    for command, shown in block:
        if not shown and command.startswith("conformance"):
            continue
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=desk,
            env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "COLUMNS": "140", "HOME": str(desk)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        lines, wanted = done.stdout.splitlines(), shown.splitlines()
        assert len(lines) == len(wanted), done.stdout
        for line, one in zip(lines, wanted, strict=True):
            assert one == (f"{line[: len(one) - 1]}…" if one.endswith("…") else line)
