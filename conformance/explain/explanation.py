"""Explanations of clauses, probes and properties, gathered from every layer that knows something of them.

Among that are the requests in words, without secrets and short enough for a terminal, and what the history says.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from conformance.config.targets import Target, example_target
from conformance.contract.facts import Facts, facts_of
from conformance.contract.known_tokens import TokenKind
from conformance.contract.strictjson import resolve
from conformance.engine.preparation import fixtures_of
from conformance.explain.catalogue import select_ids
from conformance.history.runs import Run, Service, States, unpacked_verdicts
from conformance.judge.checks import CHECKS
from conformance.judge.verdict import Outcome, in_words
from conformance.mock import SERVED
from conformance.mock.faults import FAULTS
from conformance.plan.plan import all_probes
from conformance.plan.policy import refusal
from conformance.plan.probe import Mutation, Probe, Profile
from conformance.plan.properties import Property, properties
from conformance.report.words import count_words
from conformance.traffic.redaction import SENSITIVE, Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from conformance.contract.clause import Clause
    from conformance.contract.contract import Contract, Passage
    from conformance.contract.message import Request
    from conformance.history.store import History
    from conformance.mock.catalogue import Fault
    from conformance.plan.fixtures import TargetFixtures

_LONGEST = 300
_RUNS = 5
_FEW = 3


@dataclass(frozen=True)
class ClauseExplanation:
    """All about a clause.

    Attributes:
        clause: the row of clauses.yaml.
        document: the path of the document in the contract's directory.
        passage: the place of the quote in it, or None.
        said: what openapi.yaml holds at the clause's pointer, or None.
        tests: the probes and properties that are there for it.
        check: what the check that judges it demands.
        faults: those of the mock that break it; None for a contract that the mock does not serve.
        seen: its verdicts in the history, the newest first.
    """

    clause: Clause
    document: str
    passage: Passage | None
    said: object
    tests: tuple[Probe | Property, ...]
    check: str
    faults: tuple[Fault, ...] | None
    seen: tuple[Seen, ...]


@dataclass(frozen=True)
class ProbeExplanation:
    """All about a probe or a property.

    Attributes:
        probe: the probe, or the property.
        clauses: those that it is there for.
        sent: the request, redacted; None for a property, and where nothing can be made of the target description.
        draws: the number of requests that each profile sends.
        withheld: by the kind of target, why nothing is sent to it, or None.
        seen: what the runs of the history say of it, the newest first.
    """

    probe: Probe | Property
    clauses: tuple[Clause, ...]
    sent: Sent | None
    draws: Mapping[Profile, int]
    withheld: Mapping[str, str | None]
    seen: tuple[Seen, ...]


class Explainer:
    """Explains the clauses, probes and properties of a contract.

    past: the recorded runs, or None.
    target: the target whose description the probes are made of; None for that of `conformance init`, off loopback, and
        beside it the embedded mock.
    mutation: what may be changed on the target; None for the default.
    """

    def __init__(
        self,
        contract: Contract,
        past: Past | None = None,
        target: Target | None = None,
        mutation: Mutation | None = None,
    ) -> None:
        self._contract, self._past = contract, past
        fixtures = fixtures_of(target or example_target(contract), contract, mutation or Mutation.FIXTURE)
        self._served = contract.operation.id == SERVED
        self._kinds: dict[str, TargetFixtures] = {}
        if target is not None:
            self._kinds[f"{target.name}, --mutation {fixtures.mutation}"] = fixtures
        else:
            self._kinds[f"off loopback, --mutation {fixtures.mutation}"] = replace(fixtures, loopback=False)
            if self._served:
                self._kinds["the embedded mock"] = replace(fixtures, mutation=Mutation.ANY)
        self._redactor = Redactor({secret.name: secret.value for secret in target.secrets} if target else {})
        self._probes = {probe.id: probe for probe in all_probes(fixtures, contract.catalogue)}
        self._properties = {found.id: found for found in properties(contract)}

    def explain(self, words: Iterable[str]) -> list[ClauseExplanation | ProbeExplanation]:
        """The explanations of all that has one of these ids or matches a glob; an id may be a clause's and a probe's.

        Raises UsageError for a word that nothing matches.
        """
        known = {**self._contract.catalogue.by_id, **self._probes, **self._properties}
        ids = select_ids(words, known, "clause, probe or property")
        return [found for one in ids for found in self._of(one)]

    def _of(self, name: str) -> Iterator[ClauseExplanation | ProbeExplanation]:
        if name in self._contract.catalogue.by_id:
            yield self._clause(self._contract.catalogue[name])
        if name in self._probes:
            yield self._probe(self._probes[name])
        if name in self._properties:
            yield self._property(self._properties[name])

    def _clause(self, clause: Clause) -> ClauseExplanation:
        tests: list[Probe | Property] = [*self._probes.values()]
        tests += [found for found in self._properties.values() if not found.withheld]
        return ClauseExplanation(
            clause=clause,
            document=self._contract.document_path,
            passage=self._contract.passage(clause),
            said=_at(self._contract.openapi, clause.openapi) if clause.openapi else None,
            tests=tuple(one for one in tests if clause.id in one.clauses),
            check=CHECKS[clause.check].about,
            faults=tuple(one for one in FAULTS.values() if one.clause == clause.id) if self._served else None,
            seen=self._past.of_clause(clause.id) if self._past else (),
        )

    def _probe(self, probe: Probe) -> ProbeExplanation:
        sent = None
        withheld: dict[str, str | None] = dict.fromkeys(self._kinds, probe.withheld)
        if probe.request is not None:
            for kind, fixtures in self._kinds.items():
                facts = facts_of(probe.request, fixtures.known)
                withheld[kind] = refusal(probe.request, facts, fixtures)
                sent = sent_of(probe.request, facts, self._redactor)
        return ProbeExplanation(
            probe=probe,
            clauses=tuple(self._contract.catalogue[one] for one in probe.clauses),
            sent=sent,
            draws={profile: probe.copies * profile.covers(probe.profile) for profile in Profile},
            withheld=withheld,
            seen=self._past.of_probe(probe.id) if self._past else (),
        )

    def _property(self, found: Property) -> ProbeExplanation:
        return ProbeExplanation(
            probe=found,
            clauses=tuple(self._contract.catalogue[one] for one in found.clauses),
            sent=None,
            draws={profile: found.examples(profile) for profile in Profile},
            withheld=dict.fromkeys(self._kinds, found.withheld),
            seen=self._past.of_probe(found.id) if self._past else (),
        )


def _at(data: object, pointer: str) -> object:
    """The value at a JSON pointer; None where nothing is there."""
    try:
        found: object = resolve(data, pointer)
    except KeyError:
        return None
    return found


@dataclass(frozen=True)
class Sent:
    """The requests that are sent.

    Attributes:
        method: the request's method.
        path: the request target below the base URL.
        headers: names and values; of a token its kind and length.
        body: the body, or a word for none.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: str


