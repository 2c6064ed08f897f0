"""What Allure 3 is told: its configuration, and the categories of Allure 2 in the words of Allure 3."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["categories", "configuration", "title"]

HISTORY_LIMIT = 30

# What allure-pytest adds and no reader of a conformance report asks for.
_HIDDEN_LABELS = ["host", "thread", "language", "framework", "package", "parentSuite", "suite", "subSuite"]
# Allure's own choice is a page of charts that are empty here.
_CHARTS = {
    "currentStatus": "This run",
    "statusDynamics": "Run after run",
    "testResultSeverities": "By severity",
    "statusTransitions": "What changed from run to run",
    "successRateDistribution": "Where in the document",
    "statusAgePyramid": "How long it has been so",
}
_INLINE_FLAGS = re.compile(r"\(\?([ims]+)\)")
# A module, because a JSON file cannot carry the flags of a pattern.
_MODULE = """\
const regex = ({{source, flags}}) => new RegExp(source, flags);
const config = {config};
for (const {{matchers}} of config.categories)
  for (const key of ["message", "trace"])
    if (matchers[key]) matchers[key] = regex(matchers[key]);
export default config;
"""


def configuration(results: Path, *, output: Path, history: Path) -> str:
    """Return the text of an ``allurerc.mjs`` for these results."""
    awesome = {
        "singleFile": True,  # the only form that opens from file://
        "reportLanguage": "en",
        "theme": "light",
        "groupBy": ["epic", "feature", "story"],
        "sections": ["charts", "timeline"],
        "charts": [{"type": chart, "title": words} for chart, words in _CHARTS.items()],
    }
    config = {
        "name": title(results),
        "output": str(output),
        "historyPath": str(history),
        "historyLimit": HISTORY_LIMIT,
        "hideLabels": _HIDDEN_LABELS,
        "categories": categories(results),
        "plugins": {"awesome": {"options": awesome}, "agent": {"enabled": False}},
    }
    return _MODULE.format(config=json.dumps(config, indent=2))


def title(results: Path) -> str:
    """Return the report's name: from ``executor.json``, else the target in ``environment.properties``."""
    executor = _json(results / "executor.json", default={})
    if isinstance(executor, dict) and executor.get("reportName"):
        return str(executor["reportName"])
    target = _properties(results / "environment.properties").get("target")
    return f"Conformance of {target}" if target else "Conformance report"


def categories(results: Path) -> list[dict[str, Any]]:
    """Translate ``categories.json``, the format of Allure 2, which Allure 3 does not read; none where there is none.

    Allure 3 takes the first rule that matches, Allure 2 every one: the most special rule stands first.
    """
    file = results / "categories.json"
    rules = _json(file, default=[])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) and rule.get("name") for rule in rules):
        raise UsageError(f"{file}: must be a list of objects, each with a name")
    return [{"name": rule["name"], "matchers": _matchers(rule)} for rule in rules]


def _matchers(rule: Mapping[str, Any]) -> dict[str, Any]:
    matchers: dict[str, Any] = {}
    if rule.get("matchedStatuses"):
        matchers["statuses"] = rule["matchedStatuses"]
    if rule.get("flaky"):
        matchers["flaky"] = True
    for key, name in (("messageRegex", "message"), ("traceRegex", "trace")):
        if rule.get(key):
            matchers[name] = _regex(rule[key])
    return matchers


def _regex(java: str) -> dict[str, str]:
    """Translate a Java pattern and its leading flags: Allure 2 matches a whole text, Allure 3 searches in it."""
    inline = _INLINE_FLAGS.match(java)
    flags = "".join(sorted({"s", *(inline[1] if inline else "")}))
    pattern = java[inline.end() :] if inline else java
    return {"source": rf"(?<![\s\S])(?:{pattern})(?![\s\S])", "flags": flags}


def _json(file: Path, *, default: object) -> Any:  # noqa: ANN401 - any JSON value
    if not file.is_file():
        return default
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{file}: no JSON ({error})") from error


def _properties(file: Path) -> dict[str, str]:
    """Read what of Java's properties such a file uses, names in lower case."""
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    pairs = (line.partition("=") for line in text.splitlines() if not line.lstrip().startswith(("#", "!")))
    return {key.strip().lower(): value.strip().replace("\\", "") for key, _, value in pairs}
