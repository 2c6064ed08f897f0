"""The verdicts of a run as a whole: one cause fails one clause, and repeated requests are compared."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.contract.known_tokens import TokenKind
from conformance.judge.expected import AGAIN, FIRST, Expectation, expectation_of
from conformance.judge.observations import Observation, comparisons
from conformance.judge.verdict import GENERATED, AnsweredBy, Outcome, Verdict, in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.contract.contract import Contract

_LONG = 1_024  # characters; a limit under it is told when it is seen
_LONGEST_MESSAGE = 600
_SETUP = {FIRST, AGAIN}  # every run sends them
_SUCCESS = range(200, 300)  # RFC 9110 section 15.3
_TOO_LARGE = 431  # RFC 6585 section 5: Request Header Fields Too Large


def settle(verdicts: Iterable[Verdict], observations: Mapping[int, Observation], contract: Contract) -> list[Verdict]:
    """The verdicts of a run, each with the clause whose subject it is.

    `observations` are its exchanges by number. The order in which they came does not matter. A verdict that nothing can
    be compared with stays.
    """
    found = beside_neighbours(verdicts, observations, contract)
    limit = limit_of(observations.values())
    if limit is not None:
        found = within_limit(found, limit, contract)
    return found + _repeated(found, observations, contract)


def may_change(verdict: Verdict, observation: Observation | None, contract: Contract) -> bool:
    """Whether a failure may be settled otherwise once the whole run is seen."""
    if verdict.outcome is not Outcome.FAIL or observation is None:
        return False
    unrecognised = contract.catalogue.ids("refused", credential="unrecognised")
    of_one_value = verdict.clause in unrecognised or verdict.clause in expectation_of(contract).edge_clauses
    of_a_length = bool(observation.expected) and observation.refused and observation.facts.token_length >= _LONG
    return of_one_value or of_a_length


def _repeated(
    verdicts: Iterable[Verdict], observations: Mapping[int, Observation], contract: Contract
) -> list[Verdict]:
    """The verdicts of successes other than the first two on the same request; none where those two fail already."""
    expectation = expectation_of(contract)
    repeat, name = expectation.repeat, expectation.same
    if not repeat or any(one.clause in repeat and one.outcome is Outcome.FAIL for one in verdicts):
        return []
    clause = contract.catalogue[min(repeat)]
    found = []
    for compared in comparisons(observations.values()):
        observation, now = compared.observation, compared.observation.same
        outcome = Outcome.PASS if compared.same else Outcome.FAIL
        message = "" if compared.same else f"the {name} was {compared.was!r} and is {now!r}"
        got = "" if compared.same else f"{name} {now!r}"
        found.append(
            Verdict(
                clause.id,
                observation.probe,
                observation.number,
                outcome,
                in_words(message, _LONGEST_MESSAGE),
                clause.accepted,
                in_words(got, 200),
                AnsweredBy.SERVICE,
            )
        )
    return found


def beside_neighbours(
    verdicts: Iterable[Verdict], observations: Mapping[int, Observation], contract: Contract
) -> list[Verdict]:
    """The verdicts, a clause about one value failing only where that value is answered unlike its neighbours."""
    found, expectation = list(verdicts), expectation_of(contract)
    spoken = {(one.clause, _place(one)) for one in found if one.outcome is Outcome.FAIL}
    known = frozenset(contract.operation.statuses) - expectation.unauthorised

    def manner(observation: Observation) -> tuple[object, ...]:
        """The manner that neighbours share: the expected statuses, the kind of token, and the answer."""
        answered = "as if known" if observation.status in known else observation.status
        good = observation.facts.token.good
        return (
            observation.expected,
            observation.facts.token,
            observation.status if good else answered,
            observation.as_expected,
        )

    neighbours: dict[tuple[object, ...], str] = {}
    for one in sorted(observations.values(), key=_shown_first):
        if one.expected and not expectation.at_edge(one.facts):
            neighbours.setdefault(manner(one), one.probe)
    unrecognised = contract.catalogue.ids("refused", credential="unrecognised")
    settled: list[Verdict] = []
    for verdict in found:
        observation = observations.get(verdict.exchange)
        if verdict.outcome is not Outcome.FAIL or observation is None:
            settled.append(verdict)
        elif (
            verdict.clause in expectation.edge_clauses
            and not observation.as_expected
            and manner(observation) in neighbours
        ):
            settled.append(replace(verdict, outcome=Outcome.PASS, message="", got=""))
            others = sorted(expectation.beside_edges(observation.facts))
            beside = neighbours[manner(observation)]
            settled += [
                replace(verdict, clause=one, beside=(beside,)) for one in others if (one, _place(verdict)) not in spoken
            ]
        elif verdict.clause in unrecognised and (
            told := _told_in_contract(observation, observations.values(), expectation)
        ):
            reason = f"such tokens are accepted in contract too: {told}"
            settled.append(replace(verdict, outcome=Outcome.NOT_TESTED, message=reason, accepted=(), got=""))
        else:
            settled.append(verdict)
    return _one_cause(settled, observations, expectation)


def _one_cause(
    verdicts: Iterable[Verdict], observations: Mapping[int, Observation], expectation: Expectation
) -> list[Verdict]:
    """The verdicts, where a request with several values that have clauses fails only those that fail alone too.

    If none does, the failure is that of any request of its role.
    """
    found = list(verdicts)
    several: dict[int, frozenset[str]] = {}
    alone: set[str] = set()
    for verdict in found:
        observation = observations.get(verdict.exchange)
        if verdict.outcome is Outcome.FAIL and observation is not None and verdict.clause in expectation.edge_clauses:
            subjects = expectation.subjects(observation.facts)
            named = frozenset().union(*subjects)
            if verdict.clause in named and len(subjects) > 1:
                several[observation.number] = named
            else:
                alone.add(verdict.clause)
    told: set[tuple[str, object]] = {(one.clause, _place(one)) for one in found if one.outcome is Outcome.FAIL}
    settled: list[Verdict] = []
    for verdict in found:
        named = several.get(verdict.exchange, frozenset())
        if verdict.outcome is not Outcome.FAIL or verdict.clause not in named or verdict.clause in alone:
            settled.append(verdict)
            continue
        reason = "several values that are not as usual stand in such a request, and this one alone does not fail"
        settled.append(replace(verdict, outcome=Outcome.NOT_TESTED, message=reason, accepted=(), got=""))
        if not named & alone:
            general = sorted(expectation.beside_edges(observations[verdict.exchange].facts))
            settled += [replace(verdict, clause=one) for one in general if (one, _place(verdict)) not in told]
            told.update((one, _place(verdict)) for one in general)
    return settled


def _place(verdict: Verdict) -> object:
    """The place where a failure is shown once: an exchange, or all that a property sends."""
    return verdict.probe if verdict.probe.startswith(GENERATED) else verdict.exchange


def _told_in_contract(observation: Observation, others: Iterable[Observation], expectation: Expectation) -> str | None:
    """The clause about such a token in an otherwise documented request, if that is accepted too."""
    kinds = {observation.facts.token}
    if observation.facts.token is TokenKind.UNUSUAL:
        kinds = {TokenKind.NEAR_VALID, TokenKind.UNKNOWN, TokenKind.EMPTY}  # white space is trimmed to nothing
    for other in others:
        if other.facts.token in kinds and other.expected == expectation.unauthorised and other.status in _SUCCESS:
            return ", ".join(sorted(expectation.beside_edges(other.facts))) or None
    return None


@dataclass(frozen=True, slots=True)
class Limit:
    """Every token of `first` characters or more is refused, and none up to `last`.

    `exchanges` are the refusals, each with the probe that shows its length to be the reason; a 431 says so itself. The
    probes `shown_by` show the limit itself.
    """

    first: int
    last: int
    exchanges: Mapping[int, tuple[str, ...]]
    shown_by: tuple[str, ...] = ()

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


def limit_of(observations: Iterable[Observation]) -> Limit | None:
    """The limit that these exchanges show: each refused token is longer than every one answered as expected.

    Of the shorter tokens for which the document has the same status, most must be answered so: else the length is not
    the reason, unless the status says that it is.
    """
    asked = [observation for observation in observations if observation.expected and observation.facts.token_length]
    last = max((observation.facts.token_length for observation in asked if observation.as_expected), default=0)
    wrong = [observation for observation in asked if observation.refused and not observation.as_expected]
    fine = Counter(observation.expected for observation in asked if observation.as_expected)
    fine.subtract(observation.expected for observation in wrong if observation.facts.token_length <= last)
    by_length = (
        observation for observation in wrong if fine[observation.expected] > 0 or observation.status == _TOO_LARGE
    )
    over = [observation for observation in by_length if observation.facts.token_length > last]
    if not last or not over:
        return None
    first = min(over, key=lambda one: (one.facts.token_length, *_shown_first(one)))
    shorter: dict[frozenset[int], str] = {}
    for observation in sorted(asked, key=lambda one: (one.probe not in _SETUP, *_shown_first(one))):
        if observation.as_expected:
            shorter.setdefault(observation.expected, observation.probe)
    needed = {one.number: shorter[one.expected] for one in over if one.status != _TOO_LARGE}
    beside = {one.number: tuple({needed.get(one.number, FIRST)} - _SETUP) for one in over}
    return Limit(first.facts.token_length, last, beside, (*beside[first.number], first.probe))


def _shown_first(observation: Observation) -> tuple[bool, int]:
    """The order in which an observation is named beside a failure: probes, which are the same in each run, first."""
    return observation.probe.startswith(GENERATED), observation.number


def within_limit(verdicts: Iterable[Verdict], limit: Limit, contract: Contract) -> list[Verdict]:
    """The verdicts, where each refusal beyond the limit fails the clause whose subject it is, and no other."""
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
            message, beside = f"{verdict.message}; {limit.words}", limit.exchanges[verdict.exchange]
            settled.append(replace(verdict, message=message, beside=verdict.beside or beside))
        elif verdict.clause in explained:
            reason = f"refused for its length, as every token of {limit.first:,} characters and more: {min(clauses)}"
            settled.append(replace(verdict, outcome=Outcome.NOT_TESTED, message=reason, accepted=(), got=""))
        else:
            settled.append(replace(verdict, beside=verdict.beside + limit.exchanges[verdict.exchange] + limit.shown_by))
    return settled


def _explained(contract: Contract) -> frozenset[str]:
    """The clauses that a refusal for the length alone would fail besides the one about lengths."""
    ids = contract.catalogue.ids
    return frozenset((*ids("owed"), *ids("documented-status"), *ids("envelope", status="other")))


def _beyond(verdict: Verdict, limit: Limit) -> bool:
    return verdict.outcome is Outcome.FAIL and verdict.exchange in limit.exchanges
