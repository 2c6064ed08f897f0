"""Credentials that expire: what is sent in place of what was planned, and when another token is asked for."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from conformance.contract.facts import facts_of
from conformance.contract.known_tokens import TokenKind
from conformance.contract.message import Exchange, Request, Response, Token, Trouble
from conformance.exceptions import NoVerdict
from conformance.plan.fixtures import cut
from conformance.plan.probe import Profile
from conformance.strategies.changes import CHANGES, apply
from conformance.traffic.credentials import Credentials, Issued, says_expired
from tests.plan.fixtures import fixtures
from tests.shipped import plan_of
from tests.traffic.harness import client_to
from tests.traffic.servers import Connection, Server, answer, answering, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.plan import Plan
    from conformance.traffic.client import Client

PLANNED = Token(b"never-issued-by-anybody.", fill=b"0", length=1500, secret="TOKEN")
KNOWN = replace(fixtures(), token=PLANNED)
EXPIRED = Response(401, "Unauthorized", (), b'{"error_msg": "The token has Expired."}')


@dataclass
class Harness:
    """Credentials with a clock that is set by hand, and all that they asked for and learned."""

    lifetime: float | None = 1000.0
    issued: bool = False
    failure: NoVerdict | None = None
    shape: bytes = b"MII-%d-" + b"abcDEF01" * 150
    now: float = 5000.0
    tokens: list[bytes] = field(default_factory=list)
    learned: list[bytes] = field(default_factory=list)
    asked: int = 0

    def __post_init__(self) -> None:
        self.credentials = Credentials(
            self.source, KNOWN, issued=self.issued, plan=plan, learn=self.learned.append, clock=lambda: self.now
        )

    def source(self) -> Issued:
        """The next token."""
        self.asked += 1
        if self.failure:
            raise self.failure
        self.tokens.append(self.shape % self.asked)
        return Issued(self.tokens[-1], self.lifetime)

    def sent(self, request: Request, probe: str = "suite.any") -> Request:
        """The request that leaves in its place."""
        return self.credentials.with_current_token(probe, request).request

    def exchange(self, request: Request, response: Response = EXPIRED, probe: str = "suite.any") -> Exchange:
        """The exchange of the request that leaves in its place."""
        outgoing = self.credentials.with_current_token(probe, request)
        facts = facts_of(outgoing.request, outgoing.fixtures.known)
        return Exchange(1, probe, outgoing.request, facts, response)


def plan(known: TargetFixtures) -> Plan:
    """All probes."""
    return plan_of(known, Profile.STANDARD)


def requests(known: TargetFixtures) -> dict[str, Request]:
    """The requests by probe."""
    return {probe.id: probe.request for probe in plan(known).sent if probe.request is not None}


def leaves(request: Request) -> bytes:
    """All values of its header fields, in small letters."""
    return b" ".join(value for _, value in request.header_fields()).lower()


def value(request: Request) -> bytes:
    """The token's bytes."""
    assert request.token is not None
    return request.token.value


def test_nothing_is_asked_for_before_something_is_sent() -> None:
    """Credentials cost nothing, and the first request has a token that was learned before."""
    harness = Harness()
    assert harness.asked == 0
    assert value(harness.sent(KNOWN.request(PLANNED))) == harness.tokens[0] == harness.learned[0]
    assert harness.asked == 1


def test_other_tokens_stay_what_they_are() -> None:
    """Unknown tokens, the restricted one and requests without any are sent as planned."""
    harness = Harness()
    for token in (None, Token(b"unknown"), KNOWN.restricted_token, KNOWN.tokens_by_length[1]):
        request = KNOWN.request(token)
        assert harness.sent(request) == request


def test_every_probe_is_made_of_the_new_token() -> None:
    """No probe keeps a byte of the planned one, and each is to the target what it was planned to be."""
    harness = Harness()
    for probe, request in requests(KNOWN).items():
        planned = facts_of(request, KNOWN.known)
        outgoing = harness.credentials.with_current_token(probe, request)
        facts = facts_of(outgoing.request, outgoing.fixtures.known)
        assert outgoing.withheld is None
        assert (facts.token, facts.usual_token) == (planned.token, planned.usual_token), probe
        assert b"never-issued" not in leaves(outgoing.request)


