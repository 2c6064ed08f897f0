"""Runs that are cut short by what they were told: a limit, a dry run, the first failure, a token that expires."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from conformance.engine.session import FIRST_FAILURE
from conformance.mock import Fixtures
from tests.network.behaviours import after, counting, to_the_valid
from tests.network.targets import target
from tests.runner.command import command
from tests.runner.test_plain_pytest import PYTEST, SUITE
from tests.traffic.servers import answer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.runner.command import Ran, Site
    from tests.traffic.servers import Connection, Received

JUNIT = ("--report", "junit")
SMOKE = ("--profile", "smoke", *JUNIT)
VALID = Fixtures.default().token
HTML = b"Content-Type: text/html"


def plain(site: Site, *options: str) -> Ran:
    """The suite under plain pytest."""
    return command(*SUITE, *options, cwd=site.directory, environ=site.environ, program=PYTEST)


def test_max_requests_is_a_hard_limit_and_what_it_cut_off_is_no_pass(tmp_path: Path) -> None:
    """Exit 3 and a line that says what to do; not one request more leaves."""
    with target(tmp_path) as (site, server):
        ran = site.run(*SMOKE, "--max-requests", "20")
    assert ran.code == 3, ran.out
    assert len(server.received) == ran.report["run"]["requests"] == 20
    assert "max-requests was reached before everything was sent: raise it, or select less" in ran.out
    assert ran.report["run"]["complete"] is False
    assert not ran.clauses("fail")


def test_max_requests_hides_no_failure(tmp_path: Path) -> None:
    """A failure before the limit was reached still gates."""

    def crash(connection: Connection, received: Received, reply: bytes) -> None:
        connection.send(answer(b"500 Internal Server Error"))

    with target(tmp_path, to_the_valid(crash, VALID)) as (site, _):
        ran = site.run(*SMOKE, "--max-requests", "20")
    assert ran.code == 1, ran.out
    assert "status.server-error" in ran.report["summary"]["gating"]
    assert ran.report["run"]["complete"] is False


def test_a_token_that_expires_half_way_is_no_verdict(tmp_path: Path) -> None:
    """Exit 3: the refusals from there on fail no clause, and nothing more is sent."""
    numbers = counting()

    def expires(connection: Connection, received: Received, reply: bytes) -> None:
        body = b'{"error_code": "CH.00000401", "error_msg": "expired"}'
        refused = answer(b"401 Unauthorized", body, b"Content-Type: application/json")
        connection.send(reply if numbers() <= 6 else refused)

    with target(tmp_path, to_the_valid(expires, VALID)) as (site, server):
        ran = site.run(*JUNIT)
    assert ran.code == 3, ran.out
    assert "the credentials were refused from exchange" in ran.out
    assert "the token is no longer valid" in ran.out
    assert not ran.clauses("fail")
    assert len(server.received) == ran.report["run"]["requests"] < 200, "of about 400"


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(answer(b"503 Service Unavailable", b"<title>Back soon</title>", HTML), id="maintenance"),
        pytest.param(answer(b"403 Forbidden", b"<title>Request blocked</title>", HTML), id="a firewall"),
        pytest.param(answer(b"302 Found", b"", b"Location: https://status.invalid/"), id="a redirect"),
    ],
)
def test_a_service_that_is_gone_half_way_is_no_verdict(tmp_path: Path, page: bytes) -> None:
    """Exit 3 and one line where a page answers everything from some request on; no clause fails, no more is sent."""
    with target(tmp_path, after(150, lambda connection, _, __: connection.send(page))) as (site, server):
        ran = site.run(*JUNIT)
    assert ran.code == 3, ran.out
    assert ran.out.count("the service is gone; the answers are ") == 1
    assert not ran.clauses("fail")
    assert len(server.received) == ran.report["run"]["requests"] < 200, "of about 500"


def test_a_page_beside_answers_of_the_service_is_judged(tmp_path: Path) -> None:
    """One in twenty, the known-good request's among them or not, is the target's own."""
    numbers = counting()
    page = answer(b"503 Service Unavailable", b"<title>Back soon</title>", HTML)

    def now_and_then(connection: Connection, received: Received, reply: bytes) -> None:
        connection.send(reply if numbers() % 20 else page)

    with target(tmp_path, now_and_then) as (site, _):
        ran = site.run(*SMOKE)
    assert ran.code == 1, ran.out
    assert "status.server-error" in ran.report["summary"]["gating"]
    assert ran.report["run"]["complete"] is True


def test_a_dry_run_under_plain_pytest_sends_and_leaves_nothing(tmp_path: Path) -> None:
    """It says what would be sent, with exit 0; there is no output directory, and a report of before stays."""
    with target(tmp_path) as (site, server):
        ran = plain(site, "--conformance-dry-run")
    assert ran.code == 0, ran.out + ran.err
    assert "nothing was sent" in ran.out
    assert server.connections == 0
    assert not ran.reports.exists()


def test_exitfirst_ends_with_the_first_failure_that_gates(tmp_path: Path) -> None:
    """Exit 1 with the failure and its line; what was not sent says why, and the run is not complete."""

    def wrong(connection: Connection, received: Received, reply: bytes) -> None:
        crashes = received.line.startswith(b"GET ")
        connection.send(answer(b"500 Internal Server Error") if crashes else reply)

    with target(tmp_path, wrong) as (site, server):
        ran = site.run("--exitfirst", "--seed", "1", *JUNIT)
    assert ran.code == 1, ran.out
    assert "reproduce  conformance run site --seed 1 --output reports/again --probe method.GET" in ran.out
    assert "1 clause failed; the run ended early" in ran.out
    assert ran.report["run"]["complete"] is False
    assert ran.report["summary"]["gating"] == ["status.server-error"]
    reasons = {row["reason"] for row in ran.report["clauses"] if row["verdict"] == "not-tested"}
    assert FIRST_FAILURE in reasons
    assert len(server.received) == ran.report["run"]["requests"] < 100, "of about 400"


STOPPING = """
from pathlib import Path

from conformance.traffic.client import Client

stop = Client.stop


def told(client, reason):
    stop(client, reason)
    Path({marker!r}).touch()


Client.stop = told
"""
"""A plugin that leaves a file once the client was told to send nothing more."""


@pytest.mark.nightly
def test_x_stops_sending(tmp_path: Path) -> None:
    """After the first failure what is in flight is answered, and nothing follows; the run is not complete.

    The server holds every answer from the failure on until the run has stopped: eight requests can wait, and no more.
    """
    marker, failed, before = tmp_path / "stopped", threading.Event(), list[int]()

    def wrong(connection: Connection, received: Received, reply: bytes) -> None:
        if b"/repositories/0/" in received.line and not failed.is_set():
            failed.set()
            before.append(len(connection.server.received))
            reply = answer(b"201 Created", b"[]", b"Content-Type: application/json")
        elif failed.is_set():
            while not marker.exists() and not connection.server.over.wait(0.02):
                pass
        connection.send(reply)

    (tmp_path / "stopping.py").write_text(STOPPING.format(marker=str(marker)))
    with target(tmp_path, wrong, timeout_seconds="600") as (site, server):
        environ = {**site.environ, "PYTHONPATH": str(tmp_path)}
        options = ("-x", "-k", "not restricted", "-p", "stopping")
        ran = command(*SUITE, *options, cwd=site.directory, environ=environ, program=PYTEST)
    assert ran.code == 1, ran.out
    assert ran.out.count("FAILED") == 1
    assert ran.report["run"]["complete"] is False
    assert len(server.received) == ran.report["run"]["requests"] <= before[0] + 8
