"""The page of a run: what report.json says, joined with contract and exchanges, in the template beside this module.

The document is shown in pieces of its lines, each with the clauses whose sentence it is part of. All is escaped.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from conformance import __version__
from conformance.contract.contract import Contract, Passage, passage_of
from conformance.judge.summary import Conclusion
from conformance.judge.verdict import AnsweredBy
from conformance.report.clauses import BASES
from conformance.report.files import dumps
from conformance.report.look import hash_source, look, one_line, part, parts, sentence, visible
from conformance.report.page.exchanges import (
    HEIGHT,
    SPREAD_HEIGHT,
    SPREAD_WIDTH,
    WIDTH,
    Recording,
    Shown,
    Timing,
    timing_of,
)
from conformance.report.record import Since
from conformance.report.words import (
    LEFT_OPEN,
    RESPONDERS,
    Headline,
    count_words,
    headline,
    lines_to_set,
    minute,
    program_of,
    reason_words,
    since_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.contract.clause import Clause

_MOST_FAILURES = 3
_ROOM_FOR_FAILURES = 400_000
_ROOM_FOR_TEXTS = 500_000


@dataclass(frozen=True, slots=True)
class Failure:
    """One way in which a clause failed.

    Attributes:
        row: the failure in report.json.
        responder: the sender of the answer, in words.
        accepted: whether the baseline accepts it.
        again: the command that sends the probe again; None where there is none that can be shown whole.
        shell: the lines that repeat the request in a shell; None where they cannot be shown whole, or are `again`.
        exchange: its exchange; None where the traffic lacks it, or there is no room for it.
    """

    row: Mapping[str, Any]
    responder: str
    accepted: bool
    again: str | None
    shell: str | None
    exchange: Shown | None


@dataclass(frozen=True, slots=True)
class Row:
    """A clause and its verdict.

    Attributes:
        place: its place in the catalogue, from 0.
        row: the clause in report.json.
        clause: the clause of the contract; None where that has no such clause.
        passage: the place of its sentence in the document.
        since: when it began to fail, in words.
        failures: the first failures that differ in their words.
        more: the other probes that failed it, each with the number of its failures.
        gates: whether it made the exit code 1.
        disagrees: whether only the gateway broke it.
    """

    place: int
    row: Mapping[str, Any]
    clause: Clause | None
    passage: Passage | None
    since: str | None
    failures: tuple[Failure, ...]
    more: tuple[str, ...]
    gates: bool
    disagrees: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """The behaviour of a target where the document is silent: each answer, with its probes."""

    row: Row
    answers: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page says.

    Attributes:
        report: the content of report.json.
        headline: the verdict.
        since: when it began, in words.
        seconds: the length of the run.
        rows: the clauses, in the document's order.
        sections: the clauses by the heading of their section.
        failed: the clauses that failed, those first that gate.
        untested: the clauses without a verdict, by reason: those that must have one first.
        withheld: the number of probes that were not sent.
        recorded: the behaviour where the document is silent.
        blocks: the document.
        timing: the run's course; None without traffic.
        data: what the page's script reads, as JSON data.
    """

    report: Mapping[str, Any]
    headline: Headline
    since: str
    seconds: float
    rows: tuple[Row, ...]
    sections: Mapping[str, tuple[Row, ...]]
    failed: tuple[Row, ...]
    untested: tuple[tuple[str, tuple[Row, ...]], ...]
    withheld: int
    recorded: tuple[Recorded, ...]
    blocks: tuple[Block, ...]
    timing: Timing | None
    data: Mapping[str, Any]

    @property
    def settled(self) -> bool:
        """Whether there is a verdict."""
        return self.headline.tone is not Conclusion.INCOMPLETE


def page_of(report: Mapping[str, Any], har: Mapping[str, Any], contract: Contract) -> Page:
    """The page of a run: the contents of its report.json and its traffic.har (empty without traffic), its contract."""
    recording = Recording(har)
    rows = tuple(_rows(report, recording, contract))
    failed = tuple(sorted((row for row in rows if row.row["verdict"] == "fail"), key=lambda row: not row.gates))
    run = report["run"]
    begin, end = (datetime.fromisoformat(run[name]) for name in ("started_at", "finished_at"))
    passages = {row.place: row.passage for row in rows if row.passage}
    return Page(
        report=report,
        headline=headline(report),
        since=_since_when(report, failed),
        seconds=(end - begin).total_seconds(),
        rows=rows,
        sections=_sections(rows, contract),
        failed=failed,
        untested=tuple(_untested(rows, report["summary"]["untested"])),
        withheld=len({probe for row in rows for probe in row.row["withheld"]}),
        recorded=tuple(_recorded(rows, report, recording)),
        blocks=tuple(blocks_of(contract.document, contract.catalogue.sections, passages)),
        timing=timing_of(recording.entries.values()),
        data=_data(rows, recording),
    )


