"""A case for a clause: an exchange that passes, one that fails and what is said of it, and one it does not speak of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.judge.reading import Context
from conformance.judge.verdict import AnsweredBy, Outcome

from .exchanges import outcome_of, verdicts

if TYPE_CHECKING:
    from conformance.contract.message import Exchange


@dataclass(frozen=True)
class Case:
    """`context` is what the failing and the passing exchange are judged in."""

    passes: Exchange
    fails: Exchange
    message: str
    got: str
    accepted: tuple[str, ...]
    says_nothing_of: Exchange
    answered_by: AnsweredBy = AnsweredBy.SERVICE
    context: Context = field(default_factory=Context)

    def check_pass(self, clause: str) -> None:
        """The clause passes, and has nothing to say."""
        verdict = verdicts(self.passes, self.context)[clause]
        assert verdict.outcome is Outcome.PASS
        assert (verdict.message, verdict.got) == ("", "")

    def check_failure(self, clause: str) -> None:
        """The clause fails, and says what was wrong, what came, what would have been accepted, and who answered."""
        verdict = verdicts(self.fails, self.context)[clause]
        assert verdict.outcome is Outcome.FAIL
        assert verdict.message == self.message
        assert verdict.got == self.got
        assert verdict.accepted == self.accepted
        assert verdict.answered_by is self.answered_by
        assert (verdict.probe, verdict.exchange) == (self.fails.probe, self.fails.number)

    def check_silence(self, clause: str) -> None:
        """The clause says nothing."""
        assert outcome_of(clause, self.says_nothing_of) is None
