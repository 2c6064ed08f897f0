"""The Allure page: Allure results as one HTML file, which opens from a disk and needs no network."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from conformance.report.allure_copy import ACCEPTED, AllureResults
from conformance.report.allure_program import Node, ReportNotMade, default_cache, find_node, install, run
from conformance.report.files import dumps, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "CATEGORIES", "HISTORY_LIMIT", "RUN", "History", "categories_of_results", "configuration", "dressed", "make_page",
]  # fmt: skip

HISTORY_LIMIT = 30
_LONGEST_MESSAGE = 200

CATEGORIES: tuple[dict[str, Any], ...] = (
    {
        "name": "Accepted in the baseline",
        "matchers": {"statuses": ["skipped", "failed"], "message": f"^(?:XFAIL |{ACCEPTED})"},
    },
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
    {"name": "Not tested", "matchers": {"statuses": ["skipped", "unknown"]}},
    {"name": "Suite or environment errors", "matchers": {"statuses": ["broken"]}},
    {"name": "Other failures", "matchers": {"statuses": ["failed"]}},
)
"""The groups of failures; a result belongs to the first that matches. allure-pytest puts "Failed: " before messages."""
_ANALYTICS = re.compile(
    r"\s*<script[^>]*googletagmanager\.com[^>]*>\s*</script>(?:\s*<script>[^<]*\bgtag\([^<]*</script>)?"
)
_CHARSET = '<meta charset="utf-8">'
# Allure loads its own code from data: addresses, and attachments as blob:. Nothing else is fetched, not even by an
# answer of the target that is shown as HTML.
_POLICY = "default-src data: blob: 'unsafe-inline'; form-action 'none'"
_TONES = {
    "conformant": ("#1a6b35", "#7ee2a0"),
    "partial": ("#7d4e00", "#e3b341"),
    "non-conformant": ("#b3182a", "#ff8a82"),
    "stale baseline": ("#b3182a", "#ff8a82"),
    "no verdict": ("#6639ba", "#c9a8ff"),
}
"""The colours of a verdict, in light and dark."""
_STYLE = """
[data-testid=report-title] { font-size: clamp(1.4rem, 4vw, 2rem) !important; line-height: 1.2 !important; }
[data-testid=report-title] { color: LIGHT; }
[data-theme=dark] [data-testid=report-title] { color: DARK; }
:has(> [data-testid=report-header], > * > [data-testid=report-header]) > div:has(> article) { display: none; }
"""
# Allure scrolls to its first test when it opens; a link to a test still may.
_SCRIPT = """
if (!location.hash) {
  const view = Element.prototype.scrollIntoView, top = Object.getOwnPropertyDescriptor(Element.prototype, 'scrollTop');
  const ofTree = one => one.hasAttribute('data-tree-scroll-container');
  Element.prototype.scrollIntoView = () => {};
  const set = function (to) { if (!ofTree(this)) top.set.call(this, to); };
  Object.defineProperty(Element.prototype, 'scrollTop', { ...top, set });
  const release = () => {
    Element.prototype.scrollIntoView = view;
    Object.defineProperty(Element.prototype, 'scrollTop', top);
  };
  for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchstart'])
    addEventListener(kind, release, { once: true, capture: true });
}
"""


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
# Most of Allure's default charts are empty here, and shares of tests say nothing: one broken must is no 98 %.
_CHARTS = {
    "statusDynamics": "Run after run",
    "testResultSeverities": "By severity",
    "statusTransitions": "Changes from run to run",
    "statusAgePyramid": "How long it has been so",
}
# Allure carries unknown keys along. These name the results of a point: Allure itself would count the same results
# again each time the page is made, and the history knows a run by its id.
_DIGEST, RUN = "resultsDigest", "conformanceRun"


def make_page(
    results: AllureResults,
    output: Path | None = None,
    *,
    history_file: Path | None = None,
    earlier: Iterable[Mapping[str, Any]] = (),
    node: Node | None = None,
    cache: Path | None = None,
) -> Path:
    """Make the page and return its path.

    output: the folder for ``index.html``; ``allure-report`` in the output directory by default.
    history_file: the points of earlier pages, and of this one; ``history.jsonl`` beside the page by default.
    earlier: points of runs before this one, oldest first; those of which there was a page already are left out.
    node: runs Allure; searched for by default.
    cache: the folder in which Allure is installed once.

    The page is replaced in one step. The same results again add nothing to the history.
    Raises UsageError where there is no Node, ReportNotMade where Allure fails.
    """
    target = results.folder.parent / "allure-report" if output is None else output
    points = target / "history.jsonl" if history_file is None else history_file
    node = node or find_node()
    try:
        known = History.read(points)
        shown = known.before(results.digest).with_earlier(earlier)
        script = install(node, (cache or default_cache()).absolute())
        with tempfile.TemporaryDirectory(prefix="conformance-allure-", ignore_cleanup_errors=True) as work:
            page, made = _generate([node.executable, script], results, shown, Path(work))
        target.mkdir(parents=True, exist_ok=True)
        write_text(target / "index.html", dressed(page, results.verdict))
        history = known.added(made, results.digest, results.run)
        if history != known:
            points.parent.mkdir(parents=True, exist_ok=True)
            write_text(points, history.text())
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise ReportNotMade(f"the Allure page was not made: {reason}") from error
    return target / "index.html"


def _generate(allure: list[Path], results: AllureResults, history: History, work: Path) -> tuple[str, History]:
    points, made, config, copy = (work / name for name in ("history.jsonl", "report", "allurerc.json", "results"))
    points.write_text(history.text(), encoding="utf-8")
    config.write_text(dumps(configuration(results, output=made, history=points), indent=2), encoding="utf-8")
    results.copy(copy)
    # Allure takes the folder for a glob pattern: as the working directory its name cannot mean anything else.
    command: list[str | Path] = [*allure, "generate", "--config", config, "--cwd", copy, "."]
    run(command, what="allure generate", cwd=work, timeout=_GENERATE_SECONDS)
    page = made / "index.html"
    if not page.is_file():
        raise ReportNotMade("allure generate failed: it exited with 0 but left no index.html")
    return page.read_text(encoding="utf-8"), History.read(points)


def configuration(results: AllureResults, *, output: Path, history: Path) -> dict[str, Any]:
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
        "name": results.title,
        "output": str(output),
        "historyPath": str(history),
        "historyLimit": HISTORY_LIMIT,
        "hideLabels": _HIDDEN_LABELS,
        "categories": CATEGORIES,
        "resolutions": {"rules": results.resolutions, "knownIssuesPath": str(output.with_name("known-issues.json"))},
        "plugins": {"awesome": {"options": awesome}, "agent": {"enabled": False}},
    }


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

    def with_earlier(self, points: Iterable[Mapping[str, Any]]) -> History:
        """This history with the points of other runs put between, by their time; the newest of all of them."""
        here = [(_point(line) or {}, line) for line in self.points]
        runs = {point.get(RUN) for point, _ in here}
        more = [(point, dumps(point)) for point in points if point[RUN] not in runs]
        merged = sorted([*here, *more], key=lambda one: one[0].get("timestamp", 0)) if more else here
        return History(tuple(line for _, line in merged)[-HISTORY_LIMIT:])

    def added(self, made: History, digest: str, run_id: str | None = None) -> History:
        """This history with the newest point of ``made``, unless these results have a point already."""
        if self._position(digest) is not None or not made.points:
            return self
        named = {RUN: run_id} if run_id else {}
        point = _point(made.points[-1]) or {}
        rows = {name: _slim(row) for name, row in point.get("testResults", {}).items()}
        newest = dumps({**point, "testResults": rows, _DIGEST: digest, **named}, ensure_ascii=False)
        return History((*self.points, newest)[-HISTORY_LIMIT:])

    def text(self) -> str:
        """The content of a history file."""
        return "".join(f"{point}\n" for point in self.points)

    def _position(self, digest: str) -> int | None:
        return next((n for n, line in enumerate(self.points) if (_point(line) or {}).get(_DIGEST) == digest), None)


def _slim(row: Mapping[str, Any]) -> dict[str, Any]:
    """The members of an earlier result that Allure shows: each of thirty points is in the page, whole."""
    kept = {name: value for name, value in row.items() if name not in {"trace", "labels"}}
    if "message" in kept:
        kept["message"] = shorten(str(kept["message"]), _LONGEST_MESSAGE, placeholder=" …")
    return {**kept, "labels": []}


def _point(line: str) -> dict[str, Any] | None:
    try:
        point = json.loads(line)
    except ValueError:
        return None
    return point if isinstance(point, dict) else None


def dressed(page: str, verdict: str) -> str:
    """The page without Google Analytics and any request to a network, with its verdict in its colour."""
    light, dark = _TONES.get(verdict, ("inherit", "inherit"))
    style = _STYLE.replace("LIGHT", light).replace("DARK", dark)
    head = f'{_CHARSET}\n    <meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    head += f"\n    <style>{style}</style>\n    <script>{_SCRIPT}</script>"
    return _ANALYTICS.sub("", page).replace(_CHARSET, head, 1)
