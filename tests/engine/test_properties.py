"""Properties at work: drawn within the policy, each request sent once, failures shrunk to the least."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from conformance.contract.facts import facts_of
from conformance.contract.message import Exchange, Request, Response, Trouble
from conformance.engine import properties as module
from conformance.engine.properties import PropertyRunner, Replay, Stopped
from conformance.judge.judge import judge
from conformance.judge.reading import Context
from conformance.judge.verdict import Outcome, Verdict
from conformance.mock.message import UNAUTHORIZED as REFUSED
from conformance.mock.message import envelope
from conformance.plan.fixtures import TargetFixtures, unknown
from conformance.plan.policy import refusal
from conformance.plan.probe import Mutation, Profile
from conformance.plan.properties import properties
from tests.engine.sessions import CONTRACT
from tests.plan.fixtures import fixtures
from tests.shipped import MAXIMUM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.plan.properties import Property

ALL = frozenset(prop.id for prop in properties(CONTRACT))
BY_ID = {prop.id: prop for prop in properties(CONTRACT)}
KNOWN = fixtures(mutation=Mutation.ANY, seed=1)
UNAUTHORIZED = Response(401, "Unauthorized", ((b"Content-Type", b"application/json"),), envelope(REFUSED))
REFUSED = replace(UNAUTHORIZED, status=431)


@dataclass
class Harness:
    """A target without a network: `respond` answers, and all that is sent is noted."""

    respond: Callable[[Exchange], Response | None]
    chosen: Iterable[str] = ALL
    known: TargetFixtures = KNOWN
    profile: Profile = Profile.STANDARD
    replay: Replay = Replay(KNOWN)  # noqa: RUF009 - it never changes
    judge: Callable[[Exchange], tuple[Verdict, ...]] = lambda exchange: judge(exchange, CONTRACT, Context())
    sent: list[tuple[str, Request]] = field(default_factory=list)
    exchanges: dict[int, Exchange] = field(default_factory=dict)
    forgotten: set[int] = field(default_factory=set)
    stopped: bool = False

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.runner = PropertyRunner(
            frozenset(self.chosen),
            self.known,
            CONTRACT,
            self.profile,
            replay=self.replay,
            send=self._send,
            judge=self.judge,
            forget=self.forgotten.update,
            stopped=lambda: self.stopped,
        )

    def _send(self, probe: str, request: Request) -> Exchange:
        with self._lock:
            self.sent.append((probe, request))
            number = len(self.sent)
        exchange = Exchange(number, probe, request, facts_of(request, self.known.known))
        response = self.respond(exchange)
        exchange = replace(exchange, response=response, trouble=None if response else Trouble.NOT_SENT)
        self.exchanges[number] = exchange
        return exchange

    def run(self, workers: int = 4) -> dict[str, list[Verdict]]:
        """Draw, send and conclude; what is to be shown of it."""
        self.runner.draw()
        self.runner.send_all(workers)
        return {prop.id: self.conclude(prop) for prop in self.runner.properties}

    def shortest(self, prop: str) -> int:
        """The number of the exchange, among those drawn for a property, with the shortest token."""
        drawn = range(1, BY_ID[prop].examples(self.profile) + 1)
        return min(drawn, key=lambda number: self.exchanges[number].facts.token_length)

    def conclude(self, prop: Property) -> list[Verdict]:
        """Conclude a property; what is to be shown of it."""
        return self.runner.shown(prop.id, self.runner.conclude(prop))


def failures(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that fail."""
    return [verdict for verdict in verdicts if verdict.outcome is Outcome.FAIL]


INVENTORIES = {
    "never": fixtures(mutation=Mutation.NEVER),
    "fixture": fixtures(mutation=Mutation.FIXTURE),
    "fixture, off loopback": fixtures(mutation=Mutation.FIXTURE, loopback=False, url="https://mirror.invalid/a.git"),
    "any": fixtures(mutation=Mutation.ANY),
}


@pytest.mark.parametrize("known", [pytest.param(known, id=words) for words, known in INVENTORIES.items()])
def test_drawn_requests_obey_the_policy(known: TargetFixtures) -> None:
    """Nothing is drawn that the client would have to refuse, while failures are shrunk either."""
    harness = Harness(lambda _: UNAUTHORIZED, known=known)
    harness.run()
    assert {probe for probe, _ in harness.sent} == ALL
    for _, request in harness.sent:
        assert refusal(request, facts_of(request, known.known), known) is None


