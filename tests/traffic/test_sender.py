"""The sender: the policy at the exit, retries, the budget, and every exchange recorded once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from conformance.contract.message import Exchange, Request, Token, Trouble
from conformance.exceptions import NoVerdict, SafetyViolation
from conformance.plan.inventory import Inventory, Mutation
from conformance.plan.requests import associate
from conformance.plan.tokens import unknown
from conformance.traffic.endpoint import Endpoint
from conformance.traffic.limits import Budget, CredentialGate, Pace
from conformance.traffic.sender import KNOWN_GOOD, Sender
from tests.plan.inventories import NAMED, inventory, token
from tests.traffic.servers import Connection, Server, answer, closed_port, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.traffic.servers import Received

PROBE = "probe"
CREATED = answer(b"201 Created")
UNAUTHORIZED = answer(b"401 Unauthorized")
BUSY = answer(b"429 Too Many Requests", b"", b"Retry-After: 7")
MARK = b"/v4/marked"
ON = inventory(mutation=Mutation.ANY)
OFF = inventory(loopback=False, mirror_url="https://mirror.invalid/a.git")


@dataclass
class Desk:
    """A sender, and all that it left behind."""

    sender: Sender
    server: Server
    recorded: list[Exchange] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def settled(self) -> list[Exchange]:
        """The exchanges that are judged."""
        return [exchange for exchange in self.recorded if not exchange.superseded]

    @property
    def superseded(self) -> list[Exchange]:
        """Those that are not."""
        return [exchange for exchange in self.recorded if exchange.superseded]


@contextmanager
def desk(
    script: Callable[[Connection], object],
    known: Inventory = ON,
    *,
    limit: int = 100,
    rate: float | None = None,
    bad: int | None = None,
    timeout: float = 2.0,
) -> Iterator[Desk]:
    """A sender to a server that follows the script; waits are noted, not waited for."""
    with serving(script) as server:
        recorded: list[Exchange] = []
        waits: list[float] = []
        sender = Sender(
            server.endpoint(timeout),
            known,
            budget=Budget(limit),
            pace=Pace(rate),
            gate=CredentialGate(bad),
            connections=16,
            record=recorded.append,
            pause=waits.append,
        )
        try:
            yield Desk(sender, server, recorded, waits)
        finally:
            sender.close()


def by_token(
    known: Inventory, *, otherwise: Callable[[Connection, int], bool] | None = None
) -> Callable[[Connection], None]:
    """A script that answers 201 to the valid tokens, 401 to others; `otherwise` may do another thing to marked targets.

    It is told how many marked requests came so far, and says whether the connection goes on.
    """
    marked = 0
    valid = {known.token.value, *(token.value for token in [known.restricted_token] if token)}

    def script(connection: Connection) -> None:
        nonlocal marked
        while (received := connection.read()) is not None:
            if MARK in received.line and otherwise is not None:
                marked += 1
                if not otherwise(connection, marked):
                    return
            else:
                connection.send(CREATED if token_of(received) in valid else UNAUTHORIZED)

    return script


def token_of(received: Received) -> bytes:
    """The token that came in."""
    return b"".join(received.values(b"x-auth-token"))


def marked(known: Inventory = ON) -> Request:
    """A request with an unknown token to a target that scripts recognise."""
    return Request("POST", MARK, unknown(known, "marked", 64))


def accounts(desk: Desk) -> None:
    """Every number is used once, every request that left was recorded, and nothing else is said to have left."""
    numbers = [exchange.number for exchange in desk.recorded]
    assert len(set(numbers)) == len(numbers)
    left = [e for e in desk.recorded if e.trouble not in {Trouble.NOT_SENT, Trouble.THROTTLED}]
    assert len(left) == desk.sender.requests == len(desk.server.received)
    for exchange in left:
        assert (exchange.response is None) != (exchange.trouble is None)


def test_an_answer_makes_an_exchange() -> None:
    """Request, facts, answer, number and times come back, and were recorded."""
    before = time.time()
    with desk(by_token(ON)) as at:
        exchange = at.sender.send(PROBE, associate(ON, ON.token))
        accounts(at)
    assert (exchange.number, exchange.probe, exchange.trouble, exchange.flaky) == (1, PROBE, None, 0)
    assert exchange.response is not None
    assert exchange.response.status == 201
    assert exchange.facts.succeeds
    assert before <= exchange.started_at <= time.time()
    assert 0 < exchange.seconds < 5
    assert at.recorded == [exchange]


FORBIDDEN = {
    "never, and the valid token to a repository": (
        inventory(mutation=Mutation.NEVER),
        lambda known: associate(known, known.token),
    ),
    "fixture, and the valid token to a stranger": (
        inventory(mutation=Mutation.FIXTURE),
        lambda known: associate(known, known.token, 77),
    ),
    "fixture, and a stranger modulo 2^32": (
        inventory(mutation=Mutation.FIXTURE),
        lambda known: associate(known, known.token, 77 + 2**32),
    ),
    "any, and a url of somebody's": (
        ON,
        lambda known: associate(known, known.token, body=b'{"url": "https://somebody.com/a.git"}'),
    ),
}


@pytest.mark.parametrize(("known", "make"), [pytest.param(*row, id=words) for words, row in FORBIDDEN.items()])
def test_a_forbidden_request_does_not_leave(known: Inventory, make: Callable[[Inventory], Request]) -> None:
    """The policy is asked at the exit: no byte leaves, the suite's mistake is named, and nothing is sent afterwards."""
    with desk(by_token(known), known) as at:
        with pytest.raises(SafetyViolation, match=r"^probe must not be sent: ") as caught:
            at.sender.send(PROBE, make(known))
        after = at.sender.send("later", associate(known, unknown(known, "a", 64)))
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3
    assert at.sender.stopped
    assert (at.server.connections, at.sender.requests) == (0, 0)
    assert (after.trouble, after.detail) == (Trouble.NOT_SENT, "the safety policy was about to be broken")
    assert at.recorded == [after]


