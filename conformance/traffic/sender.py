"""The sender: what is sent again, when, and what that proves."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from conformance.contract.known_tokens import TokenKind
from conformance.contract.message import Exchange, Trouble
from conformance.exceptions import NoVerdict
from conformance.plan.policy import Mutation
from conformance.traffic.departure import recognised
from conformance.traffic.echoes import Echoes
from conformance.traffic.limits import THROTTLED, Exhausted, parties, seconds_to_wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.contract.facts import Facts
    from conformance.contract.message import Request
    from conformance.traffic.departure import Departure

__all__ = ["KNOWN_GOOD", "Sender"]

KNOWN_GOOD = "suite.known-good"
_THROTTLE_TRIES = 6
_FRESH_TRIES = {Trouble.DROPPED: 3, Trouble.MALFORMED: 3, Trouble.TIMEOUT: 1}  # silence costs a whole timeout each
_HARMLESS_TOKENS = {TokenKind.MISSING, TokenKind.EMPTY, TokenKind.UNKNOWN}
_SIGNS_OF_LIFE = 3  # known-good requests, before a target counts as gone
_SUSPECTS = 8  # as many as are in flight by default
_PAUSES = (0.0, 1.0, 2.0)  # seconds before each sign of life, while something else answers
_OWN_PAGES = 3  # answers of a status, beside a service that is there, before such pages are known as its own
_MOST_WAITS = 8  # requests that time out twice, or are throttled for ever, while others are answered


class Sender:
    """Sends requests by one way out; safe to share between threads.

    `record` is called once with every exchange, superseded ones included, in the thread that made it. `known_good` is a
    request that the target answers, `reassurance` one with good credentials; a `vigilant` sender gives up where these
    are answered no more. `stand_in` says in words what may answer instead of the service, which is gone where
    `known_good` is answered so too. `crossed` are the probes whose answer showed the url of another request, and not
    when they were sent alone; `shown` is the member of a success that repeats the url, or None.
    """

    def __init__(self, departure: Departure, record: Callable[[Exchange], None], shown: str | None = None) -> None:
        self._exit = departure
        self._record = record
        self.known_good: Request | None = None
        self.reassurance: Request | None = None
        self.vigilant = False
        self.stand_in: Callable[[Exchange], str | None] = lambda _: None
        self._asking = threading.Lock()
        self._there_at = 0.0
        self._pages: Counter[int] = Counter()
        self._lost: str | None = None
        self._waits = itertools.count(1)
        self._echoes = Echoes(departure.fixtures.operation, shown)
        self.crossed: list[str] = []

    def close(self) -> None:
        """Close every connection."""
        self._exit.close()

    def stop(self, reason: str) -> None:
        """Send nothing more; what is in flight is answered."""
        self._exit.stop(reason)

    def gather(self, probe: str, copies: int, workers: int) -> None:
        """Let the copies of a probe arrive together, as many as so many workers can have in flight."""
        if (number := parties(copies, workers)) > 1:
            self._exit.gather(probe, number)

    @property
    def secure(self) -> bool:
        """Whether the target is spoken to by TLS."""
        return self._exit.secure

    @property
    def stopped(self) -> bool:
        """Whether nothing more is sent."""
        return self._exit.budget.stopped is not None

    @property
    def exhausted(self) -> bool:
        """Whether the limit on requests kept some of them from being sent."""
        return self._exit.budget.exhausted

    @property
    def requests(self) -> int:
        """How many requests left, retries included."""
        return self._exit.budget.spent

    def send(self, probe: str, request: Request) -> Exchange:
        """Send `request` for `probe` and wait for its exchange, retries done.

        Raises SafetyViolation, before a byte is sent, where the policy forbids it, and NoVerdict where a target that
        did answer, or took the credentials, does so no more, or leaves too many requests unanswered.
        """
        if self._lost is not None:
            raise NoVerdict(self._lost)
        blank = self._exit.blank(probe, request)
        if self._exit.bars(request):
            return self._unsent(blank, "what httpx does not send is not sent through a proxy")
        return self._persevere(blank)

    def _persevere(self, blank: Exchange, *, renewed: bool = False) -> Exchange:
        """Send until there is an answer, or enough was tried; `renewed` says that a token had expired before."""
        try:
            return self._tried(blank, renewed=renewed)
        finally:
            self._exit.release(blank)

    def _tried(self, blank: Exchange, *, renewed: bool) -> Exchange:
        throttled = troubles = 0
        last: Exchange | None = None
        while True:
            try:
                with self._echoes.beside(blank):
                    exchange = self._exit.attempt(blank, self._reassure, fresh=troubles > 0)
            except Exhausted as error:
                return self._unsent(blank, str(error)) if last is None else self._settle(last)
            if last is not None:
                self._settle(replace(last, superseded=True))
            last = exchange
            if exchange.trouble is not None:
                troubles += 1
                if (confirmed := self._conclusive(exchange, troubles)) is not None:
                    return self._troubled(replace(exchange, confirmed=confirmed))
            elif exchange.response is not None and exchange.response.status == THROTTLED:
                throttled += 1
                self._settle(replace(exchange, superseded=True))
                last = None
                if throttled == _THROTTLE_TRIES:
                    return self._troubled(self._exit.unsent(blank, f"{_THROTTLE_TRIES} times", Trouble.THROTTLED))
                self._exit.pause(seconds_to_wait(exchange.response))
            else:
                return self._answered(blank, replace(exchange, flaky=troubles), renewed=renewed)

    def _conclusive(self, exchange: Exchange, troubles: int) -> bool | None:
        """Whether this trouble is confirmed, or None where it has to be tried again first.

        After silence the target must answer something else before the same is tried again: one that is silent to
        everything costs two timeouts and no more.
        """
        assert exchange.trouble is not None  # noqa: S101 - it is asked about trouble only
        tries = _FRESH_TRIES.get(exchange.trouble, 0) if self._harmless(exchange.facts) else 0
        if troubles <= tries:
            return None if exchange.trouble is not Trouble.TIMEOUT or self._alive(exchange) else False
        alive = (tries > 0 or self.vigilant) and self._alive(exchange)
        return tries > 0 and alive

    def _troubled(self, exchange: Exchange) -> Exchange:
        """The exchange of a request that stays unanswered; NoVerdict where waiting for more of them takes too long."""
        self._settle(exchange)
        slow = exchange.trouble is Trouble.THROTTLED or (exchange.trouble is Trouble.TIMEOUT and exchange.confirmed)
        if slow and next(self._waits) > _MOST_WAITS:
            self._lose(f"more than {_MOST_WAITS} requests were waited for in vain: {exchange.trouble}")
        return exchange

    def _harmless(self, facts: Facts) -> bool:
        """Whether sending again can do no further harm: nothing can have happened, or a named resource takes it."""
        fixtures = self._exit.fixtures
        careful = fixtures.mutation is not Mutation.ANY or fixtures.loopback
        return careful or facts.token in _HARMLESS_TOKENS or facts.role is not None

    def _alive(self, troubled: Exchange) -> bool:
        """Whether a known-good request is answered; NoVerdict where that was so before and is no more."""
        if self.known_good is None:
            return False
        for _ in range(_SIGNS_OF_LIFE if self.vigilant else 1):
            sign = self._aside(self.known_good, fresh=True)
            if sign is not None and sign.response is not None:
                return True
            if sign is None or sign.trouble is Trouble.TIMEOUT:
                break
        if self.vigilant and not self.stopped:
            self._settle(troubled)
            trouble = f"{troubled.trouble} ({troubled.detail})"
            self._lose(f"the target stopped answering after {self.requests} requests: {trouble}{self._suspects()}")
        return False

    def _suspects(self) -> str:
        """What was in flight when the target went away: one of them may have ended it."""
        blanks = list(self._exit.unanswered.values())
        probes = list(dict.fromkeys(blank.probe for blank in blanks if blank.probe != KNOWN_GOOD))
        if not probes:
            return ""
        more = f" and {len(probes) - _SUSPECTS} more" if len(probes) > _SUSPECTS else ""
        return f"; left unanswered first: {', '.join(probes[:_SUSPECTS])}{more} (send each alone with --probe)"

    def _answered(self, blank: Exchange, exchange: Exchange, *, renewed: bool) -> Exchange:
        credentials = self._exit.credentials
        if credentials and credentials.replaced(exchange, renewed=renewed):
            self._settle(replace(exchange, superseded=True))
            return self._persevere(self._exit.blank(blank.probe, blank.request), renewed=True)
        if not self._echoes.believed and self._echoes.foreign(exchange) and self._harmless(exchange.facts):
            return self._alone(blank, exchange)
        if (words := self.stand_in(exchange)) is not None and not self._there(exchange, words):
            self._settle(replace(exchange, superseded=True))
            return self._unsent(blank, f"answered {words}, and whether the service is still there could not be asked")
        if not self._doubtful(exchange):
            return self._settle(exchange)
        self._settle(replace(exchange, superseded=True))
        return self._unsent(blank, "answered 401, and whether the token is still valid could not be asked")

    def _alone(self, blank: Exchange, disturbed: Exchange) -> Exchange:
        """The exchange of a request that is sent again with no other good credentials in flight."""
        self._settle(replace(disturbed, superseded=True))
        with self._echoes.alone():
            try:
                again = self._exit.attempt(blank, self._reassure)
            except Exhausted as error:
                return self._unsent(blank, f"answered with the url of another request, and not sent alone: {error}")
            finally:
                self._exit.release(blank)
        if not self._echoes.confirm(again) and again.response is not None:
            self.crossed.append(blank.probe)
        return self._settle(again)

    def _doubtful(self, exchange: Exchange) -> bool:
        """Whether a 401 that nobody owes may mean that the token has expired; NoVerdict where that is sure."""
        answer, facts = exchange.response, exchange.facts
        owed = facts.in_contract and facts.token.good and facts.role is not None
        refused = answer is not None and answer.status == 401 and owed  # noqa: PLR2004 - RFC 9110 section 15.5.2
        if not (self.vigilant and refused) or self._exit.recognised_at > exchange.started_at + exchange.seconds:
            return False
        if self.reassurance is None:
            return False
        aside = self._aside(self.reassurance)
        again = aside.response if aside else None
        if again is not None and again.status == 401:  # noqa: PLR2004 - RFC 9110 section 15.5.2
            self._settle(replace(exchange, superseded=True))
            self._lose(f"the credentials were refused from exchange {exchange.number} on: the token is valid no more")
        return again is None

    def _there(self, exchange: Exchange, words: str) -> bool:
        """Whether the service is there, after what may be somebody else's answer; False where that cannot be asked.

        NoVerdict where it is gone.
        """
        assert exchange.response is not None  # noqa: S101 - it was answered in those words
        status = exchange.response.status
        with self._asking:
            own = 400 <= status < 502 and self._pages[status] >= _OWN_PAGES  # noqa: PLR2004 - RFC 9110 section 15.5
            if own or self._there_at > exchange.started_at + exchange.seconds:
                return True
            there = self._lost is None and self._answers_otherwise(status)
            if there is False:
                self._settle(replace(exchange, superseded=True))
                self._lose(
                    self._lost or f"from exchange {exchange.number} on the service is gone; what answers: {words}"
                )
            self._pages[status] += 1
            return there is True

    def _answers_otherwise(self, status: int) -> bool | None:
        """Whether a known-good request is answered by anything but such a page, if not at once, then in seconds."""
        assert self.known_good is not None  # noqa: S101 - who knows of stand-ins knows it
        for pause in _PAUSES:
            if pause:
                self._exit.pause(pause)
            sign = self._aside(self.known_good)
            if sign is None:
                return None
            if sign.response is not None and (sign.response.status != status or self.stand_in(sign) is None):
                self._there_at = sign.started_at
                return True
        return False

    def _lose(self, why: str) -> NoReturn:
        self._lost = why
        self.stop(why)
        raise NoVerdict(why)

    def _reassure(self) -> bool:
        aside = None if self.reassurance is None else self._aside(self.reassurance)
        return aside is not None and recognised(aside.response)

    def _aside(self, request: Request, *, fresh: bool = False) -> Exchange | None:
        """The exchange of a request that is no probe's, sent once; None where it must not leave."""
        blank = self._exit.blank(KNOWN_GOOD, request)
        try:
            exchange = self._exit.attempt(blank, self._reassure, fresh=fresh)
        except Exhausted:
            return None
        finally:
            self._exit.release(blank)
        return self._settle(exchange)

    def withhold(self, probe: str, request: Request, why: str) -> Exchange:
        """The exchange of a request that is not sent any more."""
        return self._settle(self._exit.withheld(probe, request, why))

    def _unsent(self, blank: Exchange, why: str, trouble: Trouble = Trouble.NOT_SENT) -> Exchange:
        return self._settle(self._exit.unsent(blank, why, trouble))

    def _settle(self, exchange: Exchange) -> Exchange:
        self._record(exchange)
        return exchange
