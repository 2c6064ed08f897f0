"""The file conformance.toml."""

# ruff: noqa: E501 - a row of a table stays on its line, with the whole message

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.config.settings import find_file, read_file

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(autouse=True)
def _in_an_empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_read_file_gives_both_tables() -> None:
    """A file gives its tables and the directory where its relative paths start."""
    path = Path("sub/conformance.toml")
    path.parent.mkdir()
    path.write_text('[run]\nseed = 1\n[targets.a]\nbase_url = "x"\n', encoding="utf-8")
    file = read_file(path)
    assert file.run == {"seed": 1}
    assert file.targets == {"a": {"base_url": "x"}}
    assert file.directory == Path("sub")


def test_empty_file_has_empty_tables() -> None:
    """A file without tables is valid and describes nothing."""
    Path("c.toml").write_bytes(b"")
    file = read_file(Path("c.toml"))
    assert (file.run, file.targets) == ({}, {})


def test_byte_order_mark_is_ignored() -> None:
    """A file saved by a Windows editor with a byte order mark is read as any other."""
    Path("c.toml").write_bytes(b"\xef\xbb\xbf[run]\r\nseed = 1\r\n")
    assert read_file(Path("c.toml")).run == {"seed": 1}


HINT = "fix the syntax there (https://toml.io)"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"[run\n", f"c.toml: is not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 5); {HINT}", id="syntax"),
        pytest.param(b"a = 1\na = 2\n", f"c.toml: is not valid TOML: Cannot overwrite a value (at line 2, column 6); {HINT}", id="key given twice"),
        pytest.param(b"[run]\n# \xff\n", "c.toml: is not UTF-8 (at byte 8); save it as UTF-8", id="not UTF-8"),
        pytest.param(b"[rum]\n", 'c.toml: unknown key "rum"; did you mean "run"?', id="misspelt table"),
        pytest.param(b"history = 1\n", 'c.toml: unknown key "history"; known are run, targets', id="unknown table"),
        pytest.param(b"run = 1\n", "c.toml: run: must be a table, not 1; write [run]", id="run is a number"),
        pytest.param(b"targets = []\n", "c.toml: targets: must be a table, not a list; write [targets.staging]", id="targets is a list"),
        pytest.param(b'"a\\nb" = 1\n', 'c.toml: unknown key "a\\nb"; known are run, targets', id="key with a line break"),
    ],
)  # fmt: skip
def test_unusable_content_is_one_line(content: bytes, expected: str, refusal: Callable[..., str]) -> None:
    """Content that cannot be used is a usage error naming the file and the place in it."""
    Path("c.toml").write_bytes(content)
    assert refusal(read_file, Path("c.toml")) == expected


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"a = " + b"[" * 10_000, id="nested 10,000 deep"),
        pytest.param(b"a = " + b"1" * 5_000, id="number of 5,000 digits"),
    ],
)
def test_hostile_toml_is_one_line(content: bytes, refusal: Callable[..., str]) -> None:
    """TOML that exhausts the parser is a usage error as well."""
    Path("c.toml").write_bytes(content)
    assert refusal(read_file, Path("c.toml")).startswith("c.toml: is not valid TOML: ")


def test_directory_cannot_be_read(refusal: Callable[..., str]) -> None:
    """A directory in the place of the file is a usage error."""
    Path("c.toml").mkdir()
    expected = "c.toml: cannot be read (Is a directory); give a readable file, or make one with `conformance init`"
    assert refusal(read_file, Path("c.toml")) == expected


def test_without_any_file_there_is_none() -> None:
    """An absent default file is no mistake."""
    assert find_file({"config": None}, {"CONFORMANCE_CONFIG": ""}) is None


def test_default_file_is_found() -> None:
    """Without a name, conformance.toml in the working directory is read."""
    Path("conformance.toml").write_text("[run]\nseed = 3\n", encoding="utf-8")
    file = find_file({}, {})
    assert file is not None
    assert file.run == {"seed": 3}


def test_command_line_names_the_file_before_the_environment() -> None:
    """--config wins over CONFORMANCE_CONFIG, which wins over the default."""
    for name in ("cli.toml", "env.toml", "conformance.toml"):
        Path(name).write_text("", encoding="utf-8")
    environ = {"CONFORMANCE_CONFIG": "env.toml"}
    for cli, env, expected in (({"config": "cli.toml"}, environ, "cli.toml"), ({}, environ, "env.toml")):
        file = find_file(cli, env)
        assert file is not None
        assert file.path == Path(expected)


HINT_ABSENT = "there is no file no.toml; name an existing file, or make one with `conformance init`"


@pytest.mark.parametrize(
    ("cli", "environ", "expected"),
    [
        pytest.param({"config": Path("no.toml")}, {}, f"--config: {HINT_ABSENT}", id="option"),
        pytest.param({}, {"CONFORMANCE_CONFIG": "no.toml"}, f"CONFORMANCE_CONFIG: {HINT_ABSENT}", id="variable"),
        pytest.param({"config": ""}, {}, "--config: is empty; give the path of a file", id="empty option"),
        pytest.param(
            {"config": "a\0b"},
            {},
            "--config: there is no file a\\x00b; name an existing file, or make one with `conformance init`",
            id="NUL in the path",
        ),
        pytest.param(
            {"config": "x" * 300},
            {},
            f"{'x' * 300}: cannot be read (File name too long); give a readable file, or make one with "
            "`conformance init`",
            id="name too long",
        ),
    ],
)
def test_named_file_must_exist(
    cli: dict[str, object], environ: dict[str, str], expected: str, refusal: Callable[..., str]
) -> None:
    """A file that was named and cannot be read is a usage error naming who named it."""
    assert refusal(find_file, cli, environ) == expected


def test_pytest_names_its_own_option(refusal: Callable[..., str]) -> None:
    """Under pytest the message names pytest's option."""
    message = refusal(find_file, {"config": "no.toml"}, {}, option_prefix="--conformance-")
    assert message == f"--conformance-config: {HINT_ABSENT}"
