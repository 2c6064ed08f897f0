"""The endpoint: where requests go, over TLS and through a proxy."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from conformance.contract.message import Request, Response, Token, Trouble
from conformance.exceptions import UsageError
from conformance.traffic.endpoint import Endpoint, reach
from conformance.traffic.pooled import PooledTransport
from conformance.traffic.raw import RawTransport
from conformance.traffic.transport import LARGEST_BODY, TransportError
from tests.shipped import HEADER
from tests.traffic.proxies import proxying
from tests.traffic.servers import Connection, answer, answering, closed_port, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

REQUEST = Request("POST", b"/v4/repositories/%31/remote-mirror/associate", Token(b"t" * 64), b"{}", token_header=HEADER)
BIG = b"a" * 300_000

pooled_or_raw = pytest.mark.parametrize("pooled", [pytest.param(True, id="pooled"), pytest.param(False, id="raw")])


def send(endpoint: Endpoint, request: Request = REQUEST, *, pooled: bool) -> Response:
    """The answer over one of the transports."""
    if not pooled:
        return RawTransport(endpoint).send(request)
    with closing(PooledTransport(endpoint, 1)) as wire:
        return wire.send(request)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """The authority that signs the certificates of these tests."""
    return trustme.CA()


@pytest.fixture(scope="module")
def bundle(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The authority as a file, for `verify_tls`."""
    path = tmp_path_factory.mktemp("tls") / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(scope="module")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    """The server's side of TLS, for 127.0.0.1 only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("base_url", "host", "port", "authority", "path"),
    [
        pytest.param("http://127.0.0.1:8080", "127.0.0.1", 8080, b"127.0.0.1:8080", b"", id="with a port"),
        pytest.param("https://a.example/", "a.example", 443, b"a.example", b"", id="https without a port"),
        pytest.param("http://localhost/api/", "localhost", 80, b"localhost", b"/api", id="http with a path"),
        pytest.param("https://[::1]:8443", "::1", 8443, b"[::1]:8443", b"", id="IPv6"),
    ],
)
def test_a_base_url_is_taken_apart(base_url: str, host: str, port: int, authority: bytes, path: bytes) -> None:
    """Host and port to connect to, the Host header, and what stands before every target."""
    endpoint = Endpoint(base_url)
    assert (endpoint.host, endpoint.port, endpoint.authority, endpoint.path) == (host, port, authority, path)


def test_plain_http_speaks_no_tls() -> None:
    """There is no TLS context for http."""
    assert Endpoint("http://127.0.0.1").tls is None


@pytest.mark.parametrize(
    ("verify", "mode"),
    [pytest.param(True, ssl.CERT_REQUIRED, id="verified"), pytest.param(False, ssl.CERT_NONE, id="not verified")],
)
def test_certificates_are_verified_unless_told_otherwise(*, verify: bool, mode: ssl.VerifyMode) -> None:
    """`verify_tls` decides."""
    context = Endpoint("https://127.0.0.1", verify_tls=verify).tls
    assert context is not None
    assert context.verify_mode is mode


@pooled_or_raw
def test_a_certificate_of_the_bundle_is_trusted(tls: ssl.SSLContext, bundle: Path, *, pooled: bool) -> None:
    """`verify_tls` names who may sign."""
    with serving(answering(answer()), tls=tls) as server:
        assert send(server.endpoint(verify_tls=bundle), pooled=pooled).status == 200
    assert server.received[0].line.startswith(b"POST /v4/repositories/%31/")


@pooled_or_raw
def test_a_certificate_of_nobody_is_refused(tls: ssl.SSLContext, *, pooled: bool) -> None:
    """A server whose certificate nobody vouches for is out of reach, and gets no request."""
    with (
        serving(answering(answer()), tls=tls) as server,
        pytest.raises(TransportError, match=r"(?i)certificate") as caught,
    ):
        send(server.endpoint(), pooled=pooled)
    assert caught.value.trouble is Trouble.UNREACHABLE
    assert server.received == []


@pooled_or_raw
def test_a_certificate_for_another_name_is_refused(tls: ssl.SSLContext, bundle: Path, *, pooled: bool) -> None:
    """The certificate must name the host that was meant."""
    with serving(answering(answer()), tls=tls) as server:
        endpoint = Endpoint(f"https://localhost:{server.port}", 2, verify_tls=bundle)
        with pytest.raises(TransportError, match="localhost") as caught:
            send(endpoint, pooled=pooled)
    assert caught.value.trouble is Trouble.UNREACHABLE


@pooled_or_raw
def test_verification_can_be_left_out(tls: ssl.SSLContext, *, pooled: bool) -> None:
    """With `verify_tls = false` any certificate will do."""
    with serving(answering(answer()), tls=tls) as server:
        assert send(server.endpoint(verify_tls=False), pooled=pooled).status == 200


@pooled_or_raw
@pytest.mark.parametrize(
    "version", [pytest.param(ssl.TLSVersion.TLSv1_2, id="TLS 1.2"), pytest.param(ssl.TLSVersion.TLSv1_3, id="TLS 1.3")]
)
def test_much_goes_both_ways_over_tls(
    authority: trustme.CA, bundle: Path, version: ssl.TLSVersion, *, pooled: bool
) -> None:
    """Session tickets before the request, records that are waiting, and long requests hold nothing up."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    context.num_tickets = 8
    authority.issue_cert("127.0.0.1").configure_cert(context)

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            connection.send(answer(body=received.body))

    with serving(script, tls=context) as server:
        for body in (b"{}", BIG, b"a" * 10_000_000):
            request = Request("POST", b"/", Token(b"t", length=100_000), body, token_header=HEADER)
            assert send(server.endpoint(verify_tls=bundle), request, pooled=pooled).body == body[:LARGEST_BODY]


