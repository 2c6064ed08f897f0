"""Parts that the benchmarks share: the best of several, a child's peak memory, and the machine in one line."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

COMMAND = (sys.executable, "-m", "conformance")


@dataclass(frozen=True, slots=True)
class Child:
    """A process that ended: seconds from its start to its end, of the CPU, and its peak resident set in megabytes."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    output: str


@contextmanager
def compiled() -> Iterator[dict[str, str]]:
    """The environment of an installed package: modules are compiled once, as for every user after the first run.

    What is compiled and kept goes to a directory that is removed in the end, so that Hypothesis' tables are made in the
    first run here, as in a user's first.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONFORMANCE_", "PYTEST_"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    directory = tempfile.mkdtemp(prefix="conformance-benchmark-")
    try:
        kept["CONFORMANCE_HISTORY"] = "none"
        yield {**kept, "PYTHONPYCACHEPREFIX": directory, "HYPOTHESIS_STORAGE_DIRECTORY": f"{directory}/hypothesis"}
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def run(
    command: Sequence[str],
    environment: dict[str, str],
    directory: Path | None = None,
    fine: Collection[int] = (0,),
) -> Child:
    """Run a command to its end; CalledProcessError, with what it printed, where its exit code is not among `fine`."""
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            list(command), env=environment, cwd=directory, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if process.returncode not in fine:
        raise subprocess.CalledProcessError(process.returncode, list(command), text)
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Child(seconds, usage.ru_utime + usage.ru_stime, kilobytes / 1024, text)


def machine() -> str:
    """Cores, Python and load: what the numbers below depend on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
    return f"{platform.system()}, {cores} cores, Python {platform.python_version()}{load}"
