"""The description of a target."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from conformance.config.targets import build_target


def test_target_shows_no_secret(table: dict[str, object], environ: dict[str, str]) -> None:
    """A printed or dumped target shows where its secrets come from, and none of them."""
    table |= {"restricted_token": "env:OTHER", "tokens_by_length": {"4": "env:FOUR"}, "headers": {"X": "env:FOUR"}}
    target = build_target("a", table, environ=environ)
    assert "Secret(env:OTHER)" in repr(target)
    assert "hush" not in f"{target!r} {target} {target.model_dump()}"


def test_target_is_frozen(table: dict[str, object], environ: dict[str, str]) -> None:
    """A target cannot be changed."""
    target = build_target("a", table, environ=environ)
    with pytest.raises(ValidationError, match="frozen"):
        target.base_url = "https://b.test"


def test_roles_join_all_keys(table: dict[str, object], environ: dict[str, str]) -> None:
    """Every repository that the description names has one role, whichever key names it."""
    assert build_target("a", table, environ=environ).roles == {123: "permitted"}
    table |= {
        "restricted_repository_id": 4,
        "missing_repository_id": 5,
        "repositories": {"6": "missing", "4": "restricted"},
    }
    roles = build_target("a", table, environ=environ).roles
    assert roles == {123: "permitted", 4: "restricted", 5: "missing", 6: "missing"}


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [("http://localhost:1/x", True), ("http://[::1]", True), ("https://localhost.test", False)],
)
def test_loopback_follows_the_base_url(
    base_url: str, table: dict[str, object], environ: dict[str, str], *, expected: bool
) -> None:
    """Whether a target is on this machine is read from its base URL."""
    assert build_target("a", table | {"base_url": base_url}, environ=environ).loopback is expected


def test_secrets_are_listed_longest_first(table: dict[str, object], environ: dict[str, str]) -> None:
    """Every secret is listed once, the longest first, so that a secret within a secret is redacted after it."""
    environ |= {"PROXY": "http://u:hush@p.test"}
    table |= {
        "restricted_token": "env:OTHER",
        "tokens_by_length": {"4": "env:FOUR"},
        "headers": {"X": "env:FOUR", "Y": "plain"},
        "proxy": "env:PROXY",
    }
    secrets = build_target("a", table, environ=environ).secrets
    assert [secret.name for secret in secrets] == ["PROXY", "OTHER", "TOKEN", "FOUR"]
