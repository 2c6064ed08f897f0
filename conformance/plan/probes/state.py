"""The opening request, the same again, new and known ones many at once, the read-back, and the last ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.message import Request
from conformance.plan.fixtures import Profile
from conformance.plan.probe import Probe, Stage
from conformance.plan.requests import SAFE, documented

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.probe import Declared

__all__ = ["state_probes"]

_CREATION, _BURST, _LAST = 8, 8, 2  # how many requests


def state_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """The first request carries every clause of a success; what follows looks at the state that it left.

    A request that is not said to be the same when it is repeated is not repeated for that, nor sent many at once.
    """
    operation = fixtures.operation
    first = documented(fixtures, fixtures.token)
    opening = [("state.first", "the first request", clauses.success(operation.success))]
    if again := clauses.same_again(at_once=False):
        opening.append(("state.again", "the same request again", again))
    for name, title, ids in opening:
        yield Probe(name, title, ids, first, profile=Profile.SMOKE, stage=Stage.OPENING)
    if at_once := clauses.same_again(at_once=True):
        if operation.url_member is not None and operation.method not in SAFE:
            url = f"https://mirror.invalid/at-once-{fixtures.seed}.git"
            fresh = documented(fixtures, fixtures.token, body=fixtures.body_with(url))
            title = f"a request with a new {operation.url_member}, {_CREATION} times at once"
            yield Probe("state.creation", title, at_once, fresh, stage=Stage.CREATION, copies=_CREATION)
        title = f"the same request {_BURST} times at once"
        yield Probe("state.burst", title, at_once, first, stage=Stage.BURST, copies=_BURST)
    if fixtures.resource is not None and (target := fixtures.read_back(fixtures.resource)) is not None:
        request = Request("GET", target, fixtures.token, token_header=fixtures.header)
        title = f"the {operation.noun}, read back"
        yield Probe("state.read-back", title, clauses.recorded("read-back"), request, stage=Stage.BURST)
    title = f"the same request after everything else, {_LAST} times"
    owed = clauses.owed(role="permitted") + clauses.documented
    yield Probe("state.last", title, owed, first, stage=Stage.LAST, copies=_LAST)
