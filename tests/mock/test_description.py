"""The description of the mock as a target."""

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
        "repositories": {"1": "permitted", "2147483647": "permitted"},
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
