"""From a folder of Allure results to one HTML file."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

from conformance.exceptions import UsageError
from conformance.report.allure_html.commands import ReportNotMade, run
from conformance.report.allure_html.configuration import configuration
from conformance.report.allure_html.generators import Allure2, Node, find_generator
from conformance.report.allure_html.history import History
from conformance.report.allure_html.installation import default_cache, install
from conformance.report.allure_html.page import silenced

__all__ = ["make_html"]

DEFAULT_RESULTS = Path("reports")
_GENERATE_SECONDS = 600


def make_html(
    results: Path = DEFAULT_RESULTS,
    output: Path | None = None,
    *,
    history_file: Path | None = None,
    generator: Node | Allure2 | None = None,
    cache: Path | None = None,
) -> Path:
    """Make the Allure report of ``results`` as one self-contained HTML file, and return its path.

    ``results`` is a run's output directory or its ``allure-results`` folder. ``output`` is the folder that receives
    ``index.html`` (``allure-report`` in the output directory unless given); the page is replaced in one step, so it is
    whole or as it was. ``history_file`` holds the points of earlier reports and receives this one's (``history.jsonl``
    beside the page unless given). ``generator`` is searched for unless given; ``cache`` is where Allure 3 is installed
    once. Making the report of the same results again adds nothing to the history.

    Raises UsageError where there are no results or nothing that makes a report; ReportNotMade where making it failed.
    """
    folder = _results_folder(results)
    digest = _digest(folder)
    target = folder.parent / "allure-report" if output is None else output
    points = target / "history.jsonl" if history_file is None else history_file
    generator = generator or find_generator()
    try:
        known = History.read(points)
        with tempfile.TemporaryDirectory(prefix="conformance-allure-", ignore_cleanup_errors=True) as work:
            if isinstance(generator, Node):
                script = install(generator, (cache or default_cache()).absolute())
                page, made = _with_allure3([generator.executable, script], folder, known.before(digest), Path(work))
            else:
                page, made = _with_allure2([generator.executable], folder, Path(work)), History()
        target.mkdir(parents=True, exist_ok=True)
        _replace(target / "index.html", silenced(page))
        history = known.added(made, digest)
        if history != known:
            points.parent.mkdir(parents=True, exist_ok=True)
            _replace(points, history.text())
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise ReportNotMade(f"the Allure report was not made: {reason}") from error
    return target / "index.html"


def _with_allure3(allure: list[Path], results: Path, history: History, work: Path) -> tuple[str, History]:
    points, made, config = work / "history.jsonl", work / "report", work / "allurerc.mjs"
    points.write_text(history.text(), encoding="utf-8")
    config.write_text(configuration(results, output=made, history=points), encoding="utf-8")
    # Allure takes the folder for a glob pattern: as the working directory its name cannot mean anything else.
    command: list[str | Path] = [*allure, "generate", "--config", config, "--cwd", results, "."]
    run(command, what="allure generate", cwd=work, timeout=_GENERATE_SECONDS)
    return _page(made), History.read(points)


def _with_allure2(allure: list[Path], results: Path, work: Path) -> str:
    made = work / "report"
    command: list[str | Path] = [*allure, "generate", "--single-file", "--output", made, results]
    run(command, what="allure generate", cwd=work, timeout=_GENERATE_SECONDS)
    return _page(made)


def _page(folder: Path) -> str:
    file = folder / "index.html"
    if not file.is_file():
        raise ReportNotMade("allure generate failed: it ended well but left no index.html")
    return file.read_text(encoding="utf-8")


def _results_folder(folder: Path) -> Path:
    inner = folder / "allure-results"
    found = (inner if inner.is_dir() else folder).absolute()
    if not found.is_dir():
        raise UsageError(f"{folder}: no such directory; give a run's output directory, which holds allure-results")
    if not any(found.glob("*-result.json")):
        raise UsageError(f"{folder}: holds no Allure results (*-result.json); give a run's output directory")
    return found


def _digest(results: Path) -> str:
    """Return what tells these results from others; one that Allure would leave out in silence is refused."""
    digest = hashlib.sha256()
    for file in sorted(results.glob("*-result.json")):
        content = file.read_bytes()
        try:
            json.loads(content)
        except ValueError:
            raise UsageError(f"{file}: no JSON, so the report would lack it; remove it, or run again") from None
        digest.update(content)
    return digest.hexdigest()


def _replace(file: Path, text: str) -> None:
    """Write a file so that it is whole or as it was."""
    fresh = file.with_name(f".{file.name}.new")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
