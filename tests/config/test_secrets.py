"""Secrets."""

# ruff: noqa: E501 - a row of a table stays on its line, with the whole message

from __future__ import annotations

import copy
import os
import pickle
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.config.secrets import LONGEST, Secret, is_reference, resolve, reveal
from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = Secret("hush-hush", reference="env:TOKEN", name="TOKEN")


def read(reference: str, environ: dict[str, str] | None = None, directory: Path = Path(), **options: Any) -> Secret:  # noqa: ANN401
    """Resolve a reference that stands under the key ``token``."""
    options = {"place": "c.toml: token", "name": "CONFORMANCE_TOKEN", "lengths": (1, 100_000)} | options
    return resolve(reference, environ or {}, directory, **options)


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r:>20}".format, lambda secret: f"{[secret]}"])
def test_secret_is_never_shown(show: Callable[[object], str]) -> None:
    """However a secret is printed, only its reference appears."""
    assert "Secret(env:TOKEN)" in show(SECRET)
    assert "hush" not in show(SECRET)


def test_secret_is_not_taken_apart() -> None:
    """A record that holds a secret shows no value, as a dictionary neither."""

    @dataclass
    class Model:
        secret: Secret

    model = Model(SECRET)
    assert "hush" not in f"{model!r} {model} {asdict(model)}"


def test_secret_is_never_pickled() -> None:
    """A secret cannot be pickled, and its copy is itself."""
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(SECRET)
    assert copy.deepcopy([SECRET])[0] is copy.copy(SECRET) is SECRET


def test_secret_is_frozen() -> None:
    """A secret can be neither changed nor emptied."""
    with pytest.raises(AttributeError, match="frozen: value"):
        SECRET.value = "x"
    with pytest.raises(AttributeError, match="frozen: value"):
        del SECRET.value
    assert SECRET.value == "hush-hush"


def test_secrets_are_equal_by_value_reference_and_name() -> None:
    """Two secrets are equal if all three parts are."""
    same = Secret("hush-hush", reference="env:TOKEN", name="TOKEN")
    assert same == SECRET
    assert len({same, SECRET}) == 1
    assert Secret("hush-hush", reference="env:OTHER", name="OTHER") != SECRET
    assert SECRET != "hush-hush"
    assert len(SECRET) == 9


def test_reveal_gives_the_value() -> None:
    """A value that may be a secret is revealed when it is sent; plain text stays."""
    assert (reveal(SECRET), reveal("plain")) == ("hush-hush", "plain")


def test_references_begin_with_env_or_file() -> None:
    """A reference begins with env: or file:, in small letters."""
    assert [is_reference(text) for text in ("env:A", "file:a", "ENV:A", "environment", "")] == [
        True,
        True,
        *[False] * 3,
    ]


def test_environment_gives_value_and_name() -> None:
    """env:NAME is the variable's value, and NAME the placeholder's name."""
    secret = read("env:CODEARTS_TOKEN", {"CODEARTS_TOKEN": "hush"})
    assert (secret.value, secret.name, secret.reference) == ("hush", "CODEARTS_TOKEN", "env:CODEARTS_TOKEN")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"hush", "hush", id="no newline"),
        pytest.param(b"hush\n", "hush", id="one newline"),
        pytest.param(b"hush\r\n", "hush", id="one Windows newline"),
        pytest.param(b"h\xe9\xff", "h\xe9\xff", id="bytes over 127"),
        pytest.param(b"x" * 100_000 + b"\r\n", "x" * 100_000, id="100,000 characters (the maximum) and a newline"),
    ],
)
def test_file_gives_its_bytes(content: bytes, expected: str, tmp_path: Path) -> None:
    """file:PATH is the file's bytes without one final newline; the path starts at the base directory."""
    (tmp_path / "token.txt").write_bytes(content)
    secret = read("file:token.txt", directory=tmp_path)
    assert (secret.value, secret.name, secret.reference) == (expected, "CONFORMANCE_TOKEN", "file:token.txt")


