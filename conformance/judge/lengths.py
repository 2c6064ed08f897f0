"""A limit on the length of the header: one cause, which is told once and with its edge."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.judge.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.contract.contract import Contract
    from conformance.judge.sight import Sight
    from conformance.judge.verdict import Verdict

__all__ = ["Limit", "limit_of", "within_limit"]

_TOO_LARGE = 431  # RFC 6585 section 5: Request Header Fields Too Large


@dataclass(frozen=True, slots=True)
class Limit:
    """Every token of `first` characters or more is refused, and none up to `last`; `exchanges` are the refusals."""

    first: int
    last: int
    exchanges: frozenset[int]

    def clauses(self, contract: Contract) -> frozenset[str]:
        """The clauses whose subject it is: those of the shortest length that is refused."""
        longest = contract.operation.credential.longest
        at_most = longest is not None and self.first >= longest - 1
        return frozenset(contract.catalogue.ids("owed", credential="maximum-length" if at_most else "length"))

    @property
    def words(self) -> str:
        """The limit in words, as the end of a message."""
        return (
            f"tokens of {self.first:,} characters and more are refused, "
            f"the longest that was answered as it should be has {self.last:,}"
        )


def limit_of(sights: Iterable[Sight]) -> Limit | None:
    """The limit that these exchanges show: what is refused is longer than whatever was answered as it should be.

    Of the shorter tokens for which the document has the same status, most must be answered so: else the length is not
    the reason, unless the status says that it is.
    """
    asked = [sight for sight in sights if sight.owed and sight.facts.token_length]
    last = max((sight.facts.token_length for sight in asked if sight.as_owed), default=0)
    wrong = [sight for sight in asked if sight.refused and not sight.as_owed]
    fine = Counter(sight.owed for sight in asked if sight.as_owed)
    fine.subtract(sight.owed for sight in wrong if sight.facts.token_length <= last)
    by_length = (sight for sight in wrong if fine[sight.owed] > 0 or sight.status == _TOO_LARGE)
    over = [sight for sight in by_length if sight.facts.token_length > last]
    if not last or not over:
        return None
    first = min(sight.facts.token_length for sight in over)
    return Limit(first, last, frozenset(sight.number for sight in over))


def within_limit(verdicts: Iterable[Verdict], limit: Limit, contract: Contract) -> list[Verdict]:
    """The verdicts, each refusal beyond the limit told by the clause whose subject it is, and by no other."""
    found = list(verdicts)
    spoken = {verdict.clause for verdict in found if _beyond(verdict, limit)}
    dropped = frozenset(contract.catalogue.ids("answered"))
    clauses = limit.clauses(contract) & spoken or dropped & spoken
    if not clauses:
        return found
    explained = _explained(contract)
    settled = []
    for verdict in found:
        if not _beyond(verdict, limit):
            settled.append(verdict)
        elif verdict.clause in clauses | dropped:
            settled.append(replace(verdict, message=f"{verdict.message}; {limit.words}"))
        elif verdict.clause in explained:
            reason = f"refused for its length, as every token of {limit.first:,} characters and more: {min(clauses)}"
            settled.append(replace(verdict, outcome=Outcome.NOT_TESTED, message=reason, accepted=(), got=""))
        else:
            settled.append(verdict)
    return settled


def _explained(contract: Contract) -> frozenset[str]:
    """The clauses that a refusal for the length alone would fail besides the one that speaks of lengths."""
    ids = contract.catalogue.ids
    return frozenset((*ids("owed"), *ids("documented-status"), *ids("envelope", status="other")))


def _beyond(verdict: Verdict, limit: Limit) -> bool:
    return verdict.outcome is Outcome.FAIL and verdict.exchange in limit.exchanges
