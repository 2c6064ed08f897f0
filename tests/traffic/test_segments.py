"""A long head leaves in two segments, so that a limit on half a head holds for its length and not now and then."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import h11
import pytest

from conformance.contract.facts import facts_of
from conformance.contract.message import LONG_HEAD, Exchange, Token
from conformance.report.curl import curl_line
from conformance.traffic.endpoint import Endpoint
from conformance.traffic.limits import SegmentDelay
from conformance.traffic.redaction import Redactor
from conformance.traffic.transport import segments
from tests.plan.fixtures import fixtures
from tests.traffic.servers import answer, serving
from tests.traffic.transports import PLAIN, both, request, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.traffic.servers import Connection
    from tests.traffic.transports import Transport

LIMIT = 16 * 1024  # of h11 by default
LENGTHS = (10_000, 16_000, 20_000, 50_000, 100_000)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments lie so far apart that a busy machine does not join them."""
    monkeypatch.setattr(SegmentDelay.__init__, "__defaults__", (0.3,))


def test_a_slow_target_is_given_more_time() -> None:
    """The pause is that of the slowest of the last sixteen answers, from 20 ms to half a second."""
    of = SegmentDelay(0.02)
    pauses = [of.seconds]
    for seconds in (0.001, 0.07, 0.01, *[0.03] * 14, 0.03, 9.0):
        of.note(seconds)
        pauses.append(of.seconds)
    assert pauses == [0.02, 0.02, *[0.07] * 16, 0.03, 0.5]


def limited(connection: Connection) -> None:
    """Answer as h11 makes a server do: 431 where more than the limit has come of a head that is not whole."""
    parser = h11.Connection(h11.SERVER, max_incomplete_event_size=LIMIT)
    while True:
        data = connection.socket.recv(1024 * 1024)
        parser.receive_data(data)
        try:
            event = parser.next_event()
        except h11.RemoteProtocolError as error:
            connection.send(answer(b"%d No" % error.error_status_hint, b"", b"Connection: close"))
            return
        if isinstance(event, h11.Request) or not data:
            connection.send(answer(b"200 OK", b"{}", b"Connection: close"))
            return


def test_only_a_long_head_is_cut() -> None:
    """Its last two bytes go with the body; what has no end, and what is short, goes at once."""
    head, body = b"POST / HTTP/1.1\r\nA: b\r\n\r\n", b"{}\r\n\r\n"
    assert segments(head + body, long_head=False) == (head + body,)
    assert segments(head + body, long_head=True) == (head[:-2], b"\r\n" + body)
    assert segments(b"no head", long_head=True) == (b"no head",)
    short, long = (request(token=Token(b"t", length=length)) for length in (LONG_HEAD - 100, LONG_HEAD))
    assert (short.long_head, long.long_head) == (False, True)
    assert request(target=b"/" * (LONG_HEAD + 1)).long_head
    assert request(headers=((b"Cookie", b"x" * LONG_HEAD),)).long_head


@both
def test_a_limit_on_half_a_head_holds_for_its_length(make: Callable[[Endpoint], Transport]) -> None:
    """Whichever wire sends it, a head over the limit is refused each time, and one under it is not."""
    statuses = {}
    with serving(limited) as server:
        for length in LENGTHS:
            endpoint = Endpoint(server.url, timeout=10)
            sent = request(token=Token(b"token", length=length))
            statuses[length] = [one.status for one in send(make, endpoint, sent, sent)]
    assert statuses == {length: [200 if length < LIMIT else 431] * 2 for length in LENGTHS}


def test_the_line_repeats_what_was_sent() -> None:
    """A head over the limit is refused to the line in the report as it was to the suite."""
    with serving(limited) as server:
        for length in LENGTHS:
            sent = request(token=Token(b"token", length=length))
            exchange = Exchange(1, "probe", sent, facts_of(sent, fixtures().known))
            line = curl_line(exchange, server.url, Redactor({}))
            ran = subprocess.run(["/bin/sh", "-c", line], check=False, capture_output=True, timeout=60)
            assert ran.stdout.split()[1:2] == [b"200" if length < LIMIT else b"431"], (length, ran.stderr)
    assert PLAIN.long_head is False
