"""Troubles on both transports: each is reported as what it is, and in time."""

from __future__ import annotations

import math
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import httpcore
import pytest
import trustme

from conformance.contract.message import Token, Trouble
from conformance.engine.assembly import session_of
from conformance.exceptions import NoVerdict
from conformance.mock import Fixtures
from conformance.runner.embedded import target_of
from conformance.traffic.endpoint import Endpoint
from conformance.traffic.pooled import Watch
from conformance.traffic.transport import by_bytes, by_complaint
from tests.engine.sessions import everything, preparation
from tests.traffic.servers import Connection, answer, answering, closed_port, serving
from tests.traffic.transports import (
    CHUNKED,
    LARGE,
    LATE,
    RAW_ONLY,
    TIMEOUT,
    TRANSPORTS,
    Transport,
    both,
    request,
    says,
    says_and_resets,
    trouble,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.traffic.pooled import PooledTransport
    from conformance.traffic.raw import RawTransport


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
    make: Callable[[Endpoint], Transport], script: Callable[[Connection], None], expected: Trouble
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
    make: Callable[[Endpoint], Transport], end: Callable[[Connection], None]
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
def test_an_exchange_ends_in_time(make: Callable[[Endpoint], Transport], script: Callable[[Connection], None]) -> None:
    """An answer that never ends is a timeout, long before its bytes run out."""
    with serving(script) as server:
        started = time.monotonic()
        error = trouble(make, server.endpoint(TIMEOUT))
        took = time.monotonic() - started
    assert error.trouble is Trouble.TIMEOUT
    assert TIMEOUT * 0.9 < took < TIMEOUT + LATE


@both
def test_a_request_that_nobody_reads_is_a_timeout(make: Callable[[Endpoint], Transport]) -> None:
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
def test_a_closed_port_is_out_of_reach(make: Callable[[Endpoint], Transport]) -> None:
    """A closed port is out of reach."""
    error = trouble(make, Endpoint(f"http://127.0.0.1:{closed_port()}"))
    assert error.trouble is Trouble.UNREACHABLE
    assert "refused" in str(error)


@both
def test_a_server_that_does_not_greet_is_out_of_reach(make: Callable[[Endpoint], Transport]) -> None:
    """A TLS handshake without an answer ends in time, without a connection."""
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
def test_a_request_that_the_pooled_wire_refuses_is_not_sent(words: str) -> None:
    """A request that it should not have been given is no trouble of the target's."""
    with serving(answering(answer())) as server:
        error = trouble(TRANSPORTS["pooled"], server.endpoint(), RAW_ONLY[words])
    assert error.trouble is Trouble.NOT_SENT
    assert server.received == []


def test_nothing_is_waited_for_when_the_time_is_up() -> None:
    """Bytes that come in time one by one do not make an exchange longer than it may be."""
    watch = Watch()
    assert watch.left(None) == math.inf
    watch.begin(0)
    with pytest.raises(httpcore.ReadTimeout):
        watch.left(1)


ALERT = b"\x15\x03\x01\x00\x02\x02\x46"
SETTINGS = b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80"
GOAWAY = b"\x00\x00\x08\x07\x00\x00\x00\x00\x00" + bytes(8)


def saying(data: bytes) -> Callable[[Connection], None]:
    """A script that answers anything with this, and closes when the client has read it."""

    def script(connection: Connection) -> None:
        connection.socket.recv(65_536)
        connection.send(data)
        with suppress(OSError):  # bytes that nobody read would reset the connection, and the answer be lost
            connection.socket.shutdown(socket.SHUT_WR)
            while connection.socket.recv(65_536):
                pass

    return script


def test_first_bytes_are_told_apart() -> None:
    """TLS by its record, HTTP/2 by a frame of the connection; of what else comes nothing is said."""
    told = {ALERT: "TLS", b"\x16\x03\x03\x00\x7a": "TLS", SETTINGS: "HTTP/2", GOAWAY: "HTTP/2"}
    assert all(what in by_bytes(data) for data, what in told.items())
    nothing = (
        b"",
        b"HTTP/1.1 200 OK",
        b"SSH-2.0-x\r\n",
        SETTINGS[:8],
        b"\x00\x00\x06\x04\x00\x00\x00\x00\x01",
        b"\x15",
    )
    assert not [data for data in nothing if by_bytes(data)]


def test_complaints_of_tls_say_what_is_probably_there() -> None:
    """The reasons that OpenSSL gives, as Python spells them."""
    told = {
        "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)": "plain HTTP",
        "[SSL] record layer failure (_ssl.c:1000)": "plain HTTP",
        "[SSL: TLSV1_ALERT_NO_APPLICATION_PROTOCOL] tlsv1 alert no application protocol": "HTTP/2 only",
        "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed": "verify_tls",
    }
    assert all(what in by_complaint(detail) for detail, what in told.items())
    assert by_complaint("[Errno 111] Connection refused") == ""


@both
def test_what_is_no_http_is_shown_with_what_it_looks_like(
    make: Callable[[Endpoint], PooledTransport | RawTransport],
) -> None:
    """The first bytes stand in the message, over either transport."""
    for data, what in ((SETTINGS, "HTTP/2"), (ALERT, "TLS"), (b"SSH-2.0-x\r\n", "SSH-2.0")):
        with serving(saying(data)) as server:
            error = trouble(make, server.endpoint())
        assert error.trouble is Trouble.MALFORMED
        assert "the answer is no HTTP: b'" in str(error)
        assert what in str(error)


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    """The server's side of TLS."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(made)
    return made


def test_a_run_says_in_one_line_what_its_target_probably_speaks(tls: ssl.SSLContext) -> None:
    """TLS on a plain port, plain HTTP on a TLS port, HTTP/2 on either."""
    cases = {
        "plain to TLS": ("http", answering(answer()), tls, "perhaps it speaks TLS"),
        "TLS to plain": ("https", saying(answer(b"400 Bad Request")), None, "it probably speaks plain HTTP there"),
        "HTTP/2 in the clear": ("http", saying(SETTINGS), None, "it looks like HTTP/2"),
        "HTTP/2 over TLS": ("https", saying(b""), tls, "perhaps it speaks HTTP/2 only"),
    }
    wrong = {}
    for name, (scheme, script, context, words) in cases.items():
        with serving(script, tls=context) as server:
            target = target_of(Fixtures.default(), f"{scheme}://127.0.0.1:{server.port}")
            of = session_of(preparation(replace(target, verify_tls=False), profile="smoke"), None)
            with pytest.raises(NoVerdict) as caught:
                of.open(everything(of))
            of.client.close()
        if words not in str(caught.value) or "\n" in str(caught.value):
            wrong[name] = str(caught.value)
    assert not wrong
