"""The plan of a run: the same for the same seed, profiles inside each other, a budget that keeps smoke first."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import pytest

from conformance.contract.facts import Role, facts_of
from conformance.plan.plan import all_probes, make_plan
from conformance.plan.probe import Mutation, Profile
from tests.plan.fixtures import CATALOGUE, NAMED, fixtures, least, token

if TYPE_CHECKING:
    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.plan import Plan
    from conformance.plan.probe import Probe

ANY = fixtures(mutation=Mutation.ANY)
DESCRIPTIONS = {
    "everything": fixtures(),
    "everything, and anything may be changed": ANY,
    "everything, and nothing may be changed": fixtures(mutation=Mutation.NEVER),
    "the least": least(),
    "the least, off loopback": least(loopback=False),
    "the edges named": fixtures(resources=NAMED),
    "repository 1": least(resource=1),
    "the largest repository": least(resource=2147483647),
    "the repository of the document's example": fixtures(resource=123),
    "a token of 1 character": least(token=token("x")),
    "a token of 15 characters": fixtures(token=token("a1b2c3d4e5f6g7h")),
    "a token without letters": fixtures(token=token("0123456789012345")),
    "a token of 100,000 characters": fixtures(token=ANY.tokens_by_length[100_000], tokens_by_length={}),
}

described = pytest.mark.parametrize("whole", DESCRIPTIONS.values(), ids=DESCRIPTIONS.keys())


@dataclass(eq=False)
class Described:
    """A description, and the plans that were made of it."""

    whole: TargetFixtures
    plans: dict[tuple[Profile, int | None], Plan] = field(default_factory=dict)

    @cached_property
    def probes(self) -> tuple[Probe, ...]:
        """Every probe by the shipped catalogue."""
        return all_probes(self.whole, CATALOGUE)


KNOWN: dict[int, Described] = {}


def of(whole: TargetFixtures) -> Described:
    """The same for the same object; an equal one is made of anew."""
    return KNOWN.setdefault(id(whole), Described(whole))


def offered(whole: TargetFixtures) -> tuple[Probe, ...]:
    """Every probe by the shipped catalogue."""
    return of(whole).probes


def planned(whole: TargetFixtures, profile: Profile, budget: int | None = None) -> Plan:
    """The plan by the shipped catalogue."""
    plans, key = of(whole).plans, (profile, budget)
    if key not in plans:
        plans[key] = make_plan(whole, CATALOGUE, profile, budget, offered(whole))
    return plans[key]


def bad(probe: Probe, whole: TargetFixtures) -> bool:
    """Whether the probe's request has credentials that are not good."""
    request = probe.request
    if request is None:
        return False
    return request.second_token or not facts_of(request, whole.known).token.good


def bad_sent(plan: Plan, whole: TargetFixtures) -> int:
    """The number of requests without a good token that the plan sends."""
    return sum(probe.copies for probe in plan.sent if bad(probe, whole))


def test_the_same_seed_makes_the_same_plan() -> None:
    """The same fixtures give the same probes, byte for byte."""
    assert planned(fixtures(seed=7), Profile.DEEP) == planned(fixtures(seed=7), Profile.DEEP)
    wires = [
        [probe.request.header_fields() for probe in planned(fixtures(seed=7), Profile.DEEP).sent if probe.request]
        for _ in range(2)
    ]
    assert wires[0] == wires[1]


def test_another_seed_makes_other_tokens_and_nothing_else() -> None:
    """Ids, words and order stay; only unknown tokens differ, and the url that is new to the target."""
    one, other = (
        planned(fixtures(seed=7), Profile.DEEP),
        planned(fixtures(seed=8), Profile.DEEP),
    )
    assert [(probe.id, probe.title, probe.clauses) for probe in one.probes] == [
        (probe.id, probe.title, probe.clauses) for probe in other.probes
    ]
    changed = {a.id for a, b in zip(one.probes, other.probes, strict=True) if a.request != b.request}
    assert "state.creation" in changed
    odd = [name for name in changed - {"state.creation"} if not (bad(one.by_id[name], fixtures()) or "valid" in name)]
    assert odd == []
    known = ("token.unusual", "body.", "id.", "state.creation", "pair.token-odd")
    assert [name for name in changed if "unknown" not in name and not name.startswith(known)] == []


@described
def test_probes_have_ids_that_are_the_same_for_every_target(whole: TargetFixtures) -> None:
    """Each id stands once, and every description offers the same ids in the same order with the same words."""
    probes = offered(whole)
    assert len({probe.id for probe in probes}) == len(probes)
    assert [(probe.id, probe.title) for probe in probes] == [(probe.id, probe.title) for probe in offered(ANY)]


