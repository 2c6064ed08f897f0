"""Properties: requests that no table thought of, drawn by Hypothesis, and shrunk where one fails."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

from conformance.contract.facts import facts_of
from conformance.plan import strategies
from conformance.plan.inventory import Profile
from conformance.plan.policy import refusal
from conformance.plan.tokens import unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from hypothesis.strategies import SearchStrategy

    from conformance.contract.message import Request
    from conformance.plan.inventory import Inventory

__all__ = ["PROPERTIES", "Property", "collect", "shrink"]

_EXAMPLES = {Profile.SMOKE: 0, Profile.STANDARD: 20, Profile.DEEP: 1200}


@dataclass(frozen=True, slots=True)
class Property:
    """A family of requests; `clauses` are those that it is there for, though every clause judges it.

    `strategy` makes the requests from an inventory and the OpenAPI document.
    """

    id: str
    title: str
    clauses: tuple[str, ...]
    strategy: Callable[[Inventory, Mapping[str, Any]], SearchStrategy[Request]]

    @staticmethod
    def examples(profile: Profile) -> int:
        """How many requests a profile draws for each property."""
        return _EXAMPLES[profile]


PROPERTIES = (
    Property(
        "property.ids.in-range",
        "any id of 1 to 2147483647, with an unknown token",
        ("status.401.precedence", "status.documented", "path.repository_id.minimum", "path.repository_id.maximum"),
        lambda inventory, _: strategies.documented_requests(
            inventory, strategies.ids_in_range(), unknown(inventory, "property.ids", 64)
        ),
    ),
    Property(
        "property.ids.out-of-range",
        "any integer under 1 or over 2147483647, with the valid token",
        ("path.repository_id.below-minimum", "path.repository_id.above-maximum"),
        lambda inventory, _: strategies.documented_requests(
            inventory, strategies.ids_out_of_range(inventory.repository_id), inventory.token
        ),
    ),
    Property(
        "property.tokens.length",
        "unknown tokens of any length",
        (
            "header.x-auth-token.minimum-length",
            "header.x-auth-token.length",
            "header.x-auth-token.maximum-length",
            "header.x-auth-token.over-maximum",
            "status.401.unknown-token",
            "status.documented",
        ),
        lambda inventory, _: strategies.requests_with_unknown_tokens(inventory),
    ),
    Property(
        "property.openapi",
        "what schemathesis makes of spec/openapi.yaml",
        (
            "status.server-error",
            "status.documented",
            "error.other.envelope",
            "request.body.not-json",
            "request.url.type",
        ),
        strategies.requests_from_openapi,
    ),
)


class _Falsified(Exception):  # noqa: N818 - it tells Hypothesis, nobody else
    """The request fails."""


def collect(prop: Property, inventory: Inventory, openapi: Mapping[str, Any], number: int) -> tuple[Request, ...]:
    """Up to `number` different requests that the safety policy allows, the same for the same seed; sends nothing."""
    drawn: dict[Request, None] = {}

    def keep(request: Request) -> None:
        if refusal(request, facts_of(request, inventory.surroundings), inventory) is None:
            drawn[request] = None

    _run(prop, inventory, openapi, number, keep, phases=(Phase.generate,))
    return tuple(drawn)


def shrink(
    prop: Property,
    inventory: Inventory,
    openapi: Mapping[str, Any],
    number: int,
    fails: Callable[[Request], bool],
) -> Request | None:
    """The simplest request for which `fails` holds, found by drawing the same `number` again; None if none does."""
    simplest: list[Request] = []

    def falsify(request: Request) -> None:
        if refusal(request, facts_of(request, inventory.surroundings), inventory) is None and fails(request):
            simplest.append(request)
            raise _Falsified

    try:
        _run(prop, inventory, openapi, number, falsify, phases=(Phase.generate, Phase.shrink))
    except _Falsified:
        return simplest[-1]
    return None


def _run(
    prop: Property,
    inventory: Inventory,
    openapi: Mapping[str, Any],
    number: int,
    test: Callable[[Request], None],
    *,
    phases: tuple[Phase, ...],
) -> None:
    configured = settings(
        max_examples=number,
        phases=phases,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    given_request = given(request=prop.strategy(inventory, openapi))

    def property_test(request: Request) -> None:
        test(request)

    seed(zlib.crc32(f"{inventory.seed}:{prop.id}".encode()))(configured(given_request(property_test)))()