def _rows(report: Mapping[str, Any], recording: Recording, contract: Contract) -> Iterator[Row]:
    room = _ROOM_FOR_FAILURES
    for place, row in enumerate(report["clauses"]):
        failures = tuple(_failures(row, report, recording, room))
        room -= sum(one.exchange.size for one in failures if one.exchange)
        shown = Counter(one.row["probe"] for one in failures)
        others = Counter(one["probe"] for one in row["failures"]) - shown
        more = [f"{probe} ({times} times)" if times > 1 else probe for probe, times in others.items()]
        more += [probe for probe in row["failed_probes"] if probe not in shown and probe not in others]
        yield Row(
            place=place,
            row=row,
            clause=contract.catalogue.by_id.get(row["id"]),
            passage=passage_of(contract.document, row["section"], row["quote"]),
            since=_since(row, report),
            failures=failures,
            more=tuple(more),
            gates=row["id"] in report["summary"]["gating"],
            disagrees=row["id"] in report["summary"]["disagreements"],
        )


def _failures(row: Mapping[str, Any], report: Mapping[str, Any], recording: Recording, room: int) -> Iterator[Failure]:
    accepted = {(one["clause"], one["probe"]) for one in (report["baseline"] or {}).get("accepted", ())}
    distinct: dict[str, Mapping[str, Any]] = {}
    for one in row["failures"]:
        distinct.setdefault(one["message"], one)
    for one in list(distinct.values())[:_MOST_FAILURES]:
        again = report["run"].get("reproduce", {}).get(one["probe"])
        shell = [*lines_to_set(report["run"].get("variables", {}), [one["curl"]]), one["curl"]] if one["curl"] else []
        exchange = recording.shown(one["exchange"], row["id"], row["failed_probes"]) if room > 0 else None
        room -= exchange.size if exchange else 0
        yield Failure(
            row=one,
            responder=RESPONDERS[AnsweredBy(one["answered_by"])] if one["answer"] else "nobody",
            accepted=(row["id"], one["probe"]) in accepted,
            again=_whole(again),
            shell=_whole("\n".join(shell)) if one["curl"] != again else None,
            exchange=exchange,
        )


def _whole(line: str | None) -> str | None:
    """A line to be copied, if the page can show it unchanged."""
    return line if line and visible(line) == line else None


def _since(row: Mapping[str, Any], report: Mapping[str, Any]) -> str | None:
    if "since" not in row:
        return None
    since = Since.from_data(row["since"])
    if since.first(report["run"]["id"]):
        return "fails in this run, the first on record that tested it"
    return since_words(since)


def _since_when(report: Mapping[str, Any], failed: Sequence[Row]) -> str:
    """The beginning of the verdict, as far as the history knows: of the failure that has lasted longest."""
    known = [row for row in failed if row.since and (row.gates or not report["summary"]["gating"])]
    if known:
        return min(known, key=lambda row: row.row["since"]["first_failed"]["at"]).since or ""
    if failed:
        return "no earlier run of this target is recorded"
    return ""


def _sections(rows: Sequence[Row], contract: Contract) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        name = row.row["section"].partition(" / ")[0]
        found.setdefault(contract.catalogue.sections.get(name, name), []).append(row)
    return {heading: tuple(mine) for heading, mine in found.items()}


