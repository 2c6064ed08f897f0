"""The limits: the budget, the pace, the caution with bad credentials, and the wait after a 429."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.message import Response
from conformance.traffic import limits
from conformance.traffic.endpoint import Endpoint
from conformance.traffic.limits import (
    LONGEST_WAIT,
    Budget,
    CredentialGate,
    Exhausted,
    Pace,
    Rendezvous,
    parties,
    seconds_to_wait,
)
from conformance.traffic.raw import RawTransport
from tests.traffic.servers import answer, serving
from tests.traffic.transports import BODY, PLAIN

if TYPE_CHECKING:
    from tests.traffic.servers import Connection


def spent(budget: Budget) -> bool:
    """Whether one could be taken."""
    try:
        budget.spend()
    except Exhausted:
        return False
    return True


def test_a_budget_lets_out_what_it_holds() -> None:
    """The one after the last is refused, in words, and not counted."""
    budget = Budget(2)
    assert [spent(budget) for _ in range(3)] == [True, True, False]
    assert budget.spent == 2
    with pytest.raises(Exhausted, match="max-requests = 2 was reached"):
        budget.spend()


def test_sixteen_threads_do_not_overdraw_a_budget() -> None:
    """The last request is taken once."""
    budget = Budget(100)
    taken: list[bool] = []
    threads = [threading.Thread(target=lambda: taken.extend(spent(budget) for _ in range(20))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(taken), len(taken), budget.spent) == (100, 320, 100)


def test_a_budget_that_was_stopped_lets_out_nothing() -> None:
    """The first reason stays."""
    budget = Budget(2)
    budget.stop("interrupted")
    budget.stop("later")
    with pytest.raises(Exhausted, match="interrupted"):
        budget.spend()
    assert budget.spent == 0


def test_without_a_rate_nothing_waits() -> None:
    """As fast as they come means no wait at all."""
    waits: list[float] = []
    pace = Pace(None)
    for _ in range(10):
        pace.wait(waits.append)
    assert waits == []


class Clock:
    """A stand-in for `time` that advances when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """The seconds since some moment."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still while the machine is busy."""
    clock = Clock()
    monkeypatch.setattr(limits, "time", clock)
    return clock


@pytest.mark.usefixtures("clock")
def test_departures_are_evenly_spaced() -> None:
    """At 50 a second the n-th of a crowd waits n times 20 ms."""
    waits: list[float] = []
    pace = Pace(50)
    for _ in range(6):
        pace.wait(waits.append)
    assert waits == pytest.approx([0.02 * n for n in range(1, 6)])


def test_a_late_request_does_not_wait(clock: Clock) -> None:
    """Unused turns are not saved up, and cost nothing."""
    waits: list[float] = []
    pace = Pace(100)
    pace.wait(waits.append)
    clock.now += 0.03
    pace.wait(waits.append)
    pace.wait(waits.append)
    assert waits == pytest.approx([0.01])


@pytest.mark.parametrize("rate", [pytest.param(100, id="100 a second")])
def test_sixteen_threads_keep_the_pace(rate: int) -> None:
    """Threads take their turns one after the other."""
    pace, departures = Pace(rate), []

    def work() -> None:
        for _ in range(2):
            pace.wait(time.sleep)
            departures.append(time.monotonic())

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(departures) - min(departures) >= 31 / rate - 0.02


class Crowd:
    """Bad requests at a gate, and what was seen of them."""

    def __init__(self, gate: CredentialGate, *, recognised: bool = True) -> None:
        self.gate = gate
        self.recognised = recognised
        self.seen: list[str] = []

    def reassure(self) -> bool:
        """A good request in between."""
        self.seen.append("good")
        return self.recognised

    def bad(self) -> bool:
        """A bad one, unless it is refused."""
        try:
            with self.gate.bad(self.reassure):
                self.seen.append("bad")
        except Exhausted:
            return False
        return True


def test_an_open_gate_holds_nobody() -> None:
    """On loopback bad credentials go as they come, at the same time."""
    crowd = Crowd(CredentialGate(None))
    with crowd.gate.bad(crowd.reassure), crowd.gate.bad(crowd.reassure):
        assert all(crowd.bad() for _ in range(20))
    assert crowd.seen == ["bad"] * 20