GIVE = "give 1 to 100,000 latin-1 characters on one line"
BREAKS = {"": "hush", "\n": "hush", "\r\n": "hush"}


def test_one_line_break_at_the_end_is_left_out_wherever_a_value_comes_from(tmp_path: Path) -> None:
    """A variable that was pasted with one, a file, a program and a literal are read alike; a second one is refused."""
    got = {}
    for end in ("", "\n", "\r\n", "\n\n", "\r"):
        (tmp_path / "secret").write_bytes(b"hush" + end.encode())
        ways = {
            "env": lambda end=end: read("env:T", {"T": f"hush{end}"}),
            "file": lambda: read("file:secret", directory=tmp_path),
            "command": lambda: read("command:cat secret", dict(os.environ), tmp_path),
            "literal": lambda end=end: read(f"hush{end}", literals="allowed"),
        }
        for name, way in ways.items():
            try:
                got[name, end] = way().value
            except UsageError as error:
                got[name, end] = str(error).partition("contains ")[2]
    refused = f"a line break or a NUL; {GIVE}"
    assert got == {(name, end): BREAKS.get(end, refused) for name, end in got}


def test_text_is_utf8_wherever_it_comes_from(tmp_path: Path) -> None:
    """A user's name or password is text of JSON, not a header's value: it may hold any character, spaces at its ends."""
    wrong = {}
    for text in ("пароль-от-IAM-€-é", " pass phrase ", "密码", "ascii"):
        (tmp_path / "secret").write_text(f"{text}\n", encoding="utf-8", newline="")
        ways = {
            "env": read("env:T", {"T": text}, form="text"),
            "file": read("file:secret", directory=tmp_path, form="text"),
            "command": read("command:cat secret", dict(os.environ), tmp_path, form="text"),
            "literal": read(text, literals="allowed", form="text"),
        }
        wrong |= {(name, text): secret.value for name, secret in ways.items() if secret.value != text}
    assert not wrong


def test_text_that_is_no_utf8_is_refused(tmp_path: Path, refusal: Callable[..., str]) -> None:
    """In the same words, wherever it comes from."""
    (tmp_path / "secret").write_bytes(b"hush\xff")
    said = {
        refusal(read, "env:T", {"T": "hush\udcff"}, form="text").partition(" T ")[2],  # as Python reads such a variable
        refusal(read, "file:secret", directory=tmp_path, form="text").partition("secret ")[2],
        refusal(read, "command:cat secret", dict(os.environ), tmp_path, form="text").partition("output ")[2],
    }
    assert said == {"is not UTF-8; give 1 to 100,000 characters in UTF-8 on one line"}


def test_literal_is_allowed_on_request() -> None:
    """A literal is a secret where literals are allowed; its reference does not repeat it."""
    secret = read("hush", literals="allowed")
    assert (secret.value, secret.reference, secret.name) == ("hush", "a literal", "CONFORMANCE_TOKEN")


