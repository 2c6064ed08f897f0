"""A limit on the length of the header: one cause, which is told once and with its edge."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.contract.facts import TOKEN_MAXIMUM
from conformance.judge.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.judge.sight import Sight
    from conformance.judge.verdict import Verdict

__all__ = ["Limit", "limit_of", "within_limit"]

_LENGTH, _MAXIMUM = "header.x-auth-token.length", "header.x-auth-token.maximum-length"
_DROPPED = "connection.dropped"
_TOO_LARGE = 431  # RFC 6585 section 5: Request Header Fields Too Large
_EXPLAINED = {
    _LENGTH,
    _MAXIMUM,
    "header.x-auth-token.name",
    "status.201.permitted",
    "status.401.near-valid-token",
    "status.401.precedence",
    "status.401.unknown-token",
    "status.documented",
    "error.other.envelope",
}
"""What a refusal for the length alone would fell besides the clause that speaks of lengths."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Every token of `first` characters or more is refused, and none up to `last`; `exchanges` are the refusals."""

    first: int
    last: int
    exchanges: frozenset[int]

    @property
    def clause(self) -> str:
        """The clause whose subject it is: that of the shortest length that is refused."""
        return _MAXIMUM if self.first >= TOKEN_MAXIMUM - 1 else _LENGTH

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


def within_limit(verdicts: Iterable[Verdict], limit: Limit) -> list[Verdict]:
    """The verdicts, each refusal beyond the limit told by the clause whose subject it is, and by no other."""
    found = list(verdicts)
    spoken = {verdict.clause for verdict in found if _beyond(verdict, limit)}
    clause = limit.clause if limit.clause in spoken else _DROPPED
    if clause not in spoken:
        return found
    return [_told(verdict, limit, clause) if _beyond(verdict, limit) else verdict for verdict in found]


def _beyond(verdict: Verdict, limit: Limit) -> bool:
    return verdict.outcome is Outcome.FAIL and verdict.exchange in limit.exchanges


def _told(verdict: Verdict, limit: Limit, clause: str) -> Verdict:
    if verdict.clause in {clause, _DROPPED}:
        return replace(verdict, message=f"{verdict.message}; {limit.words}")
    if verdict.clause not in _EXPLAINED:
        return verdict
    reason = f"refused for its length, as every token of {limit.first:,} characters and more: {clause}"
    return replace(verdict, outcome=Outcome.NOT_TESTED, message=reason, accepted=(), got="")
