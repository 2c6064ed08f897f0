"""A limit on the header's length is told once, by the clause whose subject it is, with its edge."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.contract.known_tokens import KnownTokens
from conformance.contract.message import Token, Trouble
from conformance.judge.causes import Limit, limit_of
from conformance.judge.verdict import Outcome
from tests.shipped import owners

from .exchanges import (
    CONTRACT,
    KNOWN,
    LONGEST,
    OTHER,
    SHORTEST,
    VALID,
    answer,
    created,
    exchange,
    refused,
    silence,
    unknown,
)
from .observed import fallen, in_turn, observations_of, settled

if TYPE_CHECKING:
    from conformance.contract.message import Exchange

    from .exchanges import Answer

LENGTH, MAXIMUM = "header.x-auth-token.length", "header.x-auth-token.maximum-length"
LENGTHS = (2, 64, 4096, 4097, 8190, 8191, 65_536, 99_998, 99_999, 100_000)
PAGE = answer(431, b"<html>", (b"content-type", b"text/html"))


def capped(limit: int, refusal: object = PAGE, *more: Exchange) -> list[Exchange]:
    """A run on a server that refuses every token of more characters: unknown, near valid, valid, to other ids too."""
    tokens = [unknown(length) for length in LENGTHS]
    tokens += [Token(VALID.value, length=length) for length in (70_000, 100_000)]

    def answered(token: Token, **sent: object) -> Exchange:
        if token.length > limit:
            return exchange(refusal, token=token, **sent)  # type: ignore[arg-type]  # an answer
        good = token in {VALID, LONGEST, SHORTEST}
        return exchange(created() if good else refused(401), token=token, **sent)

    return in_turn(
        *(answered(token) for token in (VALID, LONGEST, *tokens)), answered(unknown(90_000), id=OTHER), *more
    )


@pytest.mark.parametrize(
    ("limit", "clause", "first", "last"),
    [
        (4096, LENGTH, 4097, 4096),
        (8190, LENGTH, 8191, 8190),
        (65_535, LENGTH, 65_536, 8191),
        (99_997, LENGTH, 99_998, 90_000),
        (99_998, MAXIMUM, 99_999, 99_998),
        (99_999, MAXIMUM, 100_000, 99_999),
        (100, LENGTH, 4096, 64),
    ],
)
def test_one_limit_fails_one_clause_and_says_the_length(limit: int, clause: str, first: int, last: int) -> None:
    """Near-valid tokens, other repositories, undocumented statuses and missing envelopes are not said a second time."""
    run = capped(limit)
    assert set(fallen(run)) == {clause}
    words = (
        f"; tokens of {first:,} characters and more are refused, "
        f"the longest that was answered as it should be has {last:,}"
    )
    failures = [verdict for verdict in settled(run) if verdict.outcome is Outcome.FAIL]
    assert failures
    assert all(verdict.message.endswith(words) for verdict in failures)
    explained = [verdict for verdict in settled(run) if verdict.message.startswith("refused for its length")]
    reason = f"refused for its length, as every token of {first:,} characters and more: {clause}"
    assert {(verdict.outcome, verdict.message, verdict.accepted, verdict.got) for verdict in explained} == {
        (Outcome.NOT_TESTED, reason, (), "")
    }
    assert {"status.401.near-valid-token", "status.documented"} <= {verdict.clause for verdict in explained}


def test_the_limit_is_told_from_lengths_alone() -> None:
    """It has the shortest that is refused, the longest that is not, and every refusal between."""
    run = capped(8190)
    limit = limit_of(observations_of(run).values())
    assert limit is not None
    assert (limit.first, limit.last) == (8191, 8190)
    assert limit.exchanges.keys() == {
        one.number for one in run if one.request.token and one.request.token.length > 8190
    }
    assert Limit(99_998, 1, {}).clauses(CONTRACT) == {LENGTH}
    assert Limit(99_999, 1, {}).clauses(CONTRACT) == {MAXIMUM}


@pytest.mark.parametrize(("refusal", "named"), [(PAGE, False), (answer(400, b"no"), True)])
def test_a_refusal_for_the_length_names_a_shorter_token_that_was_answered(refusal: Answer, *, named: bool) -> None:
    """Sent again alone, nothing would show that the length is the reason, unless the status says so."""
    run = [replace(one, probe=f"probe.{one.number}") for one in capped(8190, refusal)]
    told = {one.exchange: one for one in settled(run) if one.outcome is Outcome.FAIL}
    assert {one.clause for one in told.values()} <= {LENGTH, MAXIMUM}
    for number, verdict in told.items():
        failed = run[number - 1]
        alone = [one for one in run if one.probe in {"probe.1", failed.probe, *verdict.beside}]
        assert bool(verdict.beside) is named
        assert fallen(alone) == {verdict.clause: [number]}


def test_a_crash_over_a_limit_is_a_crash_too() -> None:
    """A 5xx is nobody's right; the clause of lengths says where it begins."""
    assert set(fallen(capped(65_535, answer(502, b"x")))) == {LENGTH, "status.server-error"}


