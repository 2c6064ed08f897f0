"""References in a target's table."""

# ruff: noqa: E501 - a row of a table stays on its line, with the whole message

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from conformance.config.secrets import Command, Iam, Secret
from conformance.config.targets import build_target
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONTRACT = load_contract()
IAM = {"endpoint": "https://iam.test", "user": "env:U", "password": "env:P", "domain": "env:D", "project": "p"}
SECRETS = {"P": "hush-password", "D": "hush-domain"}
PROXY = 'write for example proxy = "http://127.0.0.1:3128"'


@pytest.fixture(autouse=True)
def _in_an_empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"token": "hush"}, 'token: a literal secret is refused for a target that is not loopback; write "env:NAME" or "file:PATH"', id="literal token"),
        pytest.param({"restricted_token": "hush"}, 'restricted_token: a literal secret is refused for a target that is not loopback; write "env:NAME" or "file:PATH"', id="literal restricted token"),
        pytest.param({"tokens_by_length": {"4": "hush"}}, 'tokens_by_length.4: a literal secret is refused for a target that is not loopback; write "env:NAME" or "file:PATH"', id="literal token of a length"),
        pytest.param({"token": None}, 'token: is missing; write for example token = "env:CODEARTS_TOKEN"', id="no token"),
        pytest.param({"token": None, "iam": IAM}, "iam.user: the environment variable U is not set; export U=…, also for a dry run", id="iam by an unset variable"),
        pytest.param({"token": "command:"}, 'token: the program after command: is empty; write "command:PROGRAM ARGUMENTS"', id="no command"),
        pytest.param({"token": "command:false hush"}, "token: the program false failed (exit code 1); run it by hand to see why", id="command that fails"),
        pytest.param({"token": "command:printf 'hush\\nhush'"}, "token: the program's output contains a line break or a NUL; give 1 to 100,000 latin-1 characters on one line", id="command that prints two lines"),
        pytest.param({"token": "command:true"}, "token: the program's output is empty; give 1 to 100,000 latin-1 characters on one line", id="command that prints nothing"),
        pytest.param({"tokens_by_length": {"5": "env:FOUR"}}, "tokens_by_length.5: the token is 4 characters long, not 5; give a token of exactly 5, or write its true length", id="token one too short"),
        pytest.param({"tokens_by_length": {"3": "env:FOUR"}}, "tokens_by_length.3: the token is 4 characters long, not 3; give a token of exactly 3, or write its true length", id="token one too long"),
        pytest.param({"verify_tls": False}, "verify_tls: false is refused for a target that is not loopback; give the CA bundle's path", id="TLS not verified"),
        pytest.param({"verify_tls": "ca.pem"}, "verify_tls: the file ca.pem cannot be read (No such file or directory); give the path of a PEM file", id="no CA bundle"),
        pytest.param({"verify_tls": "."}, "verify_tls: the file . cannot be read (Is a directory); give the path of a PEM file", id="directory as CA bundle"),
        pytest.param({"client_certificate": "file:c.pem"}, "client_certificate: the file c.pem cannot be read (No such file or directory); give the path of a PEM file", id="no certificate"),
        pytest.param({"client_certificate": "a\0b"}, "client_certificate: the file a\\x00b cannot be read (not a path); give the path of a PEM file", id="NUL in a path"),
        pytest.param({"proxy": "http://u:hush@p.test"}, "proxy: contains user info (the part before '@'); write proxy = \"env:NAME\" or \"file:PATH\"", id="password in the proxy"),
        pytest.param({"proxy": "hush"}, f"proxy: is not an absolute http or https URL; {PROXY}", id="proxy that is no URL"),
        pytest.param({"proxy": "env:TOKEN"}, f"proxy: is not an absolute http or https URL; {PROXY}", id="proxy from the environment that is no URL"),
        pytest.param({"headers": {"X-Key": "env:NO"}}, "headers.X-Key: the environment variable NO is not set; export NO=…, also for a dry run", id="header from an unset variable"),
    ],
)  # fmt: skip
def test_unusable_reference_is_one_line(
    changes: dict[str, Any],
    expected: str,
    table: dict[str, object],
    environ: dict[str, str],
    refusal: Callable[..., str],
) -> None:
    """A reference that leads to nothing usable names its key, and never shows the value."""
    assert refusal(build_target, "a", table | changes, CONTRACT, environ=environ) == f"[targets.a] {expected}"


