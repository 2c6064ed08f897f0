"""What a run proved, clause by clause and probe by probe, in the form that is kept and compared.

Comparison over time stands on probes: they send the same every night. What properties found is kept apart, and only
where it failed, since generated requests differ from night to night.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from conformance.judge.verdict import GENERATED, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.judge.summary import Summary

__all__ = ["ClauseState", "packed_verdicts", "states_of", "states_of_report", "unpacked_verdicts"]

_LETTERS = {Outcome.PASS: "p", Outcome.FAIL: "f", Outcome.NOT_TESTED: "n", Outcome.RECORDED: "r"}
_OUTCOMES = {letter: outcome for outcome, letter in _LETTERS.items()}
_SILENT = "."


@dataclass(frozen=True, slots=True)
class ClauseState:
    """A clause in a run: its verdict, what each probe that speaks of it proved, and the properties that failed it.

    Where it is not `whole`, only the probes that failed are known; where it is `cut`, only some of those.
    """

    outcome: Outcome
    probes: Mapping[str, Outcome]
    found: frozenset[str] = frozenset()
    whole: bool = True
    cut: bool = False

    @property
    def tested(self) -> bool:
        """Whether there is a verdict."""
        return self.outcome is not Outcome.NOT_TESTED

    def proves(self, probe: str) -> bool:
        """Whether a probe had something to say."""
        return self.probes.get(probe, Outcome.NOT_TESTED) is not Outcome.NOT_TESTED

    @property
    def failed(self) -> frozenset[str]:
        """The probes that failed."""
        return frozenset(probe for probe, outcome in self.probes.items() if outcome is Outcome.FAIL)


def states_of(summary: Summary) -> dict[str, ClauseState]:
    """The clauses of a run that has just been summed up."""
    return {result.clause.id: _state(result.outcome, result.probes) for result in summary.clauses}


def states_of_report(report: Mapping[str, Any]) -> dict[str, ClauseState]:
    """The clauses of a report.json, which names the probes that failed and no others."""
    return {row["id"]: _reported(row) for row in report["clauses"]}


def packed_verdicts(states: Mapping[str, ClauseState]) -> dict[str, Any]:
    """The clauses as JSON data: for each a letter for each probe, in the order of the list of probes."""
    probes = sorted({probe for state in states.values() for probe in state.probes})
    return {
        "probes": probes,
        "clauses": {
            clause: {
                "verdict": state.outcome.value,
                "probes": "".join(_letter(state.probes.get(probe)) for probe in probes),
                "found": sorted(state.found),
            }
            for clause, state in states.items()
        },
    }


def unpacked_verdicts(data: Mapping[str, Any]) -> dict[str, ClauseState]:
    """The clauses that `packed_verdicts` wrote."""
    return {clause: _unpacked(row, data["probes"]) for clause, row in data["clauses"].items()}


def _reported(row: Mapping[str, Any]) -> ClauseState:
    """A clause of a report.json; one that does not list `failed_probes` names them beside its first failures only."""
    listed = [failure["probe"] for failure in row["failures"]]
    state = _state(Outcome(row["verdict"]), dict.fromkeys(row.get("failed_probes", listed), Outcome.FAIL))
    cut = "failed_probes" not in row and row.get("failures_total", len(listed)) > len(listed)
    return replace(state, whole=False, cut=cut)


def _unpacked(row: Mapping[str, Any], probes: Iterable[str]) -> ClauseState:
    spoken = {
        probe: _OUTCOMES[letter] for probe, letter in zip(probes, row["probes"], strict=True) if letter != _SILENT
    }
    return ClauseState(Outcome(row["verdict"]), spoken, frozenset(row["found"]))


def _state(outcome: Outcome, probes: Mapping[str, Outcome]) -> ClauseState:
    found = frozenset(
        probe for probe, proved in probes.items() if probe.startswith(GENERATED) and proved is Outcome.FAIL
    )
    steady = {probe: proved for probe, proved in probes.items() if not probe.startswith(GENERATED)}
    return ClauseState(outcome, steady, found)


def _letter(outcome: Outcome | None) -> str:
    return _SILENT if outcome is None else _LETTERS[outcome]
