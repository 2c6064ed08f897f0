"""How much a run sends, and what it may change: light to import, for the command line."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Mutation", "Profile"]


class Mutation(StrEnum):
    """What may be changed on the target (docs/safety.md)."""

    NEVER = "never"
    FIXTURE = "fixture"
    ANY = "any"


class Profile(StrEnum):
    """How much is sent: about 50, about 450, about 5,000 requests."""

    SMOKE = "smoke"
    STANDARD = "standard"
    DEEP = "deep"

    def covers(self, other: Profile) -> bool:
        """Whether a run of this profile sends what `other` asks for."""
        order = list(Profile)
        return order.index(self) >= order.index(other)
