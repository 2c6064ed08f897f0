"""The template of conformance.toml."""

# ruff: noqa: E501 - a row of a table stays on its line, with the whole message

from __future__ import annotations

import os
import re
import tomllib
from errno import ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.config.options import RUN_OPTIONS
from conformance.config.reference import template, write_template
from conformance.config.settings import load_settings, read_file
from conformance.config.tables import IAM, keys_of
from conformance.config.targets import load_target
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Callable

ENVIRON = {"CODEARTS_TOKEN": "hush-hush", "CODEARTS_OTHER_TOKEN": "hush-other", "TOKEN_1": "h"}
CONTRACT = load_contract()
TEMPLATE = template(CONTRACT)
EXAMPLE = re.compile(r"^#(?=[\[\w])", re.MULTILINE)
UNCOMMENTED = EXAMPLE.sub("", TEMPLATE)
LINES = TEMPLATE.splitlines(keepends=True)


@pytest.fixture(autouse=True)
def _in_a_directory_with_the_files_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ca-bundle.pem").touch()
    Path("client.pem").touch()
    Path("token-100000.txt").write_text("x" * 100_000 + "\n", encoding="ascii")


def check(text: str) -> None:
    """Fail unless settings and target of a conformance.toml with this text are accepted."""
    path = Path("conformance.toml")
    path.write_text(text, encoding="utf-8")
    file = read_file(path)
    load_settings({}, {}, file)
    load_target("staging", file, ENVIRON, CONTRACT)


def test_template_is_valid_as_it_stands() -> None:
    """The template describes a target as soon as CODEARTS_TOKEN is set."""
    check(TEMPLATE)


def test_template_is_valid_with_every_example() -> None:
    """All examples together are valid."""
    check(UNCOMMENTED)


IAM_LINE = LINES.index("#[targets.staging.iam]\n")


@pytest.mark.parametrize("number", [number for number in range(IAM_LINE + 1) if EXAMPLE.match(LINES[number])])
def test_each_example_is_valid_by_itself(number: int) -> None:
    """Each key is valid when it alone is taken out of its comment; the table of iam belongs together."""
    chosen = range(IAM_LINE, len(LINES)) if number == IAM_LINE else [number]
    check("".join(EXAMPLE.sub("", line) if index in chosen else line for index, line in enumerate(LINES)))


def test_template_has_every_key() -> None:
    """Every option and every key of a target stands in the template."""
    data = tomllib.loads(UNCOMMENTED)
    assert set(data["run"]) == {option.name for option in RUN_OPTIONS if option.in_file}
    assert set(data["targets"]["staging"]) == {key.name for key in keys_of(CONTRACT)}
    assert set(data["targets"]["staging"]["iam"]) == {key.name for key in IAM}


def test_every_key_is_explained() -> None:
    """Above every key stands an explanation."""
    keys = [number for number, line in enumerate(LINES) if re.match(r"#?[a-z_-]+ = ", line)]
    bare = [LINES[number].partition(" ")[0] for number in keys if not LINES[number - 1].startswith("# ")]
    assert bare == []


def test_write_template_makes_a_new_file() -> None:
    """The template is written as it is, with the name of its schema."""
    write_template(Path("conformance.toml"), CONTRACT)
    assert Path("conformance.toml").read_text(encoding="utf-8") == TEMPLATE


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("client.pem", "client.pem: exists already and is not overwritten; move it away, or name another path", id="existing file"),
        pytest.param("no/new.toml", "no/new.toml: cannot be written (No such file or directory); name a path in a writable directory", id="no directory"),
        pytest.param("a\0b", "a\\x00b: cannot be written (not a path); name a path in a writable directory", id="NUL"),
    ],
)  # fmt: skip
def test_write_template_refuses(path: str, expected: str, refusal: Callable[..., str]) -> None:
    """Nothing is overwritten, and a path that cannot be written is a usage error."""
    assert refusal(write_template, Path(path), CONTRACT) == expected
    assert Path("client.pem").read_bytes() == b""


def test_write_template_leaves_nothing_where_there_is_no_room(
    refusal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a file would be in the way of the next try."""

    def full(_: int) -> None:
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        said = refusal(write_template, Path("new.toml"), CONTRACT)
    assert said == ("new.toml: cannot be written (No space left on device); name a path in a writable directory")
    assert not [*Path().glob("*new*")]
    write_template(Path("new.toml"), CONTRACT)
