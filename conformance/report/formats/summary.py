"""The summary of a run in Markdown, as GitHub and GitLab show it, and its verdict as a badge.

They show the summary on pull requests, merge requests and job pages. The badge is an SVG, or what shields.io draws.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

from conformance.report.files import dumps
from conformance.report.formats.findings import (
    NO_VERDICT,
    STALE,
    Failure,
    Report,
    failures_of,
    line,
    since_of,
    verdict_of,
)
from conformance.report.look import code_span, fence
from conformance.report.words import BASELINE, LEFT_OPEN, baseline_words, count_words, first_words, reason_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MARKS = {"conformant": "✅", "partial": "⚠️", "non-conformant": "❌", STALE: "❌", NO_VERDICT: "❔"}
_MOST_CLAUSES = 25
_MOST_FAILURES = 3
_MOST_NAMES = 20
_LONGEST_QUOTE = 300
_MARKUP = re.compile(r"[\\`*_\[\]<>&|~$#]|^[-+=]|(?<=^\d)[.)]")  # the latter begin lists and headings
_LINKING = re.compile(r"@|://|www\.", re.IGNORECASE)
_LETTER, _MARGIN = 6.5, 6  # pixels; `textLength` fits the words whatever the font
_BADGE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" role="img" aria-label="{label}: {verdict}">
<title>{label}: {verdict}</title>
<clipPath id="r"><rect width="{whole}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#3d444d"/>
<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
<text x="{margin}" y="14" textLength="{label_length}">{label}</text>
<text x="{start}" y="14" textLength="{verdict_length}">{verdict}</text></g>
</svg>
"""
LABEL = "conformance"
COLOURS = {
    "conformant": "#1a7f37",
    "partial": "#8a6100",
    "non-conformant": "#cf222e",
    STALE: "#cf222e",
    NO_VERDICT: "#59636e",
}
"""The background by verdict; white text on each has a contrast of 4.5 or more."""


def markdown(report: Report) -> str:
    """The summary; every value is escaped, and none is longer than a paragraph."""
    return "\n".join([*_head(report), *_failed(report), *_not_tested(report), *_notes(report)]) + "\n"


def _head(report: Report) -> Iterator[str]:
    verdict, why = verdict_of(report)
    summary, run, target = report["summary"], report["run"], report["target"]
    yield f"## {_MARKS[verdict]} {verdict.capitalize()}: {_text(why)}"
    yield ""
    yield (
        f"{_code(target['name'])} at {_code(target['base_url'])}, profile {run['profile']}, "
        f"{count_words(run['requests'], 'request')}, seed {run['seed']}, run {_code(run['id'])}"
    )
    yield ""
    yield "| clauses | passed | failed | not tested | recorded |"
    yield "|---:|---:|---:|---:|---:|"
    counts = (summary[name] for name in ("pass", "fail", "not_tested", "recorded"))
    yield f"| {len(report['clauses'])} | {' | '.join(map(str, counts))} |"


def _failed(report: Report) -> Iterator[str]:
    clauses = [list(group) for _, group in groupby(failures_of(report), key=lambda one: one.clause["id"])]
    gating = report["summary"]["gating"]
    clauses.sort(key=lambda group: group[0].clause["id"] not in gating)
    if clauses:
        yield from ("", "### Failed")
    for group in clauses[:_MOST_CLAUSES]:
        yield from _clause(group, report)
    if more := clauses[_MOST_CLAUSES:]:
        names = _names(group[0].clause["id"] for group in more)
        yield from ("", f"And {count_words(len(more), 'more clause')}: {names}")


def _clause(failures: list[Failure], report: Report) -> Iterator[str]:
    clause = failures[0].clause
    accepted = " (accepted in the baseline)" if all(failure.accepted for failure in failures) else ""
    gateway = " (answered by the gateway)" if clause["id"] in report["summary"]["disagreements"] else ""
    edition = f" ({_text(clause['edition'])})" if clause["edition"] else ""
    at = f", line {clause['lines'][0]} of {_code(report['suite']['document'])}" if clause["lines"] else ""
    yield ""
    yield f"#### {_text(clause['title'])}{accepted}{edition}{gateway}"
    yield ""
    yield f"{clause['level']} {_code(clause['id'])}{at}"
    yield ""
    yield f"> {_text(clause['quote'], _LONGEST_QUOTE)}"
    if since := since_of(report, clause):
        yield from ("", f"{_text(since)}")
    for failure in failures[:_MOST_FAILURES]:
        yield from ("", f"- {_code(failure.probe)}: {_text(failure.message)}")
        for name, words in failure.details:
            if name == "repeat":
                marks = fence(words)
                yield from ("", f"  {marks}sh", f"  {words}", f"  {marks}")
            else:
                yield f"  - {name}: {_code(words)}"
    if more := failures[_MOST_FAILURES:]:
        names = _names(failure.probe for failure in more)
        yield from ("", f"and {count_words(len(more), 'more probe')}: {names}")


def _not_tested(report: Report) -> Iterator[str]:
    reasons: dict[str, list[str]] = defaultdict(list)
    for row in report["clauses"]:
        if row["verdict"] == "not-tested":
            reasons[reason_words(row)].append(row["id"])
    withheld = sorted({probe for row in report["clauses"] for probe in row["withheld"]})
    if reasons or withheld:
        yield from ("", "### Not tested", "")
    for reason, clauses in sorted(reasons.items(), key=lambda pair: pair[0] == LEFT_OPEN):
        yield f"- {_text(reason)}: {_names(clauses)}"
    if withheld:
        yield f"- {count_words(len(withheld), 'probe')} withheld: {_names(withheld)}"


def _notes(report: Report) -> Iterator[str]:
    baseline = report["baseline"] or {}
    stale = [(row, name) for name in BASELINE if name != "new" for row in baseline.get(name, ())]
    if stale:
        yield from ("", "### Baseline", "")
    for row, name in stale:
        acceptance = _text(row.get("acceptance") or "")
        yield f"- {_code(row['clause'])}, {_code(row['probe'])}: {baseline_words(name, acceptance)}"
    if report["flaky"]:
        yield from ("", "### Flaky", "")
    yield from (f"- {_text(one)}" for one in report["flaky"][:_MOST_NAMES])


def _names(names: Iterable[str]) -> str:
    return first_words([*map(_code, names)], _MOST_NAMES)


def _text(text: str, longest: int = 600) -> str:
    """A text of which no character is markup; one that GitHub would link even so is code."""
    plain = line(text, longest)
    return _code(plain) if _LINKING.search(plain) else _MARKUP.sub(r"\\\g<0>", plain)


def _code(text: str) -> str:
    """A text as code, which nothing in it can end."""
    return code_span(line(text))


def badge(report: Report) -> str:
    """The badge; its words are of a fixed list, and nothing of the target is in it."""
    verdict = verdict_of(report)[0]
    label_length, verdict_length = (round(len(words) * _LETTER) for words in (LABEL, verdict))
    left, right = label_length + 2 * _MARGIN, verdict_length + 2 * _MARGIN
    return _BADGE.format(
        label=LABEL,
        verdict=verdict,
        colour=COLOURS[verdict],
        whole=left + right,
        left=left,
        right=right,
        margin=_MARGIN,
        start=left + _MARGIN,
        label_length=label_length,
        verdict_length=verdict_length,
    )


def shields(report: Report) -> str:
    """The badge as JSON for shields.io, which draws it."""
    verdict = verdict_of(report)[0]
    colour = COLOURS[verdict].removeprefix("#")
    return dumps({"schemaVersion": 1, "label": LABEL, "message": verdict, "color": colour}, indent=2) + "\n"