@pooled_or_raw
def test_an_early_answer_is_read_over_tls(tls: ssl.SSLContext, bundle: Path, *, pooled: bool) -> None:
    """A refusal that comes before the end of the request is heard, where the server takes a moment before it closes."""

    def script(connection: Connection) -> None:
        connection.socket.recv(1000)
        connection.send(answer(b"431 Too Large"))
        time.sleep(0.1)

    with serving(script, tls=tls) as server:
        request = Request("POST", b"/", None, b"a" * 10_000_000, token_header=HEADER)
        assert send(server.endpoint(verify_tls=bundle), request, pooled=pooled).status == 431


@pooled_or_raw
def test_a_client_certificate_is_shown(authority: trustme.CA, bundle: Path, tmp_path: Path, *, pooled: bool) -> None:
    """A server that asks for a certificate gets the one of the description, and refuses a client without."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    own = tmp_path / "client.pem"
    authority.issue_cert("client.invalid").private_key_and_cert_chain_pem.write_to_path(str(own))
    with serving(answering(answer()), tls=context) as server:
        endpoint = server.endpoint(verify_tls=bundle, client_certificate=own)
        assert send(endpoint, pooled=pooled).status == 200
        with pytest.raises(TransportError):
            send(server.endpoint(verify_tls=bundle), pooled=pooled)
    assert len(server.received) == 1


def test_a_bundle_that_is_none_is_named(tmp_path: Path) -> None:
    """A file without certificates, or no file, is the user's to mend."""
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing", encoding="ascii")
    for path in (empty, tmp_path / "missing.pem", tmp_path):
        with pytest.raises(UsageError, match=rf"verify_tls: {re.escape(str(path))} holds no CA certificates"):
            _ = Endpoint("https://127.0.0.1", verify_tls=path).tls