def sent_of(request: Request, facts: Facts, redactor: Redactor) -> Sent:
    """The request in words."""
    fields = [(_shown(name, redactor), _value(name, value, redactor)) for name, value in request.headers]
    header = request.token_header.decode("latin-1")
    return Sent(
        in_words(request.method, _LONGEST),
        _shown(request.target, redactor),
        ((header, _token(request, facts, redactor)), *fields),
        _body(request.body, redactor),
    )


def _token(request: Request, facts: Facts, redactor: Redactor) -> str:
    if request.token is None:
        return "not sent"
    if request.token.length == 0:
        return "sent, and empty"
    shown = in_words(redactor.token(request.token), _LONGEST)
    length = "" if facts.token.good else f", {count_words(request.token.length, 'character')}"
    return f"{_KINDS[facts.token]}{length}: {shown}"


_KINDS = {
    TokenKind.VALID: "the valid token",
    TokenKind.RESTRICTED: "the valid token of the account without permission",
    TokenKind.NEAR_VALID: "a valid token, changed",
    TokenKind.UNKNOWN: "an unknown token",
    TokenKind.UNUSUAL: "a token with characters that the document is silent about",
}


def _value(name: bytes, value: bytes, redactor: Redactor) -> str:
    sensitive = name.decode("latin-1").lower() in SENSITIVE and value
    return redactor.opaque(value) if sensitive else _shown(value, redactor)


