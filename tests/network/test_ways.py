"""Ways to a target that are no plain connection: TLS with a bundle and a certificate, a proxy, IPv6, a bare name."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.network.behaviours import honest
from tests.network.targets import target
from tests.traffic.proxies import proxying
from tests.traffic.servers import answer, answering, closed_port, serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.runner.command import Ran
    from tests.traffic.servers import Connection, Received

SMOKE = ("--profile", "smoke")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """The authority that signs the certificates of these tests."""
    return trustme.CA()


def context(authority: trustme.CA, *, asks: bool = False) -> ssl.SSLContext:
    """The server's side of TLS; one that `asks` takes clients with a certificate only."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(made)
    if asks:
        made.verify_mode = ssl.CERT_REQUIRED
        authority.configure_trust(made)
    return made


def bundle(authority: trustme.CA, directory: Path) -> str:
    """The authority as a file, and the TOML text that names it."""
    authority.cert_pem.write_to_path(str(directory / "ca.pem"))
    return '"ca.pem"'


def test_a_target_with_a_ca_of_its_own_is_judged(authority: trustme.CA, tmp_path: Path) -> None:
    """`verify_tls` names the bundle, relative to the file."""
    with target(tmp_path, tls=context(authority), verify_tls=bundle(authority, tmp_path)) as (site, _):
        ran = site.run(*SMOKE)
    assert ran.code == 0, ran.out + ran.err
    assert ran.report["target"]["base_url"].startswith("https://127.0.0.1:")


def test_a_certificate_of_nobody_is_no_verdict_that_names_the_key(authority: trustme.CA, tmp_path: Path) -> None:
    """One line says what is wrong with the certificate, and which key fixes it; no request leaves."""
    with target(tmp_path, tls=context(authority)) as (site, server):
        ran = site.run(*SMOKE)
    assert ran.code == 3
    assert len(ran.out.strip().splitlines()) == 1
    assert "CERTIFICATE_VERIFY_FAILED" in ran.out
    assert "name the bundle of its CA as verify_tls" in ran.out
    assert server.received == []


def test_a_client_certificate_is_shown(authority: trustme.CA, tmp_path: Path) -> None:
    """A server that asks for one gets it."""
    authority.issue_cert("client.invalid").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "client.pem"))
    keys = {"verify_tls": bundle(authority, tmp_path), "client_certificate": '"file:client.pem"'}
    with target(tmp_path, tls=context(authority, asks=True), **keys) as (site, _):
        ran = site.run(*SMOKE)
    assert ran.code == 0, ran.out + ran.err


def lines_of(ran: Ran) -> list[str]:
    """The lines that repeat requests, and set what they need, as Allure shows them, each once."""
    files = (ran.reports / "allure-results").glob("*-attachment.txt")
    texts = {file.read_text(encoding="utf-8") for file in files}
    return sorted(text for text in texts if "curl -sS" in text or "python3 -c" in text)


def closing(connection: Connection, received: Received, reply: bytes) -> None:
    """Answer, and close the connection where that is asked for."""
    connection.send(reply)
    if received.values(b"connection") == [b"close"]:
        connection.close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
@pytest.mark.parametrize("through", [pytest.param(True, id="a proxy"), pytest.param(False, id="no proxy")])
def test_a_line_goes_the_way_of_the_run(authority: trustme.CA, tmp_path: Path, *, through: bool) -> None:
    """To a target with a CA of its own that asks for a certificate: curl's and Python's alike, answered as it was."""
    authority.issue_cert("client.invalid").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "client.pem"))
    keys = {"verify_tls": bundle(authority, tmp_path), "client_certificate": '"file:client.pem"'}
    asked: list[bytes] = []
    with serving(proxying(asked)) as proxy:
        keys |= {"proxy": f'"{proxy.url}"'} if through else {}
        with target(tmp_path, closing, tls=context(authority, asks=True), **keys) as (site, _):
            ran = site.run("--probe", "token.valid.length-100000", "--probe", "id.minimum.unknown-token")
            assert ran.code == 0, ran.out
            before = len(asked)
            environ = {**os.environ, **site.environ}
            done = [
                subprocess.run(["bash", "-c", line], cwd=tmp_path, env=environ, capture_output=True, check=False)  # noqa: S607
                for line in lines_of(ran)
            ]
    statuses = {re.findall(rb"^HTTP/1.1 (\d+)", one.stdout, re.MULTILINE)[-1] for one in done}  # after a tunnel's
    assert statuses == {b"201", b"401"}, done
    assert len(asked) - before == (len(done) if through else 0)


