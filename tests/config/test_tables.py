"""The keys of a target's table."""

from __future__ import annotations

import tomllib

import pytest

from conformance.config.tables import IamTable, TargetTable

# The keys that docs/interface.md promises, `repositories` and `read_back`.
PROMISED = (
    "base_url token repository_id mirror_url restricted_token restricted_repository_id missing_repository_id "
    "tokens_by_length repositories not_testable verify_tls client_certificate proxy timeout_seconds headers "
    "max_bad_credentials read_back iam"
)


def test_keys_are_the_promised_ones() -> None:
    """A target and its iam table know the keys of docs/interface.md."""
    assert " ".join(TargetTable.model_fields) == PROMISED
    assert " ".join(IamTable.model_fields) == "endpoint user password domain project"


@pytest.mark.parametrize("key", [*TargetTable.model_fields, *(f"iam.{key}" for key in IamTable.model_fields)])
def test_every_key_has_a_description_and_a_valid_example(key: str) -> None:
    """Each key is described, and its first example is accepted."""
    model = IamTable if key.startswith("iam.") else TargetTable
    name = key.removeprefix("iam.")
    field = model.model_fields[name]
    assert field.description
    assert field.examples
    whole = {
        other: tomllib.loads(f"x = {info.examples[0]}")["x"]
        for other, info in model.model_fields.items()
        if info.examples
    }
    assert name in model.model_validate(whole).model_fields_set


def test_repr_hides_what_may_be_a_secret() -> None:
    """A literal token, password, proxy or header does not appear when the table is printed."""
    table = TargetTable.model_validate(
        {
            "base_url": "http://localhost",
            "token": "hush",
            "restricted_token": "hush",
            "repository_id": 1,
            "tokens_by_length": {"4": "hush"},
            "proxy": "http://u:hush@a.test",
            "headers": {"X-Key": "hush"},
        }
    )
    assert "hush" not in repr(table)