@pytest.mark.parametrize(
    "role", [pytest.param("known_good", id="known-good"), pytest.param("reassurance", id="reassurance")]
)
def test_the_policy_holds_for_what_is_sent_by_the_way(role: str) -> None:
    """A request that is to show that the target works is asked for like any other."""
    known = replace(OFF, mutation=Mutation.NEVER)
    request = marked(known) if role == "known_good" else associate(known, unknown(known, "a", 64))
    with desk(by_token(known, otherwise=lambda *_: False), known, bad=100) as at:
        setattr(at.sender, role, associate(known, known.token))

        def send() -> None:
            for _ in range(5):
                at.sender.send(PROBE, request)

        with pytest.raises(SafetyViolation, match=r"^suite\.known-good must not be sent"):
            send()
    assert known.token.value not in {token_of(received) for received in at.server.received}


def flaking(
    times: int, how: Callable[[Connection], object], then: bytes = UNAUTHORIZED
) -> Callable[[Connection, int], bool]:
    """Do `how` to the first marked requests, and answer the later ones."""

    def otherwise(connection: Connection, count: int) -> bool:
        if count > times:
            connection.send(then)
            return True
        how(connection)
        return False

    return otherwise


def test_429_is_waited_for_and_not_judged() -> None:
    """The target says for how long; the 429 is superseded by what comes then, which is not flaky."""

    def otherwise(connection: Connection, count: int) -> bool:
        connection.send(BUSY if count <= 2 else UNAUTHORIZED)
        return True

    with desk(by_token(ON, otherwise=otherwise)) as at:
        exchange = at.sender.send(PROBE, marked())
        accounts(at)
    assert exchange.response is not None
    assert (exchange.response.status, exchange.flaky) == (401, 0)
    assert [e.response.status for e in at.superseded if e.response] == [429, 429]
    assert at.settled == [exchange]
    assert at.waits == [7, 7]


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        pytest.param(b"3", 3, 3, id="seconds"),
        pytest.param(b"3600", 60, 60, id="an hour"),
        pytest.param(format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True).encode(), 60, 60, id="a date"),
        pytest.param(b"soon", 2, 5, id="nothing"),
    ],
)
def test_a_target_that_keeps_answering_429_is_given_up(said: bytes, least: float, most: float) -> None:
    """After six tries no verdict is possible; the last of them is not waited after."""
    data = answer(b"429 Too Many", b"", b"Retry-After: " + said)
    with desk(by_token(ON, otherwise=lambda connection, _: connection.send(data) or True)) as at:
        exchange = at.sender.send(PROBE, marked())
        accounts(at)
    assert (exchange.trouble, exchange.detail, exchange.response) == (Trouble.THROTTLED, "6 times", None)
    assert len(at.superseded) == len(at.server.received) == 6
    assert at.settled == [exchange]
    assert len(at.waits) == 5
    assert all(least <= wait <= most for wait in at.waits)


