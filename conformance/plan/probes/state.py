"""The opening association, the same again, new and known ones many at once, the read-back, and the last ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.message import Request
from conformance.plan.inventory import Profile
from conformance.plan.probe import Probe, Stage
from conformance.plan.requests import body_of, documented

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.plan.inventory import Inventory

__all__ = ["state_probes"]

_FIELDS = (
    "id", "repository_id", "update_status", "last_update_at", "url", "last_successful_update_at", "number_of_failures",
    "mirroring_enabled", "is_private", "endpoint_uuid", "last_error",
)  # fmt: skip
_OF_A_201 = (
    "status.201.permitted",
    "status.documented",
    "request.url.http",
    "response.201.object",
    "response.201.unique-members",
    *(f"response.201.{name}.type" for name in _FIELDS),
    *(f"response.201.{name}.not-null" for name in ("last_update_at", "last_successful_update_at")),
    "response.201.last_update_at.format",
    "response.201.last_successful_update_at.format",
    "response.201.id.minimum",
    "response.201.number_of_failures.minimum",
    "response.201.repository_id.echo",
    "response.201.url.echo",
    "response.201.content-type",
    "response.201.update_status.values",
    "response.201.null",
    "response.201.extra",
    "example.correlation",
)
_CREATION, _BURST, _LAST = 8, 8, 2  # how many requests


def state_probes(inventory: Inventory) -> Iterator[Probe]:
    """The first association carries every clause of a 201; what follows looks at the state that it left."""
    first = documented(inventory, inventory.token)
    yield Probe("state.first", "the first association", _OF_A_201, first, profile=Profile.SMOKE, stage=Stage.OPENING)
    yield Probe(
        "state.again",
        "the same association again",
        ("state.repeat",),
        first,
        profile=Profile.SMOKE,
        stage=Stage.OPENING,
    )
    fresh = f"https://mirror.invalid/at-once-{inventory.seed}.git"
    yield Probe(
        "state.creation",
        f"an association with a new url, {_CREATION} times at once",
        ("state.concurrent",),
        documented(inventory, inventory.token, body=body_of(fresh)),
        stage=Stage.CREATION,
        copies=_CREATION,
    )
    yield Probe(
        "state.burst",
        f"the same association {_BURST} times at once",
        ("state.concurrent",),
        first,
        stage=Stage.BURST,
        copies=_BURST,
    )
    target = b"/v4/repositories/%d/remote-mirror" % inventory.resource
    read = Request("GET", target, inventory.token)
    yield Probe("state.read-back", "the association, read back", ("state.read-back",), read, stage=Stage.BURST)
    yield Probe(
        "state.last",
        f"the same association after everything else, {_LAST} times",
        ("status.201.permitted", "status.documented"),
        first,
        stage=Stage.LAST,
        copies=_LAST,
    )
