"""The client: retries after a 429, a drop or silence, and their meaning."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from conformance.contract.message import Exchange, Request, Token, Trouble
from conformance.exceptions import NoVerdict
from conformance.plan.fixtures import TargetFixtures, unknown
from conformance.plan.probe import Mutation
from conformance.traffic.client import KNOWN_GOOD
from conformance.traffic.endpoint import Endpoint
from tests.shipped import HEADER
from tests.traffic.harness import (
    BUSY,
    CREATED,
    MARK,
    OFF,
    ON,
    PROBE,
    UNAUTHORIZED,
    accounts,
    by_token,
    client_to,
    crowd,
    flaking,
    harness,
    marked,
    quiet_harness,
)
from tests.traffic.servers import Connection, answer, closed_port, serving

if TYPE_CHECKING:
    from collections.abc import Callable


def test_429_is_waited_for_and_not_judged() -> None:
    """The target says for how long; the 429 is superseded by what comes then, which is not flaky."""

    def otherwise(connection: Connection, count: int) -> bool:
        connection.send(BUSY if count <= 2 else UNAUTHORIZED)
        return True

    with harness(by_token(ON, otherwise=otherwise)) as at:
        exchange = at.client.send(PROBE, marked())
        accounts(at)
    assert exchange.response is not None
    assert (exchange.response.status, exchange.flaky) == (401, 0)
    assert [e.response.status for e in at.superseded if e.response] == [429, 429]
    assert at.settled == [exchange]
    assert at.waits == [7, 7]


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        pytest.param(b"3", 3, 3, id="seconds"),
        pytest.param(b"3600", 60, 60, id="an hour"),
        pytest.param(format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True).encode(), 60, 60, id="a date"),
        pytest.param(b"soon", 2, 5, id="nothing"),
    ],
)
def test_a_target_that_keeps_answering_429_is_given_up(said: bytes, least: float, most: float) -> None:
    """After six tries no verdict is possible; the last of them is not waited after."""
    data = answer(b"429 Too Many", b"", b"Retry-After: " + said)
    with harness(by_token(ON, otherwise=lambda connection, _: connection.send(data) or True)) as at:
        exchange = at.client.send(PROBE, marked())
        accounts(at)
    assert (exchange.trouble, exchange.detail, exchange.response) == (Trouble.THROTTLED, "6 times", None)
    assert len(at.superseded) == len(at.server.received) == 6
    assert at.settled == [exchange]
    assert len(at.waits) == 5
    assert all(least <= wait <= most for wait in at.waits)


def test_stop_ends_the_wait_after_a_429() -> None:
    """Nobody waits for a minute to learn that nothing more is sent."""
    busy = answer(b"429 Too Many", b"", b"Retry-After: 60")
    recorded: list[Exchange] = []
    asked = threading.Event()

    def script(connection: Connection) -> None:
        while connection.read() is not None:
            connection.send(busy)
            asked.set()

    with serving(script) as server:
        client = client_to(server.endpoint(), recorded.append)
        thread = threading.Thread(target=client.send, args=(PROBE, marked()))
        thread.start()
        assert asked.wait(5)
        started = time.monotonic()
        client.stop("interrupted")
        thread.join(10)
        took = time.monotonic() - started
        client.close()
    assert took < 2
    assert len(server.received) == 1
    busy_one, unsent = recorded
    assert busy_one.superseded
    assert (unsent.trouble, unsent.detail) == (Trouble.NOT_SENT, "interrupted")
    assert busy_one.number != unsent.number


def test_dropped_once_is_flaky() -> None:
    """The answer on a fresh connection is judged, and the drop is counted."""
    with harness(by_token(ON, otherwise=flaking(1, lambda _: None))) as at:
        exchange = at.client.send(PROBE, marked())
        accounts(at)
    assert (exchange.trouble, exchange.flaky, exchange.confirmed) == (None, 1, False)
    assert [e.trouble for e in at.superseded] == [Trouble.DROPPED]
    assert at.server.connections == 2


def test_a_dropped_request_is_tried_on_a_fresh_connection() -> None:
    """A connection that waits in the pool proves less than a new one."""
    together = threading.Barrier(2)

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            if MARK not in received.line:
                together.wait(5)
            elif connection.number <= 2:
                return
            connection.send(CREATED)

    with harness(script) as at:
        crowd(at.client, [ON.request(ON.token)] * 2, 2)
        exchange = at.client.send(PROBE, marked())
        accounts(at)
    assert exchange.flaky == 1
    assert [received.connection for received in at.server.received][2:] in ([1, 3], [2, 3])


def test_a_drop_on_a_connection_in_use_is_flaky_too() -> None:
    """A connection that was busy a moment ago is not let go of for idleness: dropping it is a finding."""
    with harness(by_token(ON, otherwise=flaking(1, lambda _: None))) as at:
        at.client.send("before", ON.request(ON.token))
        exchange = at.client.send(PROBE, marked())
        accounts(at)
    assert exchange.flaky == 1
    assert at.server.received[1].connection == 1


def test_a_connection_closed_while_idle_is_no_finding() -> None:
    """A server may close a connection that nobody uses (RFC 9112 section 9.5)."""

    def script(connection: Connection) -> None:
        connection.read()
        connection.send(CREATED)

    with harness(script) as at:
        for _ in range(3):
            exchange = at.client.send(PROBE, ON.request(ON.token))
            assert (exchange.trouble, exchange.flaky) == (None, 0)
            time.sleep(0.05)
        accounts(at)
    assert at.superseded == []


@pytest.mark.parametrize(
    ("how", "trouble"),
    [
        pytest.param(lambda _: None, Trouble.DROPPED, id="dropped"),
        pytest.param(lambda connection: connection.reset(), Trouble.DROPPED, id="reset"),
        pytest.param(lambda connection: connection.send(b"nonsense\r\n\r\n"), Trouble.MALFORMED, id="no HTTP"),
    ],
)
def test_trouble_that_comes_back_is_confirmed(how: Callable[[Connection], object], trouble: Trouble) -> None:
    """The same on three fresh connections, while a known-good request is answered, counts."""
    with harness(by_token(ON, otherwise=flaking(99, how))) as at:
        at.client.known_good = ON.request(ON.token)
        exchange = at.client.send(PROBE, marked())
        accounts(at)
    assert (exchange.trouble, exchange.confirmed, exchange.flaky) == (trouble, True, 0)
    assert len(at.superseded) == 3
    assert [e.probe for e in at.settled] == [KNOWN_GOOD, PROBE]
    assert at.server.connections == 5


@pytest.mark.parametrize(
    "known_good",
    [pytest.param(marked(), id="that is dropped as well"), pytest.param(None, id="that nobody knows")],
)
def test_trouble_is_not_confirmed_without_a_known_good_request(known_good: Request | None) -> None:
    """A target that drops the known-good request too is down: no verdict on this request."""
    with harness(by_token(ON, otherwise=flaking(99, lambda _: None))) as at:
        at.client.known_good = known_good
        exchange = at.client.send(PROBE, marked())
        accounts(at)
    assert (exchange.trouble, exchange.confirmed) == (Trouble.DROPPED, False)


@pytest.mark.parametrize(
    ("times", "trouble", "confirmed", "flaky"),
    [
        pytest.param(1, None, False, 1, id="once"),
        pytest.param(99, Trouble.TIMEOUT, True, 0, id="always"),
    ],
)
def test_silence_is_tried_once_more(times: int, trouble: Trouble | None, flaky: int, *, confirmed: bool) -> None:
    """A timeout costs its time, so that one fresh connection has to do."""
    at = quiet_harness(times)
    at.client.known_good = ON.request(ON.token)
    exchange = at.client.send(PROBE, marked())
    accounts(at)
    assert (exchange.trouble, exchange.confirmed, exchange.flaky) == (trouble, confirmed, flaky)
    assert len(at.superseded) == 1


def test_5xx_counts_at_once() -> None:
    """A server error is an answer, and is not tried again."""
    with harness(by_token(ON, otherwise=flaking(0, lambda _: None, answer(b"503 Unavailable")))) as at:
        exchange = at.client.send(PROBE, marked())
    assert exchange.response is not None
    assert exchange.response.status == 503
    assert len(at.server.received) == 1


def test_a_429_on_the_way_is_waited_for_as_well() -> None:
    """Dropped, then 429, then answered: flaky once, and the 429 is not judged."""

    def otherwise(connection: Connection, count: int) -> bool:
        if count == 1:
            return False
        connection.send(BUSY if count == 2 else UNAUTHORIZED)
        return True

    with harness(by_token(ON, otherwise=otherwise)) as at:
        exchange = at.client.send(PROBE, marked())
        accounts(at)
    assert exchange.response is not None
    assert (exchange.response.status, exchange.flaky, at.waits) == (401, 1, [7])
    assert len(at.superseded) == 2


def test_a_closed_port_is_not_tried_again() -> None:
    """A target that cannot be reached leaves nothing to confirm."""
    recorded: list[Exchange] = []
    client = client_to(Endpoint(f"http://127.0.0.1:{closed_port()}", 1), recorded.append)
    exchange = client.send(PROBE, marked())
    client.close()
    assert (exchange.trouble, exchange.confirmed) == (Trouble.UNREACHABLE, False)
    assert recorded == [exchange]


ANYWHERE = replace(OFF, mutation=Mutation.ANY)


@pytest.mark.parametrize(
    ("known", "request_", "again"),
    [
        pytest.param(ANYWHERE, ANYWHERE.request(ANYWHERE.token, 77), False, id="any, a stranger"),
        pytest.param(ANYWHERE, ANYWHERE.request(ANYWHERE.token), True, id="any, a named repository"),
        pytest.param(ANYWHERE, ANYWHERE.request(unknown(ANYWHERE, "a", 64), 77), True, id="any, an unknown token"),
        pytest.param(
            ANYWHERE,
            ANYWHERE.request(Token(ANYWHERE.token.value + b"x"), 77),
            False,
            id="any, a nearly valid token",
        ),
        pytest.param(OFF, OFF.request(OFF.token), True, id="fixture, a named repository"),
    ],
)
def test_off_loopback_only_what_does_no_harm_is_sent_again(
    known: TargetFixtures, request_: Request, *, again: bool
) -> None:
    """A request that may have changed a stranger's repository is not repeated after it was dropped."""
    with harness(lambda connection: connection.read() and None, known) as at:
        exchange = at.client.send(PROBE, request_)
        accounts(at)
    assert (exchange.trouble, exchange.confirmed) == (Trouble.DROPPED, False)
    assert len(at.server.received) == (4 if again else 1)