def _body(body: bytes | None, redactor: Redactor) -> str:
    if body is None:
        return "none"
    if not body:
        return "empty"
    size = f" ({len(body):,} bytes)" if len(body) > _LONGEST else ""
    return _shown(body, redactor) + size


def _shown(data: bytes, redactor: Redactor) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return in_words(redactor.text(text), _LONGEST)


@dataclass(frozen=True)
class Seen:
    """A verdict of a run.

    Attributes:
        run: the run's id.
        at: when it started (ISO 8601, UTC).
        target: the target's name.
        verdict: of the clause, or of the clauses that a probe tests.
        by: the probes that failed the clause, or the clauses that the probe failed.
        again: the number of narrowed runs after it that tested the same.
        failed_again: the number of those that it failed in.
    """

    run: str
    at: str
    target: str
    verdict: Outcome
    by: tuple[str, ...]
    again: int = 0
    failed_again: int = 0


class Past:
    """The newest runs of a target, or of all, that have a verdict and were asked this operation.

    Runs of single probes or selected clauses are told with the first run before them, of their service and since its
    last whole run, that tested the same; where there is none they are told all the same.

    known: whether there is any.
    """

    def __init__(self, history: History, operation: str, target: str | None = None) -> None:
        nights: list[list[Run]] = []
        narrowed: dict[Service, list[Run]] = defaultdict(list)
        for run in history.runs(target, judged=True):
            if run.operation == operation:
                narrowed[run.service].append(run)
                nights += [] if run.narrowed else [narrowed.pop(run.service)]
        nights = sorted([*nights, *narrowed.values()], key=lambda night: night[0].started_at, reverse=True)
        self.known = bool(nights)
        states = cache(lambda digest: unpacked_verdicts(history.document(digest)))
        self._nights = [[(run, states(run.verdicts)) for run in reversed(night)] for night in nights[:_RUNS]]

    def of_clause(self, clause: str) -> tuple[Seen, ...]:
        """The verdicts of a clause, the newest first."""
        return self._seen(lambda states: _of_clause(states, clause))

    def of_probe(self, probe: str) -> tuple[Seen, ...]:
        """The verdicts of a probe or property, the newest first."""
        return self._seen(lambda states: _of_probe(states, probe))

    def _seen(self, told: Callable[[States], _Told | None]) -> tuple[Seen, ...]:
        found: list[Seen] = []
        for night in self._nights:
            said = [_seen(run, *one) for run, states in night if (one := told(states))]
            tested = [one for one in said if one.verdict is not Outcome.NOT_TESTED]
            found += [one for one in said[:1] if one not in tested]
            again = [one.verdict for one in tested[1:]]
            found += [replace(one, again=len(again), failed_again=again.count(Outcome.FAIL)) for one in tested[:1]]
        return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _seen(run: Run, verdict: Outcome, by: list[str]) -> Seen:
    more = (f"and {len(by) - _FEW} more",) if len(by) > _FEW else ()
    return Seen(run.id, run.started_at, run.target, verdict, (*by[:_FEW], *more))


_Told: TypeAlias = tuple[Outcome, list[str]]


def _of_clause(states: States, clause: str) -> _Told | None:
    state = states.get(clause)
    return (state.outcome, sorted(state.failed | state.found)) if state else None


def _of_probe(states: States, probe: str) -> _Told | None:
    spoken: dict[Outcome, list[str]] = defaultdict(list)
    if probe in states.drew:
        spoken[Outcome.PASS] = []
    for clause, state in states.items():
        if probe in state.found:
            spoken[Outcome.FAIL].append(clause)
        elif probe in state.probes:
            spoken[state.probes[probe]].append(clause)
    worst = next((one for one in (Outcome.FAIL, Outcome.PASS, *Outcome) if one in spoken), None)
    return (worst, spoken[Outcome.FAIL]) if worst else None