def test_stop_ends_the_wait_after_a_429() -> None:
    """Nobody waits for a minute to learn that nothing more is sent."""
    busy = answer(b"429 Too Many", b"", b"Retry-After: 60")
    recorded: list[Exchange] = []
    asked = threading.Event()

    def script(connection: Connection) -> None:
        while connection.read() is not None:
            connection.send(busy)
            asked.set()

    with serving(script) as server:
        sender = Sender(
            server.endpoint(), ON, budget=Budget(9), pace=Pace(None), gate=CredentialGate(None), connections=1,
            record=recorded.append,
        )  # fmt: skip
        thread = threading.Thread(target=sender.send, args=(PROBE, marked()))
        thread.start()
        assert asked.wait(5)
        started = time.monotonic()
        sender.stop("interrupted")
        thread.join(10)
        took = time.monotonic() - started
        sender.close()
    assert took < 2
    assert len(server.received) == 1
    busy_one, unsent = recorded
    assert busy_one.superseded
    assert (unsent.trouble, unsent.detail) == (Trouble.NOT_SENT, "interrupted")
    assert busy_one.number != unsent.number


def test_stop_ends_the_wait_for_a_turn() -> None:
    """A slow pace does not hold up the end either."""
    recorded: list[Exchange] = []
    with serving(by_token(ON)) as server:
        sender = Sender(
            server.endpoint(), ON, budget=Budget(9), pace=Pace(0.01), gate=CredentialGate(None), connections=2,
            record=recorded.append,
        )  # fmt: skip
        sender.send(PROBE, associate(ON, ON.token))
        thread = threading.Thread(target=sender.send, args=(PROBE, associate(ON, ON.token)))
        thread.start()
        time.sleep(0.05)
        sender.stop("interrupted")
        thread.join(5)
        assert not thread.is_alive()
        sender.close()
    assert [exchange.trouble for exchange in recorded] == [None, Trouble.NOT_SENT]


def test_dropped_once_is_flaky() -> None:
    """What a fresh connection answers is judged, and the drop is counted."""
    with desk(by_token(ON, otherwise=flaking(1, lambda _: None))) as at:
        exchange = at.sender.send(PROBE, marked())
        accounts(at)
    assert (exchange.trouble, exchange.flaky, exchange.confirmed) == (None, 1, False)
    assert [e.trouble for e in at.superseded] == [Trouble.DROPPED]
    assert at.server.connections == 2


def test_what_was_dropped_is_tried_on_a_fresh_connection() -> None:
    """A connection that waits in the pool proves less than a new one."""
    together = threading.Barrier(2)

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            if MARK not in received.line:
                together.wait(5)
            elif connection.number <= 2:
                return
            connection.send(CREATED)

    with desk(script) as at:
        crowd(at.sender, [associate(ON, ON.token)] * 2, 2)
        exchange = at.sender.send(PROBE, marked())
        accounts(at)
    assert exchange.flaky == 1
    assert [received.connection for received in at.server.received][2:] in ([1, 3], [2, 3])


def test_a_drop_on_a_connection_in_use_is_flaky_too() -> None:
    """A connection that was busy a moment ago is not let go of for idleness: dropping it is a finding."""
    with desk(by_token(ON, otherwise=flaking(1, lambda _: None))) as at:
        at.sender.send("before", associate(ON, ON.token))
        exchange = at.sender.send(PROBE, marked())
        accounts(at)
    assert exchange.flaky == 1
    assert at.server.received[1].connection == 1


def test_a_connection_closed_while_idle_is_no_finding() -> None:
    """A server may close a connection that nobody uses (RFC 9112 section 9.5)."""

    def script(connection: Connection) -> None:
        connection.read()
        connection.send(CREATED)

    with desk(script) as at:
        for _ in range(3):
            exchange = at.sender.send(PROBE, associate(ON, ON.token))
            assert (exchange.trouble, exchange.flaky) == (None, 0)
            time.sleep(0.05)
        accounts(at)
    assert at.superseded == []