def test_what_cannot_be_made_of_the_new_token_is_withheld() -> None:
    """A token of digits has neither case nor signs: what was planned with one stays here, for the new plan's reason."""
    harness = Harness(shape=b"%d" + b"1234567890" * 150)
    withheld = {}
    for probe, request in requests(KNOWN).items():
        outgoing = harness.credentials.with_current_token(probe, request)
        if outgoing.withheld:
            withheld[probe] = outgoing.withheld
        else:
            assert b"never-issued" not in leaves(outgoing.request), probe
    why = "the valid token cannot be changed in this way"
    changes = (
        "case-swapped",
        "first-character",
        "first-letter-swapped",
        "upper-case",
        "one-letter-swapped",
        "alphabets-exchanged",
        "accented",
        "dashes-exchanged",
        "same-hash",
    )
    assert withheld == {f"token.valid.{name}": why for name in changes}


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(KNOWN.request(apply(CHANGES["case-swapped"], PLANNED)), id="changed"),
        pytest.param(replace(KNOWN.request(None), headers=((b"X-Token", PLANNED.value),)), id="in another header"),
    ],
)
def test_a_generated_request_never_takes_the_stand_in_along(request_: Request) -> None:
    """It belongs to no probe, so that there is nothing to be sent in its place."""
    outgoing = Harness().credentials.with_current_token("property.headers", request_)
    assert outgoing.withheld == "it cannot be made of the token that was issued"


def test_the_planned_token_is_unknown_once_there_is_another() -> None:
    """A token that was never issued is not valid; one made of the issued token is near it."""
    harness = Harness()
    harness.sent(KNOWN.request(PLANNED))
    known_tokens = harness.credentials.fixtures.known.tokens
    assert known_tokens.classify(PLANNED.value) is TokenKind.UNKNOWN
    assert known_tokens.classify(harness.tokens[0]) is TokenKind.VALID
    assert known_tokens.classify(cut(Token(harness.tokens[0])).value) is TokenKind.NEAR_VALID


@pytest.mark.parametrize(
    ("lifetime", "early"),
    [
        pytest.param(86_400.0, 300.0, id="a day: five minutes before its end"),
        pytest.param(100.0, 20.0, id="100 seconds: a fifth of it before its end"),
    ],
)
def test_a_token_is_renewed_before_it_expires(lifetime: float, early: float) -> None:
    """The old token goes out until then, and stays a known one afterwards."""
    harness = Harness(lifetime=lifetime)
    harness.sent(KNOWN.request(PLANNED))
    harness.now += lifetime - early - 1
    harness.sent(KNOWN.request(PLANNED))
    assert harness.asked == 1
    harness.now += 1
    assert value(harness.sent(KNOWN.request(PLANNED))) == harness.tokens[1]
    assert harness.asked == 2
    known_tokens = harness.credentials.fixtures.known.tokens
    assert [known_tokens.classify(token) for token in harness.tokens] == [TokenKind.VALID] * 2


def renewal_failed() -> Harness:
    """Credentials whose token is due, while IAM issues none."""
    harness = Harness(lifetime=1000.0)
    harness.sent(KNOWN.request(PLANNED))
    harness.failure = NoVerdict("no token")
    harness.now += 900
    return harness


def test_a_token_that_cannot_be_renewed_is_kept_while_it_is_good() -> None:
    """Nobody asks before it expires; what is to be had then is taken, and renewed like the first."""
    harness = renewal_failed()
    for seconds in (0, 99):
        harness.now += seconds
        assert value(harness.sent(KNOWN.request(PLANNED))) == harness.tokens[0]
    assert harness.asked == 2
    harness.failure = None
    harness.now += 1
    assert value(harness.sent(KNOWN.request(PLANNED))) == harness.tokens[1]
    harness.failure = NoVerdict("no token")
    harness.now += 900
    assert value(harness.sent(KNOWN.request(PLANNED))) == harness.tokens[1]
    assert harness.asked == 4


def test_two_failed_renewals_are_the_end() -> None:
    """The second is tried when the token has expired by the clock; nobody asks a third time."""
    harness = renewal_failed()
    harness.sent(KNOWN.request(PLANNED))
    harness.now += 100
    for _ in range(2):
        with pytest.raises(NoVerdict, match="no token"):
            harness.sent(KNOWN.request(PLANNED))
    assert harness.asked == 3  # the first brought a token


def test_an_answer_that_says_expired_is_believed_after_a_failed_renewal() -> None:
    """The token is good no more, by any clock: the second attempt is made, and is the last."""
    harness = renewal_failed()
    exchange = harness.exchange(KNOWN.request(PLANNED))
    for _ in range(2):
        with pytest.raises(NoVerdict, match="no token"):
            harness.credentials.replaced(exchange, renewed=False)
    assert harness.asked == 3


def test_a_token_of_unknown_lifetime_is_kept() -> None:
    """Nothing is asked for again before the target complains."""
    harness = Harness(lifetime=None)
    harness.sent(KNOWN.request(PLANNED))
    harness.now += 1e9
    harness.sent(KNOWN.request(PLANNED))
    assert harness.asked == 1


def test_a_token_that_was_there_is_sent_as_planned() -> None:
    """A program's token is not asked for before the first complaint, and is valid after it."""
    harness = Harness(issued=True, lifetime=None)
    request = KNOWN.request(PLANNED)
    assert harness.sent(request) is request
    assert harness.credentials.replaced(harness.exchange(request), renewed=False)
    assert value(harness.sent(request)) == harness.tokens[0]
    assert harness.credentials.fixtures.known.tokens.classify(PLANNED.value) is TokenKind.VALID


