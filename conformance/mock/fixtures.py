"""What the mock knows from the start: which tokens are valid, which repositories exist, and who may associate them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Access", "Account", "Fixtures"]

Account = Literal["permitted", "restricted"]
"""Whose token it is: ``permitted`` may associate ``Fixtures.repository_id``, ``restricted`` may not."""

Access = Literal["permitted", "restricted", "missing"]
"""What a repository is to the permitted account: it may associate it, it may not, or there is none."""

_ISSUED_LENGTH = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixtures:
    """Tokens, repositories and permissions, and the names a target description gives to some of them.

    ``tokens`` maps each valid token to its account; ``repositories`` maps each existing id to the accounts that may
    associate it. A valid token that is not among the named ones, or a repository without a name, is as good as any.
    """

    token: str
    restricted_token: str
    tokens_by_length: Mapping[int, str]
    tokens: Mapping[str, Account]
    repository_id: int
    restricted_repository_id: int
    missing_repository_id: int
    repositories: Mapping[int, frozenset[Account]]

    @classmethod
    def default(cls) -> Fixtures:
        """Return the same fixtures on every machine and in every run; none of the tokens is a secret."""
        token = _token("permitted", _ISSUED_LENGTH)
        restricted_token = _token("restricted", _ISSUED_LENGTH)
        tokens_by_length = {1: "1", 100_000: _token("longest", 100_000)}
        permitted: frozenset[Account] = frozenset({"permitted"})
        return cls(
            token=token,
            restricted_token=restricted_token,
            tokens_by_length=tokens_by_length,
            tokens={
                token: "permitted",
                restricted_token: "restricted",
                **dict.fromkeys(tokens_by_length.values(), "permitted"),
            },
            repository_id=2_112_029_391,
            restricted_repository_id=456,
            missing_repository_id=2_147_483_646,
            repositories={
                1: permitted,
                456: frozenset(),
                2_112_029_391: permitted,
                2_147_483_647: permitted,
            },
        )

    @property
    def named(self) -> Mapping[Access, int]:
        """The repositories that a target description names, by what they are."""
        return {
            "permitted": self.repository_id,
            "restricted": self.restricted_repository_id,
            "missing": self.missing_repository_id,
        }

    def access(self, repository_id: int) -> Access:
        """Tell what the repository is to the permitted account."""
        accounts = self.repositories.get(repository_id)
        if accounts is None:
            return "missing"
        return "permitted" if "permitted" in accounts else "restricted"


def _token(seed: str, length: int) -> str:
    """Make a token like IAM's: base64 with ``-`` for ``/``, beginning like a signed message; length in characters."""
    digest = hashlib.shake_256(f"conformance mock {seed}".encode()).digest(length)
    return ("MII" + base64.b64encode(digest, altchars=b"+-").decode("ascii"))[:length]
