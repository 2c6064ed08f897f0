"""The verdicts of a run as a whole: one cause has one clause, and what only many exchanges show is told too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.judge.expected import expectation_of
from conformance.judge.lengths import limit_of, within_limit
from conformance.judge.neighbours import beside_neighbours
from conformance.judge.steady import comparisons
from conformance.judge.verdict import AnsweredBy, Outcome, Verdict, in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.contract.contract import Contract
    from conformance.judge.sight import Sight

__all__ = ["may_change", "settle"]

_LONG = 1_024  # characters; a limit under it is told when it is seen
_LONGEST_MESSAGE = 600


def settle(verdicts: Iterable[Verdict], sights: Mapping[int, Sight], contract: Contract) -> list[Verdict]:
    """The verdicts of a run, each with the clause whose subject it is; `sights` are its exchanges by number.

    The same in whatever order they came; what there is nothing to compare with stays as it is.
    """
    found = beside_neighbours(verdicts, sights, contract)
    limit = limit_of(sights.values())
    if limit is not None:
        found = within_limit(found, limit, contract)
    return found + _repeated(found, sights, contract)


def may_change(verdict: Verdict, sight: Sight | None, contract: Contract) -> bool:
    """Whether a failure may be settled otherwise once the whole run is seen."""
    if verdict.outcome is not Outcome.FAIL or sight is None:
        return False
    unrecognised = contract.catalogue.ids("refused", credential="unrecognised")
    of_one_value = verdict.clause in unrecognised or verdict.clause in expectation_of(contract).edge_clauses
    of_a_length = bool(sight.owed) and sight.refused and sight.facts.token_length >= _LONG
    return of_one_value or of_a_length


def _repeated(verdicts: Iterable[Verdict], sights: Mapping[int, Sight], contract: Contract) -> list[Verdict]:
    """What successes other than the first two say of the same request; nothing where those two say it already."""
    expectation = expectation_of(contract)
    repeat, name = expectation.repeat, expectation.same
    if not repeat or any(one.clause in repeat and one.outcome is Outcome.FAIL for one in verdicts):
        return []
    clause = contract.catalogue[min(repeat)]
    found = []
    for compared in comparisons(sights.values()):
        sight, now = compared.sight, compared.sight.same
        outcome = Outcome.PASS if compared.same else Outcome.FAIL
        message = "" if compared.same else f"the {name} was {compared.was!r} and is {now!r}"
        got = "" if compared.same else f"{name} {now!r}"
        found.append(
            Verdict(
                clause.id,
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
