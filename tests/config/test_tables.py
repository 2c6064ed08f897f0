"""The keys of a target's table."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from conformance.config.keys import TableOrigin, read_table
from conformance.config.tables import IAM, keys_of
from conformance.spec import load_contract

if TYPE_CHECKING:
    from conformance.config.keys import Key

KEYS = keys_of(load_contract())
# The keys that docs/interface.md promises for the shipped contract.
PROMISED = (
    "base_url token repository_id mirror_url restricted_token restricted_repository_id missing_repository_id "
    "tokens_by_length repositories not_testable verify_tls client_certificate proxy timeout_seconds headers "
    "max_bad_credentials read_back iam"
)


def test_keys_are_the_promised_ones() -> None:
    """A target and its iam table know the keys of docs/interface.md."""
    assert " ".join(key.name for key in KEYS) == PROMISED
    assert " ".join(key.name for key in IAM) == "endpoint user password domain project"


@pytest.mark.parametrize("keys", [KEYS, IAM], ids=["a target", "iam"])
def test_every_key_has_a_description_and_a_valid_example(keys: tuple[Key, ...]) -> None:
    """Each key is described, and its example is accepted."""
    whole = {key.name: tomllib.loads(f"x = {key.example}")["x"] for key in keys}
    found = read_table(keys, whole, TableOrigin("[targets.a]"))
    assert [key.name for key in keys if not key.about or not key.example or found[key.name] is None] == []
