"""The Allure page: Allure results as one HTML file, which opens from a disk and needs no network."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.exceptions import UsageError
from conformance.report.allure_program import Node, ReportNotMade, default_cache, find_node, install, run
from conformance.report.files import write_text
from conformance.report.strict_json import dumps

__all__ = ["CATEGORIES", "History", "categories_of_results", "configuration", "make_page", "title", "without_network"]

DEFAULT_RESULTS = Path("reports")
HISTORY_LIMIT = 30

CATEGORIES: tuple[dict[str, Any], ...] = (
    {
        "name": "Document and deployment disagree",
        "matchers": {
            "statuses": ["failed"],
            "message": r"^(?![\s\S]*answered by (?:the service|something))[\s\S]*answered by the gateway",
        },
    },
    {
        "name": "The service breaks the document (must)",
        "matchers": {"statuses": ["failed"], "message": r"^(?:\w+: )?must [a-z0-9]"},
    },
    {
        "name": "Inferred from a standard or common sense (should)",
        "matchers": {"statuses": ["failed"], "message": r"^(?:\w+: )?should [a-z0-9]"},
    },
    {"name": "Accepted in the baseline", "matchers": {"statuses": ["skipped"], "message": "^XFAIL "}},
    {"name": "Not tested", "matchers": {"statuses": ["skipped", "unknown"]}},
    {"name": "Suite or environment errors", "matchers": {"statuses": ["broken"]}},
    {"name": "Other failures", "matchers": {"statuses": ["failed"]}},
)
"""The groups of failures; a result belongs to the first that matches. allure-pytest puts "Failed: " before messages."""


def categories_of_results() -> list[dict[str, Any]]:
    """The same groups as the rows of ``categories.json``, for readers of results that know Allure 2's form.

    Allure 2 puts a result into every category that matches its whole message; here it matches one.
    """
    return [
        {"name": one["name"], "matchedStatuses": [status], **_whole_message(index, status)}
        for index, one in enumerate(CATEGORIES)
        for status in one["matchers"]["statuses"]
    ]


def _whole_message(index: int, status: str) -> dict[str, str]:
    earlier = [one["matchers"] for one in CATEGORIES[:index] if status in one["matchers"]["statuses"]]
    others = "".join(f"(?!{matchers['message']})" for matchers in earlier)
    own = CATEGORIES[index]["matchers"].get("message", "")
    return {"messageRegex": f"(?s){others}{own}.*"} if others or own else {}


_GENERATE_SECONDS = 600
# allure-pytest adds these labels; a conformance report does not need them.
_HIDDEN_LABELS = ["host", "thread", "language", "framework", "package", "parentSuite", "suite", "subSuite"]
# Most of Allure's default charts are empty here.
_CHARTS = {
    "currentStatus": "This run",
    "statusDynamics": "Run after run",
    "testResultSeverities": "By severity",
    "statusTransitions": "Changes from run to run",
    "successRateDistribution": "Where in the document",
    "statusAgePyramid": "How long it has been so",
}
# Allure carries unknown keys along. This one names the results of a point: Allure itself would count the same results
# again each time the page is made.
_DIGEST = "resultsDigest"
_ANALYTICS = re.compile(
    r"\s*<script[^>]*googletagmanager\.com[^>]*>\s*</script>(?:\s*<script>[^<]*\bgtag\([^<]*</script>)?"
)
_CHARSET = '<meta charset="utf-8">'
# Allure loads its own code from data: addresses, and attachments as blob:. Nothing else is fetched, not even by an
# answer of the target that is shown as HTML.
_POLICY = "default-src data: blob: 'unsafe-inline'; form-action 'none'"


def make_page(
    results: Path = DEFAULT_RESULTS,
    output: Path | None = None,
    *,
    history_file: Path | None = None,
    node: Node | None = None,
    cache: Path | None = None,
) -> Path:
    """Make the page and return its path.

    results: a run's output directory, or its ``allure-results`` folder.
    output: the folder for ``index.html``; ``allure-report`` in the output directory by default.
    history_file: the points of earlier pages, and of this one; ``history.jsonl`` beside the page by default.
    node: runs Allure; searched for by default.
    cache: the folder in which Allure is installed once.

    The page is replaced in one step. The same results again add nothing to the history.
    Raises UsageError where there are no results or no Node, ReportNotMade where Allure fails.
    """
    folder = _results_folder(results)
    digest = _digest(folder)
    target = folder.parent / "allure-report" if output is None else output
    points = target / "history.jsonl" if history_file is None else history_file
    node = node or find_node()
    try:
        known = History.read(points)
        script = install(node, (cache or default_cache()).absolute())
        with tempfile.TemporaryDirectory(prefix="conformance-allure-", ignore_cleanup_errors=True) as work:
            page, made = _generate([node.executable, script], folder, known.before(digest), Path(work))
        target.mkdir(parents=True, exist_ok=True)
        write_text(target / "index.html", without_network(page))
        history = known.added(made, digest)
        if history != known:
            points.parent.mkdir(parents=True, exist_ok=True)
            write_text(points, history.text())
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise ReportNotMade(f"the Allure page was not made: {reason}") from error
    return target / "index.html"


def _results_folder(folder: Path) -> Path:
    inner = folder / "allure-results"
    found = (inner if inner.is_dir() else folder).absolute()
    if not found.is_dir():
        raise UsageError(f"{folder}: no such directory; give a run's output directory, which holds allure-results")
    if not any(found.glob("*-result.json")):
        raise UsageError(f"{folder}: holds no Allure results (*-result.json); give a run's output directory")
    return found


def _digest(results: Path) -> str:
    """The digest of the results. UsageError where one is no JSON: Allure would leave it out without a word."""
    digest = hashlib.sha256()
    for file in sorted(results.glob("*-result.json")):
        content = file.read_bytes()
        try:
            json.loads(content)
        except ValueError:
            raise UsageError(f"{file}: no JSON, so the page would lack it; remove it, or run again") from None
        digest.update(content)
    return digest.hexdigest()


def _generate(allure: list[Path], results: Path, history: History, work: Path) -> tuple[str, History]:
    points, made, config = work / "history.jsonl", work / "report", work / "allurerc.json"
    points.write_text(history.text(), encoding="utf-8")
    config.write_text(dumps(configuration(results, output=made, history=points), indent=2), encoding="utf-8")
    # Allure takes the folder for a glob pattern: as the working directory its name cannot mean anything else.
    command: list[str | Path] = [*allure, "generate", "--config", config, "--cwd", results, "."]
    run(command, what="allure generate", cwd=work, timeout=_GENERATE_SECONDS)
    page = made / "index.html"
    if not page.is_file():
        raise ReportNotMade("allure generate failed: it exited with 0 but left no index.html")
    return page.read_text(encoding="utf-8"), History.read(points)


def configuration(results: Path, *, output: Path, history: Path) -> dict[str, Any]:
    """The configuration of Allure 3 for these results."""
    awesome = {
        "singleFile": True,  # the only form that opens from file://
        "reportLanguage": "en",
        "theme": "light",
        "groupBy": ["epic", "feature", "story"],
        "sections": ["charts", "timeline"],
        "charts": [{"type": chart, "title": words} for chart, words in _CHARTS.items()],
    }
    return {
        "name": title(results),
        "output": str(output),
        "historyPath": str(history),
        "historyLimit": HISTORY_LIMIT,
        "hideLabels": _HIDDEN_LABELS,
        "categories": CATEGORIES,
        "plugins": {"awesome": {"options": awesome}, "agent": {"enabled": False}},
    }


def title(results: Path) -> str:
    """The name of the page: that of ``executor.json``, else of the target in ``environment.properties``."""
    executor, environment = results / "executor.json", results / "environment.properties"
    if executor.is_file():
        try:
            named = json.loads(executor.read_text(encoding="utf-8"))
        except ValueError as error:
            raise UsageError(f"{executor}: no JSON ({error})") from error
        if isinstance(named, dict) and named.get("reportName"):
            return str(named["reportName"])
    text = environment.read_text(encoding="latin-1") if environment.is_file() else ""
    target = re.search(r"^target=(.+)$", text, re.MULTILINE)
    return "Conformance of " + target[1].replace("\\\\", "\\") if target else "Conformance report"


@dataclass(frozen=True, slots=True)
class History:
    """The points of earlier pages, oldest first; each is a line of JSON in Allure's format, without its line feed."""

    points: tuple[str, ...] = ()

    @classmethod
    def read(cls, file: Path) -> History:
        """Read a history file; it is empty where there is none, and a damaged line is left out."""
        if not file.is_file():
            return cls()
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        return cls(tuple(line for line in lines if _point(line) is not None))

    def before(self, digest: str) -> History:
        """The points that are older than the one of these results; all where they have none yet."""
        position = self._position(digest)
        return self if position is None else History(self.points[:position])

    def added(self, made: History, digest: str) -> History:
        """This history with the newest point of ``made``, unless these results have a point already."""
        if self._position(digest) is not None or not made.points:
            return self
        newest = dumps({**(_point(made.points[-1]) or {}), _DIGEST: digest}, ensure_ascii=False)
        return History((*self.points, newest)[-HISTORY_LIMIT:])

    def text(self) -> str:
        """The content of a history file."""
        return "".join(f"{point}\n" for point in self.points)

    def _position(self, digest: str) -> int | None:
        return next((n for n, line in enumerate(self.points) if (_point(line) or {}).get(_DIGEST) == digest), None)


def _point(line: str) -> dict[str, object] | None:
    try:
        point = json.loads(line)
    except ValueError:
        return None
    return point if isinstance(point, dict) else None


def without_network(page: str) -> str:
    """Remove Google Analytics from a page, and forbid the browser any request to a network."""
    head = f'{_CHARSET}\n    <meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    return _ANALYTICS.sub("", page).replace(_CHARSET, head, 1)
