"""Properties: how many requests each draws, what they are about, and that the safety policy holds for all."""

from __future__ import annotations

import importlib
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from conformance.contract.body import BodyKind
from conformance.contract.facts import Facts, facts_of
from conformance.contract.known_tokens import TokenKind
from conformance.contract.values import ValueKind
from conformance.judge.expected import expectation_of
from conformance.plan.generation import collect, safe
from conformance.plan.probe import Mutation, Profile
from conformance.plan.properties import properties
from conformance.spec import load_contract
from tests.plan.fixtures import fixtures

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.contract.message import Request
    from conformance.plan.fixtures import TargetFixtures

CONTRACT = load_contract()
EXPECTED = expectation_of(CONTRACT).expected
PROPERTIES = properties(CONTRACT)
BY_ID = {prop.id: prop for prop in PROPERTIES}
OFF_LOOPBACK = {"loopback": False, "url": "https://mirror.invalid/a.git"}
INVENTORIES = {
    "any": fixtures(mutation=Mutation.ANY, seed=1),
    "fixture": fixtures(mutation=Mutation.FIXTURE, seed=1, **OFF_LOOPBACK),
    "never": fixtures(mutation=Mutation.NEVER, seed=1, **OFF_LOOPBACK),
}


@cache
def requests(prop: str, name: str = "any", number: int = 60) -> tuple[Request, ...]:
    """The generated requests, drawn once for all tests."""
    known = INVENTORIES[name]
    return collect(prop, BY_ID[prop].family(known), known, number)


def facts(prop: str, name: str = "any", number: int = 60) -> list[Facts]:
    """The facts of the generated requests."""
    known: TargetFixtures = INVENTORIES[name]
    return [facts_of(request, known.known) for request in requests(prop, name, number)]


def test_what_else_is_loaded_changes_no_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hypothesis reads the constants of modules outside site-packages, and they are drawn for no seed."""
    known, prop = INVENTORIES["any"], "property.bodies"
    before = collect(prop, BY_ID[prop].family(known), known, 100)
    (tmp_path / "loaded.py").write_text(f"CONSTANTS = {[f'loaded {number}' for number in range(500)]}\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("loaded")
    assert collect(prop, BY_ID[prop].family(known), known, 100) == before


@pytest.mark.parametrize(
    ("profile", "least", "most"), [(Profile.SMOKE, 0, 0), (Profile.STANDARD, 20, 25), (Profile.DEEP, 4500, 5500)]
)
def test_a_profile_draws_what_it_promises(profile: Profile, least: int, most: int) -> None:
    """With the probes: about 50, about 500, about 6,000 requests."""
    assert least <= sum(prop.examples(profile) for prop in PROPERTIES) <= most


@pytest.mark.parametrize("prop", BY_ID)
def test_the_only_request_of_a_property_changes_with_the_seed(prop: str) -> None:
    """Hypothesis' first example is the simplest for every seed; its second has another first choice."""
    known = INVENTORIES["any"]
    family = BY_ID[prop].family(known)
    drawn = {collect(prop, family, replace(known, seed=number), 1) for number in range(8)}
    assert len(drawn) > 2


def test_properties_are_there_for_clauses_that_exist() -> None:
    """Ids are unique, and every clause is in the catalogue."""
    assert len(BY_ID) == len(PROPERTIES)
    for prop in PROPERTIES:
        assert prop.id.startswith("property.")
        assert set(prop.clauses) <= CONTRACT.catalogue.by_id.keys()


@pytest.mark.parametrize("name", INVENTORIES)
@pytest.mark.parametrize("prop", BY_ID)
def test_every_property_draws_under_every_policy(prop: str, name: str) -> None:
    """As many as the standard profile asks for, no two alike, and none that the client would refuse."""
    drawn = requests(prop, name)
    assert 8 <= len(drawn) == len(set(drawn)) <= 60
    assert all(safe(request, INVENTORIES[name]) for request in drawn)


