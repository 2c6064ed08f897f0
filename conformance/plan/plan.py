"""The plan of a run: which probes are sent, and which are withheld and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from conformance.contract.facts import Facts, facts_of
from conformance.plan.inventory import Profile
from conformance.plan.look_alikes import LOOK_ALIKES
from conformance.plan.policy import refusal
from conformance.plan.probes import (
    body_probes,
    combination_probes,
    hostile_probes,
    identifier_probes,
    lookup_probes,
    method_probes,
    password_probes,
    permission_probes,
    shape_probes,
    state_probes,
    token_probes,
    url_probes,
)

if TYPE_CHECKING:
    from conformance.contract.message import Request
    from conformance.plan.inventory import Inventory
    from conformance.plan.probe import Probe

__all__ = ["Plan", "all_probes", "make_plan"]

_TABLES = (
    state_probes,
    permission_probes,
    identifier_probes,
    lookup_probes,
    token_probes,
    shape_probes,
    body_probes,
    url_probes,
    hostile_probes,
    password_probes,
    method_probes,
    combination_probes,
)


@dataclass(frozen=True)
class Plan:
    """Every probe of the profile, in the order in which they are offered; withheld ones say why in `withheld`."""

    probes: tuple[Probe, ...]

    @cached_property
    def by_id(self) -> dict[str, Probe]:
        """The probes by id."""
        return {probe.id: probe for probe in self.probes}

    @property
    def sent(self) -> tuple[Probe, ...]:
        """The probes that are not withheld."""
        return tuple(probe for probe in self.probes if probe.withheld is None)


def all_probes(inventory: Inventory) -> tuple[Probe, ...]:
    """Every probe of every profile, whatever the safety policy says of it."""
    return tuple(map(_placed, chain.from_iterable(table(inventory) for table in _TABLES)))


def _placed(probe: Probe) -> Probe:
    """The probe, left to the deep profile where another one stands for it."""
    return replace(probe, profile=Profile.DEEP) if probe.id in LOOK_ALIKES else probe


def make_plan(inventory: Inventory, profile: Profile, bad_credentials: int | None = None) -> Plan:
    """The probes of `profile`; `bad_credentials` is how many requests without a good token may be sent, None for any.

    Where they are too many, those of the smoke profile are kept first.
    """
    offered = [probe for probe in all_probes(inventory) if profile.covers(probe.profile)]
    checked = [_checked(probe, inventory) for probe in offered]
    if bad_credentials is None:
        return Plan(tuple(checked))
    budget = bad_credentials
    kept: dict[str, Probe] = {}
    for probe in sorted(checked, key=lambda probe: list(Profile).index(probe.profile)):
        kept[probe.id] = probe
        if probe.withheld or probe.request is None or _good(probe.request, inventory):
            continue
        if budget < probe.copies:
            kept[probe.id] = replace(probe, withheld=f"max_bad_credentials = {bad_credentials} would be exceeded")
        else:
            budget -= probe.copies
    return Plan(tuple(kept[probe.id] for probe in checked))


def _checked(probe: Probe, inventory: Inventory) -> Probe:
    if probe.request is None:
        return probe
    reason = refusal(probe.request, _facts(probe, inventory), inventory)
    return replace(probe, withheld=reason) if reason else probe


def _good(request: Request, inventory: Inventory) -> bool:
    """Whether all credentials of a request are good."""
    return facts_of(request, inventory.surroundings).token.good and not request.second_token


def _facts(probe: Probe, inventory: Inventory) -> Facts:
    assert probe.request is not None  # noqa: S101 - callers ask about probes with a request
    return facts_of(probe.request, inventory.surroundings)
