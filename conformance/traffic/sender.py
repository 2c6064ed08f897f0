"""The sender: one request out, one exchange back, under every rule of safety.

The policy is asked here, where requests leave, whatever the plan says: a request that breaks it is a bug of the suite.
"""

from __future__ import annotations

import email.utils
import itertools
import random
import threading
import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from conformance.contract.facts import facts_of
from conformance.contract.message import Exchange, Response, Trouble
from conformance.exceptions import SafetyViolation
from conformance.plan.policy import refusal
from conformance.traffic.limits import Budget, CredentialGate, Exhausted, Pace
from conformance.traffic.wire import HttpxWire, RawWire, WireError, sendable_by_httpx

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.contract.facts import Facts
    from conformance.contract.message import Request
    from conformance.plan.inventory import Inventory
    from conformance.traffic.endpoint import Endpoint

__all__ = ["KNOWN_GOOD", "Sender"]

KNOWN_GOOD = "suite.known-good"
_THROTTLED = 429
_THROTTLE_TRIES = 6
_LONGEST_WAIT = 60.0
_FRESH_TRIES = 3
_FRESH_TRIES_AFTER_SILENCE = 1  # each of them costs a whole timeout


class Sender:
    """Sends requests to one endpoint; safe to share between threads.

    `record` is called once with every exchange, superseded ones included, in the thread that made it. `known_good` is a
    request that the target answers, `reassurance` one with good credentials.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        inventory: Inventory,
        *,
        budget: Budget,
        pace: Pace,
        gate: CredentialGate,
        connections: int,
        record: Callable[[Exchange], None],
    ) -> None:
        self._inventory = inventory
        self._budget = budget
        self._pace = pace
        self._gate = gate
        self._record = record
        self._httpx = HttpxWire(endpoint, connections)
        self._raw = RawWire(endpoint)
        self._through_proxy = endpoint.proxy is not None
        self._numbers = itertools.count(1)
        self._stopping = threading.Event()
        self.known_good: Request | None = None
        self.reassurance: Request | None = None

    def close(self) -> None:
        """Close every connection."""
        self._httpx.close()

    def stop(self, reason: str) -> None:
        """Send nothing more; what is in flight is answered."""
        self._budget.stop(reason)
        self._stopping.set()

    @property
    def requests(self) -> int:
        """How many requests left, retries included."""
        return self._budget.spent

    def send(self, probe: str, request: Request) -> Exchange:
        """Send `request` for `probe` and wait for its exchange, retries done.

        Raises SafetyViolation, before a byte is sent, where the policy forbids it.
        """
        facts = facts_of(request, self._inventory.surroundings)
        if reason := refusal(request, facts, self._inventory):
            self.stop("the safety policy was about to be broken")
            raise SafetyViolation(f"{probe} must not be sent: {reason}")
        blank = Exchange(next(self._numbers), probe, request, facts, started_at=time.time())
        if self._through_proxy and not sendable_by_httpx(request):
            return self._settle(
                blank, trouble=Trouble.NOT_SENT, detail="what httpx does not send is not sent through a proxy"
            )
        door = nullcontext() if facts.token.good else self._gate.bad(self._reassure)
        try:
            with door:
                return self._send(blank)
        except Exhausted as error:
            return self._settle(blank, trouble=Trouble.NOT_SENT, detail=str(error))

    def _send(self, blank: Exchange) -> Exchange:
        for tries in range(1, _THROTTLE_TRIES + 1):
            exchange = self._attempt(blank)
            if exchange.trouble is not None:
                return self._confirm(exchange)
            answer = exchange.response
            if answer is None or answer.status != _THROTTLED:
                if answer and exchange.facts.token.good and answer.status != 401:  # noqa: PLR2004 - RFC 9110 section 15.5.2
                    self._gate.good()
                return self._settle(exchange)
            self._record(replace(exchange, superseded=True))
            if tries < _THROTTLE_TRIES:
                self._stopping.wait(_told_to_wait(answer))
            blank = replace(blank, number=next(self._numbers))
        return self._settle(blank, trouble=Trouble.THROTTLED, detail=f"{_THROTTLE_TRIES} times")

    def _attempt(self, blank: Exchange, *, fresh: bool = False) -> Exchange:
        self._pace.wait()
        self._budget.spend()
        started_at, clock = time.time(), time.perf_counter()
        raw = not sendable_by_httpx(blank.request) or (fresh and not self._through_proxy)
        response, trouble, detail = None, None, ""
        try:
            response = (self._raw if raw else self._httpx).send(blank.request)
        except WireError as error:
            trouble, detail = error.trouble, str(error)
        seconds = time.perf_counter() - clock
        return replace(blank, response=response, trouble=trouble, detail=detail, started_at=started_at, seconds=seconds)

    def _confirm(self, troubled: Exchange) -> Exchange:
        """Whether the trouble comes back on fresh connections while a known-good request is answered."""
        if troubled.trouble is Trouble.UNREACHABLE or not self._harmless(troubled.facts):
            return self._settle(troubled)
        tries = _FRESH_TRIES_AFTER_SILENCE if troubled.trouble is Trouble.TIMEOUT else _FRESH_TRIES
        last = troubled
        for flaky in range(1, tries + 1):
            self._record(replace(last, superseded=True))
            last = self._attempt(replace(troubled, number=next(self._numbers)), fresh=True)
            if last.trouble is None:
                return self._settle(last, flaky=flaky)
        return self._settle(last, confirmed=self._known_good_answers())

    def _harmless(self, facts: Facts) -> bool:
        """Whether sending again can do no further harm: nothing can have happened, or a named repository takes it."""
        return not facts.token.good or self._inventory.mutation.value != "any" or self._inventory.loopback

    def _known_good_answers(self) -> bool:
        return self.known_good is not None and self._aside(self.known_good, fresh=True).response is not None

    def _reassure(self) -> bool:
        if self.reassurance is None:
            return False
        answer = self._aside(self.reassurance).response
        return answer is not None and answer.status != 401  # noqa: PLR2004 - RFC 9110 section 15.5.2

    def _aside(self, request: Request, *, fresh: bool = False) -> Exchange:
        """Send a request that is no probe's, once."""
        facts = facts_of(request, self._inventory.surroundings)
        exchange = self._attempt(Exchange(next(self._numbers), KNOWN_GOOD, request, facts), fresh=fresh)
        self._record(exchange)
        return exchange

    def _settle(
        self,
        exchange: Exchange,
        *,
        trouble: Trouble | None = None,
        detail: str | None = None,
        confirmed: bool = False,
        flaky: int = 0,
    ) -> Exchange:
        settled = replace(
            exchange,
            trouble=trouble or exchange.trouble,
            detail=exchange.detail if detail is None else detail,
            confirmed=confirmed,
            flaky=flaky,
        )
        self._record(settled)
        return settled


def _told_to_wait(answer: Response) -> float:
    """Seconds to wait after a 429: Retry-After in both forms (RFC 9110 section 10.2.3), capped; 2–5 without."""
    said = (answer.header("retry-after") or "").strip()
    if said.isdecimal():
        return min(float(said), _LONGEST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(said)
    except ValueError:
        return random.uniform(2, 5)  # noqa: S311 - jitter
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - datetime.now(UTC)).total_seconds(), 0.0), _LONGEST_WAIT)
