"""The Allure page: Allure results as one HTML file, which opens from a disk and needs no network.

It gets a copy of the results in which accepted failures fail, and are resolved: Allure 3 lists them with their reasons,
and leaves them out of its quality. Of a result that is skipped, as ours are for every other reader, it knows nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from conformance.exceptions import UsageError
from conformance.report.allure_program import Node, ReportNotMade, default_cache, find_node, install, run
from conformance.report.files import dumps, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ACCEPTED = "Accepted: "
"""The message of an accepted failure begins so in the copy; the reason follows."""
_XFAIL = "XFAIL accepted in the baseline: "  # pytest's word, and that of conformance.runner.case


@dataclass(frozen=True)
class AllureResults:
    """The results of one run.

    folder: they are in it.
    rows: each ``*-result.json``, by its name.
    digest: the same for the same results.
    executor, environment: of the run, as far as the files say.
    """

    folder: Path
    rows: Mapping[str, dict[str, Any]]
    digest: str
    executor: Mapping[str, Any]
    environment: Mapping[str, str]

    @classmethod
    def read(cls, place: Path) -> AllureResults:
        """Read them from a run's output directory, or its ``allure-results`` folder.

        Raises UsageError where there are none, or one is no JSON: Allure would leave it out without a word.
        """
        inner = place / "allure-results"
        folder = (inner if inner.is_dir() else place).absolute()
        if not folder.is_dir():
            raise UsageError(f"{place}: no such directory; give a run's output directory, which holds allure-results")
        digest, rows = hashlib.sha256(), {}
        for file in sorted(folder.glob("*-result.json")):
            content = file.read_bytes()
            digest.update(content)
            rows[file.name] = _object(content, f"{file}: no JSON, so the page would lack it; remove it, or run again")
        if not rows:
            raise UsageError(f"{place}: holds no Allure results (*-result.json); give a run's output directory")
        executor = folder / "executor.json"
        said = _object(executor.read_bytes(), f"{executor}: no JSON") if executor.is_file() else {}
        return cls(folder, rows, digest.hexdigest(), said, _environment(folder / "environment.properties"))

    @property
    def title(self) -> str:
        """The name of the page: the target, or the name that another program gave, and the verdict with its reason."""
        given = None if self.run else self.executor.get("reportName")
        name = str(given or self.environment.get("target") or "Conformance report")
        said = [self.environment[key] for key in ("verdict", "reason") if key in self.environment]
        return f"{name}: {', '.join(said)}" if said else name

    @property
    def verdict(self) -> str:
        """The verdict in words; empty where the files do not say."""
        return self.environment.get("verdict", "")

    @property
    def run(self) -> str | None:
        """The id of the run; None where another program wrote ``executor.json``."""
        return str(self.executor["buildName"]) if self.executor.get("type") == "conformance" else None

    @property
    def cases(self) -> dict[str, tuple[str, str]]:
        """The tests by their ``ALLURE_ID``: the names of their points in Allure's history, and their titles."""
        return {case: (history_id(row), str(row.get("name", case))) for row in self.rows.values() if (case := _id(row))}

    @property
    def resolutions(self) -> list[dict[str, Any]]:
        """The accepted failures as rules of Allure 3, one for each reason."""
        cases: dict[str, list[str]] = {}
        for row in self.rows.values():
            if (reason := _reason(row)) is not None and (case := _id(row)):
                cases.setdefault(reason, []).append(case)
        return [
            {"resolution": "accepted", "comment": reason, "testCaseId": sorted(ids)}
            for reason, ids in sorted(cases.items())
        ]

    def copy(self, to: Path) -> None:
        """Copy everything to a folder, by links where they can be made. OSError where that fails."""
        to.mkdir(parents=True)
        for file in self.folder.iterdir():
            row = self.rows.get(file.name)
            if row and (reason := _reason(row)) is not None:
                (to / file.name).write_text(dumps(_failed(row, reason)), encoding="utf-8")
            elif file.is_file():
                _link(file, to / file.name)


def test_case_id(case: str) -> str:
    """Allure's id of a test that has an ``ALLURE_ID``."""
    return _md5(f"ALLURE_ID={case}")


def history_id(row: Mapping[str, Any]) -> str:
    """The name of a result among those of other runs, as Allure 3 makes it: of its id and its parameters."""
    parameters = sorted((one["name"], one["value"]) for one in row.get("parameters", ()) if not one.get("excluded"))
    case = _id(row)
    own = test_case_id(case) if case else _md5(str(row.get("fullName", "")))
    return f"{own}.{_md5(','.join(f'{name}:{value}' for name, value in parameters))}"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _id(row: Mapping[str, Any]) -> str | None:
    return next((one["value"] for one in row.get("labels", ()) if one["name"] == "ALLURE_ID"), None)


def _reason(row: Mapping[str, Any]) -> str | None:
    """The reason for which the baseline accepts that a test fails; None where it does not."""
    message = str(row.get("statusDetails", {}).get("message", ""))
    first = message.partition("\n")[0]
    return first.removeprefix(_XFAIL) or "no reason given" if first.startswith(_XFAIL) else None


def _failed(row: dict[str, Any], reason: str) -> dict[str, Any]:
    details = row["statusDetails"]
    rest = details["message"].partition("\n")[2]
    return {**row, "status": "failed", "statusDetails": {**details, "message": f"{ACCEPTED}{reason}\n{rest}"}}


def _link(file: Path, to: Path) -> None:
    try:
        os.link(file, to)
    except OSError:
        shutil.copyfile(file, to)


def _object(content: bytes, words: str) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except ValueError:
        raise UsageError(words) from None
    return data if isinstance(data, dict) else {}


def _environment(file: Path) -> dict[str, str]:
    """The values of a Java properties file, as `conformance.report.allure_results` writes it."""
    text = file.read_text(encoding="latin-1") if file.is_file() else ""
    rows = re.findall(r"^((?:[^=\\\n]|\\.)+)=(.*)$", text, re.MULTILINE)
    return {name.replace("\\ ", " "): value.replace("\\\\", "\\") for name, value in rows}


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