def test_four_bad_ones_go_before_a_good_one() -> None:
    """After four a good one is sent, and then four again."""
    crowd = Crowd(CredentialGate(100))
    assert all(crowd.bad() for _ in range(10))
    assert crowd.seen == [*["bad"] * 4, "good", *["bad"] * 4, "good", *["bad"] * 2]


def test_a_good_one_in_between_starts_the_count_again() -> None:
    """Good credentials that were recognised anyway need no reassurance."""
    crowd = Crowd(CredentialGate(100))
    for _ in range(5):
        assert all(crowd.bad() for _ in range(4))
        crowd.gate.good(crowd.gate.mark())
    assert crowd.seen == ["bad"] * 20


def test_bad_ones_after_a_good_one_had_left_count_on() -> None:
    """A slow good answer may have been given before the bad ones that overtook it."""
    crowd = Crowd(CredentialGate(100))
    mark = crowd.gate.mark()
    assert all(crowd.bad() for _ in range(4))
    crowd.gate.good(mark)
    assert crowd.bad()
    assert crowd.seen[4:] == ["good", "bad"]


def test_a_bad_one_in_flight_when_a_good_one_leaves_counts_on() -> None:
    """Nobody knows which of the two the target looks at first."""
    crowd = Crowd(CredentialGate(100))
    with crowd.gate.bad(crowd.reassure):
        mark = crowd.gate.mark()
    crowd.gate.good(mark)
    assert all(crowd.bad() for _ in range(4))
    assert crowd.seen == ["bad", "bad", "bad", "good", "bad"]


def test_without_a_good_one_the_fifth_stays() -> None:
    """Unrecognised good credentials end the bad ones, so that no lock is risked."""
    crowd = Crowd(CredentialGate(100), recognised=False)
    assert [crowd.bad() for _ in range(6)] == [*[True] * 4, False, False]
    with (
        pytest.raises(Exhausted, match="no request with good credentials can go between"),
        crowd.gate.bad(crowd.reassure),
    ):
        pytest.fail("it went")


def test_no_more_go_than_the_description_allows() -> None:
    """`max_bad_credentials` is for the whole run."""
    crowd = Crowd(CredentialGate(6))
    assert sum(crowd.bad() for _ in range(20)) == 6
    with pytest.raises(Exhausted, match="max_bad_credentials = 6 was reached"), crowd.gate.bad(crowd.reassure):
        pytest.fail("it went")


def test_sixteen_threads_go_one_at_a_time() -> None:
    """Behind the gate there is never more than one, and never a fifth in a row."""
    gate, inside, most = CredentialGate(100), 0, 0
    crowd = Crowd(gate)

    def work() -> None:
        nonlocal inside, most
        for _ in range(5):
            with gate.bad(crowd.reassure):
                inside += 1
                most = max(most, inside)
                crowd.seen.append("bad")
                time.sleep(0.001)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    runs = "".join("b" if seen == "bad" else " " for seen in crowd.seen).split()
    assert sum(map(len, runs)) == 80
    assert max(map(len, runs)) == 4


def test_the_gate_opens_again_after_a_failure() -> None:
    """An error behind the gate is counted and shuts nobody out."""
    crowd = Crowd(CredentialGate(100))
    with pytest.raises(ZeroDivisionError), crowd.gate.bad(crowd.reassure):
        raise ZeroDivisionError
    assert all(crowd.bad() for _ in range(4))
    assert crowd.seen == ["bad", "bad", "bad", "good", "bad"]


