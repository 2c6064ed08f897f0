"""The two wires: every answer is read to its end, however it is framed, coded or hurried."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from typing import TYPE_CHECKING

import pytest

from conformance.traffic.endpoint import Endpoint
from conformance.traffic.raw import RawWire
from conformance.traffic.wire import LARGEST_BODY
from tests.traffic.servers import Connection, answer, answering, serving
from tests.traffic.wires import (
    CHUNKED,
    DOCUMENT,
    EARLY,
    LARGE,
    LATE,
    PLAIN,
    WIRES,
    Wire,
    both,
    large,
    request,
    says,
    says_and_resets,
    send,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.contract.message import Request

BARE = zlib.compressobj(wbits=-15)
ANSWERS = {
    "with its length": answer(body=DOCUMENT),
    "in chunks": CHUNKED,
    "in chunks with a trailer": CHUNKED[:-2] + b"Expires: 0\r\n\r\n",
    "in gzip": answer(b"200 OK", gzip.compress(DOCUMENT), b"Content-Encoding: gzip"),
    "in gzip under its old name": answer(b"200 OK", gzip.compress(DOCUMENT), b"Content-Encoding: X-GZIP"),
    "in deflate": answer(b"200 OK", zlib.compress(DOCUMENT), b"Content-Encoding: deflate"),
    "in deflate without its header": answer(
        b"200 OK", BARE.compress(DOCUMENT) + BARE.flush(), b"Content-Encoding: deflate"
    ),
    "called gzip though it is none": answer(b"200 OK", DOCUMENT, b"Content-Encoding: gzip"),
    "in a coding that was not asked for": answer(b"200 OK", DOCUMENT, b"Content-Encoding: br"),
    "of HTTP/1.0": answer(b"200 OK", DOCUMENT, version=b"HTTP/1.0"),
    "after 100 and 103": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\n" + answer(body=DOCUMENT),
    "without a reason": answer(b"200", DOCUMENT),
}


@both
@pytest.mark.parametrize("data", [pytest.param(data, id=words) for words, data in ANSWERS.items()])
def test_answers_are_read_whole(make: Callable[[Endpoint], Wire], data: bytes) -> None:
    """However an answer is framed and coded, its status and its body come out."""
    with serving(answering(data)) as server:
        responses = send(make, server.endpoint(), PLAIN, PLAIN)
    for response in responses:
        assert (response.status, response.body, response.truncated) == (200, DOCUMENT, False)


@both
def test_half_a_gzip_stays_as_it_came(make: Callable[[Endpoint], Wire]) -> None:
    """A content coding that breaks off is no trouble of the connection: the judge sees the bytes."""
    half = gzip.compress(DOCUMENT)[:-6]
    with serving(answering(answer(b"200 OK", half, b"Content-Encoding: gzip"))) as server:
        [response] = send(make, server.endpoint(), PLAIN)
    assert (response.body, response.truncated) == (half, False)
    assert (response.coding, response.damaged) == ("gzip", True)


@both
def test_codings_that_are_left_on_a_body_are_named(make: Callable[[Endpoint], Wire]) -> None:
    """Several fields are one list, undone from its end; an answer without a body has none to undo."""
    packed = answer(b"200 OK", gzip.compress(DOCUMENT), b"Content-Encoding: br, zstd", b"content-encoding: gzip")
    with serving(answering(packed)) as server:
        [response] = send(make, server.endpoint(), PLAIN)
    assert (response.body, response.coding, response.damaged) == (DOCUMENT, "br, zstd", False)
    with serving(answering(answer(b"200 OK", DOCUMENT))) as server:
        [plain] = send(make, server.endpoint(), PLAIN)
    assert (plain.coding, plain.damaged) == (None, False)


@both
def test_an_answer_is_recorded_as_it_came(make: Callable[[Endpoint], Wire]) -> None:
    """Reason, version, and header spelling and order are kept."""
    data = b"HTTP/1.0 201 Cr\xe9\xe9\r\nX-B: 1\r\nx-a: 2\r\nX-b: \xff\r\nContent-length: 0\r\n\r\n"
    with serving(answering(data)) as server:
        [response] = send(make, server.endpoint(), PLAIN)
    assert (response.reason, response.http_version) == ("Cr\xe9\xe9", "HTTP/1.0")
    assert response.headers == ((b"X-B", b"1"), (b"x-a", b"2"), (b"X-b", b"\xff"), (b"Content-length", b"0"))


@both
def test_an_answer_may_end_with_its_connection(make: Callable[[Endpoint], Wire]) -> None:
    """Without a length the body lasts until the connection is closed (RFC 9112 section 6.3)."""

    def script(connection: Connection) -> None:
        connection.read()
        connection.send(b"HTTP/1.1 200 OK\r\n\r\n" + DOCUMENT)

    with serving(script) as server:
        [response] = send(make, server.endpoint(), PLAIN)
    assert (response.body, response.truncated) == (DOCUMENT, False)


@both
def test_an_answer_without_length_may_end_in_a_reset(make: Callable[[Endpoint], Wire]) -> None:
    """What came before the reset is an answer, though it is not known to be whole."""

    def script(connection: Connection) -> None:
        connection.read()
        connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n" + DOCUMENT)
        time.sleep(0.05)
        connection.reset()

    with serving(script) as server:
        [response] = send(make, server.endpoint(), PLAIN)
    assert (response.status, response.body, response.truncated) == (400, DOCUMENT, True)


@both
@pytest.mark.parametrize(
    ("method", "data"),
    [
        pytest.param("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n", id="HEAD"),
        pytest.param("POST", b"HTTP/1.1 204 No Content\r\n\r\n", id="204"),
        pytest.param("POST", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 8\r\n\r\n", id="304"),
    ],
)
def test_some_answers_have_no_body(make: Callable[[Endpoint], Wire], method: str, data: bytes) -> None:
    """An answer to HEAD, a 204 and a 304 end with their header section, whatever length they name."""
    with serving(answering(data)) as server:
        responses = send(make, server.endpoint(), request(method=method), request(method=method))
    assert [response.body for response in responses] == [b"", b""]


@both
@pytest.mark.parametrize(
    ("method", "data", "body"),
    [
        pytest.param("HEAD", answer(body=b"not asked for"), b"", id="HEAD with a body"),
        pytest.param("POST", answer(body=b"") + b"more", b"", id="a length that is too small"),
        pytest.param("POST", answer(b"201 Created", b"a") + answer(b"500 No", b"a"), b"a", id="two answers at once"),
        pytest.param("POST", CHUNKED + answer(b"500 No", b"a"), DOCUMENT, id="two answers at once, in chunks"),
        pytest.param("POST", b"HTTP/1.1 204 None\r\n\r\n" + answer(), b"", id="a 204 with an answer behind it"),
    ],
)
def test_what_follows_an_answer_is_not_taken_for_the_next(
    make: Callable[[Endpoint], Wire], method: str, data: bytes, body: bytes
) -> None:
    """An answer that is longer than it should be spoils its connection, and no other request."""

    def script(connection: Connection) -> None:
        answering(data if connection.number == 1 else answer(b"202 Accepted", DOCUMENT))(connection)

    with serving(script) as server:
        first, second = send(make, server.endpoint(), request(method=method), PLAIN)
    assert (first.body, second.status, second.body) == (body, 202, DOCUMENT)
    assert server.connections == 2


@both
def test_no_redirect_is_followed_and_no_cookie_is_kept(make: Callable[[Endpoint], Wire]) -> None:
    """A 307 is an answer like any other, even where it leads nowhere."""
    data = answer(b"307 Temporary", b"", b"Location: http://[", b"Set-Cookie: a=b; Path=/")
    with serving(answering(data)) as server:
        responses = send(make, server.endpoint(), PLAIN, PLAIN)
    assert [response.status for response in responses] == [307, 307]
    assert len(server.received) == 2
    assert server.received[1].values(b"cookie") == []


@both
@large
@pytest.mark.parametrize("pause", [pytest.param(0.0, id="at once"), pytest.param(0.05, id="after a moment")])
def test_an_early_answer_is_read_before_the_reset(
    make: Callable[[Endpoint], Wire], sent: Request, pause: float
) -> None:
    """A server may answer while the request still comes in, and close: the close is a reset, since bytes are unread."""

    def script(connection: Connection) -> None:
        connection.socket.recv(1000)
        connection.send(EARLY)
        time.sleep(pause)

    with serving(script) as server:
        [response] = send(make, server.endpoint(), sent)
    assert (response.status, response.body) == (431, b'{"error_code": "CH.1"}')


@both
def test_an_early_answer_is_read_though_the_server_reads_no_more(make: Callable[[Endpoint], Wire]) -> None:
    """A server that answers and leaves the rest of the request unread is heard."""
    finished = threading.Event()

    def script(connection: Connection) -> None:
        connection.socket.recv(1000)
        connection.send(EARLY)
        finished.wait(30)

    with serving(script) as server:
        started = time.monotonic()
        [response] = send(make, server.endpoint(2), LARGE["a body of 10 MB"])
        took = time.monotonic() - started
        finished.set()
    assert response.status == 431
    assert took < 2 + LATE


def test_what_cannot_be_sent_counts_as_sent() -> None:
    """The raw wire stops sending to a server that has gone, and looks for what that said before."""
    ours, theirs = socket.socketpair()
    with ours:
        theirs.close()
        assert RawWire(Endpoint("http://127.0.0.1"))._sent(ours, memoryview(b"abc")) == 3


@both
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(answer(body=b"a" * (LARGEST_BODY + 100_000)), id="with its length"),
        pytest.param(
            answer(b"200 OK", gzip.compress(b"a" * (LARGEST_BODY + 1)), b"Content-Encoding: gzip"), id="unpacked"
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * (LARGEST_BODY + 100_000), id="until the connection is closed"),
    ],
)
def test_a_body_without_measure_is_cut(make: Callable[[Endpoint], Wire], data: bytes) -> None:
    """Of a huge body 1 MiB is read, and the answer says so."""
    with serving(says(data)) as server:
        [response] = send(make, server.endpoint(5), PLAIN)
    assert response.truncated
    assert response.body == b"a" * LARGEST_BODY


@both
def test_a_body_of_just_the_limit_is_whole(make: Callable[[Endpoint], Wire]) -> None:
    """1 MiB is not too much."""
    with serving(answering(answer(body=b"a" * LARGEST_BODY))) as server:
        [response] = send(make, server.endpoint(5), PLAIN)
    assert (len(response.body), response.truncated) == (LARGEST_BODY, False)


@both
def test_a_packed_body_that_is_cut_is_unpacked_as_far_as_it_goes(make: Callable[[Endpoint], Wire]) -> None:
    """A reset in a packed body without length leaves what could be unpacked."""
    packed = gzip.compress(DOCUMENT * 99)[:60]
    with serving(says_and_resets(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed)) as server:
        [response] = send(make, server.endpoint(), PLAIN)
    assert response.truncated
    assert response.body.startswith(DOCUMENT)


def test_a_header_of_300_kb_is_read_by_the_raw_wire() -> None:
    """An answer may repeat a token of any length in a header."""
    with serving(answering(answer(b"200 OK", b"", b"X-Token: " + b"t" * 300_000))) as server:
        [response] = send(WIRES["raw"], server.endpoint(), PLAIN)
    assert response.header("x-token") == "t" * 300_000
