"""Failures that are not about the value that they were seen at: its neighbours are answered alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.known_tokens import TokenKind
from conformance.judge.expected import expectation_of
from conformance.judge.verdict import GENERATED, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.contract.contract import Contract
    from conformance.judge.expected import Expectation
    from conformance.judge.sight import Sight
    from conformance.judge.verdict import Verdict

__all__ = ["beside_neighbours"]

_SUCCESS = range(200, 300)  # RFC 9110 section 15.3


def beside_neighbours(verdicts: Iterable[Verdict], sights: Mapping[int, Sight], contract: Contract) -> list[Verdict]:
    """The verdicts, a clause about one value failing only where that value is answered unlike its neighbours."""
    found, expectation = list(verdicts), expectation_of(contract)
    spoken = {(one.clause, _place(one)) for one in found if one.outcome is Outcome.FAIL}
    known = frozenset(contract.operation.statuses) - expectation.unauthorised

    def manner(sight: Sight) -> tuple[object, ...]:
        """What neighbours have in common: what was owed to which token, and how it was answered."""
        answered = "as if known" if sight.status in known else sight.status
        good = sight.facts.token.good
        return sight.owed, sight.facts.token, sight.status if good else answered, sight.as_owed

    neighbours = {manner(sight) for sight in sights.values() if sight.owed and not expectation.at_edge(sight.facts)}
    unrecognised = contract.catalogue.ids("refused", credential="unrecognised")
    settled: list[Verdict] = []
    for verdict in found:
        sight = sights.get(verdict.exchange)
        if verdict.outcome is not Outcome.FAIL or sight is None:
            settled.append(verdict)
        elif verdict.clause in expectation.edge_clauses and not sight.as_owed and manner(sight) in neighbours:
            settled.append(replace(verdict, outcome=Outcome.PASS, message="", got=""))
            others = sorted(expectation.beside_edges(sight.facts))
            settled += [replace(verdict, clause=one) for one in others if (one, _place(verdict)) not in spoken]
        elif verdict.clause in unrecognised and (told := _told_in_contract(sight, sights.values(), expectation)):
            reason = f"such tokens are accepted in contract too: {told}"
            settled.append(replace(verdict, outcome=Outcome.NOT_TESTED, message=reason, accepted=(), got=""))
        else:
            settled.append(verdict)
    return _one_cause(settled, sights, expectation)


def _one_cause(verdicts: Iterable[Verdict], sights: Mapping[int, Sight], expectation: Expectation) -> list[Verdict]:
    """The verdicts, a request with several values that clauses speak of failing those that fail alone too.

    Where none does, the failure is that of any request of its role.
    """
    found = list(verdicts)
    several: dict[int, frozenset[str]] = {}
    alone: set[str] = set()
    for verdict in found:
        sight = sights.get(verdict.exchange)
        if verdict.outcome is Outcome.FAIL and sight is not None and verdict.clause in expectation.edge_clauses:
            subjects = expectation.subjects(sight.facts)
            named = frozenset().union(*subjects)
            if verdict.clause in named and len(subjects) > 1:
                several[sight.number] = named
            else:
                alone.add(verdict.clause)
    told: set[tuple[str, object]] = {(one.clause, _place(one)) for one in found if one.outcome is Outcome.FAIL}
    settled: list[Verdict] = []
    for verdict in found:
        named = several.get(verdict.exchange, frozenset())
        if verdict.outcome is not Outcome.FAIL or verdict.clause not in named or verdict.clause in alone:
            settled.append(verdict)
            continue
        reason = "several values that are not as usual stand in such a request, and this one alone does not fail"
        settled.append(replace(verdict, outcome=Outcome.NOT_TESTED, message=reason, accepted=(), got=""))
        if not named & alone:
            general = sorted(expectation.beside_edges(sights[verdict.exchange].facts))
            settled += [replace(verdict, clause=one) for one in general if (one, _place(verdict)) not in told]
            told.update((one, _place(verdict)) for one in general)
    return settled


def _place(verdict: Verdict) -> object:
    """Where a failure is shown once: an exchange, or whatever a property sends."""
    return verdict.probe if verdict.probe.startswith(GENERATED) else verdict.exchange


def _told_in_contract(sight: Sight, others: Iterable[Sight], expectation: Expectation) -> str | None:
    """The clause that speaks of such a token where everything else is in contract, if that is accepted too."""
    kinds = {sight.facts.token}
    if sight.facts.token is TokenKind.UNUSUAL:
        kinds = {TokenKind.NEAR_VALID, TokenKind.UNKNOWN, TokenKind.EMPTY}  # white space is trimmed to nothing
    for other in others:
        if other.facts.token in kinds and other.owed == expectation.unauthorised and other.status in _SUCCESS:
            return ", ".join(sorted(expectation.beside_edges(other.facts))) or None
    return None
