"""The two wires: no answer is told for what it is, and in time."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING

import httpcore
import pytest

from conformance.contract.message import Token, Trouble
from conformance.traffic.bounded import Watch
from conformance.traffic.endpoint import Endpoint
from tests.traffic.servers import Connection, answer, answering, closed_port, serving
from tests.traffic.wires import (
    CHUNKED,
    LARGE,
    LATE,
    RAW_ONLY,
    TIMEOUT,
    WIRES,
    Wire,
    both,
    request,
    says,
    says_and_resets,
    trouble,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def closes(connection: Connection) -> None:
    """Read, and close without a word."""
    connection.read()


def resets(connection: Connection) -> None:
    """Read, and reset."""
    connection.read()
    connection.reset()


TROUBLES = {
    "closed without an answer": (closes, Trouble.DROPPED),
    "reset without an answer": (resets, Trouble.DROPPED),
    "closed in the status line": (says(b"HT"), Trouble.DROPPED),
    "closed in the header section": (says(b"HTTP/1.1 200 OK\r\nContent-Le"), Trouble.DROPPED),
    "closed after 100 Continue": (says(b"HTTP/1.1 100 Continue\r\n\r\n"), Trouble.DROPPED),
    "closed in the body": (says(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), Trouble.DROPPED),
    "closed between chunks": (says(CHUNKED[:-5]), Trouble.DROPPED),
    "closed in a chunk": (says(CHUNKED[:-12]), Trouble.DROPPED),
    "closed in a chunk's length": (says(CHUNKED[:-4]), Trouble.DROPPED),
    "reset in the header section": (says_and_resets(b"HTTP/1.1 200 OK\r\n"), Trouble.DROPPED),
    "reset in the body": (says_and_resets(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), Trouble.DROPPED),
    "no HTTP, one line": (says(b"closed EOF disconnected\r\n\r\n"), Trouble.MALFORMED),
    "no HTTP, without an end": (says(b"SSH-2.0-closed"), Trouble.MALFORMED),
    "no HTTP, but bytes": (says(b"\x15\x03\x01\x00\x02\x02\x46"), Trouble.MALFORMED),
    "a header line without a colon": (says(b"HTTP/1.1 200 OK\r\nclosed\r\n\r\n"), Trouble.MALFORMED),
    "a status of two digits": (says(b"HTTP/1.1 20 OK\r\n\r\n"), Trouble.MALFORMED),
    "a length that is no number": (says(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), Trouble.MALFORMED),
    "two lengths": (says(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}"), Trouble.MALFORMED),
    "a chunk that is no chunk": (says(CHUNKED.replace(b"3\r\n", b"zz\r\n")), Trouble.MALFORMED),
    "another protocol": (says(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"), Trouble.MALFORMED),
    "a header section of 2 MB": (says(b"HTTP/1.1 200 OK\r\nA: " + b"a" * 2_000_000), Trouble.MALFORMED),
}


@both
@pytest.mark.parametrize(
    ("script", "expected"), [pytest.param(script, trouble, id=words) for words, (script, trouble) in TROUBLES.items()]
)
def test_no_answer_is_told_for_what_it_is(
    make: Callable[[Endpoint], Wire], script: Callable[[Connection], None], expected: Trouble
) -> None:
    """A connection that ends too early is dropped, what is no HTTP is malformed, whatever words stand in it."""
    with serving(script) as server:
        started = time.monotonic()
        error = trouble(make, server.endpoint(5))
        took = time.monotonic() - started
    assert error.trouble is expected, str(error)
    assert "\n" not in str(error)
    assert took < 3, "it was seen at once"


@both
@pytest.mark.parametrize("end", [Connection.close, Connection.reset], ids=["closed", "reset"])
def test_a_connection_that_ends_while_a_token_is_sent_is_dropped(
    make: Callable[[Endpoint], Wire], end: Callable[[Connection], None]
) -> None:
    """A server that reads no more of a million characters than it wants ends the connection: no silence, no riddle."""

    def script(connection: Connection) -> None:
        connection.fits(65_536)
        end(connection)

    with serving(script) as server:
        error = trouble(make, server.endpoint(5), request(token=Token(b"t", fill=b"t", length=1_000_000)))
    assert error.trouble is Trouble.DROPPED, str(error)


def drips(data: bytes) -> Callable[[Connection], None]:
    """A script that sends this over and over, a byte at a time and each of them in time."""

    def script(connection: Connection) -> None:
        connection.read()
        connection.drip(data, TIMEOUT / 3)

    return script


def floods(connection: Connection) -> None:
    """Send interim answers as fast as they are taken."""
    connection.read()
    while True:
        connection.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


SLOW = {
    "100 Continue for ever, in a flood": floods,
    "silence": lambda connection: connection.read() and connection.read(),
    "a header section that never ends": drips(b"HTTP/1.1 200 OK\r\nA: " + b"a" * 99),
    "a body that never ends": drips(answer(body=b"a" * 99)),
    "100 Continue for ever": drips(b"HTTP/1.1 100 Continue\r\n\r\n" * 9),
}


@both
@pytest.mark.parametrize("script", [pytest.param(script, id=words) for words, script in SLOW.items()])
def test_an_exchange_ends_in_time(make: Callable[[Endpoint], Wire], script: Callable[[Connection], None]) -> None:
    """An answer that never ends is a timeout, long before its bytes run out."""
    with serving(script) as server:
        started = time.monotonic()
        error = trouble(make, server.endpoint(TIMEOUT))
        took = time.monotonic() - started
    assert error.trouble is Trouble.TIMEOUT
    assert TIMEOUT * 0.9 < took < TIMEOUT + LATE


@both
def test_a_request_that_nobody_reads_is_a_timeout(make: Callable[[Endpoint], Wire]) -> None:
    """Sending is bounded as well as waiting."""
    finished = threading.Event()
    with serving(lambda _: finished.wait(30)) as server:
        started = time.monotonic()
        error = trouble(make, server.endpoint(TIMEOUT), LARGE["a body of 10 MB"])
        took = time.monotonic() - started
        finished.set()
    assert error.trouble is Trouble.TIMEOUT
    assert took < TIMEOUT + LATE


@both
def test_a_closed_port_is_out_of_reach(make: Callable[[Endpoint], Wire]) -> None:
    """Where nobody listens no connection is made."""
    error = trouble(make, Endpoint(f"http://127.0.0.1:{closed_port()}"))
    assert error.trouble is Trouble.UNREACHABLE
    assert "refused" in str(error)


@both
def test_a_server_that_does_not_greet_is_out_of_reach(make: Callable[[Endpoint], Wire]) -> None:
    """Where TLS gets no answer no connection is made, in time."""
    finished = threading.Event()
    with serving(lambda _: finished.wait(30)) as server:
        endpoint = Endpoint(f"https://127.0.0.1:{server.port}", TIMEOUT)
        assert endpoint.tls is not None, "certificates are read before the clock starts"
        started = time.monotonic()
        error = trouble(make, endpoint)
        took = time.monotonic() - started
        finished.set()
    assert error.trouble is Trouble.UNREACHABLE
    assert took < TIMEOUT + LATE


@pytest.mark.parametrize("words", ["NUL in the token", "a header's name with a space", "a space in the target"])
def test_what_the_pooled_wire_refuses_is_not_sent(words: str) -> None:
    """A request that it should not have been given is no trouble of the target's."""
    with serving(answering(answer())) as server:
        error = trouble(WIRES["pooled"], server.endpoint(), RAW_ONLY[words])
    assert error.trouble is Trouble.NOT_SENT
    assert server.received == []


def test_nothing_is_waited_for_when_the_time_is_up() -> None:
    """Bytes that come in time one by one do not make an exchange longer than it may be."""
    watch = Watch()
    assert watch.left(None) == math.inf
    watch.begin(0)
    with pytest.raises(httpcore.ReadTimeout):
        watch.left(1)
