"""The judge: every rule, over one exchange."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.clause import Level
from conformance.contract.message import Exchange, Trouble
from conformance.contract.strictjson import same_value
from conformance.judge.checks import rules_of
from conformance.judge.expected import AGAIN, BURST, CREATION, FIRST
from conformance.judge.reading import Context, Reading
from conformance.judge.verdict import Finding, Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.contract.contract import Contract

_UNAUTHORIZED = 401
_THROTTLED = 429  # RFC 6585 section 4
_REFUSED = range(400, 500)  # RFC 9110 section 15.5
_BROKEN_BY_NO_REFUSAL = {"refused", "documented-status"}
"""The checks that say nothing of a refusal only where that does not break their clauses."""


def judge(
    exchange: Exchange, contract: Contract, context: Context, declared: Iterable[str] = ()
) -> tuple[Verdict, ...]:
    """Every verdict that `exchange` gives; `declared` are the clauses that its probe is there for.

    Silent clauses among them are recorded. Without an answer, a declared clause is not tested; a 429 is none. A
    superseded exchange was sent again and gives no verdict.
    """
    if exchange.superseded:
        return ()
    reading = Reading(exchange, contract, context)
    if exchange.response is None or reading.status == _THROTTLED:
        return unanswered(reading, declared)
    verdicts = [
        _verdict(clause, finding, reading) for clause, rule in rules_of(contract).items() if (finding := rule(reading))
    ]
    spoken = {verdict.clause for verdict in verdicts}
    for clause in declared:
        silent = contract.catalogue[clause].level is Level.SILENT
        if silent or clause not in spoken:
            outcome = Outcome.RECORDED if silent else Outcome.NOT_TESTED
            message = "" if silent else f"{exchange.probe} was answered {reading.got}, which does not test it"
            refused = contract.catalogue[clause].check in _BROKEN_BY_NO_REFUSAL and reading.status in _REFUSED
            held = refused and context.succeeded and context.recognised  # else everything may be refused
            finding = Finding(outcome, message, reading.got)
            verdicts.append(replace(_verdict(clause, finding, reading), accepted=(), held=held and not silent))
    return tuple(verdicts)


def unanswered(reading: Reading, declared: Iterable[str]) -> tuple[Verdict, ...]:
    """The verdicts of an exchange without an answer, or with none but a 429."""
    exchange, contract = reading.exchange, reading.contract
    rules = rules_of(contract)
    verdicts = [
        _verdict(clause, finding, reading)
        for clause in contract.catalogue.ids("answered")
        if (finding := rules[clause](reading))
    ]
    trouble = exchange.trouble or Trouble.THROTTLED
    reason = exchange.detail if trouble is Trouble.NOT_SENT else f"no answer: {trouble}"
    open_ones = (set(declared) | reading.owners) - {verdict.clause for verdict in verdicts}
    verdicts += [
        Verdict(clause, exchange.probe, exchange.number, Outcome.NOT_TESTED, reason) for clause in sorted(open_ones)
    ]
    return tuple(verdicts)


def _verdict(clause: str, finding: Finding, reading: Reading) -> Verdict:
    """A finding with its place."""
    return Verdict(
        clause,
        reading.exchange.probe,
        reading.exchange.number,
        finding.outcome,
        finding.message,
        finding.accepted or reading.contract.catalogue[clause].accepted,
        finding.got,
        reading.answered_by,
    )


def context_of(opening: Sequence[Exchange], contract: Contract) -> Context:
    """The context that the opening exchanges, the first request and the same again, give."""
    by_probe = {exchange.probe: Reading(exchange, contract, Context()) for exchange in opening}
    first, again = by_probe.get(FIRST), by_probe.get(AGAIN)
    if first is None:
        return Context(recognised=False)
    if not first.success:
        return Context(obstacle=f"the first valid request was answered {_how(first)}", succeeded=False)
    same = first.same
    if again is None or (not again.status and not again.exchange.confirmed):
        return Context(same=same)  # whether it is refused is not known
    refused = again.status >= 400 and again.status != _UNAUTHORIZED  # noqa: PLR2004 - RFC 9110 section 15
    if refused or not again.status:
        return Context(obstacle=f"the target refuses the same request again: it answered {_how(again)}", same=same)
    if not again.success:
        return Context(same=same)  # no refusal: what else is sent is judged for itself
    later = again.same
    return Context(same=same, steady=same is None or later is None or same_value(later, same))


def with_many(context: Context, at_once: Iterable[Exchange], contract: Contract) -> Context:
    """The context and what many requests at once say: the id that the first of them was given, for each probe."""
    readings = [Reading(one, contract, context) for one in sorted(at_once, key=lambda one: one.number)]

    def first(probe: str) -> object:
        ids = (reading.same for reading in readings if reading.exchange.probe == probe and reading.success)
        return next((found for found in ids if found is not None), None)

    created, burst = first(CREATION), first(BURST)
    return replace(
        context,
        created=context.created if created is None else created,
        burst=context.burst if burst is None else burst,
    )


def _how(reading: Reading) -> str:
    return reading.got if reading.status else f"not at all ({reading.exchange.trouble})"