def test_a_target_that_went_away_ends_the_run() -> None:
    """Three known-good requests without an answer end the run: nothing is judged, nothing is sent."""
    with harness(by_token(ON, otherwise=flaking(99, lambda _: None))) as at:
        at.client.known_good, at.client.vigilant = marked(), True
        with pytest.raises(NoVerdict, match=r"stopped answering after 7 requests: the connection was dropped"):
            at.client.send(PROBE, marked())
        with pytest.raises(NoVerdict, match=r"^the target stopped answering after 7 requests"):
            at.client.send(PROBE, ON.request(ON.token))
        accounts(at)
    assert at.client.stopped
    assert len(at.server.received) == 7
    assert not any(exchange.confirmed for exchange in at.recorded)


def test_a_target_that_went_away_is_told_with_what_it_left_unanswered() -> None:
    """The requests in flight are named, for one of them may have ended it; those answered later are not."""

    def script(connection: Connection, count: int) -> bool:
        if count == 2:
            connection.send(CREATED)
        return count == 2

    with harness(by_token(ON, otherwise=script)) as at:
        at.client.known_good = marked()
        assert at.client.send("answered.at-the-second-try", marked()).response is not None
        at.client.vigilant = True
        with pytest.raises(NoVerdict, match=r"left unanswered first: the\.last-one \(send each alone with --probe\)$"):
            at.client.send("the.last-one", marked())
        accounts(at)


