"""The server of the mock: what reaches the application, how it starts and stops, and what it says when it cannot."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import httpx
import pytest

from conformance.exceptions import ConformanceError, UsageError
from conformance.mock import Answer, Application, Mock, drop, running, serve
from conformance.mock.server import _Server

from .conftest import PATH, raw_request, send_raw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conformance.mock import Request
    from conformance.mock.message import Receive, Scope, Send


class Measuring(Mock):
    """Answers with the lengths of what reached it."""

    def answer(self, request: Request) -> Answer:
        """Tell the length of the path and of the first token."""
        token = len(b"".join(request.values(b"x-auth-token")))
        return Answer(200, f"{len(request.path)} {token} {len(request.body or b'')}".encode())


@pytest.fixture(scope="module")
def measuring_url() -> Iterator[str]:
    """Serve an application that tells what reached it."""
    with running(Measuring()) as url:
        yield url


@pytest.mark.parametrize(
    "length",
    [
        pytest.param(1, id="1 character"),
        pytest.param(65_536, id="65,536 characters (the usual limit)"),
        pytest.param(100_000, id="100,000 characters (the maximum)"),
        pytest.param(100_001, id="100,001 characters (one over)"),
        pytest.param(131_072, id="131,072 characters"),
        pytest.param(300_000, id="300,000 characters"),
    ],
)
def test_headers_of_any_length_reach_the_application(measuring_url: str, length: int) -> None:
    """A header value reaches the application whole, whatever its length."""
    answered = send_raw(measuring_url, raw_request(headers=b"X-Auth-Token: " + b"t" * length + b"\r\n"))
    assert answered.status == 200
    assert answered.body.split()[1] == str(length).encode()


@pytest.mark.parametrize(
    "length",
    [
        pytest.param(5_000, id="5,000 characters"),
        pytest.param(65_535, id="65,535 characters (what the parser can measure)"),
        pytest.param(65_536, id="65,536 characters (one over)"),
        pytest.param(300_000, id="300,000 characters"),
    ],
)
def test_targets_of_any_length_reach_the_application(measuring_url: str, length: int) -> None:
    """A request target reaches the application whole, whatever its length, without its query."""
    answered = send_raw(measuring_url, raw_request(b"/" + b"9" * (length - 3) + b"?q"))
    assert answered.status == 200
    assert answered.body.split()[0] == str(length - 2).encode()


def quickest(measure: Callable[[], float]) -> float:
    """The seconds that something takes, of ten tries at most until they are under 0.3: others are busy here too."""
    for _ in range(10):
        if (took := measure()) < 0.3:
            break
    return took


def test_starts_quickly() -> None:
    """A server starts in less than 0.3 seconds."""

    def starting() -> float:
        begin = time.perf_counter()
        with running(Mock()):
            return time.perf_counter() - begin

    assert quickest(starting) < 0.3


def test_stops_quickly() -> None:
    """A server stops though a connection is kept alive, in less than 0.3 seconds."""

    def stopping() -> float:
        with httpx.Client() as client:
            with running(Mock()) as url:
                client.get(url)
                begin = time.perf_counter()
            return time.perf_counter() - begin

    assert quickest(stopping) < 0.3


def test_stops_although_a_request_waits() -> None:
    """A request that waits for its answer when the server stops is dropped, not answered 500."""

    def stopping() -> float:
        with ThreadPoolExecutor() as pool:
            with running(Mock(), latency_ms=60_000) as url:
                waiting = pool.submit(httpx.get, url, timeout=30)
                time.sleep(0.2)
                begin = time.perf_counter()
            took = time.perf_counter() - begin
            with pytest.raises((httpx.RemoteProtocolError, httpx.ConnectError)):  # or the client was late
                waiting.result()
        return took

    assert quickest(stopping) < 0.3


def test_leaves_nothing_behind() -> None:
    """When the block ends the thread is gone and the port refuses connections."""
    before = threading.enumerate()
    with running(Mock()) as url:
        port = httpx.URL(url).port
    assert threading.enumerate() == before
    with closing(socket.socket()) as connection, pytest.raises(ConnectionRefusedError):
        connection.connect(("127.0.0.1", port))


def test_requests_wait_side_by_side() -> None:
    """Latency is waited for by all requests at once: ten of 500 ms take far less than five seconds."""
    with running(Mock(), latency_ms=500) as url, httpx.Client() as client, ThreadPoolExecutor(10) as pool:
        begin = time.perf_counter()
        statuses = list(pool.map(lambda _: client.get(url).status_code, range(10)))
        assert 0.5 < time.perf_counter() - begin < 4
    assert statuses == [404] * 10


@pytest.mark.skipif(not socket.has_ipv6, reason="needs IPv6")
def test_ipv6_address() -> None:
    """The url of an IPv6 address has brackets, and works."""
    with running(Mock(), host="::1") as url:
        assert url.startswith("http://[::1]:")
        assert send_raw(url, raw_request()).status == 201


def test_all_addresses() -> None:
    """If all addresses are served, the url is the loopback one."""
    with running(Mock(), host="0.0.0.0") as url:  # noqa: S104 - it is what the test is about
        assert url.startswith("http://127.0.0.1:")
        assert send_raw(url, raw_request()).status == 201


def test_port_as_stated() -> None:
    """A port that is free is the one that is served."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with running(Mock(), port=port) as url:
        assert url == f"http://127.0.0.1:{port}"


