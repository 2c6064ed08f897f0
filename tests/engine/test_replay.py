"""Replay: what failed goes out first, is kept while it fails, and is dropped once it passes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from conformance.contract.facts import facts_of
from conformance.engine.properties import Replay
from conformance.examples import Example, ExampleStore
from conformance.judge.verdict import Outcome, Verdict
from conformance.plan.fixtures import TargetFixtures, unknown
from conformance.plan.probe import Mutation
from tests.engine.test_properties import KNOWN, REFUSED, UNAUTHORIZED, Harness, failures

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.contract.message import Exchange, Request, Response

PROPERTY = "property.tokens.length"
CLAUSE = "header.x-auth-token.length"


def of_length(length: int) -> Request:
    """A request with an unknown token of this length."""
    return KNOWN.request(unknown(KNOWN, "saved", length))


FOUND = replace(KNOWN, seed=3)
"""With this seed a token longer than the limit is drawn."""


@dataclass
class Night:
    """A run of one property on a target that refuses tokens over a limit, with what earlier runs kept."""

    directory: Path
    limit: int | None
    known: TargetFixtures = FOUND

    @property
    def store(self) -> ExampleStore:
        """The target's examples."""
        return ExampleStore(self.directory, "target", "https://a.invalid", self.known)

    def run(self) -> tuple[Harness, list[int]]:
        """The harness after the run, and the lengths of the tokens that were shown."""
        store = self.store

        def respond(exchange: Exchange) -> Response | None:
            if self.limit is None:
                return None
            return REFUSED if exchange.facts.token_length > self.limit else UNAUTHORIZED

        harness = Harness(
            respond, {PROPERTY}, self.known, replay=Replay(self.known, store, saved=store.load([PROPERTY]))
        )
        found = failures(harness.run(1)[PROPERTY])
        return harness, sorted({harness.exchanges[verdict.exchange].facts.token_length for verdict in found})

    def kept(self) -> set[tuple[str, int]]:
        """Clause and token length of every example."""
        examples = self.store.load([PROPERTY])
        return {(e.clause, facts_of(e.request, self.known.known).token_length) for e in examples}


def test_the_first_night_finds_the_second_sends_it_first_and_a_fixed_target_clears_it(tmp_path: Path) -> None:
    """Found, kept, replayed before anything else, shown again without shrinking, dropped."""
    _, shown = Night(tmp_path, 20_000).run()
    assert shown == [20_001 + 512], "the edge is 20,001, and what is shown stands beside it"
    assert (CLAUSE, 20_001) in Night(tmp_path, 20_000).kept()
    harness, shown = Night(tmp_path, 20_000).run()
    assert shown == [20_001 + 512], "the edge is 20,001, and what is shown stands beside it"
    assert facts_of(harness.sent[0][1], KNOWN.known).token_length == 20_001
    again = len(harness.sent)
    harness, shown = Night(tmp_path, 1_000_000).run()
    assert shown == []
    assert len(harness.sent) == again - 1, "nothing was shrunk, and there is no edge to stand beside"
    assert Night(tmp_path, 1_000_000).kept() == set()


def test_something_simpler_takes_the_place_of_what_was_kept(tmp_path: Path) -> None:
    """A lower limit makes the edge be sought again."""
    Night(tmp_path, 65_536).store.save(Example(PROPERTY, CLAUSE, of_length(65_537)))
    _, shown = Night(tmp_path, 20_000).run()
    assert shown == [20_001 + 512], "the edge is 20,001, and what is shown stands beside it"
    assert (CLAUSE, 20_001) in Night(tmp_path, 20_000).kept()
    assert (CLAUSE, 65_537) not in Night(tmp_path, 20_000).kept()


def test_what_only_the_saved_request_finds_is_shown(tmp_path: Path) -> None:
    """A failure that this seed does not meet is met all the same."""
    Night(tmp_path, 99_998).store.save(Example(PROPERTY, "header.x-auth-token.maximum-length", of_length(99_999)))
    _, shown = Night(tmp_path / "none", 99_998).run()
    assert 99_999 not in shown, "this seed does not meet it"
    _, shown = Night(tmp_path, 99_998).run()
    assert 100_000 in shown, "99,999 is the edge"


def test_examples_that_could_not_be_sent_stay(tmp_path: Path) -> None:
    """A target that does not answer has not fixed anything."""
    Night(tmp_path, 20_000).store.save(Example(PROPERTY, CLAUSE, of_length(20_001)))
    Night(tmp_path, None).run()
    assert Night(tmp_path, None).kept() == {(CLAUSE, 20_001)}


def test_without_a_store_nothing_is_replayed_or_kept() -> None:
    """Runs that leave nothing behind."""
    replay = Replay(KNOWN)
    assert replay.requests(PROPERTY) == ()
    assert replay.trouble is None
    replay.conclude(PROPERTY, {}, {CLAUSE: of_length(5)})


@pytest.mark.parametrize("mutation", [Mutation.FIXTURE, Mutation.NEVER])
def test_the_safety_policy_holds_for_what_was_saved(tmp_path: Path, mutation: Mutation) -> None:
    """Examples of --mutation any are neither sent nor dropped in a stricter mode."""
    store = Night(tmp_path, 1).store
    stranger = Example(PROPERTY, CLAUSE, KNOWN.request(KNOWN.token, 77))
    store.save(stranger)
    assert Replay(KNOWN, store, saved=[stranger]).requests(PROPERTY) == (stranger.request,)
    careful = Replay(replace(KNOWN, mutation=mutation), store, saved=[stranger])
    assert careful.requests(PROPERTY) == ()
    careful.conclude(PROPERTY, {}, {})
    assert store.load([PROPERTY]) == (stranger,)


def verdict(clause: str, outcome: Outcome) -> Verdict:
    """A verdict on the first exchange."""
    return Verdict(clause, PROPERTY, 1, outcome)


@pytest.mark.parametrize(
    ("verdicts", "stays"),
    [
        pytest.param([], True, id="no answer"),
        pytest.param([verdict(CLAUSE, Outcome.NOT_TESTED)], True, id="not tested"),
        pytest.param([verdict("other", Outcome.PASS), verdict(CLAUSE, Outcome.NOT_TESTED)], True, id="others tested"),
        pytest.param([verdict("other", Outcome.PASS), verdict(CLAUSE, Outcome.FAIL)], True, id="it fails"),
        pytest.param([verdict(CLAUSE, Outcome.PASS)], False, id="it passes"),
        pytest.param([verdict("other", Outcome.PASS)], False, id="the clause speaks of it no more"),
        pytest.param([verdict("other", Outcome.FAIL), verdict(CLAUSE, Outcome.PASS)], False, id="another fails"),
    ],
)
def test_an_example_stays_until_it_passes(tmp_path: Path, verdicts: list[Verdict], stays: bool) -> None:  # noqa: FBT001
    """Only an answer that its clause has nothing against drops it."""
    store = Night(tmp_path, 1).store
    saved = Example(PROPERTY, CLAUSE, of_length(5))
    store.save(saved)
    Replay(KNOWN, store, saved=[saved]).conclude(PROPERTY, {saved.request: tuple(verdicts)}, {})
    assert (store.load([PROPERTY]) == (saved,)) is stays