def test_what_is_in_flight_is_told_when_a_target_goes_away() -> None:
    """Another thread's request may have ended the target, though that thread has not noticed yet."""
    arrived, finished = threading.Event(), threading.Event()

    def script(_: Connection, count: int) -> bool:
        if count == 1:
            arrived.set()
            finished.wait(5)
        return False

    with harness(by_token(ON, otherwise=script)) as at:
        with ThreadPoolExecutor(1) as others:
            others.submit(at.client.send, "the.slow-one", marked())
            assert arrived.wait(5)
            at.client.known_good, at.client.vigilant = marked(), True
            with pytest.raises(NoVerdict, match=r"left unanswered first: the\.slow-one, the\.fast-one \("):
                at.client.send("the.fast-one", marked())
            finished.set()
        accounts(at)


def page_or_none(exchange: Exchange) -> str | None:
    """A 503 is another responder's."""
    return "503" if exchange.response and exchange.response.status == 503 else None


def test_a_service_that_is_back_in_seconds_is_there() -> None:
    """Its page is judged then; while it is away nothing is concluded."""
    pages = iter([True, True, True])

    def otherwise(connection: Connection, count: int) -> bool:
        connection.send(answer(b"503 Service Unavailable") if next(pages, False) else CREATED)
        return True

    with harness(by_token(ON, otherwise=otherwise)) as at:
        at.client.known_good, at.client.stand_in = marked(), page_or_none
        exchange = at.client.send(PROBE, marked())
        accounts(at)
    assert exchange.response is not None
    assert (exchange.response.status, exchange.superseded) == (503, False)
    assert at.waits == [1, 2]
    assert not at.client.stopped