def test_port_in_use() -> None:
    """A port in use is a usage error of one line that names --port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(UsageError, match=rf"^port {port} on 127\.0\.0\.1 is in use: .*--port"),
            running(Mock(), port=port),
        ):
            pass
        with pytest.raises(UsageError, match=r"is in use"):
            serve(Mock(), "127.0.0.1", port, 0, print)


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [
        pytest.param("127.0.0.1", 65_536, r"^65536 is no port: .*--port", id="port one over the maximum"),
        pytest.param("127.0.0.1", -1, r"^-1 is no port: .*--port", id="negative port"),
        pytest.param("192.0.2.1", 0, r"^192\.0\.2\.1 is no address of this machine: .*--host", id="another's address"),
        pytest.param("a" * 64 + ".invalid", 0, r"no such address; .*--host", id="no host name"),
    ],
)
def test_address_that_cannot_be_had(host: str, port: int, message: str) -> None:
    """An address that cannot be had is a usage error of one line that names the option."""
    with pytest.raises(UsageError, match=message) as caught, running(Mock(), host=host, port=port):
        pass
    assert len(str(caught.value).splitlines()) == 1


def test_permission_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that needs more rights is a usage error that gives the system's reason."""

    def bind(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "socket", type("Socket", (socket.socket,), {"bind": bind}))
    with pytest.raises(UsageError, match=r"^cannot serve on 127\.0\.0\.1 port 80 \(Permission denied\): .*--port"):
        serve(Mock(), "127.0.0.1", 80, 0, print)


