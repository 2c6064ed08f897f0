"""Each fault of a network ends a run within three timeouts, as a finding or as no verdict, and never in a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.mock import Fixtures
from tests.network import behaviours
from tests.network.behaviours import after, declaring, to_the_valid
from tests.network.targets import described, limited, target, unaccepting
from tests.traffic.servers import answer, closed_port, serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.network.behaviours import Behaviour
    from tests.runner.command import Ran, Site

TIMEOUT = 1
SMOKE = ("--profile", "smoke", "--report", "junit")
VALID = Fixtures.default().token


def waited(ran: Ran) -> float:
    """The seconds that were spent on exchanges, one after the other."""
    return sum(entry["time"] for entry in ran.traffic) / 1000


def no_verdict(site: Site, words: str) -> Ran:
    """The run of a target that nothing can be said of: one line, exit 3, less than three timeouts."""
    ran = site.run(*SMOKE)
    assert ran.code == 3, ran.out + ran.err
    assert ran.out.startswith("NO VERDICT site: ")
    assert len(ran.out.strip().splitlines()) == 1
    assert words in ran.out
    assert ran.err == ""
    assert ran.report["summary"]["verdict"] == "incomplete"
    assert ran.report["run"]["complete"] is False
    assert not ran.clauses("fail")
    assert waited(ran) < 3 * TIMEOUT
    return ran


SILENT = "does not answer: no answer in time"
DROPPED = "does not answer: the connection was dropped"
MALFORMED = "does not answer: the answer is no HTTP"
ALWAYS: dict[str, tuple[Behaviour, str]] = {
    "silence": (behaviours.silent, SILENT),
    "a header section that drips": (behaviours.drips_its_head, SILENT),
    "a body that drips": (behaviours.drips_its_body, SILENT),
    "interim answers for ever": (behaviours.continues_for_ever, SILENT),
    "header lines for ever": (behaviours.heads_for_ever, MALFORMED),
    "a reset in the middle of an answer": (behaviours.resets_within, DROPPED),
    "a reset instead of an answer": (behaviours.resets, DROPPED),
    "a Content-Length that is too long, and the end": (
        declaring(lambda length: b"Content-Length: %d" % (length + 9), close=True),
        DROPPED,
    ),
    "a Content-Length that is too long, and silence": (
        declaring(lambda length: b"Content-Length: %d" % (length + 9), close=False),
        SILENT,
    ),
    "a negative Content-Length": (declaring(lambda _: b"Content-Length: -1", close=True), MALFORMED),
    "two Content-Lengths": (
        declaring(lambda length: b"Content-Length: %d\r\nContent-Length: %d" % (length, length + 1), close=True),
        MALFORMED,
    ),
}


@pytest.mark.parametrize(("how", "words"), [pytest.param(*row, id=name) for name, row in ALWAYS.items()])
def test_a_target_that_never_answers_properly_is_no_verdict(tmp_path: Path, how: Behaviour, words: str) -> None:
    """One line says what goes wrong; where that is silence it was waited for twice, and no more."""
    with target(tmp_path, how, timeout_seconds=str(TIMEOUT)) as (site, _):
        ran = no_verdict(site, words)
    assert ran.report["run"]["requests"] == (2 if words == SILENT else 5)


def test_a_port_that_does_not_accept_is_out_of_reach(tmp_path: Path) -> None:
    """A connection that is not made in time is told as such."""
    with unaccepting() as port:
        site = described(tmp_path, f"http://127.0.0.1:{port}", timeout_seconds=str(TIMEOUT))
        no_verdict(site, "cannot be reached: ConnectTimeout")


def test_a_closed_port_is_out_of_reach(tmp_path: Path) -> None:
    """A connection that is refused is told as such."""
    no_verdict(described(tmp_path, f"http://127.0.0.1:{closed_port()}"), "cannot be reached: ConnectError")


def test_a_server_that_does_not_speak_tls_is_out_of_reach(tmp_path: Path) -> None:
    """A handshake that is not answered is a connection that is not made."""
    with serving(lambda connection: connection.socket.recv(100_000) and connection.socket.recv(1)) as server:
        site = described(tmp_path, f"https://127.0.0.1:{server.port}", timeout_seconds=str(TIMEOUT))
        no_verdict(site, "cannot be reached: ")


def test_a_name_that_nobody_has_is_out_of_reach(tmp_path: Path) -> None:
    """DNS that knows nothing of the host ends the run."""
    site = described(
        tmp_path, "https://service.invalid", mirror_url='"https://mirror.invalid/a.git"', tokens_by_length=""
    )
    ran = site.run(*SMOKE, "--yes")
    assert ran.code == 3
    assert ran.out.startswith("NO VERDICT site: the target cannot be reached: ")
    assert len(ran.out.strip().splitlines()) == 1
    assert ran.err == ""


def test_connections_that_are_closed_after_each_answer_are_no_finding(tmp_path: Path) -> None:
    """A server may close a connection that is idle, announced or not (RFC 9112 section 9.5)."""
    with target(tmp_path, behaviours.closes_after) as (site, server):
        ran = site.run(*SMOKE)
    assert ran.code == 0, ran.out
    assert server.connections + len(ran.report["flaky"]) >= ran.report["run"]["requests"], "a close may come too late"


@pytest.mark.parametrize("close", [pytest.param(True, id="closed"), pytest.param(False, id="kept")])
def test_a_content_length_that_is_too_short_is_a_finding(tmp_path: Path, *, close: bool) -> None:
    """The answer is half an object, and the rest of it is not taken for another answer."""
    how = declaring(lambda length: b"Content-Length: %d" % (length // 2), close=close)
    with target(tmp_path, how) as (site, _):
        ran = site.run(*SMOKE)
    assert ran.code == 1
    assert {"response.201.object", "error.401.envelope"} <= ran.clauses("fail")
    assert "connection.dropped" not in ran.clauses("fail")


@pytest.mark.parametrize("close", [pytest.param(True, id="closed"), pytest.param(False, id="kept, unread")])
def test_an_early_answer_to_a_long_request_is_the_finding(tmp_path: Path, *, close: bool) -> None:
    """A refusal that comes before the header section was read is heard, and is not taken for a dropped connection."""
    early = answer(b"431 Request Header Fields Too Large", b"", b"Connection: close")
    with serving(limited(16_384, early, close=close)) as server:
        ran = described(tmp_path, server.url, timeout_seconds="5").run(*SMOKE)
    assert ran.code == 1, ran.out + ran.err
    assert "header.x-auth-token.length" in ran.clauses("fail")
    assert "connection.dropped" in ran.clauses("pass")
    assert 431 in {row["status"] for row in ran.report["behaviour"]}


def test_huge_answers_are_not_judged_by_what_was_not_read(tmp_path: Path) -> None:
    """Reading ends at a megabyte, and clauses that need the whole body are not tested."""
    with target(tmp_path, behaviours.huge) as (site, _):
        ran = site.run(*SMOKE, "--probe", "state.first")
    assert ran.code == 3
    assert "the answer is too long to be read to its end" in ran.out
    assert not ran.clauses("fail")


def test_answers_without_an_end_are_a_finding(tmp_path: Path) -> None:
    """The first megabyte is judged: an object that begins with so many spaces is none."""
    with target(tmp_path, to_the_valid(behaviours.chunks_for_ever, VALID)) as (site, _):
        ran = site.run(*SMOKE, "--probe", "state.first", "--probe", "id.zero")
    assert ran.code == 1
    assert ran.clauses("fail")
    assert "Traceback" not in ran.out + ran.err


def test_silence_to_the_valid_token_only_is_a_finding(tmp_path: Path) -> None:
    """A target that answers others is there; what waiting for more of the same would cost is bounded."""
    with target(tmp_path, to_the_valid(behaviours.silent, VALID), timeout_seconds=str(TIMEOUT)) as (site, _):
        ran = site.run(*SMOKE)
    assert ran.code == 1, ran.out
    assert ran.clauses("fail") == {"connection.dropped"}
    assert "more than 8 requests failed after long waits: no answer in time" in ran.out
    assert sum(entry["response"]["status"] == 0 for entry in ran.traffic) <= 2 * (8 + 8), "eight, and as many in flight"


@pytest.mark.parametrize(
    ("how", "words"),
    [
        pytest.param(behaviours.silent, "no answer in time", id="in silence"),
        pytest.param(behaviours.resets, "the connection was dropped", id="with a reset"),
    ],
)
def test_a_target_that_dies_half_way_fails_nothing_else(tmp_path: Path, how: Behaviour, words: str) -> None:
    """Answers that came before are judged, the rest is not tested, and the run says after how many requests."""
    with target(tmp_path, after(12, how), timeout_seconds=str(TIMEOUT)) as (site, _):
        ran = site.run(*SMOKE)
    assert ran.code == 3, ran.out
    assert "the target stopped answering after" in ran.out
    assert words in ran.out
    assert "Traceback" not in ran.out + ran.err
    assert not ran.clauses("fail")
    assert ran.clauses("pass")
    assert ran.report["run"]["complete"] is False
