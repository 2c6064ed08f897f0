"""What every clause proved, night by night, packed: a letter a night, and what lies behind it where that changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.judge.verdict import Outcome, in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.history.snapshot import Snapshot
    from conformance.history.verdicts import ClauseState

__all__ = ["ABSENT", "Details", "Told"]

ABSENT = "."
_LETTERS = {Outcome.PASS: "p", Outcome.FAIL: "f", Outcome.NOT_TESTED: "n", Outcome.RECORDED: "r"}
_MOST_PROBES, _MOST_FAILURES = 8, 5
_LONGEST = 300


class Details:
    """Details of verdicts, each kept once; `rows` are JSON data."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self._known: dict[str, int] = {}

    def number(self, row: dict[str, Any]) -> int:
        """The place of these details among `rows`."""
        key = json.dumps(row, sort_keys=True)
        if key not in self._known:
            self._known[key] = len(self.rows)
            self.rows.append(row)
        return self._known[key]


class Told:
    """The clauses of one target; add its nights in the order of their time."""

    def __init__(self, details: Details) -> None:
        self._details = details
        self._nights = 0
        self._letters: dict[str, list[str]] = {}
        self._from: dict[str, list[tuple[int, int]]] = {}
        self._last: dict[str, tuple[ClauseState, str | None]] = {}

    def add(self, night: Snapshot) -> None:
        """A night more."""
        rows = night.rows
        for clause, state in night.states.items():
            letters = self._letters.setdefault(clause, [])
            letters += ABSENT * (self._nights - len(letters)) + _LETTERS[state.outcome]
            found = (state, rows[clause]["reason"])
            if self._last.get(clause) != found:
                self._last[clause] = found
                number = self._details.number(_details(state, rows[clause]))
                self._from.setdefault(clause, []).append((self._nights, number))
        for clause in self._last.keys() - night.states.keys():
            del self._last[clause]
        self._nights += 1

    def again(self) -> None:
        """A night more, like the one before."""
        for letters in self._letters.values():
            if len(letters) == self._nights:
                letters.append(letters[-1])
        self._nights += 1

    def letters(self, clause: str) -> str:
        """A letter for each night: pass, fail, not tested, recorded, or that the catalogue did not have the clause."""
        return "".join(self._letters.get(clause, ())).ljust(self._nights, ABSENT)

    def details(self, clause: str) -> list[tuple[int, int]]:
        """From which night on which details are true, as far as the catalogue had the clause."""
        return self._from.get(clause, [])


def _details(state: ClauseState, row: Mapping[str, Any]) -> dict[str, Any]:
    """What a clause proved; members that would be empty are left out."""
    messages = {failure["probe"]: in_words(failure["message"], _LONGEST) for failure in row["failures"]}
    failed = sorted(state.failed) + sorted(state.found)
    passed = sorted(probe for probe, outcome in state.probes.items() if outcome in {Outcome.PASS, Outcome.RECORDED})
    found = {
        "reason": row["reason"] and in_words(row["reason"], _LONGEST),
        "failures": [[probe, messages.get(probe, "")] for probe in failed[:_MOST_FAILURES]],
        "failed": len(failed),
        "probes": passed[:_MOST_PROBES],
        "passed": len(passed),
    }
    return {name: value for name, value in found.items() if value}
