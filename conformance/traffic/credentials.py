"""Credentials that expire: requests are planned with a token, and sent with the one that is good now."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from conformance.contract.message import Token
from conformance.exceptions import ConformanceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.contract.message import Exchange, Request
    from conformance.plan.inventory import Inventory
    from conformance.traffic.identity import Issued

    Planner: TypeAlias = "Callable[[Inventory], Mapping[str, Request]]"

__all__ = ["Credentials", "says_expired"]

_MARGIN_SECONDS = 300.0
_MARGIN_SHARE = 0.2  # of a token's lifetime, where that is short
_EXPIRED = re.compile(rb"expire|APIGW?\.0307", re.IGNORECASE)  # VENDOR: .0307, the token must be renewed
_UNAUTHORIZED = 401


class Credentials:
    """The token of a description, asked for before the run and again before it expires; safe to share between threads.

    `source` gives a token or raises; `plan` makes the requests of all probes for an inventory, so that what is made of
    the token (cut, doubled) is made of the new one; `learn` is told every token before it is used. `planned` is the
    inventory that requests were planned with; its token may never have been one (`issued` is false).
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
        self._requests: Mapping[str, Request] = {}
        self._genuine = issued
        self._lost: ConformanceError | None = None
        self._due: float | None = None if issued else 0.0
        self._helps = True

    @property
    def inventory(self) -> Inventory:
        """The description with the token that is good now, and with those before it."""
        return self._inventory

    def dressed(self, probe: str, request: Request) -> tuple[Request, Inventory]:
        """`request` with the token that is good now, and the inventory to hold it against.

        Raises what the source raises where a token is due and cannot be had.
        """
        with self._lock:
            if self._due is not None and self._clock() >= self._due:
                self._renew()
            inventory, again = self._inventory, self._requests.get(probe)
        if inventory is self._planned:
            return request, inventory
        if again is None:
            stale = request.token in {self._planned.token, *inventory.former}
            again = replace(request, token=inventory.token) if stale else request
        return again, inventory

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

    def _renew(self) -> None:
        """Ask for a token, and plan with it. What is made of an earlier one stays known as what it was."""
        if self._lost is not None:
            raise self._lost
        now = self._clock()
        try:
            issued = self._source()
        except ConformanceError as error:
            self._lost = error  # nobody asks again: failures in a row lock an account
            raise
        self._learn(issued.value)
        before = self._inventory
        token = Token(issued.value, secret=before.token.secret)
        former = (*before.former, before.token) if self._genuine else ()
        self._inventory, self._genuine = replace(before, token=token, former=former), True
        self._requests = self._plan(self._inventory)
        life = issued.lifetime
        self._due = None if life is None else now + life - min(_MARGIN_SECONDS, life * _MARGIN_SHARE)


def says_expired(exchange: Exchange) -> bool:
    """Whether the answer is a 401 whose words are of expiry."""
    answer = exchange.response
    return answer is not None and answer.status == _UNAUTHORIZED and _EXPIRED.search(answer.body) is not None
