"""The client: the policy at the exit, the budget, the pace, and every exchange recorded once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.contract.message import Exchange, Request, Trouble
from conformance.exceptions import SafetyViolation
from conformance.plan.fixtures import TargetFixtures, unknown
from conformance.plan.probe import Mutation
from conformance.traffic.endpoint import Endpoint
from tests.plan.fixtures import fixtures, token
from tests.shipped import HEADER
from tests.traffic.harness import (
    BUSY,
    OFF,
    ON,
    PROBE,
    accounts,
    bad,
    by_token,
    client_to,
    crowd,
    flaking,
    harness,
    marked,
    token_of,
)
from tests.traffic.servers import Connection, answer, serving

if TYPE_CHECKING:
    from collections.abc import Callable


def test_an_answer_makes_an_exchange() -> None:
    """Request, facts, answer, number and times come back, and were recorded."""
    before = time.time()
    with harness(by_token(ON)) as at:
        exchange = at.client.send(PROBE, ON.request(ON.token))
        accounts(at)
    assert (exchange.number, exchange.probe, exchange.trouble, exchange.flaky) == (1, PROBE, None, 0)
    assert exchange.response is not None
    assert exchange.response.status == 201
    assert exchange.facts.succeeds
    assert before <= exchange.started_at <= time.time()
    assert 0 < exchange.seconds < 5
    assert at.recorded == [exchange]


FORBIDDEN = {
    "never, and the valid token to a repository": (
        fixtures(mutation=Mutation.NEVER),
        lambda known: known.request(known.token),
    ),
    "fixture, and the valid token to a stranger": (
        fixtures(mutation=Mutation.FIXTURE),
        lambda known: known.request(known.token, 77),
    ),
    "fixture, and a stranger modulo 2^32": (
        fixtures(mutation=Mutation.FIXTURE),
        lambda known: known.request(known.token, 77 + 2**32),
    ),
    "any, and a url of somebody's": (
        ON,
        lambda known: known.request(known.token, body=b'{"url": "https://somebody.com/a.git"}'),
    ),
}


@pytest.mark.parametrize(("known", "make"), [pytest.param(*row, id=words) for words, row in FORBIDDEN.items()])
def test_a_forbidden_request_does_not_leave(known: TargetFixtures, make: Callable[[TargetFixtures], Request]) -> None:
    """The policy is asked at the exit: no byte leaves, the suite's mistake is named, and nothing is sent afterwards."""
    with harness(by_token(known), known) as at:
        with pytest.raises(SafetyViolation, match=r"^probe must not be sent: ") as caught:
            at.client.send(PROBE, make(known))
        after = at.client.send("later", known.request(unknown(known, "a", 64)))
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3
    assert at.client.stopped
    assert (at.server.connections, at.client.requests) == (0, 0)
    assert (after.trouble, after.detail) == (Trouble.NOT_SENT, "the safety policy was about to be broken")
    assert at.recorded == [after]


@pytest.mark.parametrize(
    "role", [pytest.param("known_good", id="known-good"), pytest.param("reassurance", id="reassurance")]
)
def test_the_policy_holds_for_what_is_sent_by_the_way(role: str) -> None:
    """A request that is to show that the target works is asked for like any other."""
    known = replace(OFF, mutation=Mutation.NEVER)
    request = marked(known) if role == "known_good" else known.request(unknown(known, "a", 64))
    with harness(by_token(known, otherwise=lambda *_: False), known, bad=100) as at:
        setattr(at.client, role, known.request(known.token))

        def send() -> None:
            for _ in range(5):
                at.client.send(PROBE, request)

        with pytest.raises(SafetyViolation, match=r"^suite\.known-good must not be sent"):
            send()
    assert known.token.value not in {token_of(received) for received in at.server.received}


def test_stop_ends_the_wait_for_a_turn() -> None:
    """A slow pace does not hold up the end either."""
    recorded: list[Exchange] = []
    with serving(by_token(ON)) as server:
        client = client_to(server.endpoint(), recorded.append, rate=0.01)
        client.send(PROBE, ON.request(ON.token))
        thread = threading.Thread(target=client.send, args=(PROBE, ON.request(ON.token)))
        thread.start()
        time.sleep(0.05)
        client.stop("interrupted")
        thread.join(5)
        assert not thread.is_alive()
        client.close()
    assert [exchange.trouble for exchange in recorded] == [None, Trouble.NOT_SENT]


