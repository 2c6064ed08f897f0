"""Words that several reports share: the verdict with its reason, the responder, the answer, the reach of a run."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.contract.clause import Level
from conformance.judge.summary import NOTHING_SENT, Conclusion
from conformance.judge.verdict import AnsweredBy, Verdict, in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.report.record import Evidence, Since

_MOST_PROBES = 60
_MOST_UNTESTED = 3
BASELINE = {
    "new": "is not accepted in the baseline",
    "fixed": "no longer fails: remove it from the baseline",
    "expired": "acceptance has expired: fix the deviation, or extend it (`conformance baseline accept`)",
}
"""The words for a clause and a probe beside a baseline, by the parts of report.json."""

LEFT_OPEN = "left open by the document, with nothing to record"
"""The reason for which a silent clause has no record, where nothing was sent that tests it."""

RESPONDERS = {
    AnsweredBy.SERVICE: "the service",
    AnsweredBy.GATEWAY: "the gateway",
    AnsweredBy.OTHER: "something that is not the documented service (framework, server or proxy)",
}


def baseline_words(name: str, acceptance: str | None) -> str:
    """The words for a part of the baseline in report.json, and how a failure was accepted where that has expired."""
    return f"{BASELINE[name]}; it was accepted as: {acceptance}" if acceptance else BASELINE[name]


def count_words(number: int, noun: str) -> str:
    """A number and its noun, in the plural where due."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def first_words(names: Sequence[str], most: int = 5) -> str:
    """The first names, and the number of the others."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def probe_words(probes: Sequence[str]) -> str:
    """The ids of failed probes, each once, with its number of failures; of very many the first sixty."""
    counted = [f"{probe} ({times} times)" if times > 1 else probe for probe, times in Counter(probes).items()]
    more = len(counted) - _MOST_PROBES
    rest = [f"and {count_words(more, 'more probe')} (failed_probes in report.json)"] if more > 0 else []
    return ", ".join([*counted[:_MOST_PROBES], *rest])


def reason_words(row: Mapping[str, Any]) -> str:
    """The reason for which a clause of report.json was not tested."""
    if row["level"] == Level.SILENT and row["reason"] in {None, NOTHING_SENT}:
        return LEFT_OPEN
    return row["reason"] or "no reason given"


def responder_words(verdict: Verdict, evidence: Evidence | None) -> str:
    """The responder, or that there was no answer."""
    if evidence is not None and evidence.answer is None:
        return "not answered"
    return f"answered by {RESPONDERS[verdict.answered_by]}"


def answer_words(evidence: Evidence) -> str:
    """The answer in a line: status, Content-Type and the first characters of the body, or the reason for none."""
    answer = evidence.answer
    return ", ".join(answer_parts(answer)) if answer else f"none: {in_words(str(evidence.response['_error']), 200)}"


def lines_to_set(variables: Mapping[str, str], lines: Iterable[str]) -> list[str]:
    """The shell lines that set the variables in `lines`; `variables` has one for each."""
    text = "\n".join(lines)
    return [line for name, line in variables.items() if re.search(rf"\b{name}\b", text)]


def wrapped(line: str, width: int | None) -> list[str]:
    """A line as lines of at most `width` columns, where its words are that short; the others begin further in.

    None stands for any width.
    """
    if width is None:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def program_of(line: str) -> str:
    """The program that a line to repeat a request sends it by: curl, or python3 where curl cannot."""
    return "curl" if "curl -sS" in line else "python3"


def minute(time: str) -> str:
    """A point in time in ISO 8601, to the minute."""
    return time[:16].replace("T", " ")


def since_words(since: Since) -> str:
    """The first failing run, and the last passing run before it."""
    first, last = since.first_failed, since.last_passed
    passed = f"last passed {minute(last.at)} ({last.run})" if last else "no earlier pass recorded"
    changed = "; the suite changed in between" if since.suite_changed else ""
    return f"fails since {minute(first.at)} ({first.run}), {passed}{changed}"


def reach_words(probes: int, standard: int) -> str | None:
    """The share of the standard profile's probes that a run sent; None where it sent all of that."""
    if probes >= standard:
        return None
    return f"{probes} of the {standard} probes of the standard profile, and no generated request"


def answer_parts(answer: Mapping[str, Any]) -> Iterator[str]:
    """The parts of an answer in report.json, in words."""
    yield str(answer["status"])
    media = str(answer["media_type"] or "no Content-Type")
    size = count_words(answer["size"], "byte")
    if not answer["size"]:
        yield f"{media}, no body"
    elif answer["body"] is None:
        yield f"{media}, {size} that are not UTF-8"
    else:
        yield f"{media}, {size}: {answer['body']}"


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
        more = summary["fail"] - len(summary["gating"])
        words = f"{count_words(len(summary['gating']), 'clause')} failed"
        words += f", {more} more {'does' if more == 1 else 'do'} not gate" if more else ""
        return words if run["complete"] else f"{words}; {early}"
    if not run["complete"]:
        return early
    if _stale(report):
        return "the baseline has entries that are fixed or have expired"
    if summary["untested"]:
        untested = summary["untested"]
        return (
            f"{count_words(len(untested), 'must clause')} could not be tested: {first_words(untested, _MOST_UNTESTED)}"
        )
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
