"""The two transports: what leaves is what was planned."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.contract.message import Request, Token
from conformance.traffic.endpoint import Endpoint
from conformance.traffic.pooled import PooledTransport
from conformance.traffic.transport import poolable
from tests.traffic.servers import Connection, Received, Server, answer, answering, serving
from tests.traffic.transports import BODY, PLAIN, POOLABLE, RAW_ONLY, TARGET, TRANSPORTS, Transport, both, request, send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def planned(sent: Request) -> tuple[bytes, list[tuple[bytes, bytes]], bytes]:
    """The bytes that a server must receive."""
    line = b"%b %b HTTP/1.1" % (sent.method.encode(), sent.target)
    fields = [
        field for field in sent.header_fields() if field[0].lower() not in {b"host", b"content-length", b"connection"}
    ]
    return line, fields, sent.body or b""


def got(received: Received) -> tuple[bytes, list[tuple[bytes, bytes]], bytes]:
    """The bytes that a server received."""
    return received.line, received.planned, received.body


@pytest.mark.parametrize(
    ("make", "sent"),
    [
        *(pytest.param(TRANSPORTS["pooled"], sent, id=f"pooled, {words}") for words, sent in POOLABLE.items()),
        *(pytest.param(TRANSPORTS["raw"], sent, id=f"raw, {words}") for words, sent in (POOLABLE | RAW_ONLY).items()),
    ],
)
def test_requests_leave_as_they_were_planned(make: Callable[[Endpoint], Transport], sent: Request) -> None:
    """Method, target, header spelling, order and values, and the body arrive byte for byte."""
    with serving(answering(answer())) as server:
        [response] = send(make, server.endpoint(), sent)
    assert response.status == 200
    [received] = server.received
    assert got(received) == planned(sent)


@pytest.mark.parametrize("sent", [pytest.param(sent, id=words) for words, sent in RAW_ONLY.items()])
def test_requests_that_would_be_changed_or_refused_go_raw(sent: Request) -> None:
    """The pooled transport knows what it cannot send."""
    assert not poolable(sent)


@pytest.mark.parametrize("sent", [pytest.param(sent, id=words) for words, sent in POOLABLE.items()])
def test_requests_that_can_be_pooled_are(sent: Request) -> None:
    """The raw wire is kept for what needs it."""
    assert poolable(sent)


@pytest.fixture(scope="module")
def recorder() -> Iterator[Server]:
    """A server that keeps what it receives."""
    with serving(answering(answer())) as server:
        yield server


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    sent=st.builds(
        Request,
        method=st.from_regex(r"[A-Z-]{1,8}", fullmatch=True).filter(lambda method: method not in {"HEAD", "CONNECT"}),
        target=st.binary(max_size=12).map(lambda tail: b"/" + tail),
        token=st.none() | st.binary(max_size=8).map(Token),
        body=st.none() | st.binary(max_size=8),
        headers=st.lists(st.tuples(st.binary(min_size=1, max_size=4), st.binary(max_size=4)), max_size=2).map(tuple),
    ).filter(poolable)
)
def test_pooled_requests_arrive_unchanged(recorder: Server, sent: Request) -> None:
    """No request that the pooled transport takes is refused or changed by it."""
    send(TRANSPORTS["pooled"], recorder.endpoint(), sent)
    assert got(recorder.received[-1]) == planned(sent)


@both
def test_http_gets_what_it_needs(make: Callable[[Endpoint], Transport]) -> None:
    """Host, User-Agent and Content-Length are added once, and the target description's headers are sent."""
    with serving(answering(answer())) as server:
        send(make, server.endpoint(headers=((b"X-Extra", b"1"),)), PLAIN)
    [received] = server.received
    assert received.values(b"host") == [b"127.0.0.1:%d" % server.port]
    assert received.values(b"content-length") == [b"%d" % len(BODY)]
    assert [value.split(b"/")[0] for value in received.values(b"user-agent")] == [b"remote-mirror-conformance"]
    assert received.planned == [*PLAIN.header_fields(), (b"X-Extra", b"1")]


@both
def test_a_user_agent_of_the_description_is_kept(make: Callable[[Endpoint], Transport]) -> None:
    """There is one User-Agent, and the target description has the say."""
    with serving(answering(answer())) as server:
        send(make, server.endpoint(headers=((b"user-agent", b"probe"),)), PLAIN)
    assert server.received[0].values(b"user-agent") == [b"probe"]


@both
def test_the_path_of_the_base_url_comes_first(make: Callable[[Endpoint], Transport]) -> None:
    """A target below a base url with a path is sent below that path."""
    with serving(answering(answer())) as server:
        send(make, Endpoint(f"{server.url}/api/"), PLAIN)
    assert server.received[0].line == b"POST /api%b HTTP/1.1" % TARGET


def test_both_wires_add_the_same() -> None:
    """But for `Connection: close`, the transports send the same bytes."""
    with serving(answering(answer())) as server:
        for make in TRANSPORTS.values():
            send(make, server.endpoint(), PLAIN)
    pooled, raw = server.received
    assert [*pooled.fields, (b"Connection", b"close")] == list(raw.fields)


def test_pooled_connections_are_kept_and_raw_ones_are_not() -> None:
    """The pooled transport goes on with the connection that it has."""
    for name, connections in (("pooled", 1), ("raw", 3)):
        with serving(answering(answer())) as server:
            send(TRANSPORTS[name], server.endpoint(), PLAIN, PLAIN, PLAIN)
        assert server.connections == connections


def test_a_connection_that_was_idle_for_a_second_is_not_used_again() -> None:
    """Servers close idle connections as they like (RFC 9112 section 9.5); a request must not run into that."""
    with serving(answering(answer())) as server:
        wire = PooledTransport(server.endpoint(), 1)
        with closing(wire):
            wire.send(PLAIN)
            time.sleep(1.05)
            wire.send(PLAIN)
    assert server.connections == 2


@both
def test_ipv6_is_spoken(make: Callable[[Endpoint], Transport]) -> None:
    """An address in brackets is connected to, and named in Host as it stands."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with serving(answering(answer()), host="::1") as server:
        [response] = send(make, server.endpoint(), PLAIN)
    assert response.status == 200
    assert server.received[0].values(b"host") == [b"[::1]:%d" % server.port]


def test_sixteen_threads_share_the_pool() -> None:
    """Each thread gets the answer to its own request."""

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            connection.send(answer(body=received.body))

    wrong: list[int] = []
    with serving(script) as server, closing(PooledTransport(server.endpoint(10), 16)) as wire:

        def work(number: int) -> None:
            for turn in range(10):
                body = b"%d-%d" % (number, turn)
                if wire.send(request(body=body)).body != body:
                    wrong.append(number)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong
    assert len(server.received) == 160
    assert server.connections <= 16
