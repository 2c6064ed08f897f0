"""How a run ended, in lines for a terminal: the verdict, what failed and how to see it again, what was not tested."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from enum import IntEnum
from typing import TYPE_CHECKING

from conformance.contract.clause import Level
from conformance.judge.summary import LACKING, Conclusion
from conformance.judge.verdict import Outcome
from conformance.report.failures import failure_lines
from conformance.report.lines import Line, count_words
from conformance.report.words import TESTS, early_words, lines_to_set, reach_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.judge.summary import ClauseResult
    from conformance.report.about import About
    from conformance.report.record import RunRecord

__all__ = ["narrate"]

_SLOWER, _SLOWER_BY = 10, 200  # times, and milliseconds: less is noise
_STYLES = {
    Conclusion.CONFORMANT: "bold green",
    Conclusion.PARTIAL: "bold yellow",
    Conclusion.NON_CONFORMANT: "bold red",
    Conclusion.INCOMPLETE: "bold magenta",
}


class _Open(IntEnum):
    """What a clause without a verdict is to the user, in the order in which they are told."""

    CONCERNS = 0
    EXCUSED = 1
    SILENT = 2


def narrate(record: RunRecord, paths: Mapping[str, str]) -> Iterator[Line]:
    """All lines, in the order in which somebody reads them; the verdict comes last but for the paths."""
    about = record.about
    failures = [*failure_lines(record, gateway=False), *failure_lines(record, gateway=True)]
    if failures and (lines := lines_to_set(about.variables, (line.text for line in failures))):
        yield Line()
        yield Line("What the lines below need, if it is not set:", style="bold")
        yield from (Line(line, 2, wrap=False) for line in lines)
    yield from failures
    if about.no_verdict and not any(result.checked for result in record.summary.clauses):
        yield Line(f"NO VERDICT {about.target_name}: {about.no_verdict}", style="bold magenta", wrap=False)
        return
    yield from _not_tested(record)
    yield from _flaky(record)
    yield from _pace(record.about)
    yield from _left_behind(record)
    yield from _baseline(record)
    yield Line()
    yield from _verdict(record)
    if paths:
        yield Line()
        width = max(map(len, paths))
        for name, path in paths.items():
            yield Line(f"{name.ljust(width)}  {path}", wrap=False, style="dim")


def _not_tested(record: RunRecord) -> Iterator[Line]:
    """Why clauses have no verdict, and what to paste where that is as it should be; silent ones are only named."""
    groups: dict[tuple[_Open, str], list[str]] = defaultdict(list)
    for result in record.summary.clauses:
        if result.outcome is Outcome.NOT_TESTED:
            groups[_why_open(result)].append(result.clause.id)
    withheld = {probe for result in record.summary.clauses for probe in result.withheld}
    if not (groups or withheld):
        return
    yield Line()
    yield Line("Not tested", style="bold yellow")
    for (kind, reason), clauses in sorted(groups.items(), key=lambda group: group[0][0]):
        style = "" if kind is _Open.CONCERNS else "dim"
        yield Line(f"{reason}: {count_words(len(clauses), 'clause')}", 2, style=style)
        if kind is _Open.SILENT or (kind is _Open.CONCERNS and record.about.complete):
            yield Line(", ".join(clauses), 4, style=style)
    if withheld:
        yield Line(f"{count_words(len(withheld), 'probe')} withheld: see report.json", 2, style="dim")
        if freed := withheld.intersection(record.about.only_mutation):
            words = f"{len(freed)} of them for the safety of others: on loopback `--mutation any` sends them"
            yield Line(words, 2, style="dim")
    if record.about.complete:
        concern = {why: names for (kind, why), names in groups.items() if kind is _Open.CONCERNS}
        yield from _to_paste(record.about, {why: names for why, names in concern.items() if why.startswith(LACKING)})


def _why_open(result: ClauseResult) -> tuple[_Open, str]:
    if result.excused:
        return _Open.EXCUSED, result.reason or ""
    if result.clause.level is Level.SILENT:
        return _Open.SILENT, "left open by the document, and nothing to record"
    return _Open.CONCERNS, result.reason or "for no reason given"


def _to_paste(about: About, lacking: Mapping[str, Sequence[str]]) -> Iterator[Line]:
    if lacking:
        yield Line("Where that is as it should be, paste into the target description:", 2)
        # What a URL without a description is named after, its host, port and path, is no name for a table.
        table = re.sub(r"[^A-Za-z0-9._-]+", "-", about.target_name).strip("-.")
        if table != about.target_name:
            yield Line(f"[targets.{_key(table)}]", 4, wrap=False)
            yield Line(f"base_url = {_toml(about.base_url)}", 4, wrap=False)
        yield Line(f"[targets.{_key(table)}.not_testable]", 4, wrap=False)
        for why, names in lacking.items():
            for name in names:
                yield Line(f"{_toml(name)} = {_toml(why)}", 4, wrap=False)


def _key(name: str) -> str:
    """A TOML key: bare where that is allowed (TOML 1.0, "Keys")."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _flaky(record: RunRecord) -> Iterator[Line]:
    if record.about.flaky:
        yield Line()
        yield Line("Flaky: it came and went", style="bold yellow")
        for one, times in Counter(record.about.flaky).items():
            yield Line(f"{one} ({times} times)" if times > 1 else one, 2)