@pytest.mark.parametrize(
    ("how", "trouble"),
    [
        pytest.param(lambda _: None, Trouble.DROPPED, id="dropped"),
        pytest.param(lambda connection: connection.reset(), Trouble.DROPPED, id="reset"),
        pytest.param(lambda connection: connection.send(b"nonsense\r\n\r\n"), Trouble.MALFORMED, id="no HTTP"),
    ],
)
def test_trouble_that_comes_back_is_confirmed(how: Callable[[Connection], object], trouble: Trouble) -> None:
    """The same on three fresh connections, while a known-good request is answered, counts."""
    with desk(by_token(ON, otherwise=flaking(99, how))) as at:
        at.sender.known_good = associate(ON, ON.token)
        exchange = at.sender.send(PROBE, marked())
        accounts(at)
    assert (exchange.trouble, exchange.confirmed, exchange.flaky) == (trouble, True, 0)
    assert len(at.superseded) == 3
    assert [e.probe for e in at.settled] == [KNOWN_GOOD, PROBE]
    assert at.server.connections == 5


@pytest.mark.parametrize(
    "known_good",
    [pytest.param(marked(), id="that is dropped as well"), pytest.param(None, id="that nobody knows")],
)
def test_trouble_is_not_confirmed_without_a_known_good_request(known_good: Request | None) -> None:
    """Where the known-good request is dropped too, the target is down: no verdict on this request."""
    with desk(by_token(ON, otherwise=flaking(99, lambda _: None))) as at:
        at.sender.known_good = known_good
        exchange = at.sender.send(PROBE, marked())
        accounts(at)
    assert (exchange.trouble, exchange.confirmed) == (Trouble.DROPPED, False)


@pytest.mark.parametrize(
    ("times", "trouble", "confirmed", "flaky"),
    [
        pytest.param(1, None, False, 1, id="once"),
        pytest.param(99, Trouble.TIMEOUT, True, 0, id="always"),
    ],
)
def test_silence_is_tried_once_more(times: int, trouble: Trouble | None, flaky: int, *, confirmed: bool) -> None:
    """A timeout costs its time, so that one fresh connection has to do."""
    finished = threading.Event()
    silent = flaking(times, lambda _: finished.wait(5))
    with desk(by_token(ON, otherwise=silent), timeout=0.15) as at:
        at.sender.known_good = associate(ON, ON.token)
        exchange = at.sender.send(PROBE, marked())
        finished.set()
        accounts(at)
    assert (exchange.trouble, exchange.confirmed, exchange.flaky) == (trouble, confirmed, flaky)
    assert len(at.superseded) == 1


def test_5xx_counts_at_once() -> None:
    """A server error is an answer, and is not tried again."""
    with desk(by_token(ON, otherwise=flaking(0, lambda _: None, answer(b"503 Unavailable")))) as at:
        exchange = at.sender.send(PROBE, marked())
    assert exchange.response is not None
    assert exchange.response.status == 503
    assert len(at.server.received) == 1


def test_a_429_on_the_way_is_waited_for_as_well() -> None:
    """Dropped, then 429, then answered: flaky once, and the 429 is not judged."""

    def otherwise(connection: Connection, count: int) -> bool:
        if count == 1:
            return False
        connection.send(BUSY if count == 2 else UNAUTHORIZED)
        return True

    with desk(by_token(ON, otherwise=otherwise)) as at:
        exchange = at.sender.send(PROBE, marked())
        accounts(at)
    assert exchange.response is not None
    assert (exchange.response.status, exchange.flaky, at.waits) == (401, 1, [7])
    assert len(at.superseded) == 2


def test_a_closed_port_is_not_tried_again() -> None:
    """Where no connection can be made there is nothing to confirm."""
    recorded: list[Exchange] = []
    sender = Sender(
        Endpoint(f"http://127.0.0.1:{closed_port()}", 1), ON, budget=Budget(9), pace=Pace(None),
        gate=CredentialGate(None), connections=1, record=recorded.append,
    )  # fmt: skip
    exchange = sender.send(PROBE, marked())
    sender.close()
    assert (exchange.trouble, exchange.confirmed) == (Trouble.UNREACHABLE, False)
    assert recorded == [exchange]


ANYWHERE = replace(OFF, mutation=Mutation.ANY)


