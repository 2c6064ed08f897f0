"""The embedded servers as targets: `conformance run` tests one of them when no target is named.

The mock serves one operation; where a contract of it has other bounds, the description keeps within them. Of any other
operation the stand-in is tested, which answers by the contract itself.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.config.tables import lengths_of
from conformance.config.targets import Target, build_target
from conformance.contract.values import Integer
from conformance.exceptions import UsageError
from conformance.mock import SERVED, Application, Fixtures, Mock, running
from conformance.plan.probes.integers import float32_neighbour
from conformance.spec import load_contract
from conformance.standin import StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.contract import Contract

EMBEDDED = "embedded-mock"
STAND_IN = "stand-in"


def is_served(contract: Contract) -> bool:
    """Whether the mock serves the contract's operation."""
    return contract.operation.id == SERVED


def check_served(contract: Contract, hint: str) -> None:
    """Raise UsageError for a contract of another operation than the mock serves; `hint` ends the message."""
    if not is_served(contract):
        raise UsageError(f"the embedded mock serves only {SERVED}, not {contract.operation.id}: {hint}")


@contextmanager
def embedded_target(
    app: Application | None = None, latency_ms: float = 0, contract: Contract | None = None
) -> Iterator[Target]:
    """Serve the mock, or another application with its fixtures, on a free loopback port, and describe it.

    For a contract of another operation the stand-in is served.
    """
    if app is None and contract is not None and not is_served(contract):
        stand_in = StandIn(contract)
        with running(stand_in, latency_ms=latency_ms) as base_url:
            yield stand_in_target(stand_in, base_url)
        return
    fixtures = Fixtures.default()
    with running(app or Mock(fixtures), latency_ms=latency_ms) as base_url:
        yield target_of(fixtures, base_url, contract)


def stand_in_target(stand_in: StandIn, base_url: str) -> Target:
    """The description of a stand-in."""
    table = {"base_url": base_url, **stand_in.described.table}
    return build_target(STAND_IN, table, stand_in.contract, environ={})


def target_of(fixtures: Fixtures, base_url: str, contract: Contract | None = None) -> Target:
    """The description, for a contract, of a server that has these fixtures; by default for the shipped one."""
    contract = contract or load_contract()
    operation = contract.operation
    named = {operation.key(role): number for role, number in fixtures.named.items()}
    others: dict[int, str] = {}
    domain = operation.identifier.domain if operation.identifier else None
    if isinstance(domain, Integer):
        known = (*fixtures.repositories, float32_neighbour(fixtures.named["permitted"], domain))
        others = {
            number: fixtures.access(number) for number in known if number not in named.values() and domain.holds(number)
        }
    least, most = lengths_of(operation)
    table = {
        "base_url": base_url,
        "token": fixtures.token,
        "restricted_token": fixtures.restricted_token,
        "tokens_by_length": {
            str(length): token for length, token in fixtures.tokens_by_length.items() if least <= length <= most
        },
        operation.key("each"): {str(number): access for number, access in others.items()},
        **named,
    }
    return build_target(EMBEDDED, {key: value for key, value in table.items() if key}, contract, environ={})
