"""Answers on both transports: each is read to its end, however it is framed, coded or hurried."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.traffic.endpoint import Endpoint
from conformance.traffic.raw import RawTransport
from conformance.traffic.transport import LARGEST_BODY, DecodedBody, codings_of, decoded
from tests.traffic.servers import Connection, answer, answering, serving
from tests.traffic.transports import (
    CHUNKED,
    DOCUMENT,
    EARLY,
    LARGE,
    LATE,
    PLAIN,
    TRANSPORTS,
    Transport,
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
def test_answers_are_read_whole(make: Callable[[Endpoint], Transport], data: bytes) -> None:
    """However an answer is framed and coded, its status and its body come out."""
    with serving(answering(data)) as server:
        responses = send(make, server.endpoint(), PLAIN, PLAIN)
    for response in responses:
        assert (response.status, response.body, response.truncated) == (200, DOCUMENT, False)


@both
def test_half_a_gzip_stays_as_it_came(make: Callable[[Endpoint], Transport]) -> None:
    """A content coding that breaks off is no trouble of the connection: the judge sees the bytes."""
    half = gzip.compress(DOCUMENT)[:-6]
    with serving(answering(answer(b"200 OK", half, b"Content-Encoding: gzip"))) as server:
        [response] = send(make, server.endpoint(), PLAIN)
    assert (response.body, response.truncated) == (half, False)
    assert (response.coding, response.damaged) == ("gzip", True)


@both
def test_codings_that_are_left_on_a_body_are_named(make: Callable[[Endpoint], Transport]) -> None:
    """Several fields are one list, undone from its end; an answer without a body has none to undo."""
    packed = answer(b"200 OK", gzip.compress(DOCUMENT), b"Content-Encoding: br, zstd", b"content-encoding: gzip")
    with serving(answering(packed)) as server:
        [response] = send(make, server.endpoint(), PLAIN)
    assert (response.body, response.coding, response.damaged) == (DOCUMENT, "br, zstd", False)
    with serving(answering(answer(b"200 OK", DOCUMENT))) as server:
        [plain] = send(make, server.endpoint(), PLAIN)
    assert (plain.coding, plain.damaged) == (None, False)


@both
def test_an_answer_is_recorded_as_it_came(make: Callable[[Endpoint], Transport]) -> None:
    """Reason, version, and header spelling and order are kept."""
    data = b"HTTP/1.0 201 Cr\xe9\xe9\r\nX-B: 1\r\nx-a: 2\r\nX-b: \xff\r\nContent-length: 0\r\n\r\n"
    with serving(answering(data)) as server:
        [response] = send(make, server.endpoint(), PLAIN)
    assert (response.reason, response.http_version) == ("Cr\xe9\xe9", "HTTP/1.0")
    assert response.headers == ((b"X-B", b"1"), (b"x-a", b"2"), (b"X-b", b"\xff"), (b"Content-length", b"0"))


@both
def test_an_answer_may_end_with_its_connection(make: Callable[[Endpoint], Transport]) -> None:
    """Without a length the body lasts until the connection is closed (RFC 9112 section 6.3)."""

    def script(connection: Connection) -> None:
        connection.read()
        connection.send(b"HTTP/1.1 200 OK\r\n\r\n" + DOCUMENT)

    with serving(script) as server:
        [response] = send(make, server.endpoint(), PLAIN)
    assert (response.body, response.truncated) == (DOCUMENT, False)


@both
def test_an_answer_without_length_may_end_in_a_reset(make: Callable[[Endpoint], Transport]) -> None:
    """Bytes before a reset are an answer that is not known to be whole."""

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
def test_some_answers_have_no_body(make: Callable[[Endpoint], Transport], method: str, data: bytes) -> None:
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
def test_bytes_after_an_answer_are_not_taken_for_the_next(
    make: Callable[[Endpoint], Transport], method: str, data: bytes, body: bytes
) -> None:
    """An answer that is longer than it should be spoils its connection, and no other request."""

    def script(connection: Connection) -> None:
        answering(data if connection.number == 1 else answer(b"202 Accepted", DOCUMENT))(connection)

    with serving(script) as server:
        first, second = send(make, server.endpoint(), request(method=method), PLAIN)
    assert (first.body, second.status, second.body) == (body, 202, DOCUMENT)
    assert server.connections == 2


@both
def test_no_redirect_is_followed_and_no_cookie_is_kept(make: Callable[[Endpoint], Transport]) -> None:
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
    make: Callable[[Endpoint], Transport], sent: Request, pause: float
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
def test_an_early_answer_is_read_though_the_server_reads_no_more(make: Callable[[Endpoint], Transport]) -> None:
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


def test_a_request_that_cannot_be_sent_counts_as_sent() -> None:
    """The raw wire stops sending to a server that has gone, and looks for what that said before."""
    ours, theirs = socket.socketpair()
    with ours:
        theirs.close()
        assert RawTransport(Endpoint("http://127.0.0.1"))._sent(ours, memoryview(b"abc")) == 3


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
def test_a_body_without_measure_is_cut(make: Callable[[Endpoint], Transport], data: bytes) -> None:
    """Of a huge body 1 MiB is read, and the answer says so."""
    with serving(says(data)) as server:
        [response] = send(make, server.endpoint(5), PLAIN)
    assert response.truncated
    assert response.body == b"a" * LARGEST_BODY


@both
def test_a_body_of_just_the_limit_is_whole(make: Callable[[Endpoint], Transport]) -> None:
    """1 MiB is not too much."""
    with serving(answering(answer(body=b"a" * LARGEST_BODY))) as server:
        [response] = send(make, server.endpoint(5), PLAIN)
    assert (len(response.body), response.truncated) == (LARGEST_BODY, False)


@both
def test_a_packed_body_that_is_cut_is_unpacked_as_far_as_it_goes(make: Callable[[Endpoint], Transport]) -> None:
    """A reset in a packed body without length leaves what could be unpacked."""
    packed = gzip.compress(DOCUMENT * 99)[:60]
    with serving(says_and_resets(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed)) as server:
        [response] = send(make, server.endpoint(), PLAIN)
    assert response.truncated
    assert response.body.startswith(DOCUMENT)


def test_a_header_of_300_kb_is_read_by_the_raw_wire() -> None:
    """An answer may repeat a token of any length in a header."""
    with serving(answering(answer(b"200 OK", b"", b"X-Token: " + b"t" * 300_000))) as server:
        [response] = send(TRANSPORTS["raw"], server.endpoint(), PLAIN)
    assert response.header("x-token") == "t" * 300_000


TEXT = b'{"id": 12439}'
LARGEST = 1000


def bare(raw: bytes) -> bytes:
    """Deflate without zlib's header, as some servers send it."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(raw) + packer.flush()


