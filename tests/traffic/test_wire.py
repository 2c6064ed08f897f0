"""The two wires: what leaves is what was planned, and every kind of answer, or none, is told for what it is."""

from __future__ import annotations

import gzip
import math
import socket
import threading
import time
import zlib
from contextlib import closing
from typing import TYPE_CHECKING

import httpcore
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.contract.message import Request, Response, Token, Trouble
from conformance.traffic.bounded import Watch
from conformance.traffic.endpoint import Endpoint
from conformance.traffic.pooled import PooledWire
from conformance.traffic.raw import RawWire
from conformance.traffic.wire import LARGEST_BODY, WireError, poolable
from tests.traffic.servers import Connection, Received, Server, answer, answering, closed_port, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TARGET = b"/v4/repositories/123/remote-mirror/associate"
JSON = ((b"Content-Type", b"application/json"),)
BODY = b'{"url": "https://example.com/a.git"}'
PLAIN = Request("POST", TARGET, Token(b"t" * 64), BODY, JSON)
TIMEOUT = 0.4

Wire = PooledWire | RawWire
WIRES: dict[str, Callable[[Endpoint], Wire]] = {
    "pooled": lambda endpoint: PooledWire(endpoint, 4),
    "raw": RawWire,
}
both = pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in WIRES.items()])


def send(make: Callable[[Endpoint], Wire], endpoint: Endpoint, *requests: Request) -> list[Response]:
    """The answers to requests that one wire sends one after the other."""
    wire = make(endpoint)
    try:
        return [wire.send(request) for request in requests]
    finally:
        if isinstance(wire, PooledWire):
            wire.close()


def trouble(make: Callable[[Endpoint], Wire], endpoint: Endpoint, request: Request = PLAIN) -> WireError:
    """What goes wrong with a request that gets no answer."""
    with pytest.raises(WireError) as caught:
        send(make, endpoint, request)
    return caught.value


def request(**changes: object) -> Request:
    """The plain request, changed."""
    names = ("method", "target", "token", "body", "headers", "token_header")
    return Request(**({name: getattr(PLAIN, name) for name in names} | changes))  # type: ignore[arg-type]


POOLABLE = {
    "an ordinary request": PLAIN,
    "no token": request(token=None),
    "an empty token": request(token=Token(b"")),
    "a token of 100,000 characters": request(token=Token(b"head", length=100_000)),
    "a token of 131,072 characters": request(token=Token(b"head", length=131_072)),
    "a token with a space inside": request(token=Token(b"a b")),
    "a token with bytes over 127": request(token=Token(b"\xe9\xff\x80")),
    "the token's name in other letters": request(token_header=b"x-AuTh-ToKeN"),
    "headers that are repeated, in order": request(headers=((b"B", b"1"), (b"a", b"2"), (b"b", b"3"))),
    "percent-encoded digits": request(target=TARGET.replace(b"123", b"%31%32%33")),
    "an encoded slash and NUL": request(target=b"/v4/%2F%00/x"),
    "a bad percent-encoding": request(target=b"/v4/123%zz"),
    "two slashes at the start": request(target=b"//v4//repositories"),
    "dot segments": request(target=b"/v4/../v4/./repositories/.."),
    "a query and a fragment": request(target=TARGET + b"?a=b&c#d"),
    "characters that URLs do not have": request(target=b'/v4/"<>^`{|}\\'),
    "a target of 70,000 characters": request(target=b"/" + b"9" * 70_000),
    "GET with a body": request(method="GET"),
    "DELETE without a body": request(method="DELETE", body=None, headers=()),
    "PUT without a body": request(method="PUT", body=None, headers=()),
    "a method of nobody's": request(method="ASSOCIATE"),
    "an empty body": request(body=b""),
    "a body of 10 MB": request(body=b"x" * 10_000_000),
    "a body of any bytes": request(body=bytes(range(256))),
}
RAW_ONLY = {
    "a method in lower case": request(method="post"),
    "NUL in the token": request(token=Token(b"a\x00b")),
    "a control character in the token": request(token=Token(b"a\x01b")),
    "DEL in the token": request(token=Token(b"a\x7fb")),
    "a token that is a space": request(token=Token(b" ")),
    "spaces around the token": request(token=Token(b"  t  ")),
    "a tab after a header's value": request(headers=((b"Accept", b"a\t"),)),
    "a header's name with a space": request(headers=((b"a b", b"c"),)),
    "a header's name that is empty": request(headers=((b"", b"c"),)),
    "bytes over 127 in the target": request(target=b"/v4/\xe9"),
    "a space in the target": request(target=b"/v4/1 2"),
    "a Host of its own": request(headers=((b"host", b"elsewhere.invalid"),)),
    "a Content-Length of its own": request(headers=((b"content-length", b"%d" % len(BODY)),)),
    "a Connection of its own": request(headers=((b"connection", b"close"),)),
    "CONNECT": request(method="CONNECT", body=None),
}


