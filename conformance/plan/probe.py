"""A probe: one deterministic request with a stable id and words for what it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from conformance.plan.inventory import Profile

if TYPE_CHECKING:
    from conformance.contract.message import Request

__all__ = ["Probe", "Stage"]


class Stage(IntEnum):
    """When a probe is sent: the opening one by one and first, bursts after all others, and the last after all else."""

    OPENING = 0
    MAIN = 1
    CREATION = 2
    BURST = 3
    LAST = 4


@dataclass(frozen=True, slots=True)
class Probe:
    """What to send, and the clauses that it is there for.

    `request` is None where the target description lacks what it needs; `withheld` then says what, in words. A policy
    may withhold a probe that has a request. `copies` are sent at the same time.
    """

    id: str
    title: str
    clauses: tuple[str, ...]
    request: Request | None
    withheld: str | None = None
    profile: Profile = Profile.STANDARD
    stage: Stage = Stage.MAIN
    copies: int = 1