def test_a_connection_that_is_dropped_over_a_limit_says_where_it_is() -> None:
    """There is no status to judge; the one clause that fails has the edge."""
    tokens = [unknown(length) for length in (64, 8190)]
    long = silence(Trouble.DROPPED, token=unknown(8191), confirmed=True, detail="reset")
    run = in_turn(exchange(created()), *(exchange(refused(401), token=token) for token in tokens), long)
    found = [verdict for verdict in settled(run) if verdict.outcome is Outcome.FAIL]
    assert [verdict.clause for verdict in found] == ["connection.dropped"]
    assert found[0].message.endswith("; tokens of 8,191 characters and more are refused, the longest that was answered as it should be has 8,190")  # fmt: skip  # noqa: E501


NO_LIMITS = {
    "nothing that long was refused": capped(100_000),
    "all is refused": in_turn(*(exchange(PAGE, token=unknown(length)) for length in LENGTHS)),
    "short ones are refused": in_turn(exchange(PAGE, token=unknown(2)), exchange(refused(401), token=unknown(100_000))),
    "a longer one passes": in_turn(
        exchange(PAGE, token=unknown(8191)), exchange(refused(401), token=unknown(8192)), exchange(created())
    ),
    "what is long succeeds": in_turn(exchange(created()), exchange(created(), token=unknown(100_000))),
    "out of contract": in_turn(exchange(created()), exchange(PAGE, token=unknown(100_001))),
    "no id": in_turn(exchange(created()), exchange(PAGE, token=unknown(50_000), id=0)),
}


@pytest.mark.parametrize("run", NO_LIMITS.values(), ids=NO_LIMITS)
def test_where_length_does_not_decide_there_is_no_limit(run: list[Exchange]) -> None:
    """Every clause says for itself what it has to say."""
    assert limit_of(observations_of(run).values()) is None
    assert not [verdict for verdict in settled(run) if "characters and more" in verdict.message]


def test_what_a_length_does_not_explain_is_said_all_the_same() -> None:
    """A leak, and a refusal of a shorter token, are causes of their own."""
    leak = exchange(answer(431, unknown(70_000).value), token=unknown(70_000))
    short = exchange(refused(400), token=unknown(16))
    run = capped(8190, PAGE, leak, short)
    assert set(fallen(run)) == {LENGTH, "leak.token", "status.401.unknown-token", "status.documented"}
    assert fallen(run)["status.401.unknown-token"] == [len(run)]


def test_a_valid_token_beyond_the_limit_is_not_said_a_second_time() -> None:
    """The length explains it, under any name of its field and for any clause of its own."""
    valid = Token(b"V" * 9000)
    known = replace(KNOWN, tokens=KnownTokens(frozenset({valid.value, VALID.value})), token=valid.value)
    more = (
        exchange(PAGE, token=valid, known=known),
        exchange(PAGE, token=valid, known=known, token_header=b"x-auth-token"),
    )
    assert owners(more[0], 431) == {"status.201.permitted"}
    assert owners(more[1], 431) == {"header.x-auth-token.name"}
    assert set(fallen(capped(8191, PAGE, *more))) == {LENGTH}


def test_without_a_failure_of_its_own_clause_nothing_is_moved() -> None:
    """One near-valid token that is refused shows no clause of lengths failing: it stays where it was."""
    near = exchange(PAGE, token=Token(VALID.value, length=70_000))
    run = in_turn(exchange(created()), near)
    assert set(fallen(run)) == {"status.401.near-valid-token", "status.documented", "error.other.envelope"}


def test_what_is_refused_at_every_length_is_not_a_limit() -> None:
    """Unknown tokens are answered 400 throughout: that only valid ones are short says nothing of lengths."""
    run = in_turn(
        exchange(created()), *(exchange(refused(400), token=unknown(length)) for length in (30, 9_000, 100_000))
    )
    assert limit_of(observations_of(run).values()) is None


def test_unsent_requests_show_no_limit() -> None:
    """A request that stayed here, or that met 429 to the end, was not refused for its length."""
    stayed = [silence(Trouble.NOT_SENT, token=unknown(9_000)), silence(Trouble.THROTTLED, token=unknown(10_000))]
    busy = exchange(answer(429), token=unknown(11_000))
    known = [exchange(created()), exchange(refused(401), token=unknown(16))]
    limit = limit_of(observations_of(in_turn(*known, *stayed, busy, exchange(PAGE, token=unknown(60_000)))).values())
    assert limit is not None
    assert limit.first == 60_000


def test_a_status_that_speaks_of_length_needs_no_other_answers() -> None:
    """If any token is as good as another, no unknown one is answered 401; a 431 is one cause all the same."""
    lengths = (64, 9_000, 60_000, 99_998, 99_999, 100_000)
    unknowns = [exchange(PAGE if length > 9_000 else created(), token=unknown(length)) for length in lengths]
    run = in_turn(exchange(created()), *unknowns)
    refusals = {one.number for one in run if one.response and one.response.status == 431}
    assert {clause for clause, numbers in fallen(run).items() if refusals & set(numbers)} == {LENGTH}
