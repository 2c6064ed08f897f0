"""What the deep profile alone sends stands beside something that the standard profile sends."""

from __future__ import annotations

from conformance.plan.inventory import Mutation, Profile
from conformance.plan.look_alikes import LOOK_ALIKES
from conformance.plan.plan import all_probes
from tests.plan.inventories import inventory

PROBES = {probe.id: probe for probe in all_probes(inventory(mutation=Mutation.ANY))}


def test_look_alikes_are_left_to_deep() -> None:
    """Each is a probe of the deep profile, and no other one stands for it than the table says."""
    assert {name: PROBES[name].profile for name in LOOK_ALIKES} == dict.fromkeys(LOOK_ALIKES, Profile.DEEP)


def test_what_stands_for_a_look_alike_is_sent_by_the_standard_profile() -> None:
    """It is there for a clause that the look-alike is there for too."""
    wrong = []
    for name, other in LOOK_ALIKES.items():
        alike = set(PROBES[name].clauses) & set(PROBES[other].clauses)
        if not Profile.STANDARD.covers(PROBES[other].profile) or not alike:
            wrong.append((name, other, PROBES[name].clauses, PROBES[other].clauses))
    assert wrong == []
