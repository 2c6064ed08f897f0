"""The sender: one request out, one exchange back, under every rule of safety.

The policy is asked here, where requests leave, whatever the plan says: a request that breaks it is a bug of the suite.
"""

from __future__ import annotations

import itertools
import threading
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from conformance.contract.facts import facts_of
from conformance.contract.message import Exchange, Trouble
from conformance.contract.wallet import TokenKind
from conformance.exceptions import NoVerdict, SafetyViolation
from conformance.plan.inventory import Mutation
from conformance.plan.policy import refusal
from conformance.traffic.limits import Budget, CredentialGate, Exhausted, Pace
from conformance.traffic.pooled import PooledWire
from conformance.traffic.raw import RawWire
from conformance.traffic.throttling import THROTTLED, seconds_to_wait
from conformance.traffic.wire import WireError, poolable

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.contract.facts import Facts
    from conformance.contract.message import Request, Response
    from conformance.plan.inventory import Inventory
    from conformance.traffic.credentials import Credentials
    from conformance.traffic.endpoint import Endpoint

__all__ = ["KNOWN_GOOD", "Sender"]

KNOWN_GOOD = "suite.known-good"
_THROTTLE_TRIES = 6
_FRESH_TRIES = {Trouble.DROPPED: 3, Trouble.MALFORMED: 3, Trouble.TIMEOUT: 1}  # silence costs a whole timeout each
_HARMLESS_TOKENS = {TokenKind.MISSING, TokenKind.EMPTY, TokenKind.UNKNOWN}
_SIGNS_OF_LIFE = 3  # known-good requests, before a target counts as gone
_SUSPECTS = 8  # as many as are in flight by default
_ECHOED = 49_152  # an answer may repeat a token in its headers, and the pooled wire reads 100 KiB of those


