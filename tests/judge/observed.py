"""Invented runs: exchanges in their order, the verdicts on each, and what the whole of them says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.judge.causes import settle
from conformance.judge.judge import judge
from conformance.judge.reading import Context
from conformance.judge.verdict import Outcome
from tests.shipped import observation_of

from .exchanges import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.contract.message import Exchange
    from conformance.judge.observations import Observation
    from conformance.judge.verdict import Verdict


def in_turn(*exchanges: Exchange) -> list[Exchange]:
    """The exchanges one after the other, each a second long, numbered from 1."""
    return [
        replace(one, number=number, started_at=2.0 * number, seconds=1.0) for number, one in enumerate(exchanges, 1)
    ]


def observations_of(exchanges: Sequence[Exchange]) -> dict[int, Observation]:
    """The observations of each, by number."""
    return {one.number: observation_of(one) for one in exchanges}


def settled(exchanges: Sequence[Exchange], context: Context = Context()) -> list[Verdict]:  # noqa: B008 - frozen
    """The verdicts of the run as a whole."""
    verdicts = [verdict for one in exchanges for verdict in judge(one, CONTRACT, context)]
    return settle(verdicts, observations_of(exchanges), CONTRACT)


def fallen(exchanges: Sequence[Exchange], context: Context = Context()) -> dict[str, list[int]]:  # noqa: B008 - frozen
    """The clauses that fail, and at which exchanges."""
    found: dict[str, list[int]] = {}
    for verdict in settled(exchanges, context):
        if verdict.outcome is Outcome.FAIL:
            found.setdefault(verdict.clause, []).append(verdict.exchange)
    return found


def of_clause(clause: str, exchanges: Sequence[Exchange]) -> dict[int, Outcome]:
    """The outcome of each exchange for a clause."""
    return {verdict.exchange: verdict.outcome for verdict in settled(exchanges) if verdict.clause == clause}
