"""The terminal: a console that outlives its reader, a progress bar, and the report at the end of a run."""

from __future__ import annotations

import errno
import json
import os
import re
import textwrap
from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from conformance.contract.clause import Level
from conformance.judge.summary import LACKING, ClauseResult, Conclusion
from conformance.judge.verdict import DISAGREEMENT, AnsweredBy, Outcome, Verdict
from conformance.report.record import TESTS, About, RunRecord, report_data
from conformance.report.words import (
    LEFT_OPEN,
    answer_words,
    baseline_words,
    count_words,
    first_words,
    headline,
    lines_to_set,
    probe_words,
    program_of,
    responder_words,
    since_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_SLOWER, _SLOWER_BY = 10, 200  # times, and milliseconds: less is noise
_LONGEST_CURL = 600
_LONGEST_QUOTE = 200
_MOST_MESSAGES = 3
_MOST_NAMES = 20
_COLUMN = len("reproduce  ")
_STYLES = {
    Conclusion.CONFORMANT: "bold green",
    Conclusion.PARTIAL: "bold yellow",
    Conclusion.NON_CONFORMANT: "bold red",
    Conclusion.INCOMPLETE: "bold magenta",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and its layout.

    indent: the number of spaces before it.
    hang: the further indent of its wrapped lines.
    style: a style of rich.
    wrap: False for lines that are copied.
    whole: True for lines that are wrapped on a terminal alone.
    badge: the number of highlighted characters at its start.
    """

    text: str = ""
    indent: int = 0
    hang: int = 0
    style: str = ""
    wrap: bool = True
    whole: bool = False
    badge: int = 0


class _Untested(IntEnum):
    """Kinds of clauses without a verdict, in the order of the report."""

    PREVENTED = 0
    """A must or should clause that could not be tested."""
    EXCUSED = 1
    """Deselected, or declared as not testable."""
    SILENT = 2
    """Left open by the document, and nothing was recorded."""


def render_text(record: RunRecord, paths: Mapping[str, str]) -> Iterator[Line]:
    """All lines of the report: failures, untested clauses, notes, the verdict, and the paths of the files."""
    about = record.about
    failures = [*_failures(record, gateway=False), *_failures(record, gateway=True)]
    if failures and (lines := lines_to_set(about.variables, (line.text for line in failures))):
        yield Line()
        yield Line("The lines below need these variables:", style="bold")
        yield from (Line(line, 2, wrap=False) for line in lines)
    yield from failures
    if about.no_verdict and not any(result.checked for result in record.summary.clauses):
        yield Line(f"NO VERDICT {about.target_name}: {about.no_verdict}", hang=4, style="bold magenta", whole=True)
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


def _failures(record: RunRecord, *, gateway: bool) -> Iterator[Line]:
    """The failed clauses by section: those that the gateway answered, or the others."""
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
            yield from _failed_clause(result, verdicts, record)


def _failed_clause(result: ClauseResult, verdicts: Sequence[Verdict], record: RunRecord) -> Iterator[Line]:
    clause = result.clause
    accepted = record.deviations.accepted if record.deviations else ()
    known = all((clause.id, verdict.probe) in accepted for verdict in result.failures)
    edition = record.summary.edition
    informs = edition.notes.get(clause.id) if edition else None
    note = " (accepted in the baseline)" if known else f" ({informs})" if informs else ""
    yield Line(f"{clause.level.value} {clause.id}: {clause.title}{note}", 2, style="yellow" if note else "red")
    yield Line(f'the document: "{textwrap.shorten(clause.quote, _LONGEST_QUOTE, placeholder=" ...")}"', 4, style="dim")
    if (since := record.since.get((clause.id, None))) and not since.first(record.about.id):
        yield Line(since_words(since), 4)
    distinct: dict[str, Verdict] = {}
    for verdict in verdicts:
        distinct.setdefault(verdict.message, verdict)
    shown = list(distinct.values())[:_MOST_MESSAGES]
    for verdict in shown:
        yield from _failure(verdict, record)
    if more := [verdict.probe for verdict in verdicts if not any(verdict is one for one in shown)]:
        yield Line(f"and {count_words(len(more), 'more failure')} of this clause: {probe_words(more)}", 4, hang=2)


def _failure(verdict: Verdict, record: RunRecord) -> Iterator[Line]:
    evidence = record.evidence.get(verdict.exchange)
    yield Line(f"{verdict.probe}: {verdict.message}", 4, hang=2)
    yield Line(f"expected   {' or '.join(verdict.accepted)}", 6, hang=_COLUMN)
    yield Line(f"got        {verdict.got}, {responder_words(verdict, evidence)}", 6, hang=_COLUMN)
    if evidence:
        yield Line(f"answer     {answer_words(evidence)}", 6, hang=_COLUMN)
    if again := record.reproduce.get(verdict.probe):
        yield Line(f"reproduce  {again}", 6, wrap=False)
    if not (evidence and evidence.curl):
        return
    if len(evidence.curl) <= _LONGEST_CURL:
        yield Line(evidence.curl, 6, style="dim", wrap=False)
    else:
        words = f'the {program_of(evidence.curl)} line is long: report.json has it, as "curl" of this failure'
        yield Line(words, 6, style="dim")


def _not_tested(record: RunRecord) -> Iterator[Line]:
    """Explain untested clauses and print the `not_testable` lines to paste; silent clauses are only named."""
    groups: dict[tuple[_Untested, str], list[str]] = defaultdict(list)
    for result in record.summary.clauses:
        if result.outcome is Outcome.NOT_TESTED:
            groups[_kind_and_reason(result)].append(result.clause.id)
    withheld = {probe for result in record.summary.clauses for probe in result.withheld}
    if not (groups or withheld):
        return
    yield Line()
    yield Line("Not tested", style="bold yellow")
    for (kind, reason), clauses in sorted(groups.items(), key=lambda group: group[0][0]):
        style = "" if kind is _Untested.PREVENTED else "dim"
        yield Line(f"{reason}: {count_words(len(clauses), 'clause')}", 2, style=style)
        if kind is _Untested.SILENT or (kind is _Untested.PREVENTED and record.about.complete):
            yield Line(", ".join(clauses), 4, style=style)
    if withheld:
        freed = withheld.intersection(record.about.only_mutation)
        every = len(freed) == len(withheld)
        why = " to protect resources of others" if every else ""
        yield Line(f"{count_words(len(withheld), 'probe')} withheld{why}: see report.json", 2, style="dim")
        if freed:
            some = "" if every else f"{len(freed)} of them to protect resources of others: "
            yield Line(f"{some}on loopback `--mutation any` sends them", 2, style="dim")
        yield Line(first_words(sorted(withheld), _MOST_NAMES), 4, style="dim")
    if record.about.complete:
        untested = {why: names for (kind, why), names in groups.items() if kind is _Untested.PREVENTED}
        yield from _to_paste(record.about, {why: names for why, names in untested.items() if why.startswith(LACKING)})


def _kind_and_reason(result: ClauseResult) -> tuple[_Untested, str]:
    if result.excused:
        return _Untested.EXCUSED, result.reason or ""
    if result.clause.level is Level.SILENT:
        return _Untested.SILENT, LEFT_OPEN
    return _Untested.PREVENTED, result.reason or "no reason given"


def _to_paste(about: About, lacking: Mapping[str, Sequence[str]]) -> Iterator[Line]:
    if lacking:
        yield Line("If that is intended, paste into the target description:", 2)
        # A target given by its URL is named after host, port and path, which is no name for a table.
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
        yield Line("Flaky: answered differently when sent again", style="bold yellow")
        for one, times in Counter(record.about.flaky).items():
            yield Line(f"{one} ({times} times)" if times > 1 else one, 2)


def _pace(about: About) -> Iterator[Line]:
    """A note where one request takes much longer at the end; no clause promises a speed."""
    first, last = about.pace.get("first_ms", 0.0), about.pace.get("last_ms", 0.0)
    if last > max(_SLOWER * first, first + _SLOWER_BY):
        yield Line()
        yield Line("Slower at the end", style="bold yellow")
        yield Line(f"the same request took {first:,.0f} ms at the start and {last:,.0f} ms at the end", 2)


def _left_behind(record: RunRecord) -> Iterator[Line]:
    if record.left_behind:
        yield Line()
        yield Line("Left behind on the target", style="bold")
        for left in record.left_behind:
            yield Line(str(left), 2, wrap=False)


def _baseline(record: RunRecord) -> Iterator[Line]:
    """Entries that are fixed or have expired, and the lines that accept new deviations."""
    found = record.deviations
    if found is None:
        return
    known = record.about.acceptances
    for pairs, name in ((found.fixed, "fixed"), (found.expired, "expired")):
        if pairs:
            yield Line()
            yield Line("Baseline", style="bold yellow")
        for clause, probe in pairs:
            yield Line(f"{clause}, {probe}: {baseline_words(name, known.get((clause, probe)))}", 2)
    if found.new:
        yield Line()
        yield Line("Not in the baseline. To accept these, paste:", style="bold yellow")
        for clause, probe in found.new:
            yield Line()
            for line in ("[[accepted]]", f"clause = {_toml(clause)}", f"probe = {_toml(probe)}", 'reason = ""'):
                yield Line(line, 2, wrap=False)


def _verdict(record: RunRecord) -> Iterator[Line]:
    about, summary, said = record.about, record.summary, headline(report_data(record))
    word = said.word.upper()
    yield Line(f" {word} {about.target_name}: {said.why}", style=_STYLES[said.tone], badge=len(word) + 2)
    counts = (
        f"{summary.count(Outcome.PASS)} passed",
        f"{summary.count(Outcome.FAIL)} failed",
        f"{summary.count(Outcome.NOT_TESTED)} not tested",
        f"{summary.count(Outcome.RECORDED)} recorded",
    )
    seconds = (about.finished_at - about.started_at).total_seconds()
    edition = f", edition {summary.edition.name}" if summary.edition else ""
    yield Line(f"{count_words(len(summary.clauses), 'clause')}{edition}: {', '.join(counts)}")
    if summary.edition and (dropped := summary.edition.dropped):
        yield Line(f"of edition {summary.edition.name} the catalogue has no more: {', '.join(dropped)}")
    if record.tests:
        outcomes = ", ".join(f"{record.tests.get(outcome, 0)} {outcome}" for outcome in TESTS)
        yield Line(f"{count_words(sum(record.tests.values()), 'test')}: {outcomes}")
    yield Line(f"{count_words(about.requests, 'request')} in {seconds:.1f} s")


_NARROWEST = 40


def discard(descriptor: int) -> None:
    """Discard everything that is written to a file descriptor from now on."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


class Output(Console):
    """A console that falls silent where its reader is gone, as behind `| head -1` or on a closed terminal.

    The run goes on.
    """

    def on_broken_pipe(self) -> None:
        """Discard the rest of the output; rich would end the process with exit code 1."""
        self.quiet = True
        discard(self.file.fileno())

    def _check_buffer(self) -> None:
        try:
            super()._check_buffer()
        except OSError as error:
            if error.errno != errno.EIO:  # a closed terminal
                raise
            self.on_broken_pipe()


class _Bar(Progress):
    """A progress bar that asks for the progress each time that it is drawn."""

    def __init__(self, outlook: Callable[[], tuple[str, int, int | None]], console: Console) -> None:
        self._outlook = outlook
        self._asked: TaskID | None = None
        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=None, complete_style="cyan", finished_style="cyan", pulse_style="cyan"),
            TextColumn("{task.fields[counted]} requests"),
            TextColumn("{task.fields[left]}", style="cyan"),
        )
        super().__init__(*columns, console=console, transient=True, expand=True)
        self._asked = self.add_task("", counted="0", left="")

    def get_renderables(self) -> Iterable[RenderableType]:
        """The bar as it is now."""
        if self._asked is not None:
            words, requests, expected = self._outlook()
            counted = f"{requests:,}" if expected is None else f"{requests:,}/{expected:,}"
            task = self.tasks[0]
            task.total = expected  # `update` would reset the speed
            left = _left(task.time_remaining) if expected and requests < expected else ""
            self.update(self._asked, description=words, completed=requests, counted=counted, left=left)
        yield from super().get_renderables()


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s left" if minutes else f"{rest} s left"


