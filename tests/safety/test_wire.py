"""Whole runs over a wiretap: no byte that leaves is unsafe, in each mode, on loopback and as if off it."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from conformance.config.settings import load_settings
from conformance.config.targets import Target
from conformance.engine.assembly import session_of
from conformance.engine.preparation import Preparation, fixtures_of
from conformance.mock import Fixtures, Mock, running
from conformance.runner.embedded import target_of
from conformance.spec import load_contract
from tests.safety.auditor import Auditor
from tests.safety.wiretap import listening

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.safety.wiretap import Heard

FIXTURES = Fixtures.default()
SECRETS = frozenset(
    token.encode("latin-1")
    for token in (FIXTURES.token, FIXTURES.restricted_token, *FIXTURES.tokens_by_length.values())
)
MODES = pytest.mark.parametrize("mutation", ["never", "fixture", "any"])
MOST_BAD, BAD_IN_A_ROW = 60, 4


@contextmanager
def _heard(mutation: str, **options: object) -> Iterator[tuple[list[Heard], Target]]:
    """Everything that a run sends."""
    with running(Mock()) as behind, listening(behind) as tap:
        target = target_of(FIXTURES, tap.base_url)
        settings = load_settings({"seed": 1, "mutation": mutation, **options}, {}, None)
        preparation = Preparation.of(settings, target, load_contract())
        session = session_of(preparation, None, recorded=False)
        chosen = {probe.id for probe in preparation.plan.probes} | {prop.id for prop in preparation.properties}
        try:
            session.open(chosen)
            session.start(chosen)
            session.join()
        finally:
            session.client.close()
        heard = tap.heard
        assert len(heard) == session.client.requests
        yield heard, target


def _auditor(mutation: str, target: Target, *, loopback: bool) -> Auditor:
    return Auditor(mutation, frozenset(fixtures_of(target, load_contract()).roles), SECRETS, "example.com", loopback)


@MODES
@pytest.mark.parametrize("profile", ["standard", pytest.param("deep", marks=pytest.mark.nightly)])
def test_nothing_unsafe_leaves(mutation: str, profile: str) -> None:
    """On loopback, with everything in flight that may be."""
    with _heard(mutation, profile=profile) as (heard, target):
        auditor = _auditor(mutation, target, loopback=True)
        assert [words for request in heard for words in auditor.complaints(request)] == []
        good = sum(not auditor.bad(request) for request in heard)
        assert good > (0 if mutation == "never" else 50)


@MODES
def test_nothing_unsafe_leaves_off_loopback(mutation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bad credentials go one at a time, at most four before a good one, at most sixty in all."""
    monkeypatch.setattr(Target, "loopback", property(lambda _: False))
    with _heard(mutation, rate=10_000) as (heard, target):
        auditor = _auditor(mutation, target, loopback=False)
        assert [words for request in heard for words in auditor.complaints(request)] == []
        bad = [request for request in heard if auditor.bad(request)]
        assert 0 < len(bad) <= MOST_BAD
        assert all(before.answered < after.first for before, after in pairwise(bad))
        row = 0
        for request in heard:
            row = row + 1 if auditor.bad(request) else 0
            assert row <= BAD_IN_A_ROW, request.head[:90]
