"""A target description is added to a conformance.toml, and nothing else is lost."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from conformance.config.settings import write_target
from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from pathlib import Path

MOCK = '[targets.mock]\nbase_url = "http://127.0.0.1:{port}"\ntoken = "t"\n\n[targets.mock.iam]\nuser = "u"\n'
OTHERS = '# by hand\n[run]\nprofile = "smoke" # small\n\n[targets.staging]\nbase_url = "https://a.example.test"\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of a file that is not there yet."""
    return tmp_path / "conformance.toml"


def mock(port: int) -> str:
    """The description of a mock on a port."""
    return MOCK.format(port=port)


def test_a_file_is_made(path: Path) -> None:
    """It holds the description and nothing else."""
    assert write_target(path, mock(1)) == f"{path}: [targets.mock] is written, for `conformance run mock`"
    assert path.read_text(encoding="utf-8") == mock(1)


def test_the_rest_of_a_file_stays(path: Path) -> None:
    """With its comments and its order; the new table comes last."""
    path.write_text(OTHERS, encoding="utf-8")
    write_target(path, mock(1))
    assert path.read_text(encoding="utf-8") == f"{OTHERS}\n{mock(1)}"


def test_the_mock_of_before_is_replaced_and_that_is_said(path: Path) -> None:
    """It is replaced in its place; an equal one is left alone."""
    path.write_text(f"{mock(1)}\n{OTHERS}", encoding="utf-8")
    assert "[targets.mock] is replaced" in write_target(path, mock(2))
    text = path.read_text(encoding="utf-8")
    assert tomllib.loads(text) == tomllib.loads(f"{mock(2)}\n{OTHERS}")
    assert "# by hand" in text
    assert "# small" in text
    assert "[targets.mock] is there already" in write_target(path, mock(2))
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ('[targets.mock]\nbase_url = "https://a.example.test"\n', "another target, which is not on loopback"),
        ("[targets]\nmock = 1\n", "describes another target"),
        (
            'targets = { staging = { base_url = "x" } }\n',
            "cannot be (added|written)|not valid",
        ),
        ('[targets."mock"]\nbase_url = "http://localhost"\n', "cannot be added"),
        ("nonsense", "is not valid TOML"),
    ],
    ids=["another target", "no table", "an inline table", "a name in quotes", "no TOML"],
)
def test_nothing_is_overwritten(path: Path, there: str, said: str) -> None:
    """The file stays as it is."""
    path.write_text(there, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        write_target(path, mock(1))
    assert path.read_text(encoding="utf-8") == there
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """It says so in one line."""
    with pytest.raises(UsageError, match="cannot be written"):
        write_target(tmp_path / "none" / "conformance.toml", mock(1))