def test_drawing_ends_where_nothing_is_wanted_any_more() -> None:
    """Thousands of requests take seconds to draw, and who interrupts a run does not wait for them."""
    harness = Harness(lambda _: UNAUTHORIZED, profile=Profile.DEEP, stopped=True)
    with pytest.raises(Stopped):
        harness.runner.draw()


def test_shrinking_ends_where_nothing_is_wanted_any_more() -> None:
    """The failure is shown as it was found."""
    harness = Harness(lambda _: REFUSED, ["property.ids.in-range"])
    harness.runner.draw()
    harness.runner.send_all(1)
    sent, harness.stopped = len(harness.sent), True
    [prop] = harness.runner.properties
    assert failures(harness.conclude(prop))
    assert len(harness.sent) == sent


def test_drawing_sends_nothing() -> None:
    """Requests are made before the first of them is sent."""
    harness = Harness(lambda _: UNAUTHORIZED)
    harness.runner.draw()
    assert harness.sent == []


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    """A run can be repeated."""
    drawn = []
    for known in (KNOWN, replace(KNOWN), replace(KNOWN, seed=2)):
        harness = Harness(lambda _: UNAUTHORIZED, known=known)
        harness.run()
        drawn.append(Counter(harness.sent))
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize(
    ("chosen", "profile", "properties"),
    [
        pytest.param(
            {"property.ids.in-range", "id.zero"}, Profile.STANDARD, ["property.ids.in-range"], id="one of them"
        ),
        pytest.param(set(), Profile.STANDARD, [], id="none of them"),
        pytest.param(ALL, Profile.SMOKE, [], id="a profile without properties"),
    ],
)
def test_only_chosen_properties_run(chosen: set[str], profile: Profile, properties: list[str]) -> None:
    """A property that was not chosen is neither drawn nor sent."""
    harness = Harness(lambda _: UNAUTHORIZED, chosen, profile=profile)
    assert list(harness.run()) == properties


def test_no_request_is_sent_twice_for_a_property() -> None:
    """While a failure is shrunk, answers that are known come from memory."""

    def respond(exchange: Exchange) -> Response:
        over = (exchange.facts.id or 0) > 1_000_000 or exchange.facts.token_length > 65_536
        return REFUSED if over else UNAUTHORIZED

    harness = Harness(respond)
    harness.run()
    assert len(harness.sent) > sum(map(len, harness.runner._drawn.values())), "something was shrunk"
    assert max(Counter(harness.sent).values()) == 1


def test_a_limit_of_65_536_is_told_as_65_537_characters_and_shown_beside_it() -> None:
    """The shown request fails behind a proxy too, which sees another head. The message has the edge."""
    prop = "property.tokens.length"
    harness = Harness(
        lambda exchange: REFUSED if exchange.facts.token_length > 65_536 else UNAUTHORIZED,
        {prop},
        profile=Profile.DEEP,
    )
    [verdict] = [v for v in failures(harness.run()[prop]) if v.clause == "header.x-auth-token.length"]
    assert harness.exchanges[verdict.exchange].facts.token_length == 65_537 + 512
    assert verdict.message.endswith("; the shortest token that fails has 65,537 characters")
    assert verdict.exchange not in harness.forgotten


@pytest.mark.parametrize(
    ("fails", "least", "shown"),
    [
        pytest.param(lambda length: length > 20_000, 20_001, 20_513, id="a limit"),
        pytest.param(lambda length: 20_000 < length <= 20_100, 20_001, 20_001, id="what a longer one does not do"),
        pytest.param(lambda length: length > 99_900, 99_901, 100_000, id="a limit near the maximum"),
        pytest.param(lambda length: length > 100_000, 100_001, 100_513, id="the maximum"),
        pytest.param(lambda length: length > 500, 501, 501, id="a length that no header matters to"),
    ],
)
def test_what_is_shown_fails_and_is_on_the_same_side_of_the_maximum(
    monkeypatch: pytest.MonkeyPatch, fails: Callable[[int], bool], least: int, shown: int
) -> None:
    """The edge itself stands where nothing beside it fails."""
    shortest = KNOWN.request(unknown(KNOWN, "shortest", least))

    def shrunk(*arguments: Callable[[Request], bool]) -> Request:
        assert arguments[-1](shortest)
        return shortest

    monkeypatch.setattr(module, "shrink", shrunk)
    prop = "property.tokens.length"
    harness = Harness(
        lambda _: UNAUTHORIZED,
        {prop},
        judge=lambda exchange: fail_of(exchange, int(fails(exchange.facts.token_length))),
    )
    harness.runner.draw()
    harness.runner._drawn[prop] = (KNOWN.request(unknown(KNOWN, "longer", least + 50)),)
    harness.runner.send_all(1)
    [verdict] = failures(harness.conclude(harness.runner.properties[0]))
    assert harness.exchanges[verdict.exchange].facts.token_length == shown
    assert (f"the shortest token that fails has {least:,} characters" in verdict.message) is (shown != least)


