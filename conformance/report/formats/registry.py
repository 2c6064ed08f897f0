"""The reports that `--report` chooses among: names, files, and the modules that make them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.contract import Contract

_Need: TypeAlias = Literal["report", "har", "contract"]


class ReportName(StrEnum):
    """The names of the reports, in the order of the documentation."""

    HTML = "html"
    SUMMARY = "summary"
    ALLURE = "allure"
    JUNIT = "junit"
    SARIF = "sarif"
    CTRF = "ctrf"
    CODE_QUALITY = "code-quality"
    ANNOTATIONS = "annotations"
    BADGE = "badge"
    SHIELDS = "shields"


@dataclass(frozen=True, slots=True)
class Format:
    """A report.

    file: its file or folder in the output directory.
    title: its name where a run lists its reports.
    about: its use, in a few words of Markdown.
    maker: the function below ``conformance.report`` that makes the text; None where plugins of pytest write it during a
        run.
    needs: its arguments, which are members of `Sources`.
    default: whether a run writes it unless others are chosen.
    """

    file: str
    title: str
    about: str
    maker: str | None = None
    needs: tuple[_Need, ...] = ("report",)
    default: bool = False


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources that reports are made of.

    report: the data of report.json.
    har: the content of traffic.har; empty where the run has none.
    contract: the contract that judged.
    """

    report: Mapping[str, Any]
    har: Mapping[str, Any]
    contract: Contract


FORMATS = {
    ReportName.HTML: Format(
        "index.html",
        "page",
        "the run as one page that needs no network: the verdict, each failure with its sentence and both sides of the "
        "exchange, the document with a mark at every clause, the timing; `--open` opens it",
        "page.page.render",
        ("report", "har", "contract"),
        default=True,
    ),
    ReportName.SUMMARY: Format(
        "summary.md",
        "summary",
        "the verdict and the failures in Markdown, for a pull or merge request; appended to `$GITHUB_STEP_SUMMARY` too",
        "formats.summary.markdown",
        default=True,
    ),
    ReportName.ALLURE: Format(
        "allure-results/",
        "Allure results",
        "one result for each clause and probe; `conformance allure` makes one HTML page of them with Allure 3 (needs "
        "Node 22 or newer: the extra `[allure]` brings it; the first page needs npm's registry)",
        default=True,
    ),
    ReportName.JUNIT: Format(
        "junit.xml",
        "JUnit",
        "for CI servers: each test by its clause (class name) and title, with target, verdict, run id and seed as "
        "properties",
        default=True,
    ),
    ReportName.SARIF: Format(
        "results.sarif",
        "SARIF",
        "SARIF 2.1.0, for code scanning: a rule for each clause, and each failure at the line of the document that "
        "it breaks",
        "formats.annotations.sarif",
    ),
    ReportName.CTRF: Format(
        "ctrf.json",
        "CTRF",
        "Common Test Report Format: a test for each clause",
        "formats.ctrf.render",
        ("report", "har"),
    ),
    ReportName.CODE_QUALITY: Format(
        "gl-code-quality-report.json",
        "code quality",
        "the failures for GitLab's merge requests (`artifacts:reports:codequality`)",
        "formats.annotations.code_quality",
    ),
    ReportName.ANNOTATIONS: Format(
        "annotations.txt",
        "annotations",
        "the failures as workflow commands of GitHub Actions; in a job there, a run prints them by itself",
        "formats.annotations.github",
        ("report", "contract"),
    ),
    ReportName.BADGE: Format("badge.svg", "badge", "the verdict as a picture for a README", "formats.summary.badge"),
    ReportName.SHIELDS: Format(
        "badge.json", "shields.io endpoint", "the same badge, drawn by shields.io", "formats.summary.shields"
    ),
}
"""Every report but report.json and traffic.har, which each run writes."""
DEFAULT = tuple(name for name, one in FORMATS.items() if one.default)


def make(name: ReportName, sources: Sources) -> str:
    """The text of a report that has a maker."""
    known = FORMATS[name]
    module, _, function = f"conformance.report.{known.maker}".rpartition(".")
    text: str = getattr(import_module(module), function)(*(getattr(sources, need) for need in known.needs))
    return text


def reports_table() -> str:
    """The reports as a Markdown table."""
    rows = (
        f"| `{one.file}` | `{name}` | {'yes' if one.default else ''} | {one.about} |" for name, one in FORMATS.items()
    )
    return "\n".join(["| file | `--report` | by default | what it is |", "|---|---|---|---|", *rows, ""])
