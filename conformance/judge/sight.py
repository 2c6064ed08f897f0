"""A sight: what the run as a whole has to know of one exchange, beside the verdicts on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.contract.message import Trouble
from conformance.contract.strictjson import read_json
from conformance.judge.expected import expectation_of

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.contract.facts import Facts
    from conformance.contract.message import Exchange

__all__ = ["Sight", "sight_of"]

_REFUSALS = 400  # RFC 9110 section 15
_THROTTLED = 429  # RFC 6585 section 4
_LOST = {Trouble.DROPPED, Trouble.TIMEOUT, Trouble.MALFORMED}


@dataclass(frozen=True, slots=True)
class Sight:
    """An exchange without its bytes. `status` is 0 where there was no answer.

    `owed` are the statuses that the document allows; empty where it is silent. `success` says that it has the
    documented status of success. `same` is the member that the same request again shows again, None where there is none
    to compare. Times are in seconds. `lost` says that the target took the request and did not answer it.
    """

    number: int
    probe: str
    facts: Facts
    status: int
    owed: frozenset[int] = frozenset()
    success: bool = False
    same: object = None
    begun: float = 0.0
    ended: float = 0.0
    lost: bool = False

    @property
    def as_owed(self) -> bool:
        """Whether the status is one of those that the document allows."""
        return self.status in self.owed

    @property
    def refused(self) -> bool:
        """Whether the target refused it, or did not answer it; what never left, or met 429, was not refused."""
        return self.lost or (self.status >= _REFUSALS and self.status != _THROTTLED)


def sight_of(exchange: Exchange, contract: Contract) -> Sight:
    """What is seen of `exchange`."""
    response = exchange.response
    expectation = expectation_of(contract)
    success = response is not None and response.status == expectation.success
    document = read_json(response.body).value if response and success and expectation.same else None
    found = document.get(expectation.same) if isinstance(document, dict) else None
    return Sight(
        number=exchange.number,
        probe=exchange.probe,
        facts=exchange.facts,
        status=response.status if response else 0,
        owed=expectation.expected(exchange.facts),
        success=success,
        same=found,
        begun=exchange.started_at,
        ended=exchange.started_at + exchange.seconds,
        lost=exchange.trouble in _LOST,
    )