def test_an_answer_that_says_expired_brings_another_token_once() -> None:
    """Exchanges that were under way with the old one make no further request to IAM."""
    harness = Harness()
    first, second = (harness.exchange(KNOWN.request(PLANNED)) for _ in range(2))
    assert harness.credentials.replaced(first, renewed=False)
    assert harness.credentials.replaced(second, renewed=False)
    assert harness.asked == 2


def test_a_request_that_was_sent_already_is_dressed_anew() -> None:
    """A former token is replaced like the planned one."""
    harness = Harness()
    exchange = harness.exchange(KNOWN.request(PLANNED))
    assert harness.credentials.replaced(exchange, renewed=False)
    assert value(harness.sent(exchange.request)) == harness.tokens[1]


def test_where_a_new_token_is_no_better_none_is_asked_for_again() -> None:
    """A target that calls every token expired costs one token, not one for each request."""
    harness = Harness()
    assert harness.credentials.replaced(harness.exchange(KNOWN.request(PLANNED)), renewed=False)
    assert not harness.credentials.replaced(harness.exchange(KNOWN.request(PLANNED)), renewed=True)
    assert not harness.credentials.replaced(harness.exchange(KNOWN.request(PLANNED)), renewed=False)
    assert harness.asked == 2


def test_only_the_token_itself_expires() -> None:
    """Other tokens, and answers that do not speak of expiry, are as they are."""
    harness = Harness()
    unknown = harness.exchange(KNOWN.request(Token(b"unknown")))
    refused = harness.exchange(KNOWN.request(PLANNED), replace(EXPIRED, body=b'{"error_msg": "No."}'))
    assert not harness.credentials.replaced(unknown, renewed=False)
    assert not harness.credentials.replaced(refused, renewed=False)
    assert harness.asked == 1


def test_a_refusal_is_final() -> None:
    """After a refusal the same error is raised again, and IAM is not asked."""
    harness = Harness(failure=NoVerdict("refused"))
    for _ in range(3):
        with pytest.raises(NoVerdict, match="refused"):
            harness.sent(KNOWN.request(PLANNED))
    assert harness.asked == 1


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, b'{"error_msg": "token expires"}', True),
        (401, b'{"error_code": "APIGW.0307", "error_msg": "The token must be updated."}', True),
        (401, b'{"error_code": "CH.00000002", "error_msg": "Recognize authentication information failed."}', False),
        (403, b"expired", False),
    ],
)
def test_what_says_expired(status: int, body: bytes, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """A 401 with the word or the gateway's code."""
    response = Response(status, "", (), body)
    request = KNOWN.request(PLANNED)
    assert says_expired(Exchange(1, "p", request, facts_of(request, KNOWN.known), response)) is expected


@contextmanager
def client(script: Callable[[Connection], object]) -> Iterator[tuple[Client, Harness, list[Exchange], Server]]:
    """A client with these credentials to a server that follows the script, and what it recorded."""
    harness, recorded = Harness(), list[Exchange]()
    with serving(script) as server:
        made = client_to(server.endpoint(2.0), recorded.append, KNOWN, credentials=harness.credentials)
        try:
            yield made, harness, recorded, server
        finally:
            made.close()


def test_a_request_whose_token_has_expired_is_sent_again_with_another() -> None:
    """Once: the first exchange is superseded, the second is judged, and both went out with an issued token."""
    turns = iter([answer(b"401 Unauthorized", EXPIRED.body), answer(b"201 Created")])  # on whatever connection

    def script(connection: Connection) -> None:
        while connection.read() is not None:
            connection.send(next(turns))

    with client(script) as (made, harness, recorded, server):
        exchange = made.send("suite.any", KNOWN.request(PLANNED))
    assert exchange.response is not None
    assert exchange.response.status == 201
    assert [one.superseded for one in recorded] == [True, False]
    assert [received.values(b"x-auth-token") for received in server.received] == [[token] for token in harness.tokens]


def test_a_target_that_calls_every_token_expired_is_judged_by_its_second_answer() -> None:
    """Two requests for the first probe, one for each after it, and no third token."""
    with client(answering(answer(b"401 Unauthorized", EXPIRED.body))) as (made, harness, recorded, server):
        for _ in range(3):
            made.send("suite.any", KNOWN.request(PLANNED))
    assert len(server.received) == 4
    assert [one.superseded for one in recorded] == [True, False, False, False]
    assert harness.asked == 2


def test_what_is_withheld_is_settled_without_being_sent() -> None:
    """The exchange is recorded with the reason, and the target hears nothing."""
    with client(answering(answer(b"201 Created"))) as (made, _, recorded, server):
        exchange = made.send("suite.any", KNOWN.request(apply(CHANGES["case-swapped"], PLANNED)))
    assert (exchange.trouble, exchange.detail) == (
        Trouble.NOT_SENT,
        "it cannot be made of the token that was issued",
    )
    assert recorded == [exchange]
    assert server.received == []
