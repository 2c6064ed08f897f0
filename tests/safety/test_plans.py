"""A thousand runs' worth of planned and generated requests, without a socket: nothing unsafe would leave.

What `conformance.traffic` adds to these bytes is looked at over a wiretap, in `test_wire`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.plan.generation import collect
from conformance.plan.plan import make_plan
from conformance.plan.policy import SAFE
from conformance.plan.probe import Mutation, Profile
from conformance.plan.properties import properties
from conformance.spec import read_contract, spec_directory
from tests.plan.fixtures import FIXTURES, NAMED, fixtures, least
from tests.safety.auditor import Auditor
from tests.safety.wiretap import Heard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.contract import Contract
    from conformance.contract.message import Request
    from conformance.plan.fixtures import TargetFixtures

EXAMPLES = spec_directory().parent / "examples"
SHIPPED, SHOWN = read_contract(spec_directory()), read_contract(EXAMPLES / "read-back")
SECRETS = frozenset(
    token.encode("latin-1")
    for token in (FIXTURES.token, FIXTURES.restricted_token, *FIXTURES.tokens_by_length.values())
)
RUNS = {Profile.SMOKE: 61, Profile.STANDARD: 22, Profile.DEEP: 1}
"""The number of seeds for each of the twelve pairs of description and mode: 1,008 runs."""


def _descriptions(seed: int) -> Iterator[TargetFixtures]:
    for mutation in Mutation:
        for loopback in (True, False):
            yield fixtures(mutation=mutation, loopback=loopback, seed=seed, resources=NAMED)
            yield least(mutation=mutation, loopback=loopback, seed=seed)


def _sent(known: TargetFixtures, contract: Contract, profile: Profile) -> Iterator[Request]:
    known = replace(known, operation=contract.operation)
    for probe in make_plan(known, contract.catalogue, profile, None if known.loopback else 60).sent:
        if probe.request is not None:
            yield probe.request
    for prop in properties(contract):
        if prop.withheld is None:
            yield from collect(prop.id, prop.family(known), known, prop.examples(profile))


def _heard(request: Request) -> Heard:
    fields = b"".join(b"%b: %b\r\n" % pair for pair in request.header_fields())
    head = b"%b %b HTTP/1.1\r\n%b" % (request.method.encode("latin-1"), request.target, fields)
    return Heard(1, head + b"\r\n" + (request.body or b""), 0, 1)


def _audited(known: TargetFixtures, profile: Profile, contract: Contract = SHIPPED) -> int:
    auditor = Auditor(known.mutation.value, frozenset(known.roles), SECRETS, "example.com", known.loopback)
    audited = 0
    for request in _sent(known, contract, profile):
        assert list(auditor.complaints(_heard(request))) == []
        audited += 1
    return audited


@pytest.mark.parametrize("profile", [Profile.SMOKE, Profile.STANDARD])
def test_no_plan_holds_anything_unsafe(profile: Profile) -> None:
    """One seed, each mode, with everything described and with the least, on loopback and off it."""
    assert all(_audited(known, profile) > 0 for known in _descriptions(1))


def test_no_plan_of_another_operation_holds_anything_unsafe() -> None:
    """A GET of the same resources; beside it, no method that changes something has a valid token."""
    for known in _descriptions(1):
        assert _audited(known, Profile.STANDARD, SHOWN) > 0
        if known.mutation is not Mutation.ANY:
            unsafe = [one for one in _sent(known, SHOWN, Profile.STANDARD) if one.method.upper() not in SAFE]
            tokens = {one.token.value for one in unsafe if one.token is not None}
            assert tokens & SECRETS == set()


@pytest.mark.nightly
@pytest.mark.parametrize("pair", range(12))
@pytest.mark.parametrize("profile", RUNS)
def test_no_plan_of_a_thousand_runs_holds_anything_unsafe(profile: Profile, pair: int) -> None:
    """Further seeds."""
    for seed in range(2, RUNS[profile] + 2):
        assert _audited(list(_descriptions(seed))[pair], profile) > 0
