"""The errata of a run: for each failure the smallest change of the page that is verified, or why there is none.

A failure comes with the exchanges that prove it, and whether a page could ever say so. Errata are shown as text for a
terminal and as Markdown for the vendor.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from conformance.contract.clause import Clause, Level
from conformance.engine.rejudge import restated, verdicts_of
from conformance.errata.candidates import candidates
from conformance.errata.contract import follow, page_of_contract
from conformance.errata.edits import MOST, Edit, diff, size
from conformance.judge.observations import observation_of
from conformance.judge.verdict import Outcome, Verdict
from conformance.report.words import count_words, wrapped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from conformance.contract.contract import Contract
    from conformance.contract.message import Exchange
    from conformance.report.har import Recorded, Traffic

NONE = "no change of at most three lines that was tried makes it right"
"""The reason where a page could say it, and none was found."""
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


@dataclass(frozen=True)
class Erratum:
    """The erratum of a failed clause: the edits of the page, or, without any, the reason why there is none.

    `clauses` are all that fail no more under it. `open` are those of them, and of others that passed, of which the page
    promises nothing then, or the recorded traffic shows nothing.
    """

    clause: Clause
    edits: tuple[Edit, ...] = ()
    clauses: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    reason: str = ""

    @property
    def size(self) -> int:
        """The number of lines that it changes."""
        return size(self.edits)


def errata_of(
    traffic: Traffic, contract: Contract, titles: Mapping[str, str] | None = None, flaky: Collection[str] = ()
) -> list[Erratum]:
    """The errata of a recorded run, in the catalogue's order; a failure that another erratum explains has none.

    `titles` say of probes what they send; `flaky` are the clauses that went back and forth in the runs before.
    """
    trial = _Trial(traffic, contract)
    failures = list(failures_of(traffic, contract, trial.verdicts, flaky))
    found: list[Erratum] = []
    done: set[str] = set()
    for failure in sorted(failures, key=lambda one: one.clause.check == "documented-status"):
        if failure.clause.id in done:
            continue
        reason = failure.never or NONE
        others = [one for one in failures if not one.never and one.clause.id not in done]
        tried = () if failure.never else candidates(failure, others, trial.page, contract, titles or {})
        verified = (made for edits in tried if (made := trial.of(failure.clause, edits)))
        found.append(next(verified, Erratum(failure.clause, reason=reason)))
        done.update(found[-1].clauses)
    order = list(contract.catalogue.by_id)
    return sorted(found, key=lambda one: order.index(one.clause.id))


def together(errata: Sequence[Erratum], traffic: Traffic, contract: Contract) -> str:
    """A sentence on all errata at once; empty where there is one at most."""
    made = [one for one in errata if one.edits]
    edits = sorted({edit for one in made for edit in one.edits})
    touching = any(one.first + one.gone > other.first for one, other in pairwise(edits))
    if len(made) <= 1 or touching:
        return ""
    changed = follow(contract, edits)
    if changed is None:
        return "Together they make no contract."
    after = outcomes(verdicts_of(restated(traffic, contract, changed), changed))
    left = {name for name, one in after.items() if one is Outcome.FAIL} - {
        one.clause.id for one in errata if not one.edits
    }
    more = f"{', '.join(sorted(left))} fails" if left else "nothing else fails"
    return f"Together they change {size(edits)} lines, and under them {more}."


class _Trial:
    """The recorded traffic, judged by the contract that follows from an edited page."""

    def __init__(self, traffic: Traffic, contract: Contract) -> None:
        self._traffic, self._contract = traffic, contract
        self.page = page_of_contract(contract)
        self.verdicts = verdicts_of(traffic, contract)
        self._before = outcomes(self.verdicts)

    def of(self, clause: Clause, edits: Sequence[Edit]) -> Erratum | None:
        """The erratum of these edits where they make the clause right and no other wrong."""
        changed = follow(self._contract, edits, self.page) if edits and size(edits) <= MOST else None
        if changed is None:
            return None
        after = outcomes(verdicts_of(restated(self._traffic, self._contract, changed), changed))
        failed = {name for name, one in self._before.items() if one is Outcome.FAIL}
        failing = {name for name, one in after.items() if one is Outcome.FAIL}
        gone, rows = failed - failing, changed.catalogue.by_id
        told = {name for name, one in self._before.items() if one in {Outcome.PASS, Outcome.FAIL}}
        opened = {name for name in told if name not in rows or rows[name].level is Level.SILENT}
        bounds = _bounds(changed) != _bounds(self._contract)  # of what is out of bounds now nothing may be left to say
        opened |= {
            name
            for name in told - opened
            if after.get(name, Outcome.NOT_TESTED) is Outcome.NOT_TESTED and (bounds or name not in gone)
        }
        passed = {name for name in gone - opened if after.get(name) is Outcome.PASS}
        cleared = passed | (gone & opened)
        if failing - failed or clause.id not in cleared:
            return None
        order = list(self._contract.catalogue.by_id)
        clauses, lost = (tuple(name for name in order if name in some) for some in (cleared, opened))
        return Erratum(clause, tuple(edits), clauses, lost)


def _bounds(contract: Contract) -> tuple[object, object]:
    return contract.operation.parameters, contract.operation.credential


def render(errata: Sequence[Erratum], contract: Contract, form: str, whole: str = "", width: int | None = None) -> str:
    """The errata as `text` or `markdown`, with a line feed at the end; `whole` is what is said of them together.

    As text, sentences are wrapped to `width`, and the lines of a change are whole.
    """
    made = [one for one in errata if one.edits]
    width = None if form == "markdown" else width
    lines = list(_markdown(errata, contract) if form == "markdown" else _text(errata, contract, width))
    without = len(errata) - len(made)
    counted = f"{len(made)} errat{'um' if len(made) == 1 else 'a'}, {count_words(without, 'failure')} without one"
    said = f"{counted}. {whole}".strip() if errata else "Nothing failed: the page needs no erratum."
    return "\n".join([*lines, *wrapped(said, width)]) + "\n"


def _text(errata: Sequence[Erratum], contract: Contract, width: int | None) -> Iterator[str]:
    for one in errata:
        yield from wrapped(f"{one.clause.id}: {one.clause.title}", width)
        yield from wrapped(f"  {_said(one) if one.edits else f'no erratum: {one.reason}'}", width)
        if one.edits:
            yield from diff(contract.document, one.edits, contract.document_path)
        yield ""


def _markdown(errata: Sequence[Erratum], contract: Contract) -> Iterator[str]:
    yield f"# Errata to *{contract.catalogue.title}*, edition of {contract.catalogue.revision}\n"
    for one in errata:
        yield f"## `{one.clause.id}`\n"
        yield f"{one.clause.title}.\n"
        if one.edits:
            yield f"{_said(one)}\n"
            yield "```diff"
            yield from diff(contract.document, one.edits, contract.document_path)
            yield "```\n"
        else:
            yield f"No erratum: {one.reason}.\n"


def _said(one: Erratum) -> str:
    """The facts that hold under the erratum, in sentences."""
    passing = [clause for clause in one.clauses if clause not in one.open]
    said = f"{count_words(one.size, 'line')}."
    if passing:
        said += f" Under it {_joined(passing)} pass{'es' * (len(passing) == 1)}."
    if one.open:
        said += f" Under it nothing is left to judge of {_joined(one.open)}."
    return said


def _joined(clauses: Sequence[str]) -> str:
    return clauses[0] if len(clauses) == 1 else f"{', '.join(clauses[:-1])} and {clauses[-1]}"
