"""Inventories made of the mock's fixtures, which are no secrets."""

from __future__ import annotations

from typing import Any

from conformance.contract.facts import Role
from conformance.contract.message import Token
from conformance.mock.fixtures import Fixtures
from conformance.plan.inventory import Inventory

FIXTURES = Fixtures.default()
MIRROR_URL = "https://example.com/0379d2da2bae4c38b3d2fbbdb6f2a3f2/test.git"
LONG_TOKEN = FIXTURES.tokens_by_length[100_000]


def token(text: str) -> Token:
    """A token of these characters."""
    return Token(text.encode("ascii"))


def inventory(**changes: Any) -> Inventory:  # noqa: ANN401 - the fields of Inventory
    """Everything that a description can have, changed as told."""
    whole: dict[str, Any] = {
        "token": token(FIXTURES.token),
        "repository_id": FIXTURES.repository_id,
        "mirror_url": MIRROR_URL,
        "restricted_token": token(FIXTURES.restricted_token),
        "restricted_repository_id": FIXTURES.restricted_repository_id,
        "missing_repository_id": FIXTURES.missing_repository_id,
        "tokens_by_length": {length: token(text) for length, text in FIXTURES.tokens_by_length.items()},
    }
    return Inventory(**(whole | changes))


def least(**changes: Any) -> Inventory:  # noqa: ANN401 - the fields of Inventory
    """What every description has, and nothing else, changed as told."""
    none = dict.fromkeys(("restricted_token", "restricted_repository_id", "missing_repository_id"))
    return inventory(**({**none, "tokens_by_length": {}} | changes))


NAMED = {1: Role.PERMITTED, 2: Role.MISSING, 2147483647: Role.PERMITTED}
"""Roles for the edges of the range, where a description names them."""
