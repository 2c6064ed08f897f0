"""`nightly/run`, and other commands of a nightly job, as a shell without a terminal runs them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.runner.command import CONFORMANCE

if TYPE_CHECKING:
    from collections.abc import Mapping

NIGHTLY = Path(__file__).parents[2] / "nightly"
_SECONDS = 300


@dataclass(frozen=True)
class Night:
    """The outcome of a night: its exit code and its output."""

    code: int
    out: str
    err: str


def night(directory: Path, target: str, environ: Mapping[str, str], *, path: Path = CONFORMANCE.parent) -> Night:
    """Run the script for `target` in `directory`, with the programs of the folder `path` before all others."""
    return shell('"$NIGHTLY/run" "$TARGET"', directory, {**environ, "TARGET": target}, path=path)


def _in_the_foreground() -> None:
    """Take interruptions, which a process that a shell started in the background ignores."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def shell(command: str, directory: Path, environ: Mapping[str, str], *, path: Path = CONFORMANCE.parent) -> Night:
    """Run a command in sh; $NIGHTLY is the folder of the script."""
    sh = shutil.which("sh")
    assert sh is not None
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CONFORMANCE_", "PYTEST_", "NIGHTLY_"))
    }
    done = subprocess.run(
        [sh, "-c", command],
        cwd=directory,
        env={**clean, "NIGHTLY": str(NIGHTLY), "PATH": f"{path}{os.pathsep}{clean['PATH']}", **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
        preexec_fn=_in_the_foreground,
    )
    return Night(done.returncode, done.stdout, done.stderr)
