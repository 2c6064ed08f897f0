"""The section of docs/independent-targets.md about the three servers, made from runs."""

from __future__ import annotations

import re
import tempfile
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.independent.naive.judged import JUDGED, NOT_SEEN
from tests.independent.naive.serving import NAMES, described, naive
from tests.independent.rows import cell, counts, failed, first_failure, link
from tests.independent.session import judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.runner.command import Ran

_OPTIONS = ("--mutation", "any", "--concurrency", "1", "--fail-on", "should")
_WHAT = {
    "FastAPI": "FastAPI with pydantic, SQLAlchemy on SQLite, served by uvicorn. A token, a repository and a mirror are "
    "rows; `HttpUrl` checks the url; an exception handler writes the envelope of the three documented refusals.",
    "Flask": "Flask with dictionaries, served by waitress. The router's `<int:…>` reads the id, `urlparse` checks the "
    "url, and only 404 has an error handler.",
    "Express": "Express 5 with plain objects on Node. `parseInt` reads the id, `new URL` checks the url, and "
    "`express.json()` parses the body.",
}


def judged_by(name: str, directory: Path) -> Ran:
    """The suite's run on the server of this name."""
    with naive(name, directory) as base_url:
        return judge(described(base_url, directory), directory, *_OPTIONS)


def section() -> str:
    """Run the suite on each server, and say what it found."""
    return "\n".join(line for name in NAMES for line in _of(name))


def table_of(name: str, text: str) -> set[str]:
    """The clauses in the page's table about this server."""
    part = text.partition(f"### {name}\n")[2].partition("\n#")[0]
    return set(re.findall(r"^\| (?:must|should) \| \[([\w.-]+)\]", part, re.MULTILINE))


def _of(name: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as directory:
        report = judged_by(name, Path(directory)).report
    yield from (f"### {name}", "", textwrap.fill(_WHAT[name], 120), "", f"{counts(report)}.", "")
    yield from ("| level | clause | what it did | judged | why |", "|---|---|---|---|---|")
    yield from (_row(name, row) for row in failed(report))
    yield from (
        "",
        textwrap.fill(f"Not seen by the suite: {'; '.join(NOT_SEEN[name]) or 'nothing that is known'}.", 120),
        "",
    )


def _row(name: str, row: dict[str, Any]) -> str:
    judged, why = JUDGED[name].get(row["id"], ("?", "?"))
    return f"| {row['level']} | {link(row['id'])} | {first_failure(row)} | {judged} | {cell(why)} |"
