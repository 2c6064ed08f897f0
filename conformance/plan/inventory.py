"""What the suite has in hand to make requests of: tokens, repositories, the url, and how careful it has to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from conformance.contract.facts import Role, Surroundings
from conformance.contract.wallet import Wallet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.message import Token

__all__ = ["Inventory", "Mutation", "Profile"]


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


@dataclass(frozen=True)
class Inventory:
    """The target description, as far as requests are made of it; tokens are recipes that name their secret.

    `former` are those that `token` has replaced in the course of the run: as valid, until they expire.
    """

    token: Token
    repository_id: int
    mirror_url: str
    restricted_token: Token | None = None
    restricted_repository_id: int | None = None
    missing_repository_id: int | None = None
    tokens_by_length: Mapping[int, Token] = field(default_factory=dict)
    repositories: Mapping[int, Role] = field(default_factory=dict)
    mutation: Mutation = Mutation.FIXTURE
    loopback: bool = True
    seed: int = 0
    former: tuple[Token, ...] = ()

    @cached_property
    def roles(self) -> dict[int, Role]:
        """Every repository that the description names, and what it says of it."""
        named = {
            self.repository_id: Role.PERMITTED,
            self.restricted_repository_id: Role.RESTRICTED,
            self.missing_repository_id: Role.MISSING,
        }
        return {**self.repositories, **{number: role for number, role in named.items() if number is not None}}

    @cached_property
    def surroundings(self) -> Surroundings:
        """What facts are told from."""
        valid = frozenset(token.value for token in (self.token, *self.former, *self.tokens_by_length.values()))
        restricted = frozenset({self.restricted_token.value}) if self.restricted_token else frozenset()
        wallet = Wallet(valid, restricted)
        return Surroundings(wallet, self.roles, self.repository_id, self.mirror_url, self.token.value)
