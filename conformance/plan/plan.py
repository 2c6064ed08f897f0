"""The plan of a run: which probes are sent, and which are withheld and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from conformance.contract.clause import Catalogue, Level
from conformance.contract.facts import Facts, facts_of
from conformance.plan.policy import refusal
from conformance.plan.probe import Declared, Probe, Profile
from conformance.plan.probes.bodies import body_probes
from conformance.plan.probes.hostile import hostile_probes
from conformance.plan.probes.pairs import pair_probes
from conformance.plan.probes.parameters import parameter_probes
from conformance.plan.probes.permissions import permission_probes
from conformance.plan.probes.requests import method_probes, state_probes
from conformance.plan.probes.tokens import shape_probes, token_probes
from conformance.plan.probes.urls import password_probes, url_probes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from conformance.contract.message import Request
    from conformance.plan.fixtures import TargetFixtures

_TABLES = (
    state_probes,
    permission_probes,
    parameter_probes,
    token_probes,
    shape_probes,
    body_probes,
    url_probes,
    hostile_probes,
    password_probes,
    method_probes,
    pair_probes,
)


@dataclass(frozen=True)
class Plan:
    """Every probe of the profile, in the order in which they are offered; withheld ones say why in `withheld`.

    `facts` are those of each that has a request, by its id.
    """

    probes: tuple[Probe, ...]
    facts: Mapping[str, Facts]

    @cached_property
    def by_id(self) -> dict[str, Probe]:
        """The probes by id."""
        return {probe.id: probe for probe in self.probes}

    @property
    def sent(self) -> tuple[Probe, ...]:
        """The probes that are not withheld."""
        return tuple(probe for probe in self.probes if probe.withheld is None)


def all_probes(fixtures: TargetFixtures, catalogue: Catalogue) -> tuple[Probe, ...]:
    """Every probe of every profile, whatever the safety policy says of it; smoke has one for each must clause."""
    declared = Declared(catalogue)
    found = tuple(chain.from_iterable(table(fixtures, declared) for table in _TABLES))
    early = _for_what_smoke_lacks(found, fixtures, catalogue)
    return tuple(replace(probe, profile=Profile.SMOKE) if probe.id in early else probe for probe in found)


def _for_what_smoke_lacks(probes: Iterable[Probe], fixtures: TargetFixtures, catalogue: Catalogue) -> set[str]:
    """The first probe that may be sent of each must clause that no probe of the smoke profile is there for."""
    chosen: set[str] = set()
    lacking = {clause.id for clause in catalogue if clause.level is Level.MUST}
    for probe in sorted(probes, key=lambda probe: list(Profile).index(probe.profile)):
        if not lacking.isdisjoint(probe.clauses) and _may_be_sent(probe, fixtures):
            chosen.add(probe.id)
            lacking -= set(probe.clauses)
    return chosen


def _may_be_sent(probe: Probe, fixtures: TargetFixtures) -> bool:
    if probe.request is None:
        return False
    return refusal(probe.request, facts_of(probe.request, fixtures.known), fixtures) is None


def make_plan(
    fixtures: TargetFixtures,
    catalogue: Catalogue,
    profile: Profile,
    bad_credentials: int | None = None,
    probes: Iterable[Probe] | None = None,
) -> Plan:
    """The probes of `profile`, and which of them are withheld.

    `bad_credentials` is how many requests without a good token may be sent; None allows any number. Of too many, those
    of the smoke profile are kept first, then some of every kind in turn. `probes` are those of the fixtures, where they
    were made before.
    """
    offered = [probe for probe in probes or all_probes(fixtures, catalogue) if profile.covers(probe.profile)]
    facts = {probe.id: facts_of(probe.request, fixtures.known) for probe in offered if probe.request}
    checked = [_checked(probe, facts, fixtures) for probe in offered]
    if bad_credentials is None:
        return Plan(tuple(checked), facts)
    budget = bad_credentials
    kept: dict[str, Probe] = {}
    bad = {
        probe.id
        for probe in checked
        if probe.request is not None and not probe.withheld and not _good(probe.request, facts[probe.id])
    }
    for probe in _in_turn(checked, bad):
        kept[probe.id] = probe
        if probe.id not in bad:
            continue
        if budget < probe.copies:
            kept[probe.id] = replace(probe, withheld=f"max_bad_credentials = {bad_credentials} would be exceeded")
        else:
            budget -= probe.copies
    return Plan(tuple(kept[probe.id] for probe in checked), facts)


def _in_turn(probes: Iterable[Probe], bad: Collection[str]) -> list[Probe]:
    """The smaller profiles first, and within each, of the `bad` ones, the first of every kind, then the second."""
    seen: Counter[tuple[Profile, str]] = Counter()
    keys: dict[str, tuple[int, int]] = {}
    for probe in probes:
        kind = (probe.profile, _kind(probe.id))
        keys[probe.id] = (list(Profile).index(probe.profile), seen[kind])
        seen[kind] += probe.id in bad
    return sorted(probes, key=lambda probe: keys[probe.id])


def _kind(probe_id: str) -> str:
    """The part of the document that a probe is about; tokens, which most bad ones are about, are of several kinds."""
    first, _, rest = probe_id.partition(".")
    return f"{first}.{rest.partition('.')[0]}" if first == "token" else first


def _checked(probe: Probe, facts: Mapping[str, Facts], fixtures: TargetFixtures) -> Probe:
    if probe.request is None:
        return probe
    reason = refusal(probe.request, facts[probe.id], fixtures)
    return replace(probe, withheld=reason) if reason else probe


def _good(request: Request, facts: Facts) -> bool:
    """Whether all credentials of a request are good."""
    return facts.token.good and not request.second_token
