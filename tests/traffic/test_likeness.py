"""What speaks where HTTP/1.1 was expected: told by first bytes, by complaints of TLS, and in one line of a run."""

from __future__ import annotations

import ssl
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import trustme

from conformance.contract.message import Trouble
from conformance.engine.assembly import session_of
from conformance.exceptions import NoVerdict
from conformance.mock import Fixtures
from conformance.runner.embedded import target_of
from conformance.traffic.likeness import by_bytes, by_complaint
from tests.engine.sessions import everything, preparation
from tests.traffic.servers import Connection, answer, answering, serving
from tests.traffic.wires import both, trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.traffic.endpoint import Endpoint
    from conformance.traffic.pooled import PooledWire
    from conformance.traffic.raw import RawWire

ALERT = b"\x15\x03\x01\x00\x02\x02\x46"
SETTINGS = b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80"
GOAWAY = b"\x00\x00\x08\x07\x00\x00\x00\x00\x00" + bytes(8)


def saying(data: bytes) -> Callable[[Connection], None]:
    """A script that says this to whatever comes."""

    def script(connection: Connection) -> None:
        connection.socket.recv(65_536)
        connection.send(data)

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
def test_what_is_no_http_is_shown_with_what_it_looks_like(make: Callable[[Endpoint], PooledWire | RawWire]) -> None:
    """The first bytes stand in the message, over either wire."""
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
            of.sender.close()
        if words not in str(caught.value) or "\n" in str(caught.value):
            wrong[name] = str(caught.value)
    assert not wrong
