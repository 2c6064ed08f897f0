"""The client: caution with bad credentials off loopback, and the meaning of a 401 to good ones."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from conformance.contract.message import Request, Trouble
from conformance.exceptions import NoVerdict
from conformance.plan.fixtures import TargetFixtures, unknown
from conformance.plan.probe import Mutation
from conformance.traffic.client import KNOWN_GOOD
from tests.plan.fixtures import NAMED, fixtures
from tests.traffic.harness import (
    BUSY,
    CREATED,
    OFF,
    PROBE,
    UNAUTHORIZED,
    Harness,
    accounts,
    bad,
    by_token,
    crowd,
    flaking,
    harness,
    marked,
    token_of,
)
from tests.traffic.servers import Connection, answer

if TYPE_CHECKING:
    from collections.abc import Callable


def runs(harness: Harness, known: TargetFixtures) -> list[int]:
    """The numbers of requests with bad credentials in a row."""
    marks = "".join(" " if token_of(received) == known.token.value else "b" for received in harness.server.received)
    return [len(run) for run in marks.split()]


def test_off_loopback_bad_credentials_are_interleaved_with_good_ones() -> None:
    """Four at most come in a row, and no more than the description allows."""
    with harness(by_token(OFF), OFF, bad=10) as at:
        at.client.reassurance = OFF.request(OFF.token)
        exchanges = [at.client.send(PROBE, bad(OFF, number)) for number in range(12)]
        accounts(at)
    assert runs(at, OFF) == [4, 4, 2]
    assert [exchange.trouble for exchange in exchanges] == [None] * 10 + [Trouble.NOT_SENT] * 2
    assert exchanges[-1].detail == "max_bad_credentials = 10 was reached"


def test_off_loopback_good_probes_count_as_good_ones() -> None:
    """Recognised good credentials in between need no reassurance."""
    with harness(by_token(OFF), OFF, bad=100) as at:
        at.client.reassurance = OFF.request(OFF.token)
        for number in range(8):
            at.client.send(PROBE, bad(OFF, number))
            if number % 3 == 2:
                at.client.send(PROBE, OFF.request(OFF.token))
        accounts(at)
    assert runs(at, OFF) == [3, 3, 2]
    assert len(at.server.received) == 10


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(UNAUTHORIZED, id="401"),
        pytest.param(answer(b"502 Bad Gateway"), id="502"),
        pytest.param(BUSY, id="429"),
        pytest.param(None, id="no answer"),
    ],
)
def test_off_loopback_the_fifth_stays_where_good_credentials_are_not_recognised(data: bytes | None) -> None:
    """An answer that says nothing of the credentials does not reassure."""

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            if token_of(received) != OFF.token.value:
                connection.send(UNAUTHORIZED)
            elif data is None:
                return
            else:
                connection.send(data)

    with harness(script, OFF, bad=100) as at:
        at.client.reassurance = OFF.request(OFF.token)
        exchanges = [at.client.send(PROBE, bad(OFF, number)) for number in range(6)]
        accounts(at)
    assert [exchange.trouble for exchange in exchanges] == [None] * 4 + [Trouble.NOT_SENT] * 2
    assert runs(at, OFF) == [4]


@pytest.mark.parametrize("limit", [pytest.param(4, id="no budget for it"), pytest.param(9, id="no request for it")])
def test_off_loopback_the_fifth_stays_without_a_reassurance(limit: int) -> None:
    """A request that cannot be sent does not reassure."""
    with harness(by_token(OFF), OFF, bad=100, limit=limit) as at:
        at.client.reassurance = OFF.request(OFF.token) if limit == 4 else None
        exchanges = [at.client.send(PROBE, bad(OFF, number)) for number in range(5)]
        accounts(at)
    assert exchanges[4].trouble is Trouble.NOT_SENT
    assert exchanges[4].detail == "no request with good credentials can go between those with bad ones"


def test_off_loopback_retries_count_as_bad_credentials() -> None:
    """Requests after a drop or a 429 are attempts like any other: four in a row, and `max_bad_credentials` in all."""
    known_bad = marked(OFF)
    with harness(by_token(OFF, otherwise=flaking(99, lambda _: None)), OFF, bad=6) as at:
        at.client.known_good = at.client.reassurance = OFF.request(OFF.token)
        exchanges = [at.client.send(PROBE, known_bad) for _ in range(3)]
        accounts(at)
    sent = [received for received in at.server.received if token_of(received) != OFF.token.value]
    assert len(sent) == 6
    assert max(runs(at, OFF)) == 4
    assert [exchange.trouble for exchange in exchanges] == [Trouble.DROPPED, Trouble.DROPPED, Trouble.NOT_SENT]
    assert [exchange.confirmed for exchange in exchanges] == [True, False, False]


def test_off_loopback_a_known_good_request_with_bad_credentials_counts() -> None:
    """In `never` the request that shows the target to work has an unknown token: that is an attempt too."""
    with harness(by_token(OFF, otherwise=flaking(99, lambda _: None)), OFF, bad=4) as at:
        at.client.known_good = bad(OFF, 1)
        exchange = at.client.send(PROBE, marked(OFF))
        accounts(at)
    assert (exchange.trouble, exchange.confirmed) == (Trouble.DROPPED, False)
    assert len(at.server.received) == 4


def test_off_loopback_bad_credentials_go_one_at_a_time() -> None:
    """While one is on its way the next waits, good ones do not."""
    lock, inside, most = threading.Lock(), Counter[bool](), Counter[bool]()

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            good = token_of(received) == OFF.token.value
            with lock:
                inside[good] += 1
                most[good] = max(most[good], inside[good])
            time.sleep(0.005)
            with lock:
                inside[good] -= 1
            connection.send(CREATED if good else UNAUTHORIZED)

    with harness(script, OFF, bad=100, limit=1000) as at:
        at.client.reassurance = OFF.request(OFF.token)
        crowd(at.client, [bad(OFF, number) if number % 4 else OFF.request(OFF.token) for number in range(64)])
        accounts(at)
    assert most[False] == 1
    assert most[True] > 1


NAMING = fixtures(mutation=Mutation.ANY, resources=NAMED)
FIRST, OTHER = NAMING.request(NAMING.token), NAMING.request(NAMING.token, 1)


def expiring(*answers: bytes) -> Callable[[Connection], None]:
    """A script that gives these answers to valid requests, on whichever connection they come."""
    left = list(answers)

    def script(connection: Connection) -> None:
        while connection.read() is not None:
            data = left.pop(0)
            if not data:
                return
            connection.send(data)

    return script


def vigilant(at: Harness) -> None:
    """A client whose target has answered the first request."""
    at.client.send("first", FIRST)
    at.client.known_good = at.client.reassurance = FIRST
    at.client.vigilant = True


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(OTHER, id="instead of a 201"),
        pytest.param(NAMING.request(NAMING.token, NAMING.missing_resource), id="instead of a 404"),
        pytest.param(NAMING.request(NAMING.token, NAMING.restricted_resource), id="instead of a 403"),
    ],
)
def test_a_token_that_expires_ends_the_run(other: Request) -> None:
    """A 401 says nothing of the target once the first valid request is refused too."""
    with harness(expiring(CREATED, UNAUTHORIZED, UNAUTHORIZED), NAMING) as at:
        vigilant(at)
        for _ in range(2):
            with pytest.raises(NoVerdict, match=r"^the credentials were refused from exchange 2 on"):
                at.client.send(PROBE, other)
        accounts(at)
    assert [exchange.probe for exchange in at.settled] == ["first", KNOWN_GOOD]


def test_a_401_while_the_token_is_valid_is_judged() -> None:
    """A refusal is the target's while the first valid request is still answered."""
    with harness(expiring(CREATED, UNAUTHORIZED, CREATED), NAMING) as at:
        vigilant(at)
        exchange = at.client.send(PROBE, OTHER)
        accounts(at)
    assert exchange.response is not None
    assert exchange.response.status == 401
    assert exchange in at.settled


