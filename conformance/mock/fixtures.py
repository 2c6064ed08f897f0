"""Tokens, repositories and permissions that the mock knows from the start; and the target description of them."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Account = Literal["permitted", "restricted"]
"""The owner of a token: ``permitted`` may associate ``Fixtures.repository_id``, ``restricted`` may not."""

Access = Literal["permitted", "restricted", "missing"]
"""The role of a repository for the permitted account: it may associate it, it may not, or there is none."""

USER = "conformance"
PASSWORD = "no-secret-of-the-mock"  # noqa: S105 - the mock prints its fixtures: they are no secrets
DOMAIN = "conformance-account"
PROJECT = "mock-region"

MIRROR_URL = "https://example.com/0379d2da2bae4c38b3d2fbbdb6f2a3f2/test.git"
"""The url of the document's example request."""

_ISSUED_LENGTH = 1_500
_LONGEST_LITERAL = 2_000  # characters; a longer token goes to a file of its own


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
    def default(cls, seed: int | None = None) -> Fixtures:
        """Return the same fixtures on every machine and in every run; none of the tokens is a secret.

        Another seed makes other tokens, except that of one character.
        """
        drawn = "" if seed is None else f" {seed}"
        token = token_of(f"permitted{drawn}", _ISSUED_LENGTH)
        restricted_token = token_of(f"restricted{drawn}", _ISSUED_LENGTH)
        tokens_by_length = {1: "1", 100_000: token_of(f"longest{drawn}", 100_000)}
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
                457: frozenset(),
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


def token_of(seed: str, length: int) -> str:
    """Make a token like IAM's: base64 with ``-`` for ``/``, beginning like a signed message; length in characters."""
    digest = hashlib.shake_256(f"conformance mock {seed}".encode()).digest(length)
    return ("MII" + base64.b64encode(digest, altchars=b"+-").decode("ascii"))[:length]


def describe(fixtures: Fixtures, base_url: str, token_directory: Path, *, iam: bool = False) -> str:
    """Return a target description in TOML (docs/interface.md), ending with a line break.

    With ``iam`` it says how to obtain a token from the mock's identity service, instead of one.

    Tokens too long for a terminal are written to ``token-LENGTH.txt`` in ``token_directory``, which is made where it is
    missing. Raises ``UsageError`` if that fails.
    """
    tokens = ", ".join(
        f"{length} = {_string(written(token, token_directory))}"
        for length, token in sorted(fixtures.tokens_by_length.items())
    )
    named = (fixtures.repository_id, fixtures.restricted_repository_id, fixtures.missing_repository_id)
    others = ", ".join(
        f"{repository_id} = {_string(fixtures.access(repository_id))}"
        for repository_id in sorted(fixtures.repositories)
        if repository_id not in named
    )
    lines = (
        "[targets.mock]",
        f"base_url = {_string(base_url)}",
        *([] if iam else [f"token = {_string(fixtures.token)}"]),
        f"repository_id = {fixtures.repository_id}",
        f"mirror_url = {_string(MIRROR_URL)}",
        f"restricted_token = {_string(fixtures.restricted_token)}",
        f"restricted_repository_id = {fixtures.restricted_repository_id}",
        f"missing_repository_id = {fixtures.missing_repository_id}",
        f"tokens_by_length = {{ {tokens} }}",
        f"repositories = {{ {others} }}",
    )
    return "\n".join([*lines, *(_identity(base_url, token_directory) if iam else [])]) + "\n"


def _identity(base_url: str, directory: Path) -> list[str]:
    return [
        "",
        "[targets.mock.iam]",
        f"endpoint = {_string(base_url)}",
        f"user = {_string(USER)}",
        f"password = {_string(_file(directory / 'password.txt', PASSWORD))}",
        f"domain = {_string(DOMAIN)}",
        f"project = {_string(PROJECT)}",
    ]


def written(token: str, directory: Path) -> str:
    """The token, or a reference to a file in ``directory`` where it is too long for a terminal."""
    if len(token) <= _LONGEST_LITERAL:
        return token
    return _file(directory / f"token-{len(token)}.txt", token)


def _file(path: Path, text: str) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
    except OSError as error:
        raise UsageError(f"cannot write the mock's {path.name}: {error.strerror}; choose another directory") from error
    return f"file:{path.as_posix()}"


def _string(text: str) -> str:
    """Write a TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False)