def of(body: bytes, *codings: str, truncated: bool = False) -> DecodedBody:
    """The body, undone."""
    return decoded(body, codings, truncated=truncated, largest=LARGEST)


@pytest.mark.parametrize(
    ("fields", "codings"),
    [
        pytest.param([], (), id="none"),
        pytest.param([b"gzip"], ("gzip",), id="one"),
        pytest.param([b" GZIP\t"], ("gzip",), id="capitals and white space"),
        pytest.param([b"deflate, gzip"], ("deflate", "gzip"), id="a list"),
        pytest.param([b"deflate", b"br , gzip"], ("deflate", "br", "gzip"), id="two fields"),
        pytest.param([b"identity", b", gzip,,"], ("gzip",), id="identity, and empty elements"),
        pytest.param([b"\xff"], ("\xff",), id="no ASCII"),
    ],
)
def test_codings_stand_in_one_field_or_several(fields: list[bytes], codings: tuple[str, ...]) -> None:
    """They are listed in the order in which they were applied (RFC 9110 section 8.4); other fields do not count."""
    headers = [(b"Content-Type", b"x"), *((b"CONTENT-encoding", field) for field in fields), (b"Vary", b"br")]
    assert codings_of(headers) == codings


UNDONE = {
    "none": (TEXT, ()),
    "gzip": (gzip.compress(TEXT), ("gzip",)),
    "x-gzip": (gzip.compress(TEXT), ("x-gzip",)),
    "gzip of two members": (gzip.compress(TEXT[:5]) + gzip.compress(TEXT[5:]), ("gzip",)),
    "gzip and padding": (gzip.compress(TEXT) + b"\0" * 9, ("gzip",)),
    "deflate": (zlib.compress(TEXT), ("deflate",)),
    "bare deflate": (bare(TEXT), ("deflate",)),
    "gzip called deflate": (gzip.compress(TEXT), ("deflate",)),
    "gzip twice": (gzip.compress(gzip.compress(TEXT)), ("gzip", "gzip")),
    "deflate, then gzip": (gzip.compress(zlib.compress(TEXT)), ("deflate", "gzip")),
}


