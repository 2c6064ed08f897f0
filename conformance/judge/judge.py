"""The judge: every rule, over one exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.clause import Level
from conformance.contract.message import Trouble
from conformance.judge.owed import AGAIN, FIRST, owners
from conformance.judge.reading import Context, Reading
from conformance.judge.rules import RULES
from conformance.judge.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.contract.contract import Contract
    from conformance.contract.message import Exchange

__all__ = ["context_of", "judge", "unanswered"]

_NEEDS_NO_ANSWER = "connection.dropped"


def judge(
    exchange: Exchange, contract: Contract, context: Context, declared: Iterable[str] = ()
) -> tuple[Verdict, ...]:
    """Every verdict that `exchange` gives; `declared` are the clauses that its probe is there for.

    Silent clauses among them are recorded. Without an answer, a declared clause is not tested.
    """
    reading = Reading(exchange, contract, context)
    if exchange.response is None:
        return unanswered(reading, declared)
    verdicts = []
    for clause, rule in RULES.items():
        if finding := rule(reading):
            verdicts.append(
                Verdict(
                    clause=clause,
                    probe=exchange.probe,
                    exchange=exchange.number,
                    outcome=finding.outcome,
                    message=finding.message,
                    accepted=finding.accepted or contract.catalogue[clause].accepted,
                    got=finding.got,
                    answered_by=reading.answered_by,
                )
            )
    spoken = {verdict.clause for verdict in verdicts}
    for clause in declared:
        silent = contract.catalogue[clause].level is Level.SILENT
        if silent or clause not in spoken:
            outcome = Outcome.RECORDED if silent else Outcome.NOT_TESTED
            message = "" if silent else f"{exchange.probe} was answered {reading.got}, which does not test it"
            verdicts.append(
                Verdict(clause, exchange.probe, exchange.number, outcome, message, (), reading.got, reading.answered_by)
            )
    return tuple(verdicts)


def unanswered(reading: Reading, declared: Iterable[str]) -> tuple[Verdict, ...]:
    """The verdicts of an exchange without an answer."""
    exchange, contract = reading.exchange, reading.contract
    verdicts = []
    if finding := RULES[_NEEDS_NO_ANSWER](reading):
        verdicts.append(
            Verdict(
                _NEEDS_NO_ANSWER,
                exchange.probe,
                exchange.number,
                finding.outcome,
                finding.message,
                finding.accepted or contract.catalogue[_NEEDS_NO_ANSWER].accepted,
                finding.got,
            )
        )
    reason = exchange.detail if exchange.trouble is Trouble.NOT_SENT else f"no answer: {exchange.trouble}"
    silent = (set(declared) | owners(exchange, 0)) - {_NEEDS_NO_ANSWER}
    verdicts += [
        Verdict(clause, exchange.probe, exchange.number, Outcome.NOT_TESTED, reason) for clause in sorted(silent)
    ]
    return tuple(verdicts)


def context_of(opening: Sequence[Exchange], contract: Contract) -> Context:
    """What the opening exchanges, the first association and the same again, say of the target."""
    by_probe = {exchange.probe: Reading(exchange, contract, Context()) for exchange in opening}
    first, again = by_probe.get(FIRST), by_probe.get(AGAIN)
    if first is None:
        return Context()
    if first.status != 201:  # noqa: PLR2004 - RFC 9110 section 15.3.2
        got = first.got if first.status else f"not at all ({first.exchange.trouble})"
        return Context(obstacle=f"the first valid request was answered {got}")
    mirror_id = (first.object or {}).get("id")
    if again is not None and again.status != 201:  # noqa: PLR2004 - as above
        got = again.got if again.status else f"not at all ({again.exchange.trouble})"
        return Context(obstacle=f"the target refuses to associate again: it answered {got}", mirror_id=mirror_id)
    steady = again is None or (again.object or {}).get("id") == mirror_id
    return Context(mirror_id=mirror_id, steady=steady)
