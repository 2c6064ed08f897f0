"""The failures of a run, with the exchanges that prove them, and whether a page could ever say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.contract.clause import Level
from conformance.judge.observations import observation_of
from conformance.judge.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from conformance.contract.clause import Clause
    from conformance.contract.contract import Contract
    from conformance.contract.message import Exchange
    from conformance.judge.verdict import Verdict
    from conformance.report.har import Recorded, Traffic

__all__ = ["Failure", "failures_of", "outcomes"]

_SERVER_ERROR = 500  # RFC 9110 section 15.6
_NEVER = {
    "answered": "the connection is dropped", "no-server-error": "it is a server error",
    "no-credential": "a credential leaks", "no-password": "a password leaks", "no-stack-trace": "a stack trace leaks",
    "content-coding": "the coding of the answer is broken",
}  # fmt: skip


@dataclass(frozen=True)
class Failure:
    """A clause that fails: the exchanges that fail it and those that pass it, and why no page could say so.

    `fine` are all exchanges of the run with the status that the document decides. `never` is empty where a page could.
    """

    clause: Clause
    failed: tuple[Exchange, ...]
    passed: tuple[Exchange, ...]
    fine: tuple[Exchange, ...]
    never: str

    @property
    def statuses(self) -> tuple[int, ...]:
        """The statuses of the answers that fail it, in ascending order."""
        return tuple(sorted({one.response.status for one in self.failed if one.response}))


def outcomes(verdicts: Iterable[Verdict]) -> dict[str, Outcome]:
    """The outcome of each clause: fail before pass, pass before recorded, and that before not tested."""
    order = [Outcome.NOT_TESTED, Outcome.RECORDED, Outcome.PASS, Outcome.FAIL]
    found: dict[str, Outcome] = {}
    for verdict in verdicts:
        found[verdict.clause] = max(found.get(verdict.clause, Outcome.NOT_TESTED), verdict.outcome, key=order.index)
    return found


def failures_of(
    traffic: Traffic, contract: Contract, verdicts: Sequence[Verdict], flaky: Collection[str] = ()
) -> Iterator[Failure]:
    """The failures of a run by its verdicts, in the catalogue's order.

    `flaky` are the clauses whose verdict changed from run to run.
    """
    entries = {entry.number: entry for entry in traffic.entries}
    judged = [entry.exchange for entry in traffic.entries if entry.exchange and entry.clauses is not None]
    fine = tuple(one for one in judged if observation_of(one, contract).as_expected)
    for clause in contract.catalogue:
        if clause.level is Level.SILENT:
            continue
        by_outcome: dict[Outcome, list[Recorded]] = {}
        for verdict in verdicts:
            if verdict.clause == clause.id and verdict.exchange in entries:
                by_outcome.setdefault(verdict.outcome, []).append(entries[verdict.exchange])
        failed, passed = by_outcome.get(Outcome.FAIL, []), by_outcome.get(Outcome.PASS, [])
        if not failed:
            continue
        yield Failure(
            clause,
            tuple(one.exchange for one in failed if one.exchange),
            tuple(one.exchange for one in passed if one.exchange),
            fine,
            _never(clause, failed, passed, flaky),
        )


def _never(clause: Clause, failed: list[Recorded], passed: list[Recorded], flaky: Collection[str]) -> str:
    """The reason why no page could say what is done; empty where one could."""
    exchanges = [one.exchange for one in failed if one.exchange]
    fine = {_key(one) for one in passed}
    twice = next((one.probe for one in failed if _key(one) in fine), "")
    reasons = {
        _NEVER.get(clause.check, ""): clause.check in _NEVER,
        "it depends on what arrives at the same moment": bool(clause.arguments.get("at-once")),
        "its answer was cut in the recorded traffic": len(exchanges) < len(failed),
        "the connection is dropped": any(one.response is None for one in exchanges),
        "it is a server error": any(one.response and one.response.status >= _SERVER_ERROR for one in exchanges),
        "it is flaky: the verdict went back and forth in the runs before": clause.id in flaky,
        "it is flaky: a request was answered only after trouble": any(one.flaky for one in exchanges),
        f"it is flaky: the request of {twice} failed here and passed elsewhere in the run": bool(twice),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _key(entry: Recorded) -> tuple[Any, ...]:
    """The request, as far as it is recorded; a token by what it was made of."""
    request: Any = entry.har["request"]
    known: Any = entry.har["_conformance"]
    headers = tuple((one["name"], one["value"]) for one in request["headers"])
    return request["method"], known["target"], headers, (request.get("postData") or {}).get("text")