def planned(sent: Request) -> tuple[bytes, list[tuple[bytes, bytes]], bytes]:
    """What a server must receive."""
    line = b"%b %b HTTP/1.1" % (sent.method.encode(), sent.target)
    fields = [
        field for field in sent.header_fields() if field[0].lower() not in {b"host", b"content-length", b"connection"}
    ]
    return line, fields, sent.body or b""


def got(received: Received) -> tuple[bytes, list[tuple[bytes, bytes]], bytes]:
    """What a server did receive."""
    return received.line, received.planned, received.body


@pytest.mark.parametrize(
    ("make", "sent"),
    [
        *(pytest.param(WIRES["pooled"], sent, id=f"pooled, {words}") for words, sent in POOLABLE.items()),
        *(pytest.param(WIRES["raw"], sent, id=f"raw, {words}") for words, sent in (POOLABLE | RAW_ONLY).items()),
    ],
)
def test_requests_leave_as_they_were_planned(make: Callable[[Endpoint], Wire], sent: Request) -> None:
    """Method, target, header spelling, order and values, and the body arrive byte for byte."""
    with serving(answering(answer())) as server:
        [response] = send(make, server.endpoint(), sent)
    assert response.status == 200
    [received] = server.received
    assert got(received) == planned(sent)


@pytest.mark.parametrize("sent", [pytest.param(sent, id=words) for words, sent in RAW_ONLY.items()])
def test_what_would_be_changed_or_refused_goes_raw(sent: Request) -> None:
    """The pooled wire knows what it cannot send."""
    assert not poolable(sent)


@pytest.mark.parametrize("sent", [pytest.param(sent, id=words) for words, sent in POOLABLE.items()])
def test_what_can_be_pooled_is(sent: Request) -> None:
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
def test_whatever_can_be_pooled_arrives_unchanged(recorder: Server, sent: Request) -> None:
    """No request that the pooled wire takes is refused or changed by it."""
    send(WIRES["pooled"], recorder.endpoint(), sent)
    assert got(recorder.received[-1]) == planned(sent)


@both
def test_http_gets_what_it_needs(make: Callable[[Endpoint], Wire]) -> None:
    """Host, User-Agent and Content-Length are added once, and the target description's headers are sent."""
    with serving(answering(answer())) as server:
        send(make, server.endpoint(headers=((b"X-Extra", b"1"),)), PLAIN)
    [received] = server.received
    assert received.values(b"host") == [b"127.0.0.1:%d" % server.port]
    assert received.values(b"content-length") == [b"%d" % len(BODY)]
    assert [value.split(b"/")[0] for value in received.values(b"user-agent")] == [b"remote-mirror-conformance"]
    assert received.planned == [*PLAIN.header_fields(), (b"X-Extra", b"1")]


@both
def test_a_user_agent_of_the_description_is_kept(make: Callable[[Endpoint], Wire]) -> None:
    """There is one User-Agent, and the target description has the say."""
    with serving(answering(answer())) as server:
        send(make, server.endpoint(headers=((b"user-agent", b"probe"),)), PLAIN)
    assert server.received[0].values(b"user-agent") == [b"probe"]


@both
def test_the_path_of_the_base_url_comes_first(make: Callable[[Endpoint], Wire]) -> None:
    """A target below a base url with a path is sent below that path."""
    with serving(answering(answer())) as server:
        send(make, Endpoint(f"{server.url}/api/"), PLAIN)
    assert server.received[0].line == b"POST /api%b HTTP/1.1" % TARGET


def test_both_wires_add_the_same() -> None:
    """But for `Connection: close`, the wires send the same bytes."""
    with serving(answering(answer())) as server:
        for make in WIRES.values():
            send(make, server.endpoint(), PLAIN)
    pooled, raw = server.received
    assert [*pooled.fields, (b"Connection", b"close")] == list(raw.fields)


def test_pooled_connections_are_kept_and_raw_ones_are_not() -> None:
    """The pooled wire goes on with the connection that it has."""
    for name, connections in (("pooled", 1), ("raw", 3)):
        with serving(answering(answer())) as server:
            send(WIRES[name], server.endpoint(), PLAIN, PLAIN, PLAIN)
        assert server.connections == connections