@described
def test_profiles_contain_each_other(whole: TargetFixtures) -> None:
    """Standard sends all that smoke sends, and deep all that standard sends, in the same order."""
    smoke, standard, deep = (planned(whole, profile).probes for profile in Profile)
    assert [probe for probe in standard if probe in set(smoke)] == list(smoke)
    assert [probe for probe in deep if probe in set(standard)] == list(standard)
    assert len(smoke) < len(standard) <= len(deep)


def test_profiles_are_ordered() -> None:
    """A profile covers itself and the smaller ones."""
    assert [[a.covers(b) for b in Profile] for a in Profile] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def test_smoke_is_about_40_requests() -> None:
    """With a full description, the smoke profile sends 35 to 55 requests."""
    assert 35 <= sum(probe.copies for probe in planned(ANY, Profile.SMOKE).sent) <= 55


def test_the_probes_of_standard_send_at_most_500_requests() -> None:
    """With a full description; about 23 more are drawn."""
    assert 400 <= sum(probe.copies for probe in planned(ANY, Profile.STANDARD).sent) <= 500


@described
def test_a_withheld_probe_says_why(whole: TargetFixtures) -> None:
    """A probe without a request, and one that the policy forbids, has words for the reason; the others have none."""
    for probe in planned(whole, Profile.DEEP).probes:
        assert probe.request is not None or probe.withheld
        assert probe.withheld != ""


@pytest.mark.parametrize(
    ("key", "probes"),
    [
        pytest.param("restricted_token", ["permission.restricted-token", "permission.neither"], id="restricted_token"),
        pytest.param(
            "restricted_repository_id",
            ["permission.restricted-repository", "precedence.restricted-repository.missing-token"],
            id="restricted_repository_id",
        ),
        pytest.param(
            "missing_repository_id",
            ["permission.missing-repository", "permission.neither", "precedence.missing-repository.cut-token"],
            id="missing_repository_id",
        ),
        pytest.param("tokens_by_length", ["token.valid.length-1", "token.valid.length-100000"], id="tokens_by_length"),
    ],
)
def test_a_description_without_a_key_withholds_its_probes_and_names_the_key(key: str, probes: list[str]) -> None:
    """The missing key is named, and with it nothing is withheld."""
    without = planned(least(mutation=Mutation.ANY), Profile.DEEP)
    everything = planned(ANY, Profile.DEEP)
    for probe_id in probes:
        withheld = without.by_id[probe_id].withheld
        assert without.by_id[probe_id].request is None
        assert withheld is not None
        assert withheld.startswith("the description has no ")
        assert key in withheld
        assert everything.by_id[probe_id].withheld is None


def test_only_what_the_policy_forbids_is_withheld_from_a_whole_description() -> None:
    """With every key, and everything allowed, all is sent; else each reason names the mutation mode."""
    assert planned(ANY, Profile.DEEP).probes == planned(ANY, Profile.DEEP).sent
    for mutation in (Mutation.FIXTURE, Mutation.NEVER):
        plan = planned(fixtures(mutation=mutation), Profile.DEEP)
        reasons = [probe.withheld for probe in plan.probes if probe.withheld]
        assert reasons
        assert all(reason.startswith(f"mutation = {mutation}") for reason in reasons)
        assert len(plan.sent) + len(reasons) == len(plan.probes)


def test_a_withheld_probe_keeps_its_request() -> None:
    """A request that the policy forbids can still be shown."""
    probe = planned(fixtures(mutation=Mutation.NEVER), Profile.SMOKE).by_id["state.first"]
    assert probe.withheld
    assert probe.request == planned(ANY, Profile.SMOKE).by_id["state.first"].request


def test_never_sends_no_valid_token_to_a_repository() -> None:
    """Of the plan of `never`, nothing with a good token reaches an id in range."""
    whole = fixtures(mutation=Mutation.NEVER)
    for probe in planned(whole, Profile.DEEP).sent:
        assert probe.request is not None
        facts = facts_of(probe.request, whole.known)
        assert not (facts.token.good and facts.id is not None and 1 <= facts.id <= 2147483647)


def test_fixture_withholds_every_edge_that_is_not_named() -> None:
    """Ids 1 and 2147483647 are sent a valid token only where the description names them."""
    edges = ("id.minimum.valid-token", "id.two.valid-token", "id.maximum.valid-token")
    assert all(planned(fixtures(), Profile.DEEP).by_id[probe_id].withheld for probe_id in edges)
    named = planned(fixtures(resources=NAMED), Profile.DEEP)
    assert not any(named.by_id[probe_id].withheld for probe_id in edges)
    assert named.by_id["id.maximum.valid-token"].profile is Profile.SMOKE
    assert named.by_id["id.two.valid-token"].profile is Profile.DEEP


