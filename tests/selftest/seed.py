"""A plugin: the seed of the matrix of faults, made from what the commit holds unless `--matrix-seed` says otherwise."""

from __future__ import annotations

import subprocess
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_ROOT = Path(__file__).parents[2]
_DEPENDS_ON = ("conformance", "spec", "tests/selftest/matrix.py", "tests/selftest/test_every_fault.py")
_NO_COMMIT = 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option; its default is the same in every process of a run."""
    parser.addoption("--matrix-seed", type=int, default=seed_of_commit(), metavar="N", help="default: the commit's")


def pytest_report_header(config: pytest.Config) -> str:
    """Say which seed it is."""
    return f"seed of the matrix of faults: {config.getoption('--matrix-seed')} (--matrix-seed)"


def seed_of_commit(root: Path = _ROOT) -> int:
    """The seed, below 2**32, of what the matrix depends on, as committed; 1 where there is no commit.

    A commit that changes none of them, or a rebase, keeps the seed: a proof of the matrix stays one.
    """
    command = ["git", "-C", str(root), "ls-tree", "HEAD", *_DEPENDS_ON]
    try:
        trees = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return _NO_COMMIT
    return int(sha256(trees).hexdigest()[:8], 16)
