"""Where requests leave: one out, one exchange back, under the safety policy and every limit.

The policy is asked here, whatever the plan says: a request that breaks it is a bug of the suite.
"""

from __future__ import annotations

import itertools
import threading
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.facts import facts_of
from conformance.contract.message import Exchange, Trouble
from conformance.exceptions import SafetyViolation
from conformance.plan.policy import refusal
from conformance.traffic.credentials import Outgoing
from conformance.traffic.limits import THROTTLED, Exhausted, Rendezvous, SegmentDelay
from conformance.traffic.memory import MemoryTransport
from conformance.traffic.pooled import PooledTransport
from conformance.traffic.raw import RawTransport
from conformance.traffic.transport import TransportError, poolable

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.contract.message import Request, Response
    from conformance.plan.fixtures import TargetFixtures
    from conformance.traffic.credentials import Credentials
    from conformance.traffic.endpoint import Endpoint
    from conformance.traffic.limits import Budget, CredentialGate, Pace
    from conformance.traffic.memory import Connect

__all__ = ["Departure", "recognised"]

_ECHOED = 49_152  # an answer may repeat a token in its headers, and the pooled wire reads 100 KiB of those


class Departure:
    """The way out to one endpoint; safe to share between threads.

    `pause` waits so many seconds; by default until `stop` at most. `credentials` are those of a token that is renewed:
    every request is outgoing with the one that is good now. `recognised_at` is when the last request left, in
    seconds since the epoch, whose good credentials were recognised; 0 before there is one. `unanswered` are the blanks
    whose request is in flight, or was lost, by their identity and in their order, until who sends lets go of them.
    `connect` reaches a server in this process, without a socket.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        fixtures: TargetFixtures,
        *,
        budget: Budget,
        pace: Pace,
        gate: CredentialGate,
        connections: int,
        pause: Callable[[float], object] | None = None,
        credentials: Credentials | None = None,
        connect: Connect | None = None,
    ) -> None:
        self.fixtures = fixtures
        self.credentials = credentials
        self.budget = budget
        self.recognised_at = 0.0
        self.unanswered: dict[int, Exchange] = {}
        self._pace = pace
        self._gate = gate
        self._delay = SegmentDelay()
        self._pooled = PooledTransport(endpoint, connections, self._delay)
        self._raw = RawTransport(endpoint, self._delay)
        self._memory = MemoryTransport(endpoint, connect) if connect else None
        self.secure = endpoint.base_url.startswith("https:")
        self._through_proxy = endpoint.proxy is not None
        self._together: dict[str, Rendezvous] = {}
        self._numbers = itertools.count(1)
        self._stopping = threading.Event()
        self.pause = pause or self._stopping.wait

    def close(self) -> None:
        """Close every connection."""
        self._pooled.close()

    def stop(self, reason: str) -> None:
        """Send nothing more; what is in flight is answered."""
        self.budget.stop(reason)
        self._stopping.set()

    def blank(self, probe: str, request: Request) -> Exchange:
        """An exchange that has yet to happen, or has its trouble already where it is withheld.

        SafetyViolation, and nothing leaves any more, where it must not.
        """
        outgoing = (
            self.credentials.with_current_token(probe, request)
            if self.credentials
            else Outgoing(request, self.fixtures)
        )
        request, fixtures = outgoing.request, outgoing.fixtures
        facts = facts_of(request, fixtures.known)
        if outgoing.withheld:
            return Exchange(0, probe, request, facts, trouble=Trouble.NOT_SENT, detail=outgoing.withheld)
        if reason := refusal(request, facts, fixtures):
            self.stop("the safety policy was about to be broken")
            raise SafetyViolation(f"{probe} must not be sent: {reason}")
        return Exchange(0, probe, request, facts)

    def attempt(self, blank: Exchange, reassure: Callable[[], bool], *, fresh: bool = False) -> Exchange:
        """Send once, and what came back; Exhausted where it must not leave.

        `reassure` sends a request with good credentials between too many bad ones. A `fresh` connection is none of the
        pool's.
        """
        if (why := blank.detail if blank.trouble else self.budget.stopped) is not None:
            raise Exhausted(why)
        good = blank.facts.token.good and not blank.request.second_token
        with nullcontext() if good else self._gate.bad(reassure):
            self._pace.wait(self.pause)
            self.budget.spend()
            mark, number = self._gate.mark(), next(self._numbers)
            started_at, clock = time.time(), time.perf_counter()
            response, trouble, detail = None, None, ""
            known = id(blank) in self.unanswered
            self.unanswered[id(blank)] = blank
            try:
                response = self._send(blank, fresh=fresh)
            except TransportError as error:
                trouble, detail = error.trouble, str(error)
            if response is not None or (trouble is Trouble.UNREACHABLE and not known):  # which never reached it
                self.release(blank)
            seconds = time.perf_counter() - clock
            if response is not None and not blank.request.long_head and blank.probe not in self._together:
                self._delay.note(seconds)
        if good and recognised(response):
            self._gate.good(mark)
            self.recognised_at = max(self.recognised_at, started_at)
        return replace(
            blank,
            number=number,
            response=response,
            trouble=trouble,
            detail=detail,
            started_at=started_at,
            seconds=seconds,
        )

    def release(self, blank: Exchange) -> None:
        """Nothing is to be expected of its request any more."""
        self.unanswered.pop(id(blank), None)

    def withheld(self, probe: str, request: Request, why: str) -> Exchange:
        """The exchange of a request that stays here as it was planned."""
        return self.unsent(Exchange(0, probe, request, facts_of(request, self.fixtures.known)), why)

    def unsent(self, blank: Exchange, why: str, trouble: Trouble = Trouble.NOT_SENT) -> Exchange:
        """The exchange of a request that stays here."""
        return replace(blank, number=next(self._numbers), trouble=trouble, detail=why, started_at=time.time())

    def bars(self, request: Request) -> bool:
        """Whether nothing here can send `request`: the raw wire knows no proxy."""
        return self._through_proxy and not poolable(request)

    def gather(self, probe: str, number: int) -> None:
        """Let so many requests of a probe arrive at the same moment; not through a proxy, which has its own."""
        if not self._through_proxy:
            self._together[probe] = Rendezvous(number)

    def _send(self, blank: Exchange, *, fresh: bool) -> Response:
        together = self._together.get(blank.probe)
        hold = together.wait if together else None
        if self._memory is not None:
            return self._memory.send(blank.request, hold)
        better_raw = fresh or hold is not None or blank.facts.token_length > _ECHOED
        raw = not poolable(blank.request) or (better_raw and not self._through_proxy)
        return self._raw.send(blank.request, hold) if raw else self._pooled.send(blank.request)


def recognised(response: Response | None) -> bool:
    """Whether an answer shows that credentials were looked at and found good (RFC 9110 sections 15.5.2 and 15.6)."""
    return response is not None and response.status not in {401, THROTTLED} and response.status < 500  # noqa: PLR2004