# the budget for bad credentials


@pytest.mark.parametrize("budget", [0, 1, 10, 60, 1000], ids=lambda budget: f"{budget} allowed")
@pytest.mark.parametrize("whole", [ANY, least(loopback=False)], ids=["everything", "the least, off loopback"])
def test_no_more_bad_credentials_than_allowed(whole: TargetFixtures, budget: int) -> None:
    """The plan sends at most so many requests without a good token; the others are withheld and name the key."""
    plan = planned(whole, Profile.DEEP, budget)
    assert bad_sent(plan, whole) <= budget
    unlimited = planned(whole, Profile.DEEP)
    assert [probe.id for probe in plan.probes] == [probe.id for probe in unlimited.probes]
    for probe, free in zip(plan.probes, unlimited.probes, strict=True):
        if probe.withheld != free.withheld:
            assert bad(probe, whole)
            assert probe.withheld == f"max_bad_credentials = {budget} would be exceeded"
    assert bad_sent(plan, whole) == min(budget, bad_sent(unlimited, whole))


def test_the_budget_keeps_smoke_first() -> None:
    """A budget that is enough for smoke sends all of it; the rest goes to the others."""
    smoke = bad_sent(planned(ANY, Profile.SMOKE), ANY)
    plan = planned(ANY, Profile.DEEP, smoke + 3)
    assert not [probe.id for probe in plan.probes if probe.profile is Profile.SMOKE and probe.withheld]
    assert len([probe for probe in plan.sent if probe.profile is not Profile.SMOKE and bad(probe, ANY)]) == 3


def test_the_budget_goes_round_the_kinds() -> None:
    """With the default of 60, five of each of the seven kinds are sent, or all; two things wrong at once are a kind."""
    sent, free = (
        [probe.id for probe in planned(ANY, Profile.STANDARD, budget).sent if bad(probe, ANY)] for budget in (60, 1_000)
    )
    kinds = ("precedence.", "id.", "token.unknown.", "token.valid.", "token.unusual.", "token.repeated.", "pair.")
    for kind in kinds:
        all_of_it = sum(probe.startswith(kind) for probe in free)
        assert all_of_it, kind
        assert sum(probe.startswith(kind) for probe in sent) >= min(5, all_of_it), kind


def test_the_default_budget_is_enough_for_smoke() -> None:
    """60, the default of max_bad_credentials, withholds nothing of the smoke profile."""
    assert bad_sent(planned(ANY, Profile.SMOKE), ANY) <= 60
    assert planned(ANY, Profile.SMOKE, 60) == planned(ANY, Profile.SMOKE)


def test_the_budget_spares_good_credentials() -> None:
    """With no budget at all, every request with a good token is sent."""
    free, none = planned(ANY, Profile.DEEP), planned(ANY, Profile.DEEP, 0)
    assert none.sent == tuple(probe for probe in free.sent if not bad(probe, ANY))


# the fixtures


def test_the_description_s_own_roles_come_first() -> None:
    """The named repositories have their roles whatever the table `repositories` says of them."""
    whole = fixtures(resources={456: Role.PERMITTED, 9: Role.MISSING, 2112029391: Role.MISSING})
    assert whole.roles == {
        2112029391: Role.PERMITTED,
        456: Role.RESTRICTED,
        2147483646: Role.MISSING,
        9: Role.MISSING,
    }


def test_the_known_target_has_every_token() -> None:
    """The known tokens are the token, those by length, and the one without permission."""
    known = ANY.known
    assert ANY.token.value in known.tokens.valid
    assert b"1" in known.tokens.valid
    assert len(known.tokens.valid) == 3
    assert ANY.restricted_token is not None
    assert known.tokens.restricted == {ANY.restricted_token.value}
    assert least().known.tokens.restricted == frozenset()
    assert (known.resource, known.url) == (ANY.resource, ANY.url)


@described
def test_a_plan_knows_the_facts_of_its_requests(whole: TargetFixtures) -> None:
    """Those that were told when the policy was asked; without probes that were made before it is the same plan."""
    plan = planned(whole, Profile.DEEP)
    assert plan.facts == {
        probe.id: facts_of(probe.request, whole.known) for probe in plan.probes if probe.request is not None
    }
    assert make_plan(whole, CATALOGUE, Profile.DEEP) == plan