class Terminal:
    """Writes to a console: in colour and with a bar on a terminal, else plain text. Curl lines and paths never wrap."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: Progress | None = None

    def begin(self, target: str, base_url: str, profile: str, mutation: str, seed: int, *, again: bool = False) -> None:
        """Print the target and the settings; `again` for recorded traffic that is judged again."""
        self._say(Line(f"{'Judging again' if again else 'Testing'} {target} at {base_url}", style="bold"))
        self._say(Line(f"profile {profile}, mutation {mutation}, seed {seed}", style="dim"))

    def watch(self, outlook: Callable[[], tuple[str, int, int | None]]) -> None:
        """Show a progress bar on a terminal.

        `outlook` returns the words, the number of requests sent, and the expected number or None.
        """
        if self._console.is_terminal and self._progress is None:
            self._progress = _Bar(outlook, self._console)
            self._progress.start()

    def stop(self) -> None:
        """Remove the bar, so that others can write; `finish` does so itself."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def finish(self, record: RunRecord, paths: Mapping[str, Path | str]) -> None:
        """Print the report; `paths` are the places of the reports by their names."""
        self.stop()
        for line in render_text(record, {name: str(path) for name, path in paths.items()}):
            self._say(line)

    def command(self, text: str) -> None:
        """Print a line for the program that reads the output, as it is."""
        self._console.print(Text(text), soft_wrap=True)

    def _say(self, line: Line) -> None:
        width = self._console.width
        indent = " " * line.indent
        text = self._writable(line.text)
        room = max(width, _NARROWEST) - line.indent
        hang = " " * line.hang
        wraps = line.wrap and (self._console.is_terminal or not line.whole)
        if hang and wraps:  # a word that is wider than its column fills a line, and goes on in the next
            text = re.sub(rf"\S{{{room - line.hang}}}(?=\S)", r"\g<0> ", text)
        wrapped = (
            textwrap.wrap(text, room, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
            if wraps
            else [text]
        )
        shown = [Text(f"{indent}{row}" if row else "", style=line.style) for row in wrapped or [""]]
        if line.badge:
            shown[0].stylize("reverse", line.indent, line.indent + line.badge)
        for row in shown:
            self._console.print(row, soft_wrap=True)

    def _writable(self, text: str) -> str:
        """`text` with question marks for the characters that the terminal lacks."""
        encoding = self._console.encoding
        return text.encode(encoding, "replace").decode(encoding)
