"""The findings of a report: its verdict in words, and each failure; values of the target are on one line and short."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from conformance.judge.summary import Conclusion
from conformance.judge.verdict import AnsweredBy, in_words
from conformance.report.record import Since
from conformance.report.words import RESPONDERS, answer_parts, headline, since_words

Report: TypeAlias = Mapping[str, Any]
"""The data of report.json."""
Row: TypeAlias = Mapping[str, Any]

NO_VERDICT = "no verdict"
STALE = "stale baseline"
_LONGEST = 600
_LONGEST_COMMAND = 4000


@dataclass(frozen=True, slots=True)
class Failure:
    """A clause that a probe broke.

    clause: the clause's row.
    probe: the id of the probe or property.
    row: the failure's row; None where the report lists only the probe.
    again: the command that sends the probe again, or None.
    accepted: whether the baseline accepts it.
    """

    clause: Row
    probe: str
    row: Row | None
    again: str | None
    accepted: bool

    @property
    def error(self) -> bool:
        """Whether it breaks a must; what the edition says of the clause makes it a warning, as a should is one."""
        return self.clause["level"] == "must" and self.clause["edition"] is None

    @property
    def fingerprint(self) -> str:
        """The same in every run: SHA-256 of clause and probe, in hexadecimal."""
        return hashlib.sha256(f"{self.clause['id']}\n{self.probe}".encode()).hexdigest()

    @property
    def message(self) -> str:
        """The reason, in a sentence."""
        return line(self.row["message"]) if self.row else "fails the same clause; report.json lists only its name"

    @property
    def details(self) -> Iterator[tuple[str, str]]:
        """Names and texts: what was expected, what came, and the command that sends it again."""
        if self.row:
            yield "expected", line(" or ".join(self.row["accepted"]))
            answer = self.row["answer"]
            by = f", answered by {RESPONDERS[AnsweredBy(self.row['answered_by'])]}" if answer else ""
            yield "got", line(f"{self.row['got']}{by}")
            if answer:
                yield "answer", line(", ".join(answer_parts(answer)))
        if self.again:
            yield "repeat", line(self.again, _LONGEST_COMMAND)

    @property
    def text(self) -> str:
        """Message and details, a line for each."""
        parts = (f"{name}: {words}" for name, words in self.details)
        return "\n".join([f"{line(self.probe)}: {self.message}", *parts])


def line(text: str, longest: int = _LONGEST) -> str:
    """A text on one line, clipped, with controls and marks of direction spelt out."""
    return in_words(" ".join(text.split()), longest)


def failures_of(report: Report) -> Iterator[Failure]:
    """Each failing pair of clause and probe once, in the document's order."""
    baseline = report.get("baseline") or {"accepted": ()}
    accepted = {(pair["clause"], pair["probe"]) for pair in baseline["accepted"]}
    again = report["run"]["reproduce"]
    for clause in report["clauses"]:
        rows: dict[str, Row | None] = {}
        for row in clause["failures"]:
            rows.setdefault(row["probe"], row)
        for probe in [*rows, *(probe for probe in clause["failed_probes"] if probe not in rows)]:
            known = (clause["id"], probe) in accepted
            yield Failure(clause, probe, rows.get(probe), again.get(probe), known)


def since_of(report: Report, row: Row) -> str | None:
    """Since when a clause or a probe fails, in words; None without a history, and in the first run of one."""
    if "since" not in row:
        return None
    since = Since.from_data(row["since"])
    return None if since.first(report["run"]["id"]) else since_words(since)


def verdict_of(report: Report) -> tuple[str, str]:
    """The verdict in a word or two, and the reason in a sentence; an incomplete run has no verdict."""
    said = headline(report)
    return NO_VERDICT if said.tone is Conclusion.INCOMPLETE else said.word, line(said.why)


def trouble_of(report: Report) -> tuple[str, str] | None:
    """The verdict and its reason where the run fails although no clause says so; else None."""
    verdict, why = verdict_of(report)
    return (verdict, why) if verdict in {NO_VERDICT, STALE} else None
