"""A plugin: the seed of the matrix of faults, which is the commit's unless `--matrix-seed` says otherwise."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_ROOT = Path(__file__).parents[2]
_NO_COMMIT = 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option; its default is the same in every process of a run."""
    parser.addoption("--matrix-seed", type=int, default=seed_of_commit(), metavar="N", help="default: the commit's")


def pytest_report_header(config: pytest.Config) -> str:
    """Say which seed it is."""
    return f"seed of the matrix of faults: {config.getoption('--matrix-seed')} (--matrix-seed)"


def seed_of_commit(root: Path = _ROOT) -> int:
    """The first eight digits of the commit that is checked out; 1 where there is no commit."""
    command = ["git", "-C", str(root), "rev-parse", "--verify", "HEAD"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return _NO_COMMIT
    return int(said[:8], 16)
