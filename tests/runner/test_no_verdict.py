"""Runs that cannot judge: out of reach, refused, interrupted, badly asked."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from conformance.mock import Mock
from tests.network.targets import described
from tests.runner.command import command, site
from tests.traffic.servers import answer, serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.traffic.servers import Connection


def test_a_closed_port_is_one_line_and_exit_3(tmp_path: Path) -> None:
    """Nothing listens: the run says so in one line."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    environ = {"CONFORMANCE_TOKEN": "a-token", "CONFORMANCE_REPOSITORY_ID": "5"}
    ran = command("run", f"http://127.0.0.1:{port}", cwd=tmp_path, environ=environ)
    assert ran.code == 3
    assert len([line for line in ran.out.splitlines() if "cannot be reached" in line]) == 1
    assert len(ran.out.strip().splitlines()) <= 2
    assert ran.report["summary"]["verdict"] == "incomplete"


def test_refused_credentials_are_said_once_instead_of_a_hundred_failures(tmp_path: Path) -> None:
    """The first valid request is answered 401: exit 3, one line, and next to nothing sent."""
    with site(tmp_path) as target:
        ran = target.run(environ={"SITE_TOKEN": "expired-token-of-yesterday"})
    assert ran.code == 3
    assert "credentials were refused" in ran.out
    assert not ran.clauses("fail")
    assert ran.report["run"]["requests"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["run", "--select", "nothing.*"], "matches no clause", id="a glob that matches nothing"),
        pytest.param(["run", "--probe", "id.nonsense"], "there is no probe", id="an unknown probe"),
        pytest.param(["run", "--profile", "huge"], "--profile", id="an unknown profile"),
        pytest.param(["run", "--sead", "1"], "--sead", id="an unknown option"),
        pytest.param(["run", "nowhere"], "nowhere", id="an unknown target"),
        pytest.param(["run", "http://service.example.test"], "http", id="plain http to a stranger"),
        pytest.param(["run", "--baseline", "b.toml"], "baseline", id="a baseline, which this version lacks"),
        pytest.param(["run", "--output", "/dev/null/reports"], "output", id="an output directory that cannot be"),
        pytest.param(["run", "--select", "state.*", "--probe", "id.zero"], "nothing is selected", id="nothing left"),
        pytest.param(["frobnicate"], "frobnicate", id="an unknown command"),
        pytest.param(["mock", "--throttle", "3"], "--gateway", id="throttling without a gateway"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(tmp_path: Path, words: list[str], said: str) -> None:
    """Nothing is sent; one line says what to fix, and no traceback is shown."""
    ran = command(*words, cwd=tmp_path)
    assert ran.code == 2, ran.out + ran.err
    assert said in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert "Traceback" not in ran.err + ran.out


def test_off_loopback_a_run_asks_first(tmp_path: Path) -> None:
    """Without a terminal to ask on and without --yes, the run says what it would change and sends nothing."""
    environ = {"CONFORMANCE_TOKEN": "a-token-of-some-length", "CONFORMANCE_REPOSITORY_ID": "5"}
    ran = command("run", "https://service.invalid", cwd=tmp_path, environ=environ)
    assert ran.code == 2
    assert "for repository_id 5" in ran.err
    assert "--yes" in ran.err


def test_a_dry_run_sends_nothing(tmp_path: Path) -> None:
    """It lists every probe and counts them by kind, and the target sees no request."""
    seen: list[str] = []

    class Watched(Mock):
        async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
            seen.append(scope["path"])
            await super().__call__(scope, receive, send)

    with site(tmp_path, Watched()) as target:
        ran = target.run("--dry-run")
    assert ran.code == 0
    assert not seen
    assert "nothing was sent" in ran.out
    assert "id.alias.2^32" in ran.out
    assert not ran.reports.exists()


def test_a_target_that_is_not_the_documented_service_has_no_verdict(tmp_path: Path) -> None:
    """One line says what stands there, without the token that it repeats; no night is compared with such a run."""

    def page(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            token = b"".join(received.values(b"x-auth-token"))
            connection.send(answer(b"302 Found", b"", b"Location: https://login.invalid/?token=" + token))

    with serving(page) as server:
        target = described(tmp_path, server.url)
        ran = target.run("--history", "nights.db")
    assert ran.code == 3
    assert ran.out.startswith(
        "NO VERDICT site: nothing there is the documented service: all 4 requests were answered 302"
    )
    assert ran.out.strip().count("\n") == 0
    assert target.fixtures.token not in ran.out
    assert "characters of SITE_TOKEN>" in ran.out
    assert ran.report["run"]["requests"] == len(server.received) < 10
    compared = command("compare", "latest~1", "latest", "--history", "nights.db", cwd=tmp_path)
    assert compared.code == 2
    assert "0 whole runs" in compared.err


def test_a_base_url_that_holds_the_documented_path_is_wrong_usage(tmp_path: Path) -> None:
    """It is seen before anything is sent, wherever the base URL stands."""
    environ = {"CONFORMANCE_TOKEN": "a-token", "CONFORMANCE_REPOSITORY_ID": "5"}
    by_url = command("run", "http://127.0.0.1:9/v4", cwd=tmp_path, environ=environ)
    in_a_file = described(tmp_path, "http://127.0.0.1:9/v4/repositories/5/remote-mirror/associate").run()
    for ran in (by_url, in_a_file):
        assert ran.code == 2
        assert ran.err.strip().endswith("write http://127.0.0.1:9")
        assert ran.err.strip().count("\n") == 0
