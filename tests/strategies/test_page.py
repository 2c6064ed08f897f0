"""docs/strategies.md: every strategy is on it, and its example runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from conformance import strategies

PAGE = (Path(__file__).parents[2] / "docs" / "strategies.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"<!-- example: test_gateway\.py -->\n```python\n(.*?)```", PAGE, re.DOTALL)


def ran(directory: Path, source: str) -> subprocess.CompletedProcess[str]:
    """The example as a user runs it, in a process of its own."""
    (directory / "test_gateway.py").write_text(source, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:schemathesis",
        "-p",
        "no:cacheprovider",
        "test_gateway.py",
    ]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)


def test_the_page_lists_every_strategy_and_no_other() -> None:
    """The table's names are the public ones."""
    table = PAGE.split("## An example", maxsplit=1)[0]
    assert set(re.findall(r"`(\w+)\(", table)) | {"ALPHABETS"} == set(strategies.__all__)


def test_the_example_passes(tmp_path: Path) -> None:
    """Copied from the page and run by pytest."""
    assert EXAMPLE is not None
    done = ran(tmp_path, EXAMPLE[1])
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


@pytest.mark.nightly
def test_the_example_fails_as_the_page_says(tmp_path: Path) -> None:
    """Without the upper limit the least integer over it is shown."""
    assert EXAMPLE is not None
    done = ran(tmp_path, EXAMPLE[1].replace(" and int(segment) < 2**31", ""))
    assert done.returncode == 1
    assert re.search(r"number=2_?147_?483_?648", done.stdout)
