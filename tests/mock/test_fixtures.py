"""The fixtures of the mock, and the description of it as a target."""

from __future__ import annotations

import dataclasses
import tomllib
from typing import TYPE_CHECKING

import pytest

from conformance.config.targets import build_target
from conformance.exceptions import UsageError
from conformance.mock import Fixtures, describe
from conformance.spec import load_contract

if TYPE_CHECKING:
    from pathlib import Path

FIXTURES = Fixtures.default()


def test_default_is_deterministic() -> None:
    """The default fixtures are the same every time."""
    assert Fixtures.default() == FIXTURES


def test_fixtures_are_frozen() -> None:
    """Fixtures cannot be changed."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        FIXTURES.token = "other"  # type: ignore[misc]


def test_issued_tokens_look_like_those_of_iam() -> None:
    """Both tokens are 1,500 printable characters, in upper and lower case, and differ."""
    for token in (FIXTURES.token, FIXTURES.restricted_token):
        assert len(token) == 1_500
        assert token.isascii()
        assert token.isprintable()
        assert " " not in token
        assert token not in (token.lower(), token.upper())
    assert FIXTURES.token != FIXTURES.restricted_token


def test_tokens_by_length_have_their_length() -> None:
    """There is a valid token of exactly 1 and one of exactly 100,000 characters, both of the permitted account."""
    assert {length: len(token) for length, token in FIXTURES.tokens_by_length.items()} == {1: 1, 100_000: 100_000}
    assert {FIXTURES.tokens[token] for token in FIXTURES.tokens_by_length.values()} == {"permitted"}


def test_no_token_begins_with_another_but_for_the_shortest() -> None:
    """No valid token begins with another: cut and continued ones are all unknown."""
    tokens = sorted(FIXTURES.tokens)
    assert not any(two.startswith(one) for one in tokens for two in tokens if one != two)


@pytest.mark.parametrize(
    ("repository_id", "access"),
    [
        pytest.param(1, "permitted", id="the minimum"),
        pytest.param(2_147_483_647, "permitted", id="the maximum"),
        pytest.param(FIXTURES.repository_id, "permitted", id="the named one"),
        pytest.param(FIXTURES.restricted_repository_id, "restricted", id="the restricted one"),
        pytest.param(FIXTURES.missing_repository_id, "missing", id="the missing one"),
    ],
)
def test_access(repository_id: int, access: str) -> None:
    """Each id has its role for the permitted account."""
    assert FIXTURES.access(repository_id) == access


def test_named_ids() -> None:
    """The named ids are those of the document's example and of its neighbourhood."""
    named = (FIXTURES.repository_id, FIXTURES.restricted_repository_id, FIXTURES.missing_repository_id)
    assert named == (2_112_029_391, 456, 2_147_483_646)


def test_describe_names_every_fixture(tmp_path: Path) -> None:
    """The description is TOML with every key that a target may have for the mock's fixtures."""
    target = tomllib.loads(describe(FIXTURES, "http://127.0.0.1:8080", tmp_path))["targets"]["mock"]
    assert target == {
        "base_url": "http://127.0.0.1:8080",
        "token": FIXTURES.token,
        "repository_id": 2_112_029_391,
        "mirror_url": "https://example.com/0379d2da2bae4c38b3d2fbbdb6f2a3f2/test.git",
        "restricted_token": FIXTURES.restricted_token,
        "restricted_repository_id": 456,
        "missing_repository_id": 2_147_483_646,
        "tokens_by_length": {"1": "1", "100000": f"file:{tmp_path.as_posix()}/token-100000.txt"},
        "repositories": {"1": "permitted", "457": "restricted", "2147483647": "permitted"},
    }


def test_describe_writes_the_long_token(tmp_path: Path) -> None:
    """The file of the long token holds the token and nothing else, in a directory made for it."""
    directory = tmp_path / "made" / "for it"
    describe(FIXTURES, "http://127.0.0.1:8080", directory)
    assert (directory / "token-100000.txt").read_bytes().decode() == FIXTURES.tokens_by_length[100_000]


def test_describe_quotes(tmp_path: Path) -> None:
    """Quotes and backslashes in a token survive."""
    fixtures = dataclasses.replace(FIXTURES, token='a"b\\c')
    assert tomllib.loads(describe(fixtures, "http://[::1]:1", tmp_path))["targets"]["mock"]["token"] == 'a"b\\c'


def test_describe_where_nothing_can_be_written(tmp_path: Path) -> None:
    """A directory that cannot be made is a usage error of one line that names the file."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"^cannot write .*token-100000\.txt: .*; choose another directory$"):
        describe(FIXTURES, "http://127.0.0.1:8080", tmp_path / "file")


def test_describe_with_iam(tmp_path: Path) -> None:
    """Instead of a token there is the identity service; the password stands in a file, since literals are refused."""
    target = tomllib.loads(describe(FIXTURES, "http://127.0.0.1:8080", tmp_path, iam=True))["targets"]["mock"]
    assert "token" not in target
    assert target["iam"]["endpoint"] == "http://127.0.0.1:8080"
    assert build_target("mock", target, load_contract(), environ={}).source is not None
