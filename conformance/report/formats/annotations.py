"""Workflow commands of GitHub Actions: annotations at the lines of the document whose sentences are broken."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from conformance.report.formats.findings import failures_of, since_of, trouble_of
from conformance.report.words import count_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.report.formats.findings import Report

__all__ = ["render"]

_MOST = 10  # GitHub shows so many errors and so many warnings of a step
_MOST_FAILURES = 3


def render(report: Report) -> str:
    """One line for each broken clause, the errors first; the reason where there is no verdict stands before them."""
    found = sorted(_clauses(report), key=lambda one: one[0] != "error")
    lines = []
    if trouble := trouble_of(report):
        lines.append(_command("error", {"title": trouble[0]}, trouble[1]))
    for kind in ("error", "warning"):
        commands = [command for one, command in found if one == kind]
        room = _MOST - (len(lines) if kind == "error" else 0)
        kept = commands if len(commands) <= room else commands[: room - 1]
        lines += kept
        if more := len(commands) - len(kept):
            lines.append(_command(kind, {}, f"and {count_words(more, 'more broken clause')}: see summary.md"))
    return "".join(f"{one}\n" for one in lines)


def _clauses(report: Report) -> Iterator[tuple[str, str]]:
    """The kind and the command of each clause that failed otherwise than accepted."""
    gating = report["summary"]["gating"]
    for clause_id, group in groupby(failures_of(report), key=lambda failure: failure.clause["id"]):
        failures = [failure for failure in group if not failure.accepted]
        if not failures:
            continue
        clause = failures[0].clause
        kind = "error" if failures[0].error or clause_id in gating else "warning"
        place = {"file": report["suite"]["document"]}
        if clause["lines"]:
            place |= {"line": str(clause["lines"][0]), "endLine": str(clause["lines"][1])}
        more = len(failures) - _MOST_FAILURES
        words = [
            clause["title"],
            *filter(None, [since_of(report, clause)]),
            *(failure.text for failure in failures[:_MOST_FAILURES]),
            *([f"and {count_words(more, 'more probe')}"] if more > 0 else []),
        ]
        yield kind, _command(kind, {**place, "title": f"{clause['level']} {clause_id}"}, "\n".join(words))


def _command(kind: str, properties: dict[str, str], message: str) -> str:
    """A workflow command, escaped as GitHub's own toolkit does it."""
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind}{' ' if given else ''}{given}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