class Sender:
    """Sends requests to one endpoint; safe to share between threads.

    `record` is called once with every exchange, superseded ones included, in the thread that made it. `known_good` is a
    request that the target answers, `reassurance` one with good credentials; a `vigilant` sender gives up where these
    are answered no more. `credentials` are those of a token that is renewed. `pause` waits so many seconds; by default
    until `stop` at most.
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
        credentials: Credentials | None = None,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self._inventory = inventory
        self._budget = budget
        self._pace = pace
        self._gate = gate
        self._record = record
        self._credentials = credentials
        self._pooled = PooledWire(endpoint, connections)
        self._raw = RawWire(endpoint)
        self._through_proxy = endpoint.proxy is not None
        self._numbers = itertools.count(1)
        self._stopping = threading.Event()
        self._pause = pause or self._stopping.wait
        self.known_good: Request | None = None
        self.reassurance: Request | None = None
        self.vigilant = False
        self._recognised_at = 0.0
        self._lost: str | None = None
        self._unanswered: dict[str, None] = {}  # probes whose connection was lost, until they are answered; in order

    def close(self) -> None:
        """Close every connection."""
        self._pooled.close()

    def stop(self, reason: str) -> None:
        """Send nothing more; what is in flight is answered."""
        self._budget.stop(reason)
        self._stopping.set()

    @property
    def stopped(self) -> bool:
        """Whether nothing more is sent."""
        return self._budget.stopped is not None

    @property
    def exhausted(self) -> bool:
        """Whether the limit on requests kept some of them from being sent."""
        return self._budget.exhausted

    @property
    def requests(self) -> int:
        """How many requests left, retries included."""
        return self._budget.spent

    def send(self, probe: str, request: Request) -> Exchange:
        """Send `request` for `probe` and wait for its exchange, retries done.

        Raises SafetyViolation, before a byte is sent, where the policy forbids it, and NoVerdict where a target that
        did answer, or took the credentials, does so no more.
        """
        if self._lost is not None:
            raise NoVerdict(self._lost)
        blank = self._blank(probe, request)
        if self._through_proxy and not poolable(request):
            return self._unsent(blank, "what httpx does not send is not sent through a proxy")
        return self._persevere(blank)

    def _persevere(self, blank: Exchange, *, renewed: bool = False) -> Exchange:
        """Send until there is an answer, or enough was tried; `renewed` says that a token had expired before."""
        throttled = troubles = 0
        last: Exchange | None = None
        while True:
            try:
                exchange = self._attempt(blank, fresh=troubles > 0)
            except Exhausted as error:
                return self._unsent(blank, str(error)) if last is None else self._settle(last)
            if last is not None:
                self._settle(replace(last, superseded=True))
            last = exchange
            if exchange.trouble is not None:
                troubles += 1
                tries = _FRESH_TRIES.get(exchange.trouble, 0) if self._harmless(exchange.facts) else 0
                if troubles > tries:
                    alive = self._alive(exchange)
                    return self._settle(replace(exchange, confirmed=tries > 0 and alive))
            elif exchange.response is not None and exchange.response.status == THROTTLED:
                throttled += 1
                self._settle(replace(exchange, superseded=True))
                last = None
                if throttled == _THROTTLE_TRIES:
                    return self._unsent(blank, f"{_THROTTLE_TRIES} times", Trouble.THROTTLED)
                self._pause(seconds_to_wait(exchange.response))
            else:
                return self._answered(blank, replace(exchange, flaky=troubles), renewed=renewed)

    def _blank(self, probe: str, request: Request) -> Exchange:
        inventory = self._inventory
        if self._credentials:
            request, inventory = self._credentials.dressed(probe, request)
        facts = facts_of(request, inventory.surroundings)
        if reason := refusal(request, facts, inventory):
            self.stop("the safety policy was about to be broken")
            raise SafetyViolation(f"{probe} must not be sent: {reason}")
        return Exchange(0, probe, request, facts)

    def _attempt(self, blank: Exchange, *, fresh: bool = False) -> Exchange:
        """One request that leaves, and what came back; Exhausted where it must not leave."""
        good = blank.facts.token.good and not blank.request.second_token
        with nullcontext() if good else self._gate.bad(self._reassure):
            self._pace.wait(self._pause)
            self._budget.spend()
            mark, number = self._gate.mark(), next(self._numbers)
            started_at, clock = time.time(), time.perf_counter()
            response, trouble, detail = None, None, ""
            try:
                response = self._wire(blank, fresh=fresh).send(blank.request)
            except WireError as error:
                trouble, detail = error.trouble, str(error)
                if trouble is not Trouble.UNREACHABLE and blank.probe != KNOWN_GOOD:
                    self._unanswered[blank.probe] = None
            seconds = time.perf_counter() - clock
        if good and _recognised(response):
            self._gate.good(mark)
            self._recognised_at = max(self._recognised_at, started_at)
        return replace(
            blank,
            number=number,
            response=response,
            trouble=trouble,
            detail=detail,
            started_at=started_at,
            seconds=seconds,
        )

    def _wire(self, blank: Exchange, *, fresh: bool) -> PooledWire | RawWire:
        better_raw = fresh or blank.facts.token_length > _ECHOED
        raw = not poolable(blank.request) or (better_raw and not self._through_proxy)
        return self._raw if raw else self._pooled

    def _harmless(self, facts: Facts) -> bool:
        """Whether sending again can do no further harm: nothing can have happened, or a named repository takes it."""
        careful = self._inventory.mutation is not Mutation.ANY or self._inventory.loopback
        return careful or facts.token in _HARMLESS_TOKENS or facts.role is not None

    def _alive(self, troubled: Exchange) -> bool:
        """Whether a known-good request is answered; NoVerdict where that was so before and is no more."""
        if self.known_good is None:
            return False
        for _ in range(_SIGNS_OF_LIFE if self.vigilant else 1):
            if self._aside(self.known_good, fresh=True) is not None:
                self._unanswered.pop(troubled.probe, None)
                return True
        if self.vigilant and not self.stopped:
            self._settle(troubled)
            trouble = f"{troubled.trouble} ({troubled.detail})"
            self._lose(f"the target stopped answering after {self.requests} requests: {trouble}{self._suspects()}")
        return False

    def _suspects(self) -> str:
        """What was in flight when the target went away: one of them may have ended it."""
        probes = list(self._unanswered)
        if not probes:
            return ""
        more = f" and {len(probes) - _SUSPECTS} more" if len(probes) > _SUSPECTS else ""
        return f"; left unanswered first: {', '.join(probes[:_SUSPECTS])}{more} (send each alone with --probe)"

    def _answered(self, blank: Exchange, exchange: Exchange, *, renewed: bool) -> Exchange:
        self._unanswered.pop(blank.probe, None)
        if self._credentials and self._credentials.replaced(exchange, renewed=renewed):
            self._settle(replace(exchange, superseded=True))
            return self._persevere(self._blank(blank.probe, blank.request), renewed=True)
        if not self._doubtful(exchange):
            return self._settle(exchange)
        self._settle(replace(exchange, superseded=True))
        return self._unsent(blank, "answered 401, and whether the token is still valid could not be asked")

    def _doubtful(self, exchange: Exchange) -> bool:
        """Whether a 401 instead of a 201 may mean that the token has expired; NoVerdict where that is sure."""
        answer = exchange.response
        refused = answer is not None and answer.status == 401 and exchange.facts.succeeds  # noqa: PLR2004
        if not (self.vigilant and refused) or self._recognised_at > exchange.started_at or self.reassurance is None:
            return False
        again = self._aside(self.reassurance)
        if again is not None and again.status == 401:  # noqa: PLR2004 - RFC 9110 section 15.5.2
            self._settle(replace(exchange, superseded=True))
            self._lose(f"the credentials were refused from exchange {exchange.number} on: the token is valid no more")
        return again is None

    def _lose(self, why: str) -> NoReturn:
        self._lost = why
        self.stop(why)
        raise NoVerdict(why)

    def _reassure(self) -> bool:
        return self.reassurance is not None and _recognised(self._aside(self.reassurance))

    def _aside(self, request: Request, *, fresh: bool = False) -> Response | None:
        """The answer to a request that is no probe's, sent once; None where there is none."""
        try:
            exchange = self._attempt(self._blank(KNOWN_GOOD, request), fresh=fresh)
        except Exhausted:
            return None
        return self._settle(exchange).response

    def _unsent(self, blank: Exchange, why: str, trouble: Trouble = Trouble.NOT_SENT) -> Exchange:
        number = next(self._numbers)
        return self._settle(replace(blank, number=number, trouble=trouble, detail=why, started_at=time.time()))

    def _settle(self, exchange: Exchange) -> Exchange:
        self._record(exchange)
        return exchange


def _recognised(response: Response | None) -> bool:
    """Whether an answer shows that credentials were looked at and found good (RFC 9110 sections 15.5.2 and 15.6)."""
    return response is not None and response.status not in {401, THROTTLED} and response.status < 500  # noqa: PLR2004