def test_a_service_that_is_gone_is_given_up_after_seconds() -> None:
    """The other responder's answer is not judged. The next request gets the same error."""

    def otherwise(connection: Connection, count: int) -> bool:
        connection.send(answer(b"503 Service Unavailable"))
        return True

    with harness(by_token(ON, otherwise=otherwise)) as at:
        at.client.known_good, at.client.stand_in = marked(), page_or_none
        for _ in range(2):
            with pytest.raises(NoVerdict, match=r"^from exchange 1 on the service is gone; the answers are 503$"):
                at.client.send(PROBE, marked())
        accounts(at)
    assert [exchange.probe for exchange in at.settled] == [KNOWN_GOOD] * 3
    assert at.waits == [1, 2]


def test_pages_that_a_service_has_of_its_own_are_asked_about_three_times() -> None:
    """A framework's refusals may all be pages; one of a proxy is asked about each time."""

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            good = ON.token.value in received.values(b"x-auth-token")
            busy = b"/busy" in received.line
            other = answer(b"503 Service Unavailable") if busy else answer(b"403 Forbidden")
            connection.send(CREATED if good else other)

    for path, asked in ((b"/page", 3), (b"/busy", 5)):
        with harness(script) as at:
            at.client.known_good, at.client.stand_in = ON.request(ON.token), lambda _: "a page"
            for _ in range(5):
                at.client.send(PROBE, Request("POST", path, unknown(ON, "a", 64), token_header=HEADER))
        assert [exchange.probe for exchange in at.settled].count(KNOWN_GOOD) == asked


def test_one_probe_may_be_in_flight_many_times() -> None:
    """An answer to one of its requests says nothing of another."""
    arrived, finished = threading.Event(), threading.Event()

    def script(connection: Connection, count: int) -> bool:
        if count == 1:
            arrived.set()
            finished.wait(5)
        if count == 2:
            connection.send(CREATED)
        return count == 2

    with harness(by_token(ON, otherwise=script)) as at:
        with ThreadPoolExecutor(1) as others:
            others.submit(at.client.send, "the.burst", marked())
            assert arrived.wait(5)
            at.client.known_good = marked()
            assert at.client.send("the.burst", marked()).response is not None
            at.client.vigilant = True
            with pytest.raises(NoVerdict, match=r"left unanswered first: the\.burst, the\.last-one \("):
                at.client.send("the.last-one", marked())
            finished.set()
        accounts(at)


def test_one_sign_of_life_is_enough() -> None:
    """A known-good request that is answered at the third try shows that the target is there."""
    with harness(
        by_token(ON, otherwise=lambda connection, count: count == 7 and connection.send(CREATED) is None)
    ) as at:
        at.client.known_good, at.client.vigilant = marked(), True
        exchange = at.client.send(PROBE, marked())
        accounts(at)
    assert (exchange.trouble, exchange.confirmed) == (Trouble.DROPPED, True)
    assert len(at.server.received) == 7


def test_a_sign_of_life_is_not_waited_for_three_times_over() -> None:
    """A target is gone after two timeouts, its own and the known-good request's."""
    finished = threading.Event()
    with harness(by_token(ON, otherwise=flaking(99, lambda _: finished.wait(5))), timeout=0.15) as at:
        at.client.known_good, at.client.vigilant = marked(), True
        with pytest.raises(NoVerdict, match=r"stopped answering after 2 requests: no answer in time"):
            at.client.send(PROBE, marked())
        finished.set()
        accounts(at)


def test_silence_is_waited_for_eight_times_and_no_more() -> None:
    """A target that answers others may leave many requests unanswered: the run ends, and nothing more is sent."""
    at = quiet_harness(99)
    at.client.known_good = ON.request(ON.token)
    exchanges = [at.client.send(PROBE, marked()) for _ in range(8)]
    with pytest.raises(NoVerdict, match=r"^more than 8 requests failed after long waits: no answer in time"):
        at.client.send(PROBE, marked())
    accounts(at)
    assert all(exchange.confirmed for exchange in exchanges)
    assert at.client.stopped


def test_a_target_that_throttles_for_ever_ends_the_run() -> None:
    """Eight requests are given up; each costs up to five waits, and hundreds of them would last for hours."""
    busy = by_token(ON, otherwise=lambda connection, _: connection.send(BUSY) or True)
    with harness(busy, limit=1000) as at:
        exchanges = [at.client.send(PROBE, marked()) for _ in range(8)]
        with pytest.raises(NoVerdict, match=r"^more than 8 requests failed after long waits: the target kept"):
            at.client.send(PROBE, marked())
        accounts(at)
    assert {exchange.trouble for exchange in exchanges} == {Trouble.THROTTLED}


def test_drops_are_not_counted_as_silence() -> None:
    """A connection that is dropped costs no time."""
    with harness(by_token(ON, otherwise=flaking(99, lambda _: None)), limit=1000) as at:
        at.client.known_good = ON.request(ON.token)
        assert all(at.client.send(PROBE, marked()).confirmed for _ in range(12))
