"""What failed, for a terminal: each clause with its sentence, what came, and how to see it again."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from textwrap import shorten
from typing import TYPE_CHECKING

from conformance.judge.verdict import DISAGREEMENT, AnsweredBy
from conformance.report.lines import Line, count_words
from conformance.report.words import answer_words, speaker_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.judge.summary import ClauseResult
    from conformance.judge.verdict import Verdict
    from conformance.report.record import RunRecord, Since

__all__ = ["failure_lines", "probes_in_words"]

_LONGEST_CURL = 600
_LONGEST_QUOTE = 200
_MOST_MESSAGES = 3
_MOST_PROBES = 60
_COLUMN = len("reproduce  ")


def failure_lines(record: RunRecord, *, gateway: bool) -> Iterator[Line]:
    """What failed, by section; what the gateway answered stands apart, since it is the deployment that disagrees."""
    failed: list[tuple[ClauseResult, list[Verdict]]] = []
    for result in record.summary.clauses:
        mine = [verdict for verdict in result.failures if (verdict.answered_by is AnsweredBy.GATEWAY) is gateway]
        if mine:
            failed.append((result, mine))
    if not failed:
        return
    yield Line()
    words = f"Failed: {DISAGREEMENT} (answered by the gateway)" if gateway else "Failed"
    yield Line(words, style="bold red")
    for section, rows in groupby(failed, key=lambda row: row[0].clause.section):
        yield Line()
        yield Line(section, style="bold")
        for result, verdicts in rows:
            yield from _clause(result, verdicts, record)


def _clause(result: ClauseResult, verdicts: Sequence[Verdict], record: RunRecord) -> Iterator[Line]:
    clause = result.clause
    accepted = record.deviations.accepted if record.deviations else ()
    known = all((clause.id, verdict.probe) in accepted for verdict in result.failures)
    note = " (accepted in the baseline)" if known else ""
    yield Line(f"{clause.level.value} {clause.id}: {clause.title}{note}", 2, style="yellow" if known else "red")
    yield Line(f'the document: "{shorten(clause.quote, _LONGEST_QUOTE, placeholder=" ...")}"', 4, style="dim")
    if (since := record.since.get((clause.id, None))) and not _first_run(since, record):
        yield Line(_since(since), 4)
    distinct: dict[str, Verdict] = {}
    for verdict in verdicts:
        distinct.setdefault(verdict.message, verdict)
    shown = list(distinct.values())[:_MOST_MESSAGES]
    for verdict in shown:
        yield from _failure(verdict, record)
    if more := [verdict.probe for verdict in verdicts if not any(verdict is one for one in shown)]:
        yield Line(f"and {count_words(len(more), 'more failure')} of this clause: {probes_in_words(more)}", 4, hang=2)


def probes_in_words(probes: Sequence[str]) -> str:
    """The ids of probes, each once, with how often it failed; the first sixty of very many."""
    counted = [f"{probe} ({times} times)" if times > 1 else probe for probe, times in Counter(probes).items()]
    more = len(counted) - _MOST_PROBES
    rest = [f"and {count_words(more, 'more probe')} (failed_probes in report.json)"] if more > 0 else []
    return ", ".join([*counted[:_MOST_PROBES], *rest])


def _first_run(since: Since, record: RunRecord) -> bool:
    """Whether nothing is known but tonight's failure: on a target's first run everything began tonight."""
    return since.last_passed is None and since.first_failed.run == record.about.id


def _since(since: Since) -> str:
    """The bracket of dates."""
    first, last = since.first_failed, since.last_passed
    passed = f"last passed {last.at[:10]} ({last.run})" if last else "never seen to pass"
    changed = "; the suite changed in between" if since.suite_changed else ""
    return f"fails since {first.at[:10]} ({first.run}), {passed}{changed}"


def _failure(verdict: Verdict, record: RunRecord) -> Iterator[Line]:
    evidence = record.evidence.get(verdict.exchange)
    yield Line(f"{verdict.probe}: {verdict.message}", 4, hang=2)
    yield Line(f"expected   {' or '.join(verdict.accepted)}", 6, hang=_COLUMN)
    yield Line(f"got        {verdict.got}, {speaker_words(verdict, evidence)}", 6, hang=_COLUMN)
    if evidence:
        yield Line(f"answer     {answer_words(evidence)}", 6, hang=_COLUMN)
    if again := record.reproduce.get(verdict.probe):
        yield Line(f"reproduce  {again}", 6, wrap=False)
    if evidence and not evidence.curl:
        return
    if evidence and len(evidence.curl) <= _LONGEST_CURL:
        yield Line(evidence.curl, 6, style="dim", wrap=False)
    else:
        yield Line(f"the curl line is long: see exchange {verdict.exchange} in report.json", 6, style="dim")