@pytest.mark.parametrize(
    ("known", "request_", "again"),
    [
        pytest.param(ANYWHERE, associate(ANYWHERE, ANYWHERE.token, 77), False, id="any, a stranger"),
        pytest.param(ANYWHERE, associate(ANYWHERE, ANYWHERE.token), True, id="any, a named repository"),
        pytest.param(ANYWHERE, associate(ANYWHERE, unknown(ANYWHERE, "a", 64), 77), True, id="any, an unknown token"),
        pytest.param(
            ANYWHERE, associate(ANYWHERE, Token(ANYWHERE.token.value + b"x"), 77), False, id="any, a nearly valid token"
        ),
        pytest.param(OFF, associate(OFF, OFF.token), True, id="fixture, a named repository"),
    ],
)
def test_off_loopback_only_what_does_no_harm_is_sent_again(known: Inventory, request_: Request, *, again: bool) -> None:
    """A request that may have changed a stranger's repository is not repeated after it was dropped."""
    with desk(lambda connection: connection.read() and None, known) as at:
        exchange = at.sender.send(PROBE, request_)
        accounts(at)
    assert (exchange.trouble, exchange.confirmed) == (Trouble.DROPPED, False)
    assert len(at.server.received) == (4 if again else 1)


def test_never_more_leave_than_max_requests() -> None:
    """Retries and known-good requests count; who finds nothing left says so."""
    with desk(by_token(ON, otherwise=flaking(99, lambda _: None)), limit=10) as at:
        at.sender.known_good = associate(ON, ON.token)
        exchanges = [at.sender.send(PROBE, marked()) for _ in range(4)]
        accounts(at)
    assert at.sender.requests == 10
    assert [exchange.confirmed for exchange in exchanges] == [True, True, False, False]
    assert [exchange.trouble for exchange in exchanges] == [Trouble.DROPPED] * 2 + [Trouble.NOT_SENT] * 2
    assert exchanges[3].detail == "max-requests = 10 was reached"


@pytest.mark.parametrize("limit", [pytest.param(n, id=f"{n} of 5") for n in range(1, 5)])
def test_trouble_stays_trouble_where_the_budget_ends(limit: int) -> None:
    """A drop that can no longer be confirmed is reported as a drop, unconfirmed, and once."""
    with desk(by_token(ON, otherwise=flaking(99, lambda _: None)), limit=limit) as at:
        at.sender.known_good = associate(ON, ON.token)
        exchange = at.sender.send(PROBE, marked())
        accounts(at)
    assert (exchange.trouble, exchange.confirmed) == (Trouble.DROPPED, False)
    assert at.settled == [exchange]
    assert len(at.superseded) == limit - 1


def test_a_429_where_the_budget_ends_leaves_it_unsent() -> None:
    """The 429 is superseded, and nothing stands for the request but that it was not sent."""
    with desk(by_token(ON, otherwise=lambda connection, _: connection.send(BUSY) or True), limit=1) as at:
        exchange = at.sender.send(PROBE, marked())
        accounts(at)
    assert (exchange.trouble, exchange.detail) == (Trouble.NOT_SENT, "max-requests = 1 was reached")
    assert [e.superseded for e in at.recorded] == [True, False]


def test_requests_leave_at_the_rate() -> None:
    """Retries keep the pace too."""
    with desk(by_token(ON, otherwise=flaking(1, lambda _: None)), rate=50) as at:
        for _ in range(3):
            at.sender.send(PROBE, marked())
    assert len(at.waits) == 3
    assert all(0 < wait <= 0.02 * n for n, wait in enumerate(at.waits, start=1))


def bad(known: Inventory, number: int) -> Request:
    """A request with a token that nobody was given."""
    return associate(known, unknown(known, f"bad {number}", 64))


def runs(desk: Desk, known: Inventory) -> list[int]:
    """How many requests with bad credentials came in a row, each time."""
    marks = "".join(" " if token_of(received) == known.token.value else "b" for received in desk.server.received)
    return [len(run) for run in marks.split()]


def test_off_loopback_bad_credentials_are_interleaved_with_good_ones() -> None:
    """Four at most come in a row, and no more than the description allows."""
    with desk(by_token(OFF), OFF, bad=10) as at:
        at.sender.reassurance = associate(OFF, OFF.token)
        exchanges = [at.sender.send(PROBE, bad(OFF, number)) for number in range(12)]
        accounts(at)
    assert runs(at, OFF) == [4, 4, 2]
    assert [exchange.trouble for exchange in exchanges] == [None] * 10 + [Trouble.NOT_SENT] * 2
    assert exchanges[-1].detail == "max_bad_credentials = 10 was reached"


