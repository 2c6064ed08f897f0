"""Explanations as text for a terminal, and as JSON data."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.text import Text

from conformance.contract.clause import Level
from conformance.explain.explanation import ClauseExplanation, ProbeExplanation, Seen
from conformance.judge.verdict import Outcome, in_words
from conformance.plan.policy import MUTATION
from conformance.plan.probe import Probe, Profile
from conformance.report.clauses import BASES, MEANING, OPERATION, STYLES
from conformance.report.files import dumps
from conformance.report.words import count_words, minute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console

_WIDEST = 100
_MOST = 8  # probes or faults that are listed with their words
_LONGEST_VALUE = 120
_COLOURS = {Outcome.PASS: "green", Outcome.FAIL: "bold red", Outcome.NOT_TESTED: "yellow", Outcome.RECORDED: "dim"}
_MODE = re.compile(rf"^{MUTATION}\w+: ")
_Line = tuple[int, Text]
"""A paragraph and its indent in columns."""


def show(explanations: Iterable[ClauseExplanation | ProbeExplanation], console: Console) -> None:
    """Print the explanations, with a rule between two."""
    for number, one in enumerate(explanations):
        if number:
            console.rule(style="dim")
        paragraphs = _clause(one) if isinstance(one, ClauseExplanation) else _test(one)
        for indent, text in paragraphs:
            for line in text.wrap(console, min(console.width, _WIDEST) - indent) or [Text()]:
                indented = Text(" " * indent) + line
                indented.rstrip()
                console.print(indented)


def as_json(explanations: Iterable[ClauseExplanation | ProbeExplanation]) -> str:
    """The explanations as a list of JSON objects, by `kind`: ``clause``, ``probe`` or ``property``."""
    rows = [_clause_data(one) if isinstance(one, ClauseExplanation) else _test_data(one) for one in explanations]
    return dumps(rows, ensure_ascii=False, indent=2)


def _clause(one: ClauseExplanation) -> Iterator[_Line]:
    clause = one.clause
    yield 0, Text.assemble((clause.id, "bold"), "  ", (clause.level.value, STYLES[clause.level]), f", {clause.basis}")
    yield 0, Text(clause.title)
    yield from _head("The document")
    yield 2, Text(f"{one.document}{_lines_of(one)}, {clause.section}", "dim")
    yield from ((4, Text(line)) for line in clause.quote.splitlines())
    yield from _head(f"Why {clause.level}")
    yield 2, Text(f"{clause.basis}: {BASES[clause.basis]} {clause.level}: {MEANING[clause.level]}")
    if clause.note:
        yield 2, Text(clause.note)
    yield from _head("Sent")
    yield 2, Text(clause.sent)
    yield from _listed([(test.id, test.title) for test in one.tests], "probe")
    if clause.needs:
        keys = ", and ".join(need.replace(" | ", " or ") for need in clause.needs)
        yield 2, Text(f"Without {keys} in the target description it is not tested.")
    yield from _head("Accepted")
    yield from ((2, Text(f"- {outcome}")) for outcome in clause.accepted)
    yield from _head("Judged by")
    said = ", ".join(f"{name} {value}" for name, value in clause.arguments.items())
    yield 2, Text.assemble("check ", (clause.check, "bold"), f" ({said})" if said else "")
    yield from ((2, Text(" ".join(paragraph.split()))) for paragraph in one.check.split("\n\n"))
    if clause.openapi:
        yield from _head("In openapi.yaml")
        value = (
            ""
            if one.said is None or isinstance(one.said, dict | list)
            else f" is {json.dumps(one.said, ensure_ascii=False)}"
        )
        yield 2, Text(in_words(f"{OPERATION.sub('', clause.openapi)}{value}", _LONGEST_VALUE))
    yield from _head("Proven by")
    yield from _proof(one)
    yield from _past(one.seen)


def _proof(one: ClauseExplanation) -> Iterator[_Line]:
    if one.clause.level is Level.SILENT:
        yield 2, Text("Nothing: it never fails.")
    elif one.faults is None:
        yield 2, Text("Nothing here: the mock with its faults serves another operation.")
    elif one.faults:
        yield 2, Text("`conformance selftest FAULT` shows that it fails on the mock with")
        yield from _listed([(fault.id, fault.summary) for fault in one.faults], "fault")
    else:
        yield 2, Text("No fault of the mock is about this clause alone.")


def _test(one: ProbeExplanation) -> Iterator[_Line]:
    test = one.probe
    probe = test if isinstance(test, Probe) else None
    yield 0, Text.assemble((test.id, "bold"), "  ", "probe" if probe else "property: generated requests")
    yield 0, Text(test.title)
    if one.sent is not None:
        yield from _head("Sent")
        yield 2, Text.assemble((one.sent.method, "bold"), f" {one.sent.path}")
        yield from ((2, Text(f"{name}: {value}")) for name, value in one.sent.headers)
        yield 2, Text(f"body: {one.sent.body}")
        yield 2, Text("Host, Content-Length, User-Agent and the description's own headers come on top.", "dim")
    yield from _head("Requests by profile")
    yield 2, Text(", ".join(f"{profile} {count:,}" for profile, count in one.draws.items()))
    yield from _head("Safety")
    for name, reason in one.withheld.items():
        shown = ("sent", "green") if reason is None else (f"withheld, {_MODE.sub('', reason)}", "yellow")
        yield 2, Text.assemble(f"{name}: ", shown)
    yield from _head("Tests")
    yield from _listed(
        [(clause.id, f"{clause.level}: {clause.title}") for clause in one.clauses], "clause", len(one.clauses)
    )
    yield from _past(one.seen)
    yield 0, Text()
    yield 0, Text(f"conformance run TARGET --probe {test.id}   sends it", "dim")


def _head(words: str) -> Iterator[_Line]:
    yield 0, Text()
    yield 0, Text(words, "bold cyan")


def _listed(rows: Sequence[tuple[str, str]], noun: str, most: int = _MOST) -> Iterator[_Line]:
    """The first of the rows with their words below, then how many more there are."""
    for name, words in rows[:most]:
        yield 2, Text.assemble("- ", (name, "bold"))
        yield 6, Text(words)
    if len(rows) > most:
        yield 2, Text(f"and {count_words(len(rows) - most, f'more {noun}')} (--format json has them all)", "dim")


def _past(seen: Sequence[Seen]) -> Iterator[_Line]:
    if not seen:
        return
    yield from _head("Last verdicts")
    for one in seen:
        by = f" ({', '.join(one.by)})" if one.by else ""
        again = (
            f"; sent again in {count_words(one.again, 'narrowed run')}, failed in {one.failed_again}"
            if one.again
            else ""
        )
        verdict = (one.verdict.value, _COLOURS[one.verdict])
        yield 2, Text.assemble(f"{minute(one.at)}  {one.target}  ", verdict, by, again)


def _lines_of(one: ClauseExplanation) -> str:
    if one.passage is None:
        return ""
    first, last = one.passage.first_line, one.passage.last_line
    return f":{first}" if first == last else f":{first}-{last}"


def _clause_data(one: ClauseExplanation) -> dict[str, Any]:
    clause = one.clause
    lines = None if one.passage is None else [one.passage.first_line, one.passage.last_line]
    return {
        "kind": "clause",
        "id": clause.id,
        "title": clause.title,
        "level": clause.level.value,
        "basis": clause.basis,
        "note": clause.note,
        "document": {"file": one.document, "lines": lines, "section": clause.section, "quote": clause.quote},
        "sent": clause.sent,
        "tests": [{"id": test.id, "title": test.title} for test in one.tests],
        "needs": list(clause.needs),
        "accepted": list(clause.accepted),
        "check": {"name": clause.check, "with": dict(clause.arguments), "about": one.check},
        "openapi": clause.openapi and {"pointer": clause.openapi, "value": one.said},
        "faults": [{"id": fault.id, "summary": fault.summary} for fault in one.faults or ()],
        "verdicts": [asdict(seen) for seen in one.seen],
    }


def _test_data(one: ProbeExplanation) -> dict[str, Any]:
    test = one.probe
    return {
        "kind": "probe" if isinstance(test, Probe) else "property",
        "id": test.id,
        "title": test.title,
        "clauses": [{"id": clause.id, "level": clause.level.value, "title": clause.title} for clause in one.clauses],
        "sent": one.sent and asdict(one.sent),
        "requests": {profile.value: one.draws[profile] for profile in Profile},
        "withheld": dict(one.withheld),
        "verdicts": [asdict(seen) for seen in one.seen],
    }