def test_a_client_certificate_that_is_missing_is_no_verdict(authority: trustme.CA, tmp_path: Path) -> None:
    """The server's refusal is told in one line."""
    keys = {"verify_tls": bundle(authority, tmp_path)}
    with target(tmp_path, tls=context(authority, asks=True), **keys) as (site, server):
        ran = site.run(*SMOKE)
    assert ran.code == 3
    assert ran.out.startswith("NO VERDICT site: ")
    assert len(ran.out.strip().splitlines()) == 1
    assert server.received == []


@pytest.mark.parametrize("secure", [pytest.param(True, id="https"), pytest.param(False, id="http")])
def test_a_target_behind_a_proxy_is_judged(authority: trustme.CA, tmp_path: Path, *, secure: bool) -> None:
    """Everything goes through the proxy, by a tunnel where the target speaks TLS."""
    asked: list[bytes] = []
    tls = context(authority) if secure else None
    keys = {"verify_tls": bundle(authority, tmp_path)} if secure else {}
    with serving(proxying(asked)) as proxy, target(tmp_path, tls=tls, proxy=f'"{proxy.url}"', **keys) as (site, server):
        ran = site.run(*SMOKE)
        connections = server.connections
    assert ran.code == 0, ran.out + ran.err
    assert len(asked) >= (connections if secure else len(server.received))
    assert {line.startswith(b"CONNECT 127.0.0.1:") for line in asked} == {secure}


@pytest.mark.parametrize("refusing", [pytest.param(True, id="refuses"), pytest.param(False, id="is not there")])
def test_a_proxy_that_does_not_help_is_no_verdict(authority: trustme.CA, tmp_path: Path, *, refusing: bool) -> None:
    """The target is out of reach, in one line, and the password of the proxy is not shown."""
    with (
        serving(answering(answer(b"407 Who are you"))) as proxy,
        target(tmp_path, honest, tls=context(authority), proxy='"env:SITE_PROXY"') as (site, server),
    ):
        port = proxy.port if refusing else closed_port()
        ran = site.run(*SMOKE, environ={"SITE_PROXY": f"http://user:secret-of-the-proxy@127.0.0.1:{port}"})
    assert ran.code == 3
    assert ran.out.startswith("NO VERDICT site: the target cannot be reached: ")
    assert len(ran.out.strip().splitlines()) == 1
    assert "secret-of-the-proxy" not in ran.out + ran.err
    assert server.connections == 0


def test_ipv6_is_spoken(tmp_path: Path) -> None:
    """An address in brackets is a target like any other."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with target(tmp_path, host="::1") as (site, server):
        ran = site.run(*SMOKE)
    assert ran.code == 0, ran.out + ran.err
    assert {value for received in server.received for value in received.values(b"host")} == {b"[::1]:%d" % server.port}


def test_a_name_with_two_addresses_is_reached_by_the_one_that_answers(tmp_path: Path) -> None:
    """If `localhost` is ::1 as well as 127.0.0.1 and nothing listens on the first, the second is used."""
    with target(tmp_path) as (site, server):
        site.describe(base_url=f'"http://localhost:{server.port}"')
        ran = site.run(*SMOKE, "--probe", "state.first")
    assert ran.code == 0, ran.out + ran.err
