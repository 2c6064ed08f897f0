"""The scripts that read real pages, where the pages are not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize(("script", "missing"), [("pages", "gold.json"), ("edits", "edits"), ("drafts", "*/source")])
def test_a_folder_without_pages_is_an_error_in_one_line(script: str, missing: str, tmp_path: Path) -> None:
    """It is named with what it lacks; no figure of no page is printed."""
    command = [sys.executable, str(BENCHMARKS / f"{script}.py"), str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    said = f"{tmp_path} has no {missing}: name the folder of the pages, as pages.py says"
    assert ran.stderr.splitlines()[-1] == f"{script}.py: error: argument pages: {said}"