def test_a_server_that_does_not_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that ends before it has started is an error, and nobody waits for it."""
    monkeypatch.setattr(_Server, "run", lambda *_: None)
    with pytest.raises(ConformanceError, match="did not start"), running(Mock()):
        pass


def test_dropped_connection() -> None:
    """An application may close the connection without a byte of an answer."""

    async def dropping(scope: Scope, receive: Receive, send: Send) -> None:
        await drop(scope)

    with running(dropping) as url, pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        httpx.get(url)


def test_header_names_as_sent() -> None:
    """An application sees how header names were spelled."""
    seen: list[bytes] = []

    class Looking(Mock):
        def answer(self, request: Request) -> Answer:
            seen.extend(name for name, _ in request.headers)
            return super().answer(request)

    with running(Looking()) as url:
        assert send_raw(url, raw_request(headers=b"x-AUTH-token: 1\r\n")).status == 201
    assert seen == [b"Host", b"x-AUTH-token", b"Content-Length"]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(raw_request(headers=b"X-Auth-Token: a\x00b\r\n"), id="NUL in a header"),
        pytest.param(raw_request(headers=b"X-Auth-Token: a\r\n b\r\n"), id="folded header"),
        pytest.param(raw_request(headers=b"X-Auth-Token : 1\r\n"), id="space before the colon"),
        pytest.param(raw_request(method=b"FOO"), id="unknown method"),
        pytest.param(raw_request(PATH.format("é").encode()), id="byte beyond ASCII in the path"),
        pytest.param(b"\r\n\r\nhello\r\n\r\n", id="no HTTP"),
        pytest.param(raw_request() + b"rest", id="more body than announced"),
        pytest.param(
            raw_request(headers=b"X-Auth-Token: 1\r\nExpect: 100-continue\r\n") + b"x", id="too much expected"
        ),
        pytest.param(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n", id="no chunk"),
        pytest.param((raw_request() * 3) + b"rest", id="pipelined requests and more"),
        pytest.param(
            raw_request(headers=b"X-Auth-Token: \x00" + b"t" * 8_000_000 + b"\r\n"),
            id="8,000,000 bytes after the mistake",
        ),
    ],
)
def test_malformed_http_is_refused_with_the_envelope(base_url: str, data: bytes) -> None:
    """A request that is no HTTP is answered 400 with the envelope, and the answer arrives."""
    answered = send_raw(base_url, data)
    assert answered.status == 400
    assert answered.headers["content-type"] == "application/json"
    assert answered.headers["connection"] == "close"
    assert answered.body == b'{"error_code": "CH.010001", "error_msg": "Invalid request."}'


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(raw_request()[:-5], id="body cut"),
        pytest.param(raw_request()[:50], id="header cut"),
        pytest.param(raw_request(headers=b"X-Auth-Token: 1\r\nExpect: 100-continue\r\n")[:-5], id="expected body cut"),
    ],
)
def test_half_a_request_is_refused(base_url: str, data: bytes) -> None:
    """A request that ends before its end is answered 400 with the envelope."""
    assert send_raw(base_url, data, half_close=True).status == 400


def test_a_client_may_stop_sending() -> None:
    """A whole request is answered although the client has closed its side, then the connection ends."""
    with running(Mock(), latency_ms=50) as url:
        answered = send_raw(url, raw_request(), half_close=True)
    assert (answered.status, answered.headers["connection"]) == (201, "close")


def test_client_that_leaves(base_url: str) -> None:
    """A client that leaves before the end of its body harms nobody."""
    address = httpx.URL(base_url)
    with closing(socket.create_connection((address.host, address.port))) as connection:
        connection.sendall(raw_request()[:-5])
    assert send_raw(base_url, raw_request()).status == 201


PROGRAM = """
from conformance.mock import Mock, serve
serve(Mock(), "127.0.0.1", 0, 0, lambda url: print(url, flush=True))
print("ended")
"""


@pytest.mark.parametrize(
    "number",
    [pytest.param(signal.SIGINT, id="Ctrl-C"), pytest.param(signal.SIGTERM, id="SIGTERM")],
)
def test_serve_ends_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    """In the foreground the url is announced when it works, and a signal ends the server without a word."""
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert send_raw(url, raw_request()).status == 201
        process.send_signal(number)
        output, errors = process.communicate(timeout=10)
    assert (process.returncode, output, errors) == (0, "ended\n", "")


def test_serve_puts_signal_handlers_back() -> None:
    """In the foreground the server restores the handlers that it found."""
    before = signal.getsignal(signal.SIGINT)
    serve(Mock(), "127.0.0.1", 0, 0, lambda _: signal.raise_signal(signal.SIGINT))
    assert signal.getsignal(signal.SIGINT) is before


def test_mock_is_an_application() -> None:
    """A mock is an ASGI application to a type checker too."""
    app: Application = Mock()
    assert callable(app)
