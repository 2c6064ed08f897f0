"""Other people's programs, run quietly: silent when they succeed, one telling line when they do not."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

from conformance.exceptions import ConformanceError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["ReportNotMade", "run"]

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_NPM = re.compile(r"^npm (?:error|ERR!)\s*")
_NOISE = re.compile(r"^(?:code|errno|syscall|path|dest) \S+$|^A complete log of this run|^at \S")
_LONGEST = 300


class ReportNotMade(ConformanceError):  # noqa: N818 - it is an outcome, as NoVerdict is
    """The report could not be made although its input is right; nothing was written."""


def run(command: Sequence[str | Path], *, what: str, cwd: Path, timeout: float) -> str:
    """Run ``command`` to its end, for at most ``timeout`` seconds, and return what it printed on standard output.

    The folder of the program comes first on the PATH, so that a script of npm meets the node that it belongs to.
    Raises ReportNotMade, naming ``what`` was tried, where it cannot start, fails or takes too long.
    """
    program = os.fspath(command[0])
    path = os.pathsep.join([os.path.dirname(program), os.environ.get("PATH", "")])  # noqa: PTH120 - as it is, unresolved
    environment = {**os.environ, "PATH": path, "ALLURE_NO_ANALYTICS": "true", "NO_COLOR": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - the program was found by us and no shell is involved
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ReportNotMade(f"{what} did not end within {timeout:.0f} seconds") from None
    except OSError as error:
        raise ReportNotMade(f"{what} failed: {program}: {error.strerror}") from error
    if done.returncode:
        line = _telling_line(done.stderr) or _telling_line(done.stdout) or f"exit code {done.returncode}, no output"
        raise ReportNotMade(f"{what} failed: {line}")
    return done.stdout


def _telling_line(output: str) -> str:
    """Return the first line that says something: the last ones of npm and Node are log paths and stack frames."""
    lines = (_NPM.sub("", _COLOUR.sub("", line).strip()) for line in output.splitlines())
    return next((line[:_LONGEST] for line in lines if line and not _NOISE.match(line)), "")
