"""The client: the one way to a target, under the safety policy and every limit.

It asks the policy whatever the plan says: a request that breaks it is a bug of the suite. It decides which requests
are sent again, and what that proves.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from conformance.contract.facts import Facts, facts_of
from conformance.contract.known_tokens import TokenKind
from conformance.contract.message import Exchange, Request, Response, Trouble
from conformance.exceptions import NoVerdict, SafetyViolation
from conformance.plan.policy import refusal
from conformance.plan.probe import Mutation
from conformance.traffic.credentials import Credentials, Outgoing
from conformance.traffic.echoes import Echoes
from conformance.traffic.limits import (
    THROTTLED,
    Budget,
    CredentialGate,
    Exhausted,
    Pace,
    Rendezvous,
    SegmentDelay,
    parties,
    seconds_to_wait,
)
from conformance.traffic.memory import Connect, MemoryTransport
from conformance.traffic.pooled import PooledTransport
from conformance.traffic.raw import RawTransport
from conformance.traffic.transport import TransportError, poolable

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.plan.fixtures import TargetFixtures
    from conformance.traffic.endpoint import Endpoint

KNOWN_GOOD = "suite.known-good"
_THROTTLE_TRIES = 6
_FRESH_TRIES = {Trouble.DROPPED: 3, Trouble.MALFORMED: 3, Trouble.TIMEOUT: 1}  # silence costs a whole timeout each
_HARMLESS_TOKENS = {TokenKind.MISSING, TokenKind.EMPTY, TokenKind.UNKNOWN}
_SIGNS_OF_LIFE = 3  # known-good requests, before a target counts as gone
_SUSPECTS = 8  # as many as are in flight by default
_PAUSES = (0.0, 1.0, 2.0)  # seconds before each sign of life, while something else answers
_OWN_PAGES = 3  # answers of a status, beside a service that is there, before such pages are known as its own
_MOST_WAITS = 8  # requests that time out twice, or are throttled for ever, while others are answered
_ECHOED = 49_152  # an answer may repeat a token in its headers, and the pooled transport reads 100 KiB of those


class Client:
    """Sends requests to one endpoint; safe to share between threads.

    Args:
        endpoint: the target's address.
        fixtures: the target description, for the facts of a request and the policy.
        record: is called once with every exchange, superseded ones included, in the thread that made it.
        budget: the limit on requests.
        pace: the limit on their rate.
        gate: the caution with bad credentials.
        connections: the most connections that are kept.
        shown: the member of a success that repeats the url, or None.
        pause: waits a number of seconds; by default until `stop` at most.
        credentials: the token that is renewed during the run, or None.
        connect: reaches a server in this process, without a socket.

    Attributes:
        known_good: a request that the target answers, or None.
        reassurance: a request with good credentials, or None.
        vigilant: give up when these two are answered no more.
        stand_in: names the responder of an answer that may not come from the service, or returns None.
            The service is gone if `known_good` is answered so too.
        crossed: the probes whose answer showed the url of another request, and not when they were sent alone.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        fixtures: TargetFixtures,
        record: Callable[[Exchange], None],
        *,
        budget: Budget,
        pace: Pace,
        gate: CredentialGate,
        connections: int,
        shown: str | None = None,
        pause: Callable[[float], object] | None = None,
        credentials: Credentials | None = None,
        connect: Connect | None = None,
    ) -> None:
        self.known_good: Request | None = None
        self.reassurance: Request | None = None
        self.vigilant = False
        self.stand_in: Callable[[Exchange], str | None] = lambda _: None
        self.crossed: list[str] = []
        self.secure = endpoint.base_url.startswith("https:")
        self._fixtures = fixtures
        self._record = record
        self._credentials = credentials
        self._budget = budget
        self._pace = pace
        self._gate = gate
        self._delay = SegmentDelay()
        self._pooled = PooledTransport(endpoint, connections, self._delay)
        self._raw = RawTransport(endpoint, self._delay)
        self._memory = MemoryTransport(endpoint, connect) if connect else None
        self._through_proxy = endpoint.proxy is not None
        self._gathered: dict[str, Rendezvous] = {}
        self._numbers = itertools.count(1)
        self._stopping = threading.Event()
        self._pause = pause or self._stopping.wait
        self._echoes = Echoes(fixtures.operation, shown)
        self._unanswered: dict[int, Exchange] = {}  # pending exchanges by id(), oldest first, until `_release`
        self._recognised_at = 0.0  # when the last request with recognised credentials left, since the epoch
        self._asking = threading.Lock()
        self._there_at = 0.0
        self._pages: Counter[int] = Counter()
        self._lost: str | None = None
        self._waits = itertools.count(1)

    def close(self) -> None:
        """Close every connection."""
        self._pooled.close()

    def stop(self, reason: str) -> None:
        """Send nothing more. Requests in flight are answered."""
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
        """The number of requests that left, retries included."""
        return self._budget.spent

    def gather(self, probe: str, copies: int, workers: int) -> None:
        """Let the copies of a probe arrive together, as many as `workers` can have in flight.

        Not through a proxy, which has a timing of its own.
        """
        if (number := parties(copies, workers)) > 1 and not self._through_proxy:
            self._gathered[probe] = Rendezvous(number)

    def send(self, probe: str, request: Request) -> Exchange:
        """Send `request` for `probe` and wait for its exchange, retries done.

        Raises SafetyViolation, before a byte is sent, for a request that the policy forbids. Raises NoVerdict if a
        target that answered, or took the credentials, does so no more, or leaves too many requests unanswered.
        """
        if self._lost is not None:
            raise NoVerdict(self._lost)
        pending = self._pending(probe, request)
        if self._through_proxy and not poolable(request):  # the raw transport knows no proxy
            return self._unsent(pending, "a request that httpx does not send is not sent through a proxy")
        return self._send_until_answered(pending)

    def withhold(self, probe: str, request: Request, why: str) -> Exchange:
        """The exchange of a request that is not sent any more."""
        return self._unsent(Exchange(0, probe, request, facts_of(request, self._fixtures.known)), why)

    def _pending(self, probe: str, request: Request) -> Exchange:
        """An exchange that has yet to happen, or has its trouble already if it is withheld.

        Raises SafetyViolation, and lets nothing more leave, for a request that the policy forbids.
        """
        current = self._credentials.with_current_token(probe, request) if self._credentials else None
        outgoing = current or Outgoing(request, self._fixtures)
        request, fixtures = outgoing.request, outgoing.fixtures
        facts = facts_of(request, fixtures.known)
        if outgoing.withheld:
            return Exchange(0, probe, request, facts, trouble=Trouble.NOT_SENT, detail=outgoing.withheld)
        if reason := refusal(request, facts, fixtures):
            self.stop("the safety policy was about to be broken")
            raise SafetyViolation(f"{probe} must not be sent: {reason}")
        return Exchange(0, probe, request, facts)

    def _send_until_answered(self, pending: Exchange, *, renewed: bool = False) -> Exchange:
        """Send until there is an answer, or enough was tried; `renewed` says that a token had expired before."""
        try:
            return self._retry(pending, renewed=renewed)
        finally:
            self._release(pending)

    def _retry(self, pending: Exchange, *, renewed: bool) -> Exchange:
        """Send until the answer is neither trouble nor a 429, as often as these allow."""
        throttled = troubles = 0
        last: Exchange | None = None
        while True:
            try:
                with self._echoes.beside(pending):
                    exchange = self._attempt(pending, fresh=troubles > 0)
            except Exhausted as error:
                return self._unsent(pending, str(error)) if last is None else self._settle(last)
            if last is not None:
                self._settle(replace(last, superseded=True))
            last = exchange
            if exchange.trouble is not None:
                troubles += 1
                if (confirmed := self._confirmed(exchange, troubles)) is not None:
                    return self._count_wait(self._settle(replace(exchange, confirmed=confirmed)))
            elif exchange.response is not None and exchange.response.status == THROTTLED:
                throttled += 1
                self._settle(replace(exchange, superseded=True))
                last = None
                if throttled == _THROTTLE_TRIES:
                    return self._count_wait(self._unsent(pending, f"{_THROTTLE_TRIES} times", Trouble.THROTTLED))
                self._pause(seconds_to_wait(exchange.response))
            else:
                return self._accept(pending, replace(exchange, flaky=troubles), renewed=renewed)

    def _confirmed(self, exchange: Exchange, troubles: int) -> bool | None:
        """Whether this trouble is confirmed, or None if it has to be tried again first.

        After silence the target must answer something else before the same is tried again: one that is silent to
        everything costs two timeouts and no more.
        """
        assert exchange.trouble is not None  # noqa: S101 - it is asked about trouble only
        tries = _FRESH_TRIES.get(exchange.trouble, 0) if self._harmless(exchange.facts) else 0
        if troubles <= tries:
            return None if exchange.trouble is not Trouble.TIMEOUT or self._target_is_alive(exchange) else False
        alive = (tries > 0 or self.vigilant) and self._target_is_alive(exchange)
        return tries > 0 and alive

    def _count_wait(self, exchange: Exchange) -> Exchange:
        """The exchange of a request that stays unanswered. Raises NoVerdict after too many long waits."""
        slow = exchange.trouble is Trouble.THROTTLED or (exchange.trouble is Trouble.TIMEOUT and exchange.confirmed)
        if slow and next(self._waits) > _MOST_WAITS:
            self._give_up(f"more than {_MOST_WAITS} requests failed after long waits: {exchange.trouble}")
        return exchange

    def _harmless(self, facts: Facts) -> bool:
        """Whether sending again can do no further harm: nothing can have happened, or a named resource takes it."""
        careful = self._fixtures.mutation is not Mutation.ANY or self._fixtures.loopback
        return careful or facts.token in _HARMLESS_TOKENS or facts.role is not None

    def _accept(self, pending: Exchange, exchange: Exchange, *, renewed: bool) -> Exchange:
        """The exchange to judge after an answer, unless the token expired, or the answer may be of another."""
        if self._credentials and self._credentials.replaced(exchange, renewed=renewed):
            self._settle(replace(exchange, superseded=True))
            return self._send_until_answered(self._pending(pending.probe, pending.request), renewed=True)
        if not self._echoes.believed and self._echoes.foreign(exchange) and self._harmless(exchange.facts):
            return self._send_alone(pending, exchange)
        if (words := self.stand_in(exchange)) is not None and not self._service_is_there(exchange, words):
            self._settle(replace(exchange, superseded=True))
            return self._unsent(pending, f"answered {words}, and whether the service is still there could not be asked")
        if not self._token_in_doubt(exchange):
            return self._settle(exchange)
        self._settle(replace(exchange, superseded=True))
        return self._unsent(pending, "answered 401, and whether the token is still valid could not be asked")

    def _send_alone(self, pending: Exchange, disturbed: Exchange) -> Exchange:
        """The exchange of a request that is sent again with no other good credentials in flight."""
        self._settle(replace(disturbed, superseded=True))
        with self._echoes.alone():
            try:
                again = self._attempt(pending)
            except Exhausted as error:
                return self._unsent(pending, f"answered with the url of another request, and not sent alone: {error}")
            finally:
                self._release(pending)
        if not self._echoes.confirm(again) and again.response is not None:
            self.crossed.append(pending.probe)
        return self._settle(again)

    def _token_in_doubt(self, exchange: Exchange) -> bool:
        """Whether a 401 to good credentials may mean that the token has expired. Raises NoVerdict if it has."""
        answer, facts = exchange.response, exchange.facts
        owed = facts.in_contract and facts.token.good and facts.role is not None
        refused = answer is not None and answer.status == 401 and owed  # noqa: PLR2004 - RFC 9110 section 15.5.2
        if not (self.vigilant and refused) or self._recognised_at > exchange.started_at + exchange.seconds:
            return False
        if self.reassurance is None:
            return False
        aside = self._ask(self.reassurance)
        again = aside.response if aside else None
        if again is not None and again.status == 401:  # noqa: PLR2004 - RFC 9110 section 15.5.2
            self._settle(replace(exchange, superseded=True))
            self._give_up(
                f"the credentials were refused from exchange {exchange.number} on: the token is no longer valid"
            )
        return again is None

    def _service_is_there(self, exchange: Exchange, words: str) -> bool:
        """Whether the service is there, after an answer that may not be its own; False if that cannot be asked.

        Raises NoVerdict if it is gone.
        """
        assert exchange.response is not None  # noqa: S101 - it was answered in those words
        status = exchange.response.status
        with self._asking:
            own = 400 <= status < 502 and self._pages[status] >= _OWN_PAGES  # noqa: PLR2004 - RFC 9110 section 15.5
            if own or self._there_at > exchange.started_at + exchange.seconds:
                return True
            there = self._lost is None and self._known_good_answers_otherwise(status)
            if there is False:
                self._settle(replace(exchange, superseded=True))
                self._give_up(
                    self._lost or f"from exchange {exchange.number} on the service is gone; the answers are {words}"
                )
            self._pages[status] += 1
            return there is True

    def _known_good_answers_otherwise(self, status: int) -> bool | None:
        """Whether a known-good request is answered by anything but such a page, if not at once, then in seconds."""
        assert self.known_good is not None  # noqa: S101 - it is set before `stand_in` is
        for pause in _PAUSES:
            if pause:
                self._pause(pause)
            sign = self._ask(self.known_good)
            if sign is None:
                return None
            if sign.response is not None and (sign.response.status != status or self.stand_in(sign) is None):
                self._there_at = sign.started_at
                return True
        return False

    def _target_is_alive(self, troubled: Exchange) -> bool:
        """Whether a known-good request is answered. Raises NoVerdict if it was answered before and is no more."""
        if self.known_good is None:
            return False
        for _ in range(_SIGNS_OF_LIFE if self.vigilant else 1):
            sign = self._ask(self.known_good, fresh=True)
            if sign is not None and sign.response is not None:
                return True
            if sign is None or sign.trouble is Trouble.TIMEOUT:
                break
        if self.vigilant and not self.stopped:
            self._settle(troubled)
            trouble = f"{troubled.trouble} ({troubled.detail})"
            self._give_up(f"the target stopped answering after {self.requests} requests: {trouble}{self._suspects()}")
        return False

    def _suspects(self) -> str:
        """The probes in flight when the target went away, in words: one of them may have ended it."""
        pending = list(self._unanswered.values())
        probes = list(dict.fromkeys(one.probe for one in pending if one.probe != KNOWN_GOOD))
        if not probes:
            return ""
        more = f" and {len(probes) - _SUSPECTS} more" if len(probes) > _SUSPECTS else ""
        return f"; left unanswered first: {', '.join(probes[:_SUSPECTS])}{more} (send each alone with --probe)"

    def _give_up(self, why: str) -> NoReturn:
        """Send nothing more, in this thread or another, and raise NoVerdict."""
        self._lost = why
        self.stop(why)
        raise NoVerdict(why)

    def _reassure(self) -> bool:
        """Whether a request with good credentials, sent now, is recognised."""
        aside = None if self.reassurance is None else self._ask(self.reassurance)
        return aside is not None and _recognised(aside.response)

    def _ask(self, request: Request, *, fresh: bool = False) -> Exchange | None:
        """The exchange of a request of no probe, sent once; None if it must not leave."""
        pending = self._pending(KNOWN_GOOD, request)
        try:
            exchange = self._attempt(pending, fresh=fresh)
        except Exhausted:
            return None
        finally:
            self._release(pending)
        return self._settle(exchange)

    def _attempt(self, pending: Exchange, *, fresh: bool = False) -> Exchange:
        """Send once, on a connection of its own if `fresh`. Raises Exhausted if the request must not leave."""
        if (why := pending.detail if pending.trouble else self._budget.stopped) is not None:
            raise Exhausted(why)
        good = pending.facts.token.good and not pending.request.second_token
        with nullcontext() if good else self._gate.bad(self._reassure):
            self._pace.wait(self._pause)
            self._budget.spend()
            mark, number = self._gate.mark(), next(self._numbers)
            started_at, clock = time.time(), time.perf_counter()
            response, trouble, detail = None, None, ""
            known = id(pending) in self._unanswered
            self._unanswered[id(pending)] = pending
            try:
                response = self._transmit(pending, fresh=fresh)
            except TransportError as error:
                trouble, detail = error.trouble, str(error)
            if response is not None or (trouble is Trouble.UNREACHABLE and not known):  # it never reached the target
                self._release(pending)
            seconds = time.perf_counter() - clock
            if response is not None and not pending.request.long_head and pending.probe not in self._gathered:
                self._delay.note(seconds)
        if good and _recognised(response):
            self._gate.good(mark)
            self._recognised_at = max(self._recognised_at, started_at)
        return replace(
            pending,
            number=number,
            response=response,
            trouble=trouble,
            detail=detail,
            started_at=started_at,
            seconds=seconds,
        )

    def _transmit(self, pending: Exchange, *, fresh: bool) -> Response:
        """The answer, by the transport that can send this request."""
        rendezvous = self._gathered.get(pending.probe)
        hold = rendezvous.wait if rendezvous else None
        if self._memory is not None:
            return self._memory.send(pending.request, hold)
        better_raw = fresh or hold is not None or pending.facts.token_length > _ECHOED
        raw = not poolable(pending.request) or (better_raw and not self._through_proxy)
        return self._raw.send(pending.request, hold) if raw else self._pooled.send(pending.request)

    def _release(self, pending: Exchange) -> None:
        """Expect no answer to this request any more."""
        self._unanswered.pop(id(pending), None)

    def _unsent(self, pending: Exchange, why: str, trouble: Trouble = Trouble.NOT_SENT) -> Exchange:
        """The exchange of a request that stays here, recorded."""
        number = next(self._numbers)
        return self._settle(replace(pending, number=number, trouble=trouble, detail=why, started_at=time.time()))

    def _settle(self, exchange: Exchange) -> Exchange:
        self._record(exchange)
        return exchange


def _recognised(response: Response | None) -> bool:
    """Whether an answer shows that credentials were checked and found good (RFC 9110 sections 15.5.2 and 15.6)."""
    return response is not None and response.status not in {401, THROTTLED} and response.status < 500  # noqa: PLR2004