def test_off_loopback_good_probes_count_as_good_ones() -> None:
    """Where good credentials were recognised in between, nothing is sent for reassurance."""
    with desk(by_token(OFF), OFF, bad=100) as at:
        at.sender.reassurance = associate(OFF, OFF.token)
        for number in range(8):
            at.sender.send(PROBE, bad(OFF, number))
            if number % 3 == 2:
                at.sender.send(PROBE, associate(OFF, OFF.token))
        accounts(at)
    assert runs(at, OFF) == [3, 3, 2]
    assert len(at.server.received) == 10


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(UNAUTHORIZED, id="401"),
        pytest.param(answer(b"502 Bad Gateway"), id="502"),
        pytest.param(BUSY, id="429"),
        pytest.param(None, id="no answer"),
    ],
)
def test_off_loopback_the_fifth_stays_where_good_credentials_are_not_recognised(data: bytes | None) -> None:
    """An answer that says nothing of the credentials does not reassure."""

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            if token_of(received) != OFF.token.value:
                connection.send(UNAUTHORIZED)
            elif data is None:
                return
            else:
                connection.send(data)

    with desk(script, OFF, bad=100) as at:
        at.sender.reassurance = associate(OFF, OFF.token)
        exchanges = [at.sender.send(PROBE, bad(OFF, number)) for number in range(6)]
        accounts(at)
    assert [exchange.trouble for exchange in exchanges] == [None] * 4 + [Trouble.NOT_SENT] * 2
    assert runs(at, OFF) == [4]


@pytest.mark.parametrize("limit", [pytest.param(4, id="no budget for it"), pytest.param(9, id="no request for it")])
def test_off_loopback_the_fifth_stays_without_a_reassurance(limit: int) -> None:
    """What cannot be sent does not reassure."""
    with desk(by_token(OFF), OFF, bad=100, limit=limit) as at:
        at.sender.reassurance = associate(OFF, OFF.token) if limit == 4 else None
        exchanges = [at.sender.send(PROBE, bad(OFF, number)) for number in range(5)]
        accounts(at)
    assert exchanges[4].trouble is Trouble.NOT_SENT
    assert exchanges[4].detail == "no request with good credentials can go between those with bad ones"


def test_off_loopback_retries_count_as_bad_credentials() -> None:
    """Requests after a drop or a 429 are attempts like any other: four in a row, and `max_bad_credentials` in all."""
    known_bad = marked(OFF)
    with desk(by_token(OFF, otherwise=flaking(99, lambda _: None)), OFF, bad=6) as at:
        at.sender.known_good = at.sender.reassurance = associate(OFF, OFF.token)
        exchanges = [at.sender.send(PROBE, known_bad) for _ in range(3)]
        accounts(at)
    sent = [received for received in at.server.received if token_of(received) != OFF.token.value]
    assert len(sent) == 6
    assert max(runs(at, OFF)) == 4
    assert [exchange.trouble for exchange in exchanges] == [Trouble.DROPPED, Trouble.DROPPED, Trouble.NOT_SENT]
    assert [exchange.confirmed for exchange in exchanges] == [True, False, False]


def test_off_loopback_a_known_good_request_with_bad_credentials_counts() -> None:
    """In `never` the request that shows the target to work has an unknown token: that is an attempt too."""
    with desk(by_token(OFF, otherwise=flaking(99, lambda _: None)), OFF, bad=4) as at:
        at.sender.known_good = bad(OFF, 1)
        exchange = at.sender.send(PROBE, marked(OFF))
        accounts(at)
    assert (exchange.trouble, exchange.confirmed) == (Trouble.DROPPED, False)
    assert len(at.server.received) == 4


def test_off_loopback_bad_credentials_go_one_at_a_time() -> None:
    """While one is on its way the next waits, good ones do not."""
    lock, inside, most = threading.Lock(), Counter[bool](), Counter[bool]()

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            good = token_of(received) == OFF.token.value
            with lock:
                inside[good] += 1
                most[good] = max(most[good], inside[good])
            time.sleep(0.005)
            with lock:
                inside[good] -= 1
            connection.send(CREATED if good else UNAUTHORIZED)

    with desk(script, OFF, bad=100, limit=1000) as at:
        at.sender.reassurance = associate(OFF, OFF.token)
        crowd(at.sender, [bad(OFF, number) if number % 4 else associate(OFF, OFF.token) for number in range(64)])
        accounts(at)
    assert most[False] == 1
    assert most[True] > 1