def test_a_client_certificate_that_cannot_be_used_is_named(authority: trustme.CA, tmp_path: Path) -> None:
    """A missing file, a certificate without its key, and a locked key are the user's to mend; nobody is asked."""
    issued = authority.issue_cert("client.invalid")
    certificate, key = issued.cert_chain_pems[0].bytes(), load_pem_private_key(issued.private_key_pem.bytes(), None)
    alone, locked = tmp_path / "alone.pem", tmp_path / "locked.pem"
    alone.write_bytes(certificate)
    encryption = BestAvailableEncryption(b"pass phrase")
    locked.write_bytes(certificate + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    for path in (tmp_path / "missing.pem", alone, locked):
        with pytest.raises(UsageError, match=r"client_certificate: .* cannot be used"):
            _ = Endpoint("https://127.0.0.1", client_certificate=path).tls


def test_https_goes_through_a_proxy_in_a_tunnel(tls: ssl.SSLContext, bundle: Path) -> None:
    """The proxy is told host and port, and sees neither path nor token; the target gets the request as planned."""
    tunnels: list[bytes] = []
    with serving(answering(answer()), tls=tls) as server, serving(proxying(tunnels)) as proxy:
        endpoint = server.endpoint(verify_tls=bundle, proxy=f"http://user:secret@127.0.0.1:{proxy.port}")
        assert send(endpoint, pooled=True).status == 200
    assert tunnels == [b"CONNECT 127.0.0.1:%d HTTP/1.1" % server.port]
    assert proxy.received[0].values(b"proxy-authorization") == [b"Basic dXNlcjpzZWNyZXQ="]
    [received] = server.received
    assert received.line == b"POST %b HTTP/1.1" % REQUEST.target
    assert received.planned == REQUEST.header_fields()


def test_http_goes_through_a_proxy_with_its_whole_url() -> None:
    """A proxy that forwards plain http is told where to (RFC 9112 section 3.2.2)."""
    asked: list[bytes] = []
    with serving(answering(answer())) as server, serving(proxying(asked)) as proxy:
        assert send(server.endpoint(proxy=proxy.url), pooled=True).status == 200
    assert asked == [b"POST %b%b HTTP/1.1" % (server.url.encode(), REQUEST.target)]
    assert server.received[0].line == b"POST %b HTTP/1.1" % REQUEST.target


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_is_asked_for_an_ipv6_address_in_brackets(scheme: str) -> None:
    """Without them nobody could tell the port from the address (RFC 9110 section 9.3.6, RFC 3986 section 3.2.2)."""
    with serving(answering(answer(b"502 No Way"))) as proxy:
        endpoint = Endpoint(f"{scheme}://[2001:db8::1]:8443/base", 2, proxy=proxy.url)
        if scheme == "https":
            with pytest.raises(TransportError, match="502 No Way"):
                send(endpoint, pooled=True)
        else:
            assert send(endpoint, pooled=True).status == 502
    [received] = proxy.received
    asked = (
        b"CONNECT [2001:db8::1]:8443" if scheme == "https" else b"POST http://[2001:db8::1]:8443/base" + REQUEST.target
    )
    assert received.line == asked + b" HTTP/1.1"
    assert received.values(b"host") == [b"[2001:db8::1]:8443"]


@pytest.mark.parametrize("through", [True, False], ids=["through a proxy", "directly"])
def test_tls_is_spoken_with_an_ipv6_address(authority: trustme.CA, bundle: Path, *, through: bool) -> None:
    """The certificate is held against the address without brackets."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("::1").configure_cert(context)
    with serving(answering(answer()), host="::1", tls=context) as server, serving(proxying([])) as proxy:
        endpoint = server.endpoint(verify_tls=bundle, proxy=proxy.url if through else None)
        assert send(endpoint, pooled=True).status == 200


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(answering(answer(b"407 Who are you")), id="a proxy that refuses"),
        pytest.param(None, id="no proxy at all"),
    ],
)
def test_a_proxy_that_does_not_help_leaves_the_target_out_of_reach(
    script: Callable[[Connection], None] | None,
) -> None:
    """An error of the proxy is not the target's."""
    with serving(script or answering(answer())) as server:
        port = closed_port() if script is None else server.port
        endpoint = Endpoint("https://127.0.0.1:9", 2, proxy=f"http://127.0.0.1:{port}")
        with pytest.raises(TransportError) as caught:
            send(endpoint, pooled=True)
    assert caught.value.trouble is Trouble.UNREACHABLE


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let the system's resolver find these for every name."""

    def found(_host: str, port: int, **options: object) -> list[tuple[object, ...]]:
        if options.get("flags"):
            raise socket.gaierror(socket.EAI_NONAME, "it is a name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A resolver that does not answer while the test lasts."""
    over = threading.Event()

    def waits(*_: object, **options: object) -> list[object]:
        if not options.get("flags"):
            over.wait(30)
        raise socket.gaierror(socket.EAI_NONAME, "it is a name")

    monkeypatch.setattr(socket, "getaddrinfo", waits)
    yield
    over.set()


def test_the_next_address_is_tried_where_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each address gets its part of the time, in the resolver's order; what comes twice is tried once."""
    resolving(monkeypatch, "192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3")
    tried: list[tuple[str, float]] = []

    def connect(address: str, seconds: float) -> str:
        tried.append((address, seconds))
        if address != "192.0.2.3":
            raise ConnectionRefusedError
        return address

    assert reach("service.test", 80, 9, connect) == "192.0.2.3"
    assert [address for address, _ in tried] == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    assert tried[0][1] <= 3
    assert all(0 < seconds <= 9 for _, seconds in tried)


def test_the_last_failure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of the last address is raised when none works."""
    resolving(monkeypatch, "192.0.2.1", "192.0.2.2")

    def connect(address: str, _: float) -> None:
        raise ConnectionRefusedError(address)

    with pytest.raises(ConnectionRefusedError, match=r"192\.0\.2\.2"):
        reach("service.test", 80, 1, connect)


@pytest.mark.usefixtures("stuck")
def test_a_resolver_that_does_not_answer_is_left_alone() -> None:
    """The time of the exchange bounds the wait for an address as well."""
    started = time.monotonic()
    with pytest.raises(TimeoutError, match=r"^the resolver did not say in time where service\.test is$"):
        reach("service.test", 80, 0.1, lambda *_: None)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("host", ["service.invalid", "a..b", "a" * 64 + ".test"])
def test_a_name_that_nobody_has_is_an_os_error(host: str) -> None:
    """An unknown name, and one that can be none, are told like any failure to connect."""
    with pytest.raises(OSError, match=r"."):
        reach(host, 80, 20, lambda *_: None)