def _untested(rows: Sequence[Row], required: Sequence[str]) -> Iterator[tuple[str, tuple[Row, ...]]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.row["verdict"] == "not-tested":
            found.setdefault(reason_words(row.row), []).append(row)

    def rank(reason: str) -> tuple[bool, bool]:
        """Those first that must have a verdict, and last what the document leaves open."""
        return not any(row.row["id"] in required for row in found[reason]), reason == LEFT_OPEN

    for reason in sorted(found, key=rank):
        yield reason, tuple(found[reason])


def _recorded(rows: Sequence[Row], report: Mapping[str, Any], recording: Recording) -> Iterator[Recorded]:
    behaviour = {one["probe"]: one for one in report["behaviour"]}
    for row in rows:
        if row.row["verdict"] != "recorded":
            continue
        answers: dict[str, list[str]] = {}
        for probe in recording.probes_of.get(row.row["id"], ()):
            if probe in behaviour:
                answers.setdefault(_answer(behaviour[probe]), []).append(probe)
        yield Recorded(row, tuple((words, tuple(probes)) for words, probes in answers.items()))


def _answer(behaviour: Mapping[str, Any]) -> str:
    if not behaviour["status"]:
        return "no answer"
    parts = [str(behaviour["status"]), behaviour["error_code"], behaviour["content_type"]]
    return " ".join(part for part in parts if part)


def _data(rows: Sequence[Row], recording: Recording) -> dict[str, Any]:
    places = {row.row["id"]: row.place for row in rows}
    failing = {
        one.exchange.number: row.place for row in reversed(rows) for one in row.failures if one.exchange is not None
    }
    beside = [one.exchange.beside[0] for row in rows for one in row.failures if one.exchange and one.exchange.beside]
    return {
        "clauses": [[row.row["id"], row.row["title"], row.row["verdict"], row.row["level"]] for row in rows],
        "failed": {str(row.place): row.row["failed_probes"] for row in rows if row.row["failed_probes"]},
        "failing": {str(number): place for number, place in failing.items()},
        **recording.rows(places),
        "texts": {
            str(number): list(texts) for number, texts in recording.texts(places, beside, _ROOM_FOR_TEXTS).items()
        },
    }


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line.

    Attributes:
        text: its text.
        clauses: the places of the clauses whose sentence holds it; none where it is no clause.
        begins: those among them that begin here.
        goes_on: whether the piece before it is of the same clauses.
    """

    text: str
    clauses: tuple[int, ...]
    begins: tuple[int, ...]
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Lines between empty ones.

    Attributes:
        kind: ``heading``, ``code`` where a line begins with a bracket or a space, else ``text``.
        line: the number of the first, from 1.
        lines: the pieces of each.
    """

    kind: str
    line: int
    lines: tuple[tuple[Piece, ...], ...]

    @property
    def begins(self) -> tuple[int, ...]:
        """The places of the clauses whose sentences begin in it."""
        return tuple(place for line in self.lines for piece in line for place in piece.begins)


def blocks_of(document: str, sections: Iterable[str], passages: Mapping[int, Passage]) -> Iterator[Block]:
    """The blocks of a document; `passages` has the passages by the places of their clauses.

    A line that begins with the words of one of the `sections` is a heading.
    """
    names = [re.findall(r"\w+", section) for section in sections]
    before: tuple[int, ...] = ()
    begun: set[int] = set()
    lines: list[tuple[Piece, ...]] = []
    first, offset = 1, 0
    for number, text in enumerate([*document.split("\n"), ""], 1):
        if text.strip():
            first = first if lines else number
            pieces = []
            for start, end, clauses in _cut(offset, offset + len(text), passages):
                begins = tuple(clause for clause in clauses if clause not in begun)
                begun.update(begins)
                goes_on = bool(clauses) and clauses == before
                pieces.append(Piece(document[start:end], clauses, begins, goes_on))
                before = clauses
            lines.append(tuple(pieces))
        elif lines:
            words = re.findall(r"\w+", "".join(piece.text for piece in lines[0]))
            heading = len(lines) == 1 and any(words[: len(name)] == name for name in names)
            code = any(line[0].text.startswith(("{", "[", " ")) for line in lines)
            kind = "heading" if heading else "code" if code else "text"
            yield Block(kind, first, tuple(lines))
            lines = []
        offset += len(text) + 1


def _cut(begin: int, end: int, passages: Mapping[int, Passage]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """The pieces of a line, from `begin` to `end`, with the clauses that hold each."""
    mine = {clause: one for clause, one in passages.items() if one.start < end and one.end > begin}
    edges = {edge for one in mine.values() for edge in (one.start, one.end) if begin < edge < end}
    for start, stop in pairwise(sorted({begin, end, *edges})):
        yield start, stop, tuple(clause for clause, one in mine.items() if one.start < stop and one.end > start)


WORDS = {"pass": "passed", "fail": "failed", "not-tested": "not tested", "recorded": "recorded"}
SIGNS = {"pass": "✓", "fail": "✗", "not-tested": "–", "recorded": "•"}  # noqa: RUF001 - a dash is meant


def render(report: Mapping[str, Any], har: Mapping[str, Any], contract: Contract) -> str:
    """The page of a run: one HTML document that needs no network.

    `report` is the content of report.json, `har` that of traffic.har, empty where there is none; `contract` is the one
    that judged. Its policy forbids the browser every request, and every script and style but its own.
    """
    page = page_of(report, har, contract)
    data = dumps(page.data, separators=(",", ":")).replace("<", "\\u003c")
    style, script = f"{look()}{parts()}{part(__package__, 'page.css')}", part(__package__, "page.js")
    return _template().render(
        page=page,
        report=report,
        contract=contract,
        data=Markup(data),  # noqa: S704 - it cannot end its element
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        style_hash=hash_source(style),
        script_hash=hash_source(script),
        version=__version__,
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, finalize=_shown, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(minute=minute, line=one_line, sentence=sentence, worst=_worst)
    environment.filters["opening"] = lambda text: f"{text[:1].upper()}{text[1:]}"
    environment.globals.update(bases=BASES, words=WORDS, signs=SIGNS, count=count_words, program=program_of)
    environment.globals.update(course=(WIDTH, HEIGHT), spread=(SPREAD_WIDTH, SPREAD_HEIGHT))
    return environment.from_string(part(__package__, "page.html.jinja"))


def _shown(value: object) -> object:
    """The text that the template prints: no text of a target hides, turns or steers its surroundings."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _worst(rows: Sequence[Row], places: Iterable[int]) -> list[int]:
    """The clauses of a sentence, the one that its mark has the colour of first."""
    order = ("fail", "not-tested", "pass", "recorded")
    return sorted(places, key=lambda place: order.index(rows[place].row["verdict"]))