def crowd(sender: Sender, requests: list[Request], threads: int = 16) -> None:
    """Send them from many threads."""
    waiting = list(requests)

    def work() -> None:
        while waiting:
            try:
                request = waiting.pop()
            except IndexError:
                return
            sender.send(PROBE, request)

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def test_sixteen_threads_share_a_sender() -> None:
    """Numbers are unique, every request is recorded once, and each has its own answer."""

    def script(connection: Connection) -> None:
        turn = 0
        while (received := connection.read()) is not None:
            turn += 1
            if turn % 7 == 0:
                return
            connection.send(BUSY if turn % 11 == 0 else answer(b"404 Not Found", token_of(received)))

    with desk(script, limit=10_000) as at:
        crowd(at.sender, [bad(ON, number) for number in range(320)])
        accounts(at)
    assert len(at.settled) == 320
    for exchange in at.settled:
        assert exchange.response is not None
        assert exchange.request.token is not None
        assert exchange.response.body == exchange.request.token.value


def test_sixteen_threads_do_not_overdraw_the_budget() -> None:
    """The limit holds under load, and everything is accounted for."""
    with desk(by_token(ON), limit=50) as at:
        crowd(at.sender, [bad(ON, number) for number in range(160)])
        accounts(at)
    assert at.sender.requests == 50
    assert Counter(e.trouble for e in at.recorded) == {None: 50, Trouble.NOT_SENT: 110}


def test_what_httpx_does_not_send_is_not_sent_through_a_proxy() -> None:
    """The raw wire knows no proxy: such a request is not tested, and what can be pooled is."""
    with serving(by_token(ON)) as proxy:
        recorded: list[Exchange] = []
        sender = Sender(
            Endpoint("http://127.0.0.1:9", 2, proxy=proxy.url), ON, budget=Budget(9), pace=Pace(None),
            gate=CredentialGate(None), connections=1, record=recorded.append,
        )  # fmt: skip
        unsent = sender.send(PROBE, Request("post", b"/", None))
        sent = sender.send(PROBE, associate(ON, token("t" * 60_000)))
        sender.close()
    assert (unsent.trouble, sent.trouble) == (Trouble.NOT_SENT, None)
    assert "proxy" in unsent.detail
    assert recorded == [unsent, sent]
    assert len(proxy.received) == 1


def test_a_long_token_may_come_back_in_a_header() -> None:
    """A target that repeats 131,072 characters is heard out: that it does so is a finding."""

    def script(connection: Connection) -> None:
        while (received := connection.read()) is not None:
            connection.send(answer(b"401 Unauthorized", b"", b"X-Token: " + token_of(received)))

    with desk(script) as at:
        exchange = at.sender.send(PROBE, associate(ON, unknown(ON, "long", 131_072)))
    assert exchange.response is not None
    assert exchange.request.token is not None
    assert exchange.response.header("x-token") == exchange.request.token.value.decode()
    assert exchange.flaky == 0


def test_a_target_that_went_away_ends_the_run() -> None:
    """Where a known-good request is answered no more, three times over, nothing is judged and nothing is sent."""
    with desk(by_token(ON, otherwise=flaking(99, lambda _: None))) as at:
        at.sender.known_good, at.sender.vigilant = marked(), True
        with pytest.raises(NoVerdict, match=r"stopped answering after 7 requests: the connection was dropped"):
            at.sender.send(PROBE, marked())
        with pytest.raises(NoVerdict, match=r"^the target stopped answering after 7 requests"):
            at.sender.send(PROBE, associate(ON, ON.token))
        accounts(at)
    assert at.sender.stopped
    assert len(at.server.received) == 7
    assert not any(exchange.confirmed for exchange in at.recorded)


def test_a_target_that_went_away_is_told_with_what_it_left_unanswered() -> None:
    """The requests in flight are named, for one of them may have ended it; those answered later are not."""

    def script(connection: Connection, count: int) -> bool:
        if count == 2:
            connection.send(CREATED)
        return count == 2

    with desk(by_token(ON, otherwise=script)) as at:
        at.sender.known_good = marked()
        assert at.sender.send("answered.at-the-second-try", marked()).response is not None
        at.sender.vigilant = True
        with pytest.raises(NoVerdict, match=r"left unanswered first: the\.last-one \(send each alone with --probe\)$"):
            at.sender.send("the.last-one", marked())
        accounts(at)


