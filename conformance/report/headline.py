"""The verdict of a run in a word and a reason, read from the content of report.json."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.judge.summary import Conclusion
from conformance.report.words import count_words, reach_words

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Headline", "headline"]


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict as a report says it first.

    Attributes:
        word: the verdict in words, such as ``non-conformant``, ``no verdict`` or ``stale baseline``.
        tone: the conclusion by which it is coloured.
        why: the reason, a clause of a sentence.
    """

    word: str
    tone: Conclusion
    why: str


def headline(report: Mapping[str, Any]) -> Headline:
    """The headline of the run that a report.json is of."""
    summary, conclusion = report["summary"], Conclusion(report["summary"]["verdict"])
    if report["no_verdict"]:
        return Headline("no verdict", Conclusion.INCOMPLETE, report["no_verdict"])
    if _stale(report) and not summary["gating"] and conclusion is not Conclusion.INCOMPLETE:
        return Headline("stale baseline", Conclusion.NON_CONFORMANT, _why(report, conclusion))
    return Headline(conclusion.value, conclusion, _why(report, conclusion))


def _stale(report: Mapping[str, Any]) -> bool:
    baseline = report["baseline"]
    return bool(baseline and (baseline["fixed"] or baseline["expired"]))


def _why(report: Mapping[str, Any], conclusion: Conclusion) -> str:
    run, summary = report["run"], report["summary"]
    early = "the run was interrupted" if run["interrupted"] else "the run ended early"
    early = f"{early}, after {count_words(run['requests'], 'request')}"
    if summary["gating"]:
        words = f"{count_words(len(summary['gating']), 'clause')} failed"
        return words if run["complete"] else f"{words}; {early}"
    if not run["complete"]:
        return early
    if _stale(report):
        return "the baseline has entries that are fixed or have expired"
    if summary["untested"]:
        return f"{count_words(len(summary['untested']), 'must clause')} could not be tested"
    if conclusion is Conclusion.INCOMPLETE:
        return "nothing could be tested"
    deviations = summary["fail"]
    words = (
        f"no failure that gates, {count_words(deviations, 'deviation')}"
        if deviations
        else "every promise tested was kept"
    )
    if conclusion is Conclusion.PARTIAL:
        accepted = deviations and not summary["not_tested"] and report["baseline"] and report["baseline"]["accepted"]
        words = f"{words}; {'accepted in the baseline' if accepted else 'not everything was tested'}"
    reach = reach_words(run["probes"], run["standard_probes"])
    return f"{words} ({reach})" if reach else words