def test_a_401_that_cannot_be_explained_is_not_judged() -> None:
    """A request has no verdict when it is not known whether the token is valid."""
    with harness(expiring(CREATED, UNAUTHORIZED, b""), NAMING) as at:
        vigilant(at)
        exchange = at.client.send(PROBE, OTHER)
        accounts(at)
    assert (exchange.trouble, exchange.response) == (Trouble.NOT_SENT, None)
    assert "whether the token is still valid" in exchange.detail
    assert [e.response.status for e in at.superseded if e.response] == [401]


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(NAMING.request(NAMING.token, b"0"), id="out of contract"),
        pytest.param(NAMING.request(NAMING.token, 77), id="to a repository that nobody named"),
        pytest.param(NAMING.request(unknown(NAMING, "a", 64)), id="an unknown token"),
    ],
)
def test_a_401_that_may_be_right_is_not_asked_about(request_: Request) -> None:
    """Only where another answer is owed does a 401 raise a doubt: asking sends another association."""
    with harness(expiring(CREATED, UNAUTHORIZED), NAMING) as at:
        vigilant(at)
        exchange = at.client.send(PROBE, request_)
        accounts(at)
    assert exchange.response is not None
    assert exchange.response.status == 401


def test_a_401_is_asked_about_where_the_token_was_recognised_while_it_was_on_its_way() -> None:
    """A request that began later may have arrived earlier, before the token expired."""
    answers = [CREATED, UNAUTHORIZED, UNAUTHORIZED]

    def script(connection: Connection) -> None:
        while connection.read() is not None:
            data = answers.pop(0)
            if data is UNAUTHORIZED:
                at.client._recognised_at = time.time()
                time.sleep(0.05)
            connection.send(data)

    with harness(script, NAMING) as at:
        vigilant(at)
        with pytest.raises(NoVerdict, match=r"^the credentials were refused from exchange 2 on"):
            at.client.send(PROBE, OTHER)
        accounts(at)


def test_a_401_is_not_asked_about_where_the_token_was_recognised_since() -> None:
    """Another thread may have had its 201 in the meantime."""
    with harness(expiring(CREATED, UNAUTHORIZED), NAMING) as at:
        vigilant(at)
        at.client._recognised_at = time.time() + 60
        exchange = at.client.send(PROBE, OTHER)
        accounts(at)
    assert exchange.response is not None
    assert exchange.response.status == 401