def test_a_limit_of_a_million_is_shown_as_1000001() -> None:
    """The least id that fails is one over the limit of the target."""
    prop = "property.ids.in-range"
    harness = Harness(lambda exchange: REFUSED if (exchange.facts.id or 0) > 1_000_000 else UNAUTHORIZED, {prop})
    found = failures(harness.run()[prop])
    assert found
    for verdict in found:
        at_the_edge = verdict.clause == "path.repository_id.maximum"  # of one value, which is the least of it
        assert harness.exchanges[verdict.exchange].facts.id == (MAXIMUM if at_the_edge else 1_000_001)


def test_each_clause_that_fails_is_shown_once() -> None:
    """Of many failures of a clause one is left, and whatever did not fail stays."""
    prop = "property.ids.in-range"
    harness = Harness(lambda _: replace(UNAUTHORIZED, status=500), {prop})
    verdicts = harness.run()[prop]
    shown = [verdict.clause for verdict in failures(verdicts)]
    assert len(shown) == len(set(shown)) > 1
    assert len(verdicts) > len(shown)


def fail_of(exchange: Exchange, count: int) -> tuple[Verdict, ...]:
    """So many clauses fail, whatever is sent."""
    return tuple(Verdict(f"clause.{n}", exchange.probe, exchange.number, Outcome.FAIL) for n in range(count))


def test_five_clauses_are_shrunk_and_the_others_shown_as_they_are() -> None:
    """A target that breaks everything is not asked for ever."""
    prop = "property.tokens.length"
    harness = Harness(lambda _: UNAUTHORIZED, {prop}, judge=lambda exchange: fail_of(exchange, 7))
    verdicts = harness.run(1)[prop]
    assert [verdict.clause for verdict in verdicts] == [f"clause.{n}" for n in range(7)]
    lengths = [harness.exchanges[verdict.exchange].facts.token_length for verdict in verdicts]
    assert lengths[:5] == [1] * 5
    assert [verdict.exchange for verdict in verdicts[5:]] == [harness.shortest(prop)] * 2


def test_a_failure_that_cannot_be_shrunk_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure stands that drawing again does not reproduce."""
    prop = "property.tokens.length"
    monkeypatch.setattr(module, "shrink", lambda *_: None)
    harness = Harness(lambda _: UNAUTHORIZED, {prop}, judge=lambda exchange: fail_of(exchange, 1))
    [verdict] = harness.run(1)[prop]
    assert verdict.exchange == harness.shortest(prop)


def test_shrinking_ends_where_the_budget_does() -> None:
    """A request that can no longer be sent does not fail: the simplest answered one is shown."""
    prop = "property.tokens.length"
    count = 0
    budget = 10_000

    def respond(exchange: Exchange) -> Response | None:
        nonlocal count
        count += 1
        if count > budget:
            return None
        return REFUSED if exchange.facts.token_length > 65_536 else UNAUTHORIZED

    harness = Harness(respond, {prop}, profile=Profile.DEEP)
    harness.runner.draw()
    harness.runner.send_all(1)
    budget = count + 4
    found = failures(harness.conclude(harness.runner.properties[0]))
    assert count > budget
    assert found
    for verdict in found:
        shown = harness.exchanges[verdict.exchange]
        assert shown.response is REFUSED
        assert shown.facts.token_length > 65_536


def test_without_requests_nothing_fails() -> None:
    """A budget that is spent before gives verdicts that say so."""
    harness = Harness(lambda _: None)
    for verdicts in harness.run().values():
        assert all(verdict.outcome is Outcome.NOT_TESTED for verdict in verdicts)
    assert harness.forgotten == set(harness.exchanges)


def test_an_answer_met_while_shrinking_speaks_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was sent and recorded: the traffic, judged again, says the same of the clauses that it passes."""
    short, long = (KNOWN.request(unknown(KNOWN, "some", length)) for length in (8_190, 20_000))

    def shrunk(*arguments: Callable[[Request], bool]) -> Request:
        assert not arguments[-1](short)
        return long

    monkeypatch.setattr(module, "shrink", shrunk)
    prop = "property.tokens.length"
    harness = Harness(lambda exchange: REFUSED if exchange.facts.token_length > 8_190 else UNAUTHORIZED, {prop})
    harness.runner.draw()
    harness.runner._drawn[prop] = (long,)
    harness.runner.send_all(1)
    verdicts = harness.conclude(harness.runner.properties[0])
    assert Outcome.PASS in {one.outcome for one in verdicts if one.clause == "header.x-auth-token.length"}
    assert {one.exchange for one in verdicts} == set(harness.exchanges)