@pytest.mark.parametrize(
    ("reference", "environ", "expected"),
    [
        pytest.param("hush", {}, 'a literal secret is refused for a target that is not loopback; write "env:NAME" or "file:PATH"', id="literal"),
        pytest.param("env:TOKEN", {}, "the environment variable TOKEN is not set; export TOKEN=…, also for a dry run", id="variable not set"),
        pytest.param("env:TOKEN", {"TOKEN": ""}, "the environment variable TOKEN is empty; export TOKEN=…, also for a dry run", id="variable empty"),
        pytest.param("env:", {}, 'the text after env: is not the name of an environment variable; write "env:NAME"', id="no name"),
        pytest.param("env:hush-hush", {}, 'the text after env: is not the name of an environment variable; write "env:NAME"', id="secret instead of a name"),
        pytest.param("env:hush" + "x" * 61, {}, 'the text after env: is not the name of an environment variable; write "env:NAME"', id="name of 65 characters (one over)"),
        pytest.param("file:", {}, 'the path after file: is empty; write "file:PATH"', id="no path"),
        pytest.param("file:no.txt", {}, "the file no.txt cannot be read (No such file or directory); put the secret there", id="no such file"),
        pytest.param("file:.", {}, "the file . cannot be read (Is a directory); put the secret there", id="directory"),
        pytest.param("file:a\0b", {}, "the file a\\x00b cannot be read (not a path); put the secret there", id="NUL in the path"),
        pytest.param("env:T", {"T": "hush\nhush"}, f"the environment variable T contains a line break or a NUL; {GIVE}", id="LF"),
        pytest.param("env:T", {"T": "hush\r"}, f"the environment variable T contains a line break or a NUL; {GIVE}", id="CR"),
        pytest.param("env:T", {"T": "hush\0"}, f"the environment variable T contains a line break or a NUL; {GIVE}", id="NUL"),
        pytest.param("env:T", {"T": "hush "}, f"the environment variable T begins or ends with a space, which no header can carry; {GIVE}", id="space at the end"),
        pytest.param("env:T", {"T": "\thush"}, f"the environment variable T begins or ends with a space, which no header can carry; {GIVE}", id="tab at the beginning"),
        pytest.param("env:T", {"T": "hush€"}, f"the environment variable T contains a character outside latin-1; {GIVE}", id="euro sign"),
        pytest.param("env:T", {"T": "hush\udcff"}, f"the environment variable T contains a character outside latin-1; {GIVE}", id="byte that is not UTF-8"),
        pytest.param("env:T", {"T": "x" * 100_001}, f"the environment variable T is longer than 100,000 characters; {GIVE}", id="100,001 characters (one over)"),
    ],
)  # fmt: skip
def test_unusable_reference_is_one_line(
    reference: str,
    environ: dict[str, str],
    expected: str,
    refusal: Callable[..., str],
    *,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A reference that gives no usable secret is a usage error that does not show the value."""
    monkeypatch.chdir(tmp_path)
    assert refusal(read, reference, environ) == f"c.toml: token: {expected}"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", f"is empty; {GIVE}", id="empty"),
        pytest.param(b"\n", f"is empty; {GIVE}", id="newline only"),
        pytest.param(b"hush\n\n", f"contains a line break or a NUL; {GIVE}", id="two newlines"),
        pytest.param(b"\xef\xbb\xbfhush", f"begins with a byte order mark; {GIVE}", id="byte order mark"),
        pytest.param(b"h\0u\0s\0h\0", f"contains a line break or a NUL; {GIVE}", id="UTF-16"),
        pytest.param(b"x" * 100_001, f"is longer than 100,000 characters; {GIVE}", id="100,001 characters (one over)"),
        pytest.param(b"x" * 200_000, f"is longer than 100,000 characters; {GIVE}", id="200,000 characters"),
    ],
)
def test_unusable_file_is_one_line(
    content: bytes, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: Callable[..., str]
) -> None:
    """A file that holds no usable secret is a usage error that names the file."""
    monkeypatch.chdir(tmp_path)
    Path("t.txt").write_bytes(content)
    assert refusal(read, "file:t.txt") == f"c.toml: token: the file t.txt {expected}"


def test_empty_literal_is_refused(refusal: Callable[..., str]) -> None:
    """An empty literal is no secret, even on loopback."""
    assert refusal(read, "", literals="allowed") == f"c.toml: token: it is empty; {GIVE}"


def test_the_bounds_are_those_that_are_asked_for(refusal: Callable[..., str]) -> None:
    """A value one character shorter or longer than allowed is refused, with the bounds; without any a disk is."""
    give = "give 3 to 1,000 latin-1 characters on one line"
    for length, problem in ((2, "is shorter than 3 characters"), (1_001, "is longer than 1,000 characters")):
        message = refusal(read, "env:T", {"T": "x" * length}, lengths=(3, 1_000))
        assert message == f"c.toml: token: the environment variable T {problem}; {give}"
    assert [len(read("env:T", {"T": "x" * length}, lengths=(3, 1_000))) for length in (3, 1_000)] == [3, 1_000]
    assert "longer than 1,000,000 characters" in refusal(read, "env:T", {"T": "x" * 1_000_001}, lengths=(1, LONGEST))