def throttled(*values: bytes) -> Response:
    """A 429 with these values of Retry-After."""
    return Response(429, "", tuple((b"Retry-After", value) for value in values), b"")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param(b"0", 0, id="none at all"),
        pytest.param(b"7", 7, id="seconds"),
        pytest.param(b" 7 ", 7, id="seconds with spaces around"),
        pytest.param(b"60", 60, id="as many as allowed"),
        pytest.param(b"61", 60, id="one too many"),
        pytest.param(b"9" * 400, 60, id="of 400 digits"),
        pytest.param(b"Sun, 06 Nov 1994 08:49:37 GMT", 0, id="a date in the past"),
        pytest.param(b"Fri, 31 Dec 9999 23:59:59 GMT", 60, id="a date far away"),
        pytest.param(b"Fri, 31 Dec 9999 23:59:59 -0000", 60, id="a date without a zone"),
    ],
)
def test_retry_after_is_heeded_up_to_a_minute(value: bytes, seconds: float) -> None:
    """Both forms of RFC 9110 section 10.2.3 are read; a minute is the most."""
    assert seconds_to_wait(throttled(value)) == seconds


def test_a_date_is_waited_for() -> None:
    """The second form says until when."""
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 28 < seconds_to_wait(throttled(moment.encode("ascii"))) <= 30


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([], id="none"),
        pytest.param([b""], id="empty"),
        pytest.param([b"soon"], id="a word"),
        pytest.param([b"-5"], id="negative"),
        pytest.param([b"1.5"], id="a decimal"),
        pytest.param([b"\xb2"], id="a superscript"),
        pytest.param([b"Sun, 06 Nov 99999999999999999999 08:49:37 GMT"], id="a year beyond everything"),
        pytest.param([b"Sun, 99 Nov 1994 08:49:37 GMT"], id="a day that there is not"),
    ],
)
def test_without_a_usable_retry_after_it_is_two_to_five_seconds(values: list[bytes]) -> None:
    """docs/vendor.md: throttled, wait two to five seconds."""
    assert 2 <= seconds_to_wait(throttled(*values)) <= 5


@given(st.one_of(st.binary(max_size=40), st.from_regex(rb"[A-Z][a-z]{2}, [0-9:+ -]{1,30}( GMT)?", fullmatch=True)))
def test_any_retry_after_is_a_wait(value: bytes) -> None:
    """Nothing that a target can say raises, or makes the run wait for more than a minute."""
    assert 0 <= seconds_to_wait(throttled(value)) <= LONGEST_WAIT


CLOSED = answer(b"200 OK", b"{}", b"Connection: close")


def test_no_copy_is_left_over() -> None:
    """As many wait for one another as are in flight and divide the copies."""
    known = {(8, 8): 8, (12, 8): 6, (8, 3): 2, (12, 5): 4, (8, 1): 1, (7, 6): 1, (2, 100): 2}
    assert {of: parties(*of) for of in known} == known


def test_the_last_byte_leaves_when_all_are_there() -> None:
    """Each request is there but for its last byte before any is whole."""
    seen = threading.Semaphore(0)
    everybody = threading.Event()

    def script(connection: Connection) -> None:
        whole = b""
        while not whole.endswith(BODY[:-1]):
            whole += connection.socket.recv(65_536)
        seen.release()
        if connection.socket.recv(10) == BODY[-1:]:
            connection.send(CLOSED)

    def hold() -> None:
        assert everybody.wait(10)

    with serving(script) as server, ThreadPoolExecutor(4) as pool:
        wire = RawTransport(Endpoint(server.url, timeout=20))
        answers = [pool.submit(wire.send, PLAIN, hold) for _ in range(4)]
        assert all(seen.acquire(timeout=10) for _ in answers)
        assert not any(one.done() for one in answers)
        everybody.set()
        assert [one.result().status for one in answers] == [200] * 4


def test_all_leave_when_the_last_has_come() -> None:
    """Three wait for the fourth."""
    rendezvous = Rendezvous(4)
    waiting = [threading.Thread(target=rendezvous.wait) for _ in range(3)]
    for one in waiting:
        one.start()
    rendezvous.wait()
    for one in waiting:
        one.join(10)
    assert not any(one.is_alive() for one in waiting)


def test_nobody_waits_for_ever() -> None:
    """One that waits in vain goes after two seconds, and those after it at once."""
    rendezvous = Rendezvous(2)
    rendezvous.wait()
    begun = time.monotonic()
    for _ in range(100):
        rendezvous.wait()
    assert time.monotonic() - begun < 100