def test_a_failure_that_was_not_to_be_shown_stands_where_the_shown_one_falls() -> None:
    """The run as a whole may settle the simplest failure otherwise; the least of the others is shown then."""
    prop = "property.tokens.length"
    harness = Harness(
        lambda _: UNAUTHORIZED, {prop}, judge=lambda exchange: fail_of(exchange, int(exchange.facts.token_length > 50))
    )
    harness.runner.draw()
    harness.runner._drawn[prop] = tuple(KNOWN.request(unknown(KNOWN, "some", length)) for length in (90, 70, 80))
    harness.runner._shrunk = 0
    harness.runner.send_all(1)
    verdicts = harness.runner.conclude(harness.runner.properties[0])
    assert [one.exchange for one in harness.runner.shown(prop, verdicts)] == [2]
    settled = [replace(one, outcome=Outcome.NOT_TESTED) if one.exchange == 2 else one for one in verdicts]
    assert [one.exchange for one in failures(harness.runner.shown(prop, settled))] == [3]


def test_failures_of_exchanges_without_a_verdict_of_their_own_are_shown_once() -> None:
    """Only the run as a whole tells that two answers differ; the rules may have said nothing of either."""
    harness = Harness(lambda _: UNAUTHORIZED, {"property.tokens.length"})
    told = [Verdict("id.stable", "property.tokens.length", number, Outcome.FAIL) for number in (1, 2, 3)]
    assert [one.exchange for one in harness.runner.shown("property.tokens.length", told)] == [1]


def test_only_failures_are_remembered() -> None:
    """The evidence of all other exchanges is let go, of those without a verdict too."""
    harness = Harness(lambda exchange: REFUSED if exchange.facts.token_length > 16_384 else UNAUTHORIZED)
    harness.runner.draw()
    harness.runner.send_all(4)
    verdicts = [verdict for prop in harness.runner.properties for verdict in harness.runner.conclude(prop)]
    failed = {verdict.exchange for verdict in failures(verdicts)}
    assert failed
    assert harness.forgotten == set(harness.exchanges) - failed


def test_evidence_is_let_go_while_requests_are_sent() -> None:
    """Thousands of good answers do not pile up until the end."""
    harness = Harness(lambda _: UNAUTHORIZED, {"property.tokens.length"})
    harness.runner.draw()
    harness.runner.send_all(4)
    assert harness.forgotten == set(harness.exchanges) != set()


def test_valid_requests_to_a_repository_go_one_after_the_other() -> None:
    """Requests that would succeed take turns, the rest goes side by side."""
    lock, inside, most = threading.Lock(), Counter[bool](), Counter[bool]()
    turned = threading.Event()

    def respond(exchange: Exchange) -> Response:
        valid = exchange.facts.succeeds
        with lock:
            inside[valid] += 1
            most[valid] = max(most[valid], inside[valid])
        turned.wait(0.002)
        with lock:
            inside[valid] -= 1
        return UNAUTHORIZED

    harness = Harness(respond, {"property.openapi", "property.tokens.length"}, judge=lambda _: ())
    harness.runner.draw()
    harness.runner._drawn["property.openapi"] = tuple(
        KNOWN.request(KNOWN.token, body=KNOWN.body_with(f"https://example.com/{n}.git")) for n in range(20)
    )
    harness.runner.send_all(8)
    assert most[True] == 1
    assert most[False] > 1


def test_an_error_in_sending_is_raised() -> None:
    """A broken policy is not taken for a verdict."""

    def respond(_: Exchange) -> Response:
        raise ZeroDivisionError

    harness = Harness(respond)
    harness.runner.draw()
    with pytest.raises(ZeroDivisionError):
        harness.runner.send_all(4)


@pytest.mark.parametrize("prop", sorted(ALL))
def test_a_property_knows_how_much_it_draws(prop: str) -> None:
    """At most as many requests as the profile says, and no two alike."""
    harness = Harness(lambda _: UNAUTHORIZED, {prop})
    harness.runner.draw()
    drawn = harness.runner._drawn[prop]
    assert 0 < len(drawn) <= BY_ID[prop].examples(Profile.STANDARD)
    assert len(set(drawn)) == len(drawn)