def test_literals_are_allowed_on_loopback(table: dict[str, object]) -> None:
    """On loopback a token may be written as it is, and TLS need not be verified."""
    literal = {
        "base_url": "http://127.0.0.1:8080",
        "token": "hush",
        "tokens_by_length": {"1": "h"},
        "verify_tls": False,
    }
    target = build_target("mock", table | literal, CONTRACT, environ={})
    assert target.token == Secret("hush", reference="a literal", name="CONFORMANCE_TOKEN")
    assert target.tokens_by_length[1].name == "CONFORMANCE_TOKENS_BY_LENGTH_1"
    assert target.verify_tls is False


def test_token_wins_over_iam(table: dict[str, object], environ: dict[str, str]) -> None:
    """A target with both uses the token; what iam refers to is not looked up."""
    target = build_target("a", table | {"iam": IAM}, CONTRACT, environ=environ)
    assert target.token.value == "hush-hush"
    assert target.source is None


def test_iam_is_resolved(table: dict[str, object], environ: dict[str, str]) -> None:
    """References of iam are looked up, a plain user is no secret, and there is no token yet."""
    target = build_target(
        "a", table | {"token": None, "iam": IAM | {"user": "me"}}, CONTRACT, environ=environ | SECRETS
    )
    assert target.token is None
    assert isinstance(target.source, Iam)
    assert (target.source.user, target.source.project, target.source.place) == ("me", "p", "[targets.a] iam")
    assert {secret.value for secret in target.secrets} == {"hush-password", "hush-domain"}
    assert "hush" not in repr(target) + repr(target.source)


def test_token_by_command(table: dict[str, object], tmp_path: Path) -> None:
    """A program prints the token, in the description's directory, and can be asked again."""
    (tmp_path / "token.txt").write_text("hush-1\n", encoding="ascii")
    target = build_target(
        "a", table | {"token": "command:cat token.txt"}, CONTRACT, environ=dict(os.environ), base_directory=tmp_path
    )
    assert target.token == Secret("hush-1", reference="command:cat", name="CONFORMANCE_TOKEN")
    assert isinstance(target.source, Command)
    (tmp_path / "token.txt").write_text("hush-2\n", encoding="ascii")
    assert target.source.token().value == "hush-2"
    assert "token.txt" not in repr(target) + repr(target.source)  # arguments may be secret


def test_files_start_at_the_base_directory(table: dict[str, object], environ: dict[str, str], tmp_path: Path) -> None:
    """Tokens, CA bundle and certificate are looked for from the base directory."""
    directory = tmp_path / "etc"
    directory.mkdir()
    for name in ("ca.pem", "client.pem", "token.txt"):
        (directory / name).write_text("hush\n", encoding="ascii")
    changes = {"verify_tls": "ca.pem", "client_certificate": "file:client.pem", "restricted_token": "file:token.txt"}
    target = build_target("a", table | changes, CONTRACT, environ=environ, base_directory=directory)
    assert target.verify_tls == directory / "ca.pem"
    assert target.client_certificate == directory / "client.pem"
    assert target.restricted_token == Secret("hush", reference="file:token.txt", name="CONFORMANCE_RESTRICTED_TOKEN")
    plain = build_target(
        "a", table | {"client_certificate": "client.pem"}, CONTRACT, environ=environ, base_directory=directory
    )
    assert plain.client_certificate == target.client_certificate


def test_proxy_and_headers_may_be_secrets(table: dict[str, object], environ: dict[str, str]) -> None:
    """A proxy or header by reference is a secret; a literal one is plain text."""
    environ |= {"PROXY": "http://u:hush@p.test:3128"}
    changes = {"proxy": "env:PROXY", "headers": {"X-Key": "env:FOUR", "X-Source": "conformance"}}
    target = build_target("a", table | changes, CONTRACT, environ=environ)
    assert target.proxy == Secret(environ["PROXY"], reference="env:PROXY", name="PROXY")
    assert target.headers == {"X-Key": Secret("hush", reference="env:FOUR", name="FOUR"), "X-Source": "conformance"}
    assert build_target("a", table | {"proxy": "http://p.test"}, CONTRACT, environ=environ).proxy == "http://p.test"
