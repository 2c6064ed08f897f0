"""The mock as a target: what to paste into ``conformance.toml``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformance.exceptions import UsageError
from conformance.mock.iam import DOMAIN, PASSWORD, PROJECT, USER

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.mock.fixtures import Fixtures

__all__ = ["MIRROR_URL", "describe"]

MIRROR_URL = "https://example.com/0379d2da2bae4c38b3d2fbbdb6f2a3f2/test.git"
"""The url of the document's example request."""

_LONGEST_LITERAL = 2_000  # characters; a longer token goes to a file of its own


def describe(fixtures: Fixtures, base_url: str, token_directory: Path, *, iam: bool = False) -> str:
    """Return a target description in TOML (docs/interface.md), ending with a line break.

    With ``iam`` it says how to obtain a token from the mock's identity service, instead of one.

    Tokens too long for a terminal are written to ``token-LENGTH.txt`` in ``token_directory``, which is made where it is
    missing. Raises ``UsageError`` if that fails.
    """
    tokens = ", ".join(
        f"{length} = {_string(_value(token, token_directory))}"
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


def _value(token: str, directory: Path) -> str:
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