def test_never_more_leave_than_max_requests() -> None:
    """Retries and known-good requests count; who finds nothing left says so."""
    with harness(by_token(ON, otherwise=flaking(99, lambda _: None)), limit=10) as at:
        at.client.known_good = ON.request(ON.token)
        exchanges = [at.client.send(PROBE, marked()) for _ in range(4)]
        accounts(at)
    assert at.client.requests == 10
    assert [exchange.confirmed for exchange in exchanges] == [True, True, False, False]
    assert [exchange.trouble for exchange in exchanges] == [Trouble.DROPPED] * 2 + [Trouble.NOT_SENT] * 2
    assert exchanges[3].detail == "max-requests = 10 was reached"


@pytest.mark.parametrize("limit", [pytest.param(n, id=f"{n} of 5") for n in range(1, 5)])
def test_trouble_stays_trouble_where_the_budget_ends(limit: int) -> None:
    """A drop that can no longer be confirmed is reported as a drop, unconfirmed, and once."""
    with harness(by_token(ON, otherwise=flaking(99, lambda _: None)), limit=limit) as at:
        at.client.known_good = ON.request(ON.token)
        exchange = at.client.send(PROBE, marked())
        accounts(at)
    assert (exchange.trouble, exchange.confirmed) == (Trouble.DROPPED, False)
    assert at.settled == [exchange]
    assert len(at.superseded) == limit - 1


def test_a_429_where_the_budget_ends_leaves_it_unsent() -> None:
    """The 429 is superseded, and nothing stands for the request but that it was not sent."""
    with harness(by_token(ON, otherwise=lambda connection, _: connection.send(BUSY) or True), limit=1) as at:
        exchange = at.client.send(PROBE, marked())
        accounts(at)
    assert (exchange.trouble, exchange.detail) == (Trouble.NOT_SENT, "max-requests = 1 was reached")
    assert [e.superseded for e in at.recorded] == [True, False]


def test_requests_leave_at_the_rate() -> None:
    """Retries keep the pace too."""
    with harness(by_token(ON, otherwise=flaking(1, lambda _: None)), rate=1) as at:
        for _ in range(3):
            at.client.send(PROBE, marked())
    assert len(at.waits) == 3
    assert all(0 < wait <= n for n, wait in enumerate(at.waits, start=1))


def test_sixteen_threads_share_a_client() -> None:
    """Numbers are unique, every request is recorded once, and each has its own answer."""

    def script(connection: Connection) -> None:
        turn = 0
        while (received := connection.read()) is not None:
            turn += 1
            if turn % 7 == 0:
                return
            connection.send(BUSY if turn % 11 == 0 else answer(b"404 Not Found", token_of(received)))

    with harness(script, limit=10_000) as at:
        crowd(at.client, [bad(ON, number) for number in range(320)])
        accounts(at)
    assert len(at.settled) == 320
    for exchange in at.settled:
        assert exchange.response is not None
        assert exchange.request.token is not None
        assert exchange.response.body == exchange.request.token.value


def test_sixteen_threads_do_not_overdraw_the_budget() -> None:
    """The limit holds under load, and everything is accounted for."""
    with harness(by_token(ON), limit=50) as at:
        crowd(at.client, [bad(ON, number) for number in range(160)])
        accounts(at)
    assert at.client.requests == 50
    assert Counter(e.trouble for e in at.recorded) == {None: 50, Trouble.NOT_SENT: 110}


def test_what_httpx_does_not_send_is_not_sent_through_a_proxy() -> None:
    """The raw wire knows no proxy: such a request is not tested, and what can be pooled is."""
    with serving(by_token(ON)) as proxy:
        recorded: list[Exchange] = []
        client = client_to(Endpoint("http://127.0.0.1:9", 2, proxy=proxy.url), recorded.append)
        unsent = client.send(PROBE, Request("post", b"/", None, token_header=HEADER))
        sent = client.send(PROBE, ON.request(token("t" * 60_000)))
        client.close()
    assert (unsent.trouble, sent.trouble) == (Trouble.NOT_SENT, None)
    assert "proxy" in unsent.detail
    assert recorded == [unsent, sent]
    assert len(proxy.received) == 1


def test_a_long_token_may_come_back_in_a_header() -> None:
    """A target that repeats 131,072 characters is heard out: that it does so is a finding."""

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            connection.send(answer(b"401 Unauthorized", b"", b"X-Token: " + token_of(received)))

    with harness(script) as at:
        exchange = at.client.send(PROBE, ON.request(unknown(ON, "long", 131_072)))
    assert exchange.response is not None
    assert exchange.request.token is not None
    assert exchange.response.header("x-token") == exchange.request.token.value.decode()
    assert exchange.flaky == 0


def test_a_budget_that_kept_something_back_says_so() -> None:
    """A run that reached its limit is not whole; one that used it up exactly is."""
    with harness(by_token(ON), limit=1) as at:
        at.client.send(PROBE, ON.request(ON.token))
        assert not at.client.exhausted
        at.client.send(PROBE, ON.request(ON.token))
        assert at.client.exhausted