def test_one_sign_of_life_is_enough() -> None:
    """A known-good request that is answered at the third try shows that the target is there."""
    with desk(by_token(ON, otherwise=lambda connection, count: count == 7 and connection.send(CREATED) is None)) as at:
        at.sender.known_good, at.sender.vigilant = marked(), True
        exchange = at.sender.send(PROBE, marked())
        accounts(at)
    assert (exchange.trouble, exchange.confirmed) == (Trouble.DROPPED, True)
    assert len(at.server.received) == 7


NAMING = inventory(mutation=Mutation.ANY, repositories=NAMED)
FIRST, OTHER = associate(NAMING, NAMING.token), associate(NAMING, NAMING.token, 1)


def expiring(*answers: bytes) -> Callable[[Connection], None]:
    """A script that gives these answers to valid requests, on whichever connection they come."""
    left = list(answers)

    def script(connection: Connection) -> None:
        while connection.read() is not None:
            data = left.pop(0)
            if not data:
                return
            connection.send(data)

    return script


def vigilant(at: Desk) -> None:
    """A sender whose target has answered the first request."""
    at.sender.send("first", FIRST)
    at.sender.known_good = at.sender.reassurance = FIRST
    at.sender.vigilant = True


def test_a_token_that_expires_ends_the_run() -> None:
    """Where the first valid request is refused now, a 401 says nothing of the target."""
    with desk(expiring(CREATED, UNAUTHORIZED, UNAUTHORIZED), NAMING) as at:
        vigilant(at)
        for _ in range(2):
            with pytest.raises(NoVerdict, match=r"^the credentials were refused from exchange 2 on"):
                at.sender.send(PROBE, OTHER)
        accounts(at)
    assert [exchange.probe for exchange in at.settled] == ["first", KNOWN_GOOD]


def test_a_401_while_the_token_is_valid_is_judged() -> None:
    """Where the first valid request is still answered, the refusal of another is the target's."""
    with desk(expiring(CREATED, UNAUTHORIZED, CREATED), NAMING) as at:
        vigilant(at)
        exchange = at.sender.send(PROBE, OTHER)
        accounts(at)
    assert exchange.response is not None
    assert exchange.response.status == 401
    assert exchange in at.settled


def test_a_401_that_cannot_be_explained_is_not_judged() -> None:
    """Where nobody answers whether the token is valid, there is no verdict on the request."""
    with desk(expiring(CREATED, UNAUTHORIZED, b""), NAMING) as at:
        vigilant(at)
        exchange = at.sender.send(PROBE, OTHER)
        accounts(at)
    assert (exchange.trouble, exchange.response) == (Trouble.NOT_SENT, None)
    assert "whether the token is still valid" in exchange.detail
    assert [e.response.status for e in at.superseded if e.response] == [401]


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(associate(NAMING, NAMING.token, b"0"), id="out of contract"),
        pytest.param(associate(NAMING, NAMING.token, 2), id="to a repository that there is not"),
        pytest.param(associate(NAMING, unknown(NAMING, "a", 64)), id="an unknown token"),
    ],
)
def test_a_401_that_may_be_right_is_not_asked_about(request_: Request) -> None:
    """Only where a 201 is owed does a 401 raise a doubt: asking sends another association."""
    with desk(expiring(CREATED, UNAUTHORIZED), NAMING) as at:
        vigilant(at)
        exchange = at.sender.send(PROBE, request_)
        accounts(at)
    assert exchange.response is not None
    assert exchange.response.status == 401


def test_a_401_is_not_asked_about_where_the_token_was_recognised_since() -> None:
    """Another thread may have had its 201 in the meantime."""
    with desk(expiring(CREATED, UNAUTHORIZED), NAMING) as at:
        vigilant(at)
        at.sender._exit.recognised_at = time.time() + 60
        exchange = at.sender.send(PROBE, OTHER)
        accounts(at)
    assert exchange.response is not None
    assert exchange.response.status == 401


def test_a_budget_that_kept_something_back_says_so() -> None:
    """A run that reached its limit is not whole; one that used it up exactly is."""
    with desk(by_token(ON), limit=1) as at:
        at.sender.send(PROBE, associate(ON, ON.token))
        assert not at.sender.exhausted
        at.sender.send(PROBE, associate(ON, ON.token))
        assert at.sender.exhausted