@pytest.mark.parametrize("prop", BY_ID)
def test_a_property_speaks_of_its_subject_only(prop: str) -> None:
    """All else is in contract, so that what fails is what the property is about."""
    for fact in facts(prop):
        if prop not in {"property.methods", "property.openapi", "property.pairs"}:
            assert fact.documented_method
        if prop not in {"property.ids.out-of-range", "property.ids.look-alikes", "property.openapi", "property.pairs"}:
            assert fact.id_kind is ValueKind.IN_RANGE
        if prop in {"property.tokens.length", "property.tokens.shape"}:
            assert fact.token is TokenKind.UNKNOWN
        if prop == "property.ids.in-range":
            assert fact.token in {TokenKind.UNKNOWN, TokenKind.VALID}
        if prop.startswith(("property.ids", "property.tokens", "property.headers")):
            assert fact.body is BodyKind.DOCUMENTED


def test_ids_are_drawn_with_the_valid_token_where_they_prove_a_refusal() -> None:
    """A look-alike that is refused proves nothing with a bad token."""
    for prop in ("property.ids.out-of-range", "property.ids.look-alikes"):
        assert {fact.token for fact in facts(prop)} == {TokenKind.VALID}


def test_unknown_tokens_are_owed_a_401() -> None:
    """Of whatever length in contract, and of whatever shape; shapes have more than one character."""
    assert all(EXPECTED(fact) == {401} for fact in facts("property.tokens.shape"))
    assert min(fact.token_length for fact in facts("property.tokens.shape")) > 1
    within = [fact for fact in facts("property.tokens.length") if fact.token_length <= 100_000]
    assert all(EXPECTED(fact) == {401} for fact in within)


def test_urls_and_bodies_are_of_every_kind() -> None:
    """Some are owed a 201, others are not."""
    assert {fact.body for fact in facts("property.urls", number=200)} == {
        BodyKind.DOCUMENTED,
        BodyKind.URL_UNCOMMON,
        BodyKind.URL_OPEN,
        BodyKind.URL_NOT_HTTP,
    }
    kinds = {fact.body for fact in facts("property.bodies", number=200)}
    assert {BodyKind.DOCUMENTED, BodyKind.NOT_JSON, BodyKind.NOT_OBJECT, BodyKind.INVALID} <= kinds
    assert {fact.plain for fact in facts("property.bodies", number=200)} == {True, False}


def test_header_names_are_the_tokens_or_a_strangers() -> None:
    """In another case the valid token is owed a 201; in another header nothing but a stranger is sent."""
    assert {fact.token for fact in facts("property.headers")} == {TokenKind.VALID, TokenKind.MISSING}
    secret = INVENTORIES["any"].token.value
    assert all(secret not in value for request in requests("property.headers") for _, value in request.headers)


def test_a_documented_request_is_always_among_schemathesis_own() -> None:
    """Without it no 201 would ever be reached."""
    assert any(fact.succeeds for fact in facts("property.openapi"))
    for number in (4, 8):
        known = INVENTORIES["any"]
        drawn = requests("property.openapi", "any", number)
        assert facts_of(drawn[0], known.known).succeeds


def test_off_loopback_no_url_names_anything_but_invalid_hosts() -> None:
    """The service must never be made to call a stranger."""
    for prop in ("property.urls", "property.bodies"):
        assert not any(b"example" in (request.body or b"") for request in requests(prop, "fixture"))


def test_pairs_have_two_things_wrong_or_three() -> None:
    """No request of them is in contract, and each part is wrong in some."""
    found = facts("property.pairs", number=200)
    assert not any(fact.in_contract for fact in found)
    assert {fact.token for fact in found} >= {TokenKind.VALID, TokenKind.MISSING, TokenKind.UNKNOWN}
    assert {fact.id_kind for fact in found} >= {
        ValueKind.ABOVE,
        ValueKind.BELOW,
        ValueKind.NOT_INTEGER,
        ValueKind.IN_RANGE,
    }
    assert {fact.body for fact in found} >= {BodyKind.NOT_JSON, BodyKind.ABSENT, BodyKind.DOCUMENTED}
    for name in ("plain", "documented_method", "queried", "respelt"):
        assert {getattr(fact, name) for fact in found} == {True, False}, name