@pytest.mark.parametrize("name", UNDONE)
def test_known_codings_are_undone(name: str) -> None:
    """Gzip and deflate in every form that is met, several of them too."""
    body, codings = UNDONE[name]
    assert of(body, *codings) == DecodedBody(TEXT)


LEFT: dict[str, tuple[bytes, tuple[str, ...], DecodedBody]] = {
    "br": (TEXT, ("br",), DecodedBody(TEXT, ("br",))),
    "what nobody knows": (TEXT, ("utf-8",), DecodedBody(TEXT, ("utf-8",))),
    "br below gzip": (gzip.compress(TEXT), ("br", "gzip"), DecodedBody(TEXT, ("br",))),
    "gzip below br": (TEXT, ("gzip", "br"), DecodedBody(TEXT, ("gzip", "br"))),
    "too many": (TEXT, ("gzip",) * 9, DecodedBody(TEXT, ("gzip",) * 9)),
}


@pytest.mark.parametrize("name", LEFT)
def test_unknown_codings_are_left_on_the_body(name: str) -> None:
    """And is named, so that whoever reads knows why there is nothing to read."""
    body, codings, expected = LEFT[name]
    assert of(body, *codings) == expected


@pytest.mark.parametrize(
    ("body", "codings", "left"),
    [
        pytest.param(TEXT, ("gzip",), ("gzip",), id="plain text called gzip"),
        pytest.param(TEXT, ("deflate",), ("deflate",), id="plain text called deflate"),
        pytest.param(zlib.compress(TEXT), ("gzip",), ("gzip",), id="deflate called gzip"),
        pytest.param(gzip.compress(TEXT)[:-6], ("gzip",), ("gzip",), id="without its end"),
        pytest.param(gzip.compress(TEXT)[:-8] + b"\0" * 8, ("gzip",), ("gzip",), id="a wrong checksum"),
        pytest.param(gzip.compress(TEXT) * 2 + b"\x1f\x8b", ("gzip",), ("gzip",), id="a third member that is none"),
        pytest.param(zlib.compress(TEXT)[:-2], ("deflate",), ("deflate",), id="deflate without its end"),
    ],
)
def test_what_is_no_such_coding_stays_as_it_came(body: bytes, codings: tuple[str, ...], left: tuple[str, ...]) -> None:
    """It is damaged, which is a finding of its own."""
    assert of(body, *codings) == DecodedBody(body, left, damaged=True)


def test_damage_below_another_coding_is_seen_there() -> None:
    """The outer one is undone, the inner one is none."""
    assert of(gzip.compress(TEXT), "gzip", "gzip") == DecodedBody(TEXT, ("gzip",), damaged=True)


def test_no_body_has_no_coding() -> None:
    """An answer to HEAD says which coding it would have."""
    assert of(b"", "gzip", "br") == DecodedBody(b"")
    assert of(b"", "gzip", truncated=True) == DecodedBody(b"", (), truncated=True)


def test_what_is_not_whole_is_undone_as_far_as_it_goes() -> None:
    """Reading that stopped early does not make a coding damaged."""
    whole = gzip.compress(TEXT)
    assert of(whole[:-6], "gzip", truncated=True) == DecodedBody(TEXT, (), truncated=True)
    assert of(b"xyz", "gzip", truncated=True) == DecodedBody(b"xyz", ("gzip",), truncated=True, damaged=True)


@pytest.mark.parametrize("length", [LARGEST, LARGEST + 1, 10_000_000])
def test_a_large_text_is_not_unpacked_to_its_end(length: int) -> None:
    """To one byte over the largest, whatever it would become."""
    for packed in (gzip.compress(b"a" * length), gzip.compress(gzip.compress(b"a" * length))):
        codings = ("gzip",) if packed[:50] == gzip.compress(b"a" * length)[:50] else ("gzip", "gzip")
        found = of(packed, *codings)
        assert len(found.body) == min(length, LARGEST + 1)
        assert found.truncated is (length > LARGEST)


@given(
    st.binary(max_size=100), st.lists(st.sampled_from(["gzip", "deflate", "x-gzip", "br"]), max_size=4), st.booleans()
)
def test_any_bytes_are_undone_or_left(body: bytes, codings: list[str], truncated: bool) -> None:  # noqa: FBT001
    """Nothing is raised, and what is left is the beginning of what was named."""
    found = of(body, *codings, truncated=truncated)
    assert found.left == tuple(codings[: len(found.left)])
    assert found.left or not found.damaged
