"""Tokens that expire: renewal during a run, and the identity service that issues them (docs/vendor.md).

Requests are planned with one token and sent with the current one.
"""

from __future__ import annotations

import json
import math
import re
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from conformance.contract.known_tokens import KnownTokens
from conformance.contract.message import Exchange, Request, Response, Token, Trouble
from conformance.exceptions import ConformanceError, NoVerdict
from conformance.traffic.limits import THROTTLED, seconds_to_wait
from conformance.traffic.pooled import PooledTransport
from conformance.traffic.transport import TransportError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.plan import Plan
    from conformance.traffic.endpoint import Endpoint

    Planner: TypeAlias = "Callable[[TargetFixtures], Plan]"

_MARGIN_SECONDS = 300.0
_MARGIN_SHARE = 0.2  # of a short lifetime
_EXPIRED = re.compile(rb"expire|APIGW?\.0307", re.IGNORECASE)  # docs/vendor.md: .0307, the token must be renewed
_UNAUTHORIZED = 401
_NOT_PLANNED = "it cannot be made of the token that was issued"
_CREATED = 201  # RFC 9110 section 15.3.2
_LONGEST_WAIT = 10.0  # seconds; nobody stops it
_TOKEN = re.compile(r"[\x21-\x7e]+")
_CODE = re.compile(r"[A-Z]{2,10}\.\d{1,8}")
_TRANSIENT = range(500, 600)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request with the current token.

    Attributes:
        request: the request to send.
        fixtures: the fixtures to classify it by.
        withheld: the reason why it must not leave, or None.
    """

    request: Request
    fixtures: TargetFixtures
    withheld: str | None = None


class Credentials:
    """The token of a target, renewed before it expires; safe to share between threads.

    Args:
        source: issues a token, or raises.
        planned: the fixtures that requests were planned with.
        issued: whether the token of `planned` is one that the target knows.
        plan: plans all probes for an fixtures. Probes made of the token (cut, doubled) are then made of the new one.
        learn: is told every token before its first use.
        clock: seconds, for the renewal.
    """

    def __init__(
        self,
        source: Callable[[], Issued],
        planned: TargetFixtures,
        *,
        issued: bool,
        plan: Planner,
        learn: Callable[[bytes], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._planned = planned
        self._plan = plan
        self._learn = learn
        self._clock = clock
        self._lock = threading.RLock()
        self._fixtures = planned
        self._again: Plan | None = None
        self._stand_in = None if issued else KnownTokens(frozenset({planned.token.value}))
        self._genuine = issued
        self._lost: ConformanceError | None = None
        self._due: float | None = None if issued else 0.0
        self._expires: float | None = None
        self._helps = True

    @property
    def fixtures(self) -> TargetFixtures:
        """The fixtures with the current token and the earlier ones."""
        return self._fixtures

    def with_current_token(self, probe: str, request: Request) -> Outgoing:
        """`request` with the current token. A request made of a token that was never issued does not leave.

        Raises the source's error if a token is due and cannot be issued.
        """
        with self._lock:
            if self._due is not None and self._clock() >= self._due:
                self._renew(early=True)
            fixtures, plan = self._fixtures, self._again
        if plan is None:
            return Outgoing(request, fixtures)
        if (found := plan.by_id.get(probe)) is not None:
            if found.request is None:
                return Outgoing(request, self._planned, found.withheld or _NOT_PLANNED)
            return Outgoing(found.request, fixtures, found.withheld)
        if request.token in {self._planned.token, *fixtures.former}:
            request = replace(request, token=fixtures.token)
        if self._stand_in and any(self._stand_in.near(value) for _, value in request.header_fields()):
            return Outgoing(request, self._planned, _NOT_PLANNED)
        return Outgoing(request, fixtures)

    def replaced(self, exchange: Exchange, *, renewed: bool) -> bool:
        """Whether the answer says that the token has expired and there is another one, to send the request again.

        `renewed`: it was sent again already. If a new token is no better, no further one is asked for.
        """
        if not (exchange.facts.usual_token and says_expired(exchange)):
            return False
        with self._lock:
            if renewed:
                self._helps = False
            elif self._helps and exchange.request.token == self._fixtures.token:
                self._renew()
            return not renewed and exchange.request.token != self._fixtures.token

    def _renew(self, *, early: bool = False) -> None:
        """Ask for a token and plan with it. Earlier tokens stay known.

        If none can be issued before the current one expires, the current one is kept until then.
        """
        if self._lost is not None:
            raise self._lost
        now = self._clock()
        try:
            issued = self._source()
        except ConformanceError as error:
            if early and self._expires is not None and now < self._expires:
                self._due, self._expires = self._expires, None
                return
            self._lost = error  # nobody asks again: failures in a row lock an account
            raise
        self._learn(issued.value)
        before = self._fixtures
        token = Token(issued.value, secret=before.token.secret)
        former = (*before.former, before.token) if self._genuine else ()
        self._fixtures, self._genuine = replace(before, token=token, former=former), True
        self._again = self._plan(self._fixtures)
        life = issued.lifetime
        self._expires = None if life is None else now + life
        self._due = None if life is None else now + life - min(_MARGIN_SECONDS, life * _MARGIN_SHARE)


def says_expired(exchange: Exchange) -> bool:
    """Whether the answer is a 401 that speaks of expiry."""
    answer = exchange.response
    return answer is not None and answer.status == _UNAUTHORIZED and _EXPIRED.search(answer.body) is not None


@dataclass(frozen=True, slots=True)
class Issued:
    """A token, and its lifetime in seconds if the source says it."""

    value: bytes = field(repr=False)
    lifetime: float | None = None


@dataclass(frozen=True, slots=True)
class Login:
    """The login of a user of a domain (the account), for a project."""

    user: str = field(repr=False)
    password: str = field(repr=False)
    domain: str = field(repr=False)
    project: str

    def body(self) -> bytes:
        """The body of the request for a token."""
        user = {"name": self.user, "password": self.password, "domain": {"name": self.domain}}
        identity = {"methods": ["password"], "password": {"user": user}}
        return json.dumps({"auth": {"identity": identity, "scope": {"project": {"name": self.project}}}}).encode()


class Identity:
    """An identity service that issues tokens.

    Args:
        endpoint: its address. Headers of the target are not for it, and should be empty.
        login: the user.
        place: the place in the configuration file that begins an error message.
        pause: waits a number of seconds.
        longest: the most characters of a usable token.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        login: Login,
        place: str,
        pause: Callable[[float], object],
        longest: float = math.inf,
    ) -> None:
        self._longest = longest
        self._endpoint = endpoint
        self._request = Request(
            "POST",
            b"/v3/auth/tokens",
            None,
            login.body(),
            ((b"Content-Type", b"application/json"),),
            token_header=b"",
        )
        self._place = place
        self._pause = pause

    def token(self) -> Issued:
        """A token. Raises NoVerdict, in one line, if there is none.

        Refused credentials are tried once, since failures in a row lock an account. Silence, 429 and 5xx: twice.
        """
        answer = self._attempt()
        if isinstance(answer, TransportError) or answer.status == THROTTLED or answer.status in _TRANSIENT:
            self._pause(1.0 if isinstance(answer, TransportError) else min(seconds_to_wait(answer), _LONGEST_WAIT))
            answer = self._attempt()
        if isinstance(answer, TransportError):
            unreachable = answer.trouble is Trouble.UNREACHABLE
            # Only then is the text the system's own; a server's may repeat secrets.
            how = f"cannot be reached: {answer}" if unreachable else f"does not answer: {answer.trouble}"
            raise NoVerdict(f"{self._where} {how}; check endpoint, proxy and verify_tls")
        if answer.status == _CREATED:
            return self._issued(answer)
        said = f"{self._where} answered {_said(answer)}"
        if answer.status == THROTTLED or answer.status in _TRANSIENT:
            raise NoVerdict(f"{said} twice, and no token was issued; try again later")
        if answer.status in {401, 403}:
            raise NoVerdict(f"{said}: the credentials were refused; check user, password, domain and project")
        raise NoVerdict(f"{said}, and no token was issued; check endpoint, domain and project")

    @property
    def _where(self) -> str:
        return f"{self._place}: IAM at {self._endpoint.base_url}"

    def _attempt(self) -> Response | TransportError:
        """The answer, on a fresh connection: minutes or hours lie between two requests."""
        transport = PooledTransport(self._endpoint, 1)
        try:
            return transport.send(self._request)
        except TransportError as error:
            return error
        finally:
            transport.close()

    def _issued(self, answer: Response) -> Issued:
        token = answer.header("X-Subject-Token") or ""
        if not _TOKEN.fullmatch(token) or len(token) > self._longest:
            raise NoVerdict(f"{self._where} answered 201 without a usable X-Subject-Token; check endpoint")
        return Issued(token.encode("ascii"), _lifetime(answer.body))


def _said(answer: Response) -> str:
    """The status, and the error code if there is one. Other words could repeat the login."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        document = None
    code = document.get("error_code") if isinstance(document, dict) else None
    return f"{answer.status} {code}" if isinstance(code, str) and _CODE.fullmatch(code) else str(answer.status)


def _lifetime(body: bytes) -> float | None:
    """The seconds between ``issued_at`` and ``expires_at``, both by the service's clock."""
    try:
        token = json.loads(body)["token"]
        seconds = (_moment(token["expires_at"]) - _moment(token["issued_at"])).total_seconds()
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return None
    return seconds if seconds > 0 else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