def test_a_connection_that_was_idle_for_a_second_is_not_used_again() -> None:
    """Servers close idle connections as they like (RFC 9112 section 9.5); a request must not run into that."""
    with serving(answering(answer())) as server:
        wire = PooledWire(server.endpoint(), 1)
        with closing(wire):
            wire.send(PLAIN)
            time.sleep(1.05)
            wire.send(PLAIN)
    assert server.connections == 2


CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n5\r\n": 1}\r\n0\r\n\r\n'
DOCUMENT = b'{"a": 1}'
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


EARLY = answer(b"431 Too Large", b'{"error_code": "CH.1"}')
LARGE = {
    "a header of 300 kB": request(token=Token(b"t", length=300_000)),
    "a body of 10 MB": request(body=b"x" * 10_000_000),
}
large = pytest.mark.parametrize("sent", [pytest.param(sent, id=words) for words, sent in LARGE.items()])


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
        finished.wait(5)

    with serving(script) as server:
        started = time.monotonic()
        [response] = send(make, server.endpoint(TIMEOUT), LARGE["a body of 10 MB"])
        took = time.monotonic() - started
        finished.set()
    assert response.status == 431
    assert took < 2 * TIMEOUT


def test_what_cannot_be_sent_counts_as_sent() -> None:
    """The raw wire stops sending to a server that has gone, and looks for what that said before."""
    ours, theirs = socket.socketpair()
    with ours:
        theirs.close()
        assert RawWire(Endpoint("http://127.0.0.1"))._sent(ours, memoryview(b"abc")) == 3


def closes(connection: Connection) -> None:
    """Read, and close without a word."""
    connection.read()


def resets(connection: Connection) -> None:
    """Read, and reset."""
    connection.read()
    connection.reset()


def says(data: bytes) -> Callable[[Connection], None]:
    """A script that reads, sends this, and closes."""

    def script(connection: Connection) -> None:
        connection.read()
        connection.send(data)

    return script


def says_and_resets(data: bytes) -> Callable[[Connection], None]:
    """A script that reads, sends this, and resets."""

    def script(connection: Connection) -> None:
        connection.read()
        connection.send(data)
        time.sleep(0.05)
        connection.reset()

    return script


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
    """An answer that never ends is a timeout, after three times the timeout at most."""
    with serving(script) as server:
        started = time.monotonic()
        error = trouble(make, server.endpoint(TIMEOUT))
        took = time.monotonic() - started
    assert error.trouble is Trouble.TIMEOUT
    assert TIMEOUT * 0.9 < took < 3 * TIMEOUT


@both
def test_a_request_that_nobody_reads_is_a_timeout(make: Callable[[Endpoint], Wire]) -> None:
    """Sending is bounded as well as waiting."""
    finished = threading.Event()
    with serving(lambda _: finished.wait(5)) as server:
        started = time.monotonic()
        error = trouble(make, server.endpoint(TIMEOUT), LARGE["a body of 10 MB"])
        took = time.monotonic() - started
        finished.set()
    assert error.trouble is Trouble.TIMEOUT
    assert took < 3 * TIMEOUT


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
    with serving(lambda _: finished.wait(5)) as server:
        endpoint = Endpoint(f"https://127.0.0.1:{server.port}", TIMEOUT)
        assert endpoint.tls is not None, "certificates are read before the clock starts"
        started = time.monotonic()
        error = trouble(make, endpoint)
        took = time.monotonic() - started
        finished.set()
    assert error.trouble is Trouble.UNREACHABLE
    assert took < 3 * TIMEOUT


def test_a_header_of_300_kb_is_read_by_the_raw_wire() -> None:
    """An answer may repeat a token of any length in a header."""
    with serving(answering(answer(b"200 OK", b"", b"X-Token: " + b"t" * 300_000))) as server:
        [response] = send(WIRES["raw"], server.endpoint(), PLAIN)
    assert response.header("x-token") == "t" * 300_000


@both
def test_ipv6_is_spoken(make: Callable[[Endpoint], Wire]) -> None:
    """An address in brackets is connected to, and named in Host as it stands."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with serving(answering(answer()), host="::1") as server:
        [response] = send(make, server.endpoint(), PLAIN)
    assert response.status == 200
    assert server.received[0].values(b"host") == [b"[::1]:%d" % server.port]


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


def test_sixteen_threads_share_the_pool() -> None:
    """Each thread gets the answer to its own request."""

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            connection.send(answer(body=received.body))

    wrong: list[int] = []
    with serving(script) as server, closing(PooledWire(server.endpoint(10), 16)) as wire:

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
