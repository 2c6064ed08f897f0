"""Failures that are not about the value that they were seen at: its neighbours are answered alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.wallet import TokenKind
from conformance.judge.owed import EDGES, beside_edges
from conformance.judge.verdict import GENERATED, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.contract.clause import Catalogue
    from conformance.judge.sight import Sight
    from conformance.judge.verdict import Verdict

__all__ = ["beside_neighbours"]

_MANDATORY = "header.x-auth-token.mandatory"
_AS_IF_KNOWN = {201, 403, 404}
_SUCCESS = range(200, 300)  # RFC 9110 section 15.3


def beside_neighbours(verdicts: Iterable[Verdict], sights: Mapping[int, Sight], catalogue: Catalogue) -> list[Verdict]:
    """The verdicts, a clause about one value failing only where that value is answered unlike its neighbours."""
    found = list(verdicts)
    spoken = {(one.clause, _place(one)) for one in found if one.outcome is Outcome.FAIL}
    neighbours = {_manner(sight) for sight in sights.values() if sight.owed and sight.facts.id not in EDGES}
    settled: list[Verdict] = []
    for verdict in found:
        sight = sights.get(verdict.exchange)
        if verdict.outcome is not Outcome.FAIL or sight is None:
            settled.append(verdict)
        elif verdict.clause in EDGES.values() and not sight.as_owed and _manner(sight) in neighbours:
            settled.append(replace(verdict, outcome=Outcome.PASS, message="", got=""))
            other = beside_edges(sight.facts)
            if other in catalogue.by_id and (other, _place(verdict)) not in spoken:
                settled.append(replace(verdict, clause=other))
        elif verdict.clause == _MANDATORY and (told := _told_in_contract(sight, sights.values())):
            reason = f"such tokens are accepted in contract too: {told}"
            settled.append(replace(verdict, outcome=Outcome.NOT_TESTED, message=reason, accepted=(), got=""))
        else:
            settled.append(verdict)
    return settled


def _place(verdict: Verdict) -> object:
    """Where a failure is shown once: an exchange, or whatever a property sends."""
    return verdict.probe if verdict.probe.startswith(GENERATED) else verdict.exchange


def _manner(sight: Sight) -> tuple[object, ...]:
    """What neighbours have in common: what was owed to which token, and how it was answered."""
    answered = "as if known" if sight.status in _AS_IF_KNOWN else sight.status
    good = sight.facts.token.good
    return sight.owed, sight.facts.token, sight.status if good else answered, sight.as_owed


def _told_in_contract(sight: Sight, others: Iterable[Sight]) -> str | None:
    """The clause that speaks of such a token where everything else is in contract, if that is accepted too."""
    kinds = {sight.facts.token}
    if sight.facts.token is TokenKind.UNUSUAL:
        kinds = {TokenKind.NEAR_VALID, TokenKind.UNKNOWN, TokenKind.EMPTY}  # white space is trimmed to nothing
    for other in others:
        if other.facts.token in kinds and other.owed == {401} and other.status in _SUCCESS:
            return beside_edges(other.facts)
    return None
