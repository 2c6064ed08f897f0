"""Credentials that expire: requests are planned with a token, and sent with the one that is good now."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from conformance.contract.known_tokens import KnownTokens
from conformance.contract.message import Token
from conformance.exceptions import ConformanceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.contract.message import Exchange, Request
    from conformance.plan.inventory import Inventory
    from conformance.plan.plan import Plan
    from conformance.traffic.identity import Issued

    Planner: TypeAlias = "Callable[[Inventory], Plan]"

__all__ = ["Credentials", "Dressed", "says_expired"]

_MARGIN_SECONDS = 300.0
_MARGIN_SHARE = 0.2  # of a token's lifetime, where that is short
_EXPIRED = re.compile(rb"expire|APIGW?\.0307", re.IGNORECASE)  # docs/vendor.md: .0307, the token must be renewed
_UNAUTHORIZED = 401
_NOT_PLANNED = "it cannot be made of the token that was issued"


@dataclass(frozen=True, slots=True)
class Dressed:
    """A request and the inventory to hold it against; `withheld` says why it must not leave, or is None."""

    request: Request
    inventory: Inventory
    withheld: str | None = None


class Credentials:
    """The token of a description, asked for before the run and again before it expires; safe to share between threads.

    `source` gives a token or raises; `plan` plans all probes for an inventory, so that what is made of the token (cut,
    doubled) is made of the new one, or withheld where that cannot be; `learn` is told every token before it is used.
    `planned` is the inventory that requests were planned with; its token may never have been one (`issued` is false).
    """

    def __init__(
        self,
        source: Callable[[], Issued],
        planned: Inventory,
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
        self._inventory = planned
        self._again: Plan | None = None
        self._stand_in = None if issued else KnownTokens(frozenset({planned.token.value}))
        self._genuine = issued
        self._lost: ConformanceError | None = None
        self._due: float | None = None if issued else 0.0
        self._expires: float | None = None
        self._helps = True

    @property
    def inventory(self) -> Inventory:
        """The description with the token that is good now, and with those before it."""
        return self._inventory

    def dressed(self, probe: str, request: Request) -> Dressed:
        """`request` with the token that is good now. What is made of a token that was never issued does not leave.

        Raises what the source raises where a token is due and cannot be had.
        """
        with self._lock:
            if self._due is not None and self._clock() >= self._due:
                self._renew(early=True)
            inventory, plan = self._inventory, self._again
        if plan is None:
            return Dressed(request, inventory)
        if (found := plan.by_id.get(probe)) is not None:
            if found.request is None:
                return Dressed(request, self._planned, found.withheld or _NOT_PLANNED)
            return Dressed(found.request, inventory, found.withheld)
        if request.token in {self._planned.token, *inventory.former}:
            request = replace(request, token=inventory.token)
        if self._stand_in and any(self._stand_in.near(value) for _, value in request.header_fields()):
            return Dressed(request, self._planned, _NOT_PLANNED)
        return Dressed(request, inventory)

    def replaced(self, exchange: Exchange, *, renewed: bool) -> bool:
        """Whether the token of an exchange has expired by its answer, and another is there: to be sent again, once.

        `renewed` says that it was sent again already. Where a new token is no better, none is asked for any more.
        """
        if not (exchange.facts.usual_token and says_expired(exchange)):
            return False
        with self._lock:
            if renewed:
                self._helps = False
            elif self._helps and exchange.request.token == self._inventory.token:
                self._renew()
            return not renewed and exchange.request.token != self._inventory.token

    def _renew(self, *, early: bool = False) -> None:
        """Ask for a token, and plan with it. What is made of an earlier one stays known as what it was.

        Where none is to be had before the present one expires, that is kept, and another asked for once more then.
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
        before = self._inventory
        token = Token(issued.value, secret=before.token.secret)
        former = (*before.former, before.token) if self._genuine else ()
        self._inventory, self._genuine = replace(before, token=token, former=former), True
        self._again = self._plan(self._inventory)
        life = issued.lifetime
        self._expires = None if life is None else now + life
        self._due = None if life is None else now + life - min(_MARGIN_SECONDS, life * _MARGIN_SHARE)


def says_expired(exchange: Exchange) -> bool:
    """Whether the answer is a 401 whose words are of expiry."""
    answer = exchange.response
    return answer is not None and answer.status == _UNAUTHORIZED and _EXPIRED.search(answer.body) is not None
