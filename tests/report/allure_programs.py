"""Fake programs in place of Node, npm and Allure, and a result for them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

INSTALLED = Path("node_modules", "allure", "cli.js")

# Leaves behind what npm does, and a mark for every call.
NPM = f"""
open("asked", "a").write("x")
open({str(Path("..", "..", "asked"))!r}, "a").write("x")
Path({str(INSTALLED)!r}).parent.mkdir(parents=True)
Path({str(INSTALLED)!r}).write_text("// allure")
"""

# Does with a configuration what ``allure generate`` does: leaves a page, and adds a point to the history.
ALLURE = """
config = json.loads(Path(sys.argv[sys.argv.index("--config") + 1]).read_text())
history = Path(config["historyPath"])
known = history.read_text()
page = Path(config["output"], "index.html")
page.parent.mkdir()
page.write_text('<head><meta charset="utf-8"></head>' + config["name"] + f" after {len(known.splitlines())} runs")
history.write_text(known + json.dumps({"uuid": "new", "testResults": {}}) + "\\n")
"""


def program(folder: Path, name: str, body: str) -> Path:
    """Write an executable file that runs ``body`` in Python."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!{sys.executable}\nimport json, sys\nfrom pathlib import Path\n{body}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def says(version: str) -> str:
    """Return the body of a program that knows its version only."""
    return f"print({version!r})"


def fails(line: str) -> str:
    """Return the body of a program that ends with exit code 1 and ``line`` on standard error."""
    return f"print({line!r}, file=sys.stderr); sys.exit(1)"


def write_result(folder: Path, *, start: int) -> None:
    """Write the one result of a run that began at ``start``."""
    file = folder / "allure-results" / "a-result.json"
    file.write_text(json.dumps({"uuid": "a", "name": "a", "status": "passed", "start": start}), encoding="utf-8")