def _pace(about: About) -> Iterator[Line]:
    """That the same request takes much longer at the end; how fast a target is was promised by nobody."""
    first, last = about.pace.get("first_ms", 0.0), about.pace.get("last_ms", 0.0)
    if last > max(_SLOWER * first, first + _SLOWER_BY):
        yield Line()
        yield Line("Slower at the end", style="bold yellow")
        yield Line(f"the same request took {first:,.0f} ms first, and {last:,.0f} ms after everything else", 2)


def _left_behind(record: RunRecord) -> Iterator[Line]:
    if record.left_behind:
        yield Line()
        yield Line("Left behind on the target", style="bold")
        for left in record.left_behind:
            yield Line(str(left), 2, wrap=False)


def _baseline(record: RunRecord) -> Iterator[Line]:
    """Entries that are fixed or have expired, and the lines that would accept what is new."""
    found = record.deviations
    if found is None:
        return
    for pairs, words in (
        (found.fixed, "no longer fails: remove it from the baseline"),
        (found.expired, "acceptance has expired: fix the deviation, or extend it"),
    ):
        if pairs:
            yield Line()
            yield Line("Baseline", style="bold yellow")
        for clause, probe in pairs:
            yield Line(f"{clause}, {probe}: {words}", 2)
    if found.new:
        yield Line()
        yield Line("Not in the baseline. Where that is accepted, paste:", style="bold yellow")
        for clause, probe in found.new:
            yield Line()
            for line in ("[[accepted]]", f"clause = {_toml(clause)}", f"probe = {_toml(probe)}", 'reason = ""'):
                yield Line(line, 2, wrap=False)


def _verdict(record: RunRecord) -> Iterator[Line]:
    about, summary = record.about, record.summary
    if about.no_verdict:
        word, style, why = "NO VERDICT", "bold magenta", about.no_verdict
    else:
        word, style, why = summary.conclusion.value.upper(), _STYLES[summary.conclusion], _why(record)
    if record.deviations and record.deviations.stale and not summary.exit_code:
        word, style = "STALE BASELINE", "bold red"
    yield Line(f" {word} {about.target_name}: {why}", style=style, badge=len(word) + 2)
    counts = (
        f"{summary.count(Outcome.PASS)} passed",
        f"{summary.count(Outcome.FAIL)} failed",
        f"{summary.count(Outcome.NOT_TESTED)} not tested",
        f"{summary.count(Outcome.RECORDED)} recorded",
    )
    seconds = (about.finished_at - about.started_at).total_seconds()
    yield Line(f"{count_words(len(summary.clauses), 'clause')}: {', '.join(counts)}")
    if record.tests:
        outcomes = ", ".join(f"{record.tests.get(outcome, 0)} {outcome}" for outcome in TESTS)
        yield Line(f"{count_words(sum(record.tests.values()), 'test')} in JUnit and Allure: {outcomes}")
    yield Line(f"{count_words(about.requests, 'request')} in {seconds:.1f} s")


def _why(record: RunRecord) -> str:
    summary = record.summary
    if summary.gating:
        words = f"{count_words(len(summary.gating), 'clause')} broken"
        return words if record.about.complete else f"{words}; {early_words(record.about)}"
    if not record.about.complete:
        return early_words(record.about)
    if record.deviations and record.deviations.stale:
        return "the baseline has entries that are fixed or have expired"
    if summary.untested:
        return f"{count_words(len(summary.untested), 'must clause')} could not be tested"
    if summary.conclusion is Conclusion.INCOMPLETE:
        return "nothing could be tested"
    deviations = summary.count(Outcome.FAIL)
    words = (
        f"nothing that gates, {count_words(deviations, 'deviation')}" if deviations else "every promise tested was kept"
    )
    words = f"{words}; not everything was tested" if summary.conclusion is Conclusion.PARTIAL else words
    reach = reach_words(record.about)
    return f"{words} ({reach})" if reach else words
