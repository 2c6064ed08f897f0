"""The verdicts of a run as a whole: one cause has one clause, and what only many exchanges show is told too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.judge.lengths import limit_of, within_limit
from conformance.judge.neighbours import beside_neighbours
from conformance.judge.owed import EDGES
from conformance.judge.steady import comparisons
from conformance.judge.verdict import AnsweredBy, Outcome, Verdict, in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.contract.contract import Contract
    from conformance.judge.sight import Sight

__all__ = ["may_change", "settle"]

_REPEAT = "state.repeat"
_MANDATORY = "header.x-auth-token.mandatory"
_LONG = 1_024  # characters; a limit under it is told when it is seen
_LONGEST_MESSAGE = 600


def settle(verdicts: Iterable[Verdict], sights: Mapping[int, Sight], contract: Contract) -> list[Verdict]:
    """The verdicts of a run, each with the clause whose subject it is; `sights` are its exchanges by number.

    The same in whatever order they came; what there is nothing to compare with stays as it is.
    """
    found = beside_neighbours(verdicts, sights, contract.catalogue)
    limit = limit_of(sights.values())
    if limit is not None:
        found = within_limit(found, limit)
    return found + _repeated(found, sights, contract)


def may_change(verdict: Verdict, sight: Sight | None) -> bool:
    """Whether a failure may be settled otherwise once the whole run is seen."""
    if verdict.outcome is not Outcome.FAIL or sight is None:
        return False
    of_one_value = verdict.clause == _MANDATORY or verdict.clause in EDGES.values()
    of_a_length = bool(sight.owed) and sight.refused and sight.facts.token_length >= _LONG
    return of_one_value or of_a_length


def _repeated(verdicts: Iterable[Verdict], sights: Mapping[int, Sight], contract: Contract) -> list[Verdict]:
    """What 201s other than the first two say of the same association; nothing where those two say it already."""
    clause = contract.catalogue.by_id.get(_REPEAT)
    failed = any(verdict.clause == _REPEAT and verdict.outcome is Outcome.FAIL for verdict in verdicts)
    if clause is None or failed:
        return []
    found = []
    for compared in comparisons(sights.values()):
        sight, now = compared.sight, compared.sight.mirror_id
        outcome = Outcome.PASS if compared.same else Outcome.FAIL
        message = "" if compared.same else f"the id was {compared.was!r} and is {now!r}"
        got = "" if compared.same else f"id {now!r}"
        found.append(
            Verdict(
                _REPEAT,
                sight.probe,
                sight.number,
                outcome,
                in_words(message, _LONGEST_MESSAGE),
                clause.accepted,
                in_words(got, 200),
                AnsweredBy.SERVICE,
            )
        )
    return found
