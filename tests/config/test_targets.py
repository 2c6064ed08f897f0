"""Targets by name and by URL."""

# ruff: noqa: E501 - a row of a table stays on its line, with the whole message

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.config.secrets import Secret
from conformance.config.settings import ConfigFile
from conformance.config.tables import keys_of
from conformance.config.targets import build_target, load_target
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Callable

CONTRACT = load_contract()
URL_ENVIRON = {"CONFORMANCE_TOKEN": "hush-hush", "CONFORMANCE_REPOSITORY_ID": "5"}


def described(**targets: object) -> ConfigFile:
    """Return a file with these targets."""
    return ConfigFile(Path("etc/c.toml"), {"targets": targets})


def test_target_is_found_by_name(table: dict[str, object], environ: dict[str, str]) -> None:
    """A name finds its table in the file, whatever else stands there."""
    target = load_target("staging", described(staging=table, broken=5), environ, CONTRACT)
    assert (target.name, target.base_url, target.resource) == ("staging", "https://a.test", 123)
    assert target.place == "etc/c.toml: [targets.staging]"


def test_variables_do_not_change_a_named_target(table: dict[str, object], environ: dict[str, str]) -> None:
    """The CONFORMANCE_ variables of a URL target leave a named one alone."""
    target = load_target("a", described(a=table), environ | URL_ENVIRON, CONTRACT)
    assert (target.resource, target.token.reference) == (123, "env:TOKEN")


@pytest.mark.parametrize(
    ("name", "file", "expected"),
    [
        pytest.param("staging", None, 'TARGET "staging": there is no conformance.toml to find it in; make one with `conformance init`, or give a URL', id="no file"),
        pytest.param("stagin", described(staging={}), 'etc/c.toml: there is no target "stagin"; did you mean "staging"?', id="misspelt"),
        pytest.param("x", described(staging={}, live={}), 'etc/c.toml: there is no target "x"; known are live, staging', id="unknown"),
        pytest.param("x", described(), 'etc/c.toml: there is no target "x"; add a table [targets.x]', id="file without targets"),
        pytest.param("x", described(x=5), "etc/c.toml: [targets.x]: must be a table, not 5; write [targets.x]", id="no table"),
        pytest.param("a b", described(**{"a b": {}}), "etc/c.toml: [targets.a b]: \"a b\" is not a name for a target; use 1 to 100 letters, digits, '.', '_' and '-', beginning with a letter or digit", id="space in the name"),
        pytest.param("x", described(x={}), 'etc/c.toml: [targets.x] base_url: is missing; write for example base_url = "https://codearts-repo.example.test"', id="empty table"),
    ],
)  # fmt: skip
def test_unknown_target_is_one_line(
    name: str, file: ConfigFile | None, expected: str, refusal: Callable[..., str]
) -> None:
    """A name that leads to no target is a usage error with the nearest name."""
    assert refusal(load_target, name, file, {}, CONTRACT) == expected


@pytest.mark.parametrize("file", [None, described(), described(a={"base_url": "https://b.test"}), described(a=5, b={})])
def test_url_is_described_by_variables(file: ConfigFile | None) -> None:
    """A URL that no target of the file has is described by the CONFORMANCE_ variables."""
    target = load_target("HTTPS://A.test/api/", file, URL_ENVIRON, CONTRACT)
    assert (target.name, target.base_url, target.resource) == ("a.test/api", "https://a.test/api", 5)
    assert target.token == Secret("hush-hush", reference="env:CONFORMANCE_TOKEN", name="CONFORMANCE_TOKEN")


def test_every_scalar_key_has_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each key that is no table can be given as a variable, typed like the key."""
    monkeypatch.chdir(tmp_path)
    Path("ca.pem").touch()
    environ = URL_ENVIRON | {
        "CONFORMANCE_MIRROR_URL": "https://m.test/x.git",
        "CONFORMANCE_RESTRICTED_TOKEN": "hush-other",
        "CONFORMANCE_RESTRICTED_REPOSITORY_ID": " 6 ",
        "CONFORMANCE_MISSING_REPOSITORY_ID": "7",
        "CONFORMANCE_VERIFY_TLS": "ca.pem",
        "CONFORMANCE_CLIENT_CERTIFICATE": "ca.pem",
        "CONFORMANCE_PROXY": "http://u:hush@p.test",
        "CONFORMANCE_TIMEOUT_SECONDS": "2.5",
        "CONFORMANCE_MAX_BAD_CREDENTIALS": "0",
        "CONFORMANCE_READ_BACK": "no",
    }
    variables = {key.variable for key in keys_of(CONTRACT) if key.name != "base_url"} - {None}
    assert set(environ) == variables
    target = load_target("https://a.test", None, environ, CONTRACT)
    assert (target.restricted_resource, target.missing_resource, target.timeout_seconds) == (6, 7, 2.5)
    assert (target.verify_tls, target.client_certificate) == (Path("ca.pem"), Path("ca.pem"))
    assert (target.url, target.max_bad_credentials) == ("https://m.test/x.git", 0)
    assert target.read_back is False
    assert {secret.value for secret in target.secrets} == {"hush-hush", "hush-other", "http://u:hush@p.test"}


@pytest.mark.parametrize(
    ("url", "changes", "expected"),
    [
        pytest.param("http://u:hush@a.test", {}, "TARGET: contains user info (the part before '@'); take it out", id="password in the URL"),
        pytest.param("http://a.test", {}, "TARGET: plain http is refused for a target that is not loopback; use https", id="plain http"),
        pytest.param("ftp://a.test", {}, "TARGET: is not an absolute http or https URL; give for example https://codearts-repo.example.test", id="other scheme"),
        pytest.param("https://a.test", {"TOKEN": ""}, "CONFORMANCE_TOKEN: is missing; set CONFORMANCE_TOKEN", id="no token"),
        pytest.param("https://a.test", {"TOKEN": "", "REPOSITORY_ID": ""}, "CONFORMANCE_TOKEN, CONFORMANCE_REPOSITORY_ID: are missing; set CONFORMANCE_TOKEN, CONFORMANCE_REPOSITORY_ID=2112029391", id="neither"),
        pytest.param("https://a.test", {"TOKEN": "env:hush"}, "CONFORMANCE_TOKEN: holds a reference; give the value itself, or use a conformance.toml", id="reference in a variable"),
        pytest.param("https://a.test", {"TOKEN": "hush\nhush"}, "CONFORMANCE_TOKEN: the environment variable CONFORMANCE_TOKEN contains a line break or a NUL; give 1 to 100,000 latin-1 characters on one line", id="line break in a token"),
        pytest.param("https://a.test", {"REPOSITORY_ID": ""}, "CONFORMANCE_REPOSITORY_ID: is missing; set CONFORMANCE_REPOSITORY_ID=2112029391", id="no repository"),
        pytest.param("https://a.test", {"REPOSITORY_ID": "x"}, "CONFORMANCE_REPOSITORY_ID: must be a whole number; set CONFORMANCE_REPOSITORY_ID=2112029391", id="repository that is no number"),
        pytest.param("https://a.test", {"REPOSITORY_ID": "0"}, "CONFORMANCE_REPOSITORY_ID: 0 is under 1; set CONFORMANCE_REPOSITORY_ID=2112029391", id="repository 0 (one under)"),
        pytest.param("https://a.test", {"TIMEOUT_SECONDS": "long"}, "CONFORMANCE_TIMEOUT_SECONDS: must be a number; set CONFORMANCE_TIMEOUT_SECONDS=10", id="time that is no number"),
        pytest.param("https://a.test", {"VERIFY_TLS": "no"}, "CONFORMANCE_VERIFY_TLS: false is refused for a target that is not loopback; give the CA bundle's path", id="TLS not verified"),
        pytest.param("https://a.test", {"RESTRICTED_TOKEN": "hush-hush"}, "CONFORMANCE_RESTRICTED_TOKEN: is the same token as token; give the token of another user without permission on repository_id", id="same token twice"),
        pytest.param("https://a.test", {"HEADERS": "X: hush"}, "CONFORMANCE_HEADERS: headers is a table, which no variable can hold; describe it in a file", id="table in a variable"),
    ],
)  # fmt: skip
def test_mistake_about_a_url_is_one_line(
    url: str, changes: dict[str, str], expected: str, refusal: Callable[..., str]
) -> None:
    """A mistake about a URL target names TARGET or the variable."""
    environ = URL_ENVIRON | {f"CONFORMANCE_{name}": value for name, value in changes.items()}
    assert refusal(load_target, url, None, environ, CONTRACT) == expected


def test_a_url_with_the_documented_path_is_told_before_what_it_lacks(refusal: Callable[..., str]) -> None:
    """A user who pastes the whole URL is not asked for a repository first, which stands in it."""
    whole = "/v4/repositories/123/remote-mirror/associate"
    assert refusal(load_target, f"https://a.test/api{whole}", None, {}, CONTRACT) == (
        f"TARGET: ends with {whole}, which the documented path begins with, and would be asked for twice; "
        "write https://a.test/api"
    )


def test_url_of_the_file_means_its_target(table: dict[str, object], environ: dict[str, str]) -> None:
    """A URL that one target of the file has, in whatever spelling, means that target."""
    file = described(other={"base_url": "http://plain.test"}, staging=table)
    target = load_target("https://A.TEST/", file, environ | URL_ENVIRON, CONTRACT)
    assert (target.name, target.resource) == ("staging", 123)


def test_url_of_two_targets_is_ambiguous(table: dict[str, object], refusal: Callable[..., str]) -> None:
    """A URL that two targets have does not tell which is meant."""
    message = refusal(load_target, "https://a.test", described(a=table, b=table), {}, CONTRACT)
    assert message == "TARGET: 2 targets have this base_url; name one of a, b"


HINT_ROLE = "give each role another repository_id"
HINT_TOKEN = "give the token of another user without permission on repository_id"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"missing_repository_id": 123}, f"missing_repository_id: 123 has the role missing here, and permitted as repository_id; {HINT_ROLE}", id="missing and permitted"),
        pytest.param({"restricted_repository_id": 123}, f"restricted_repository_id: 123 has the role restricted here, and permitted as repository_id; {HINT_ROLE}", id="restricted and permitted"),
        pytest.param({"restricted_repository_id": 4, "missing_repository_id": 4}, f"missing_repository_id: 4 has the role missing here, and restricted as restricted_repository_id; {HINT_ROLE}", id="restricted and missing"),
        pytest.param({"repositories": {"123": "missing"}}, f"repositories.123: 123 has the role missing here, and permitted as repository_id; {HINT_ROLE}", id="further role"),
        pytest.param({"restricted_token": "env:TOKEN"}, f"restricted_token: is the same token as token; {HINT_TOKEN}", id="same variable"),
        pytest.param({"restricted_token": "env:SAME"}, f"restricted_token: is the same token as token; {HINT_TOKEN}", id="same value"),
        pytest.param({"restricted_token": "env:FOUR", "tokens_by_length": {"4": "env:FOUR"}}, f"restricted_token: is the same token as tokens_by_length.4; {HINT_TOKEN}", id="token of a length"),
    ],
)  # fmt: skip
def test_contradiction_is_one_line(
    changes: dict[str, Any],
    expected: str,
    table: dict[str, object],
    environ: dict[str, str],
    refusal: Callable[..., str],
) -> None:
    """One id in two roles, or one token for two users, is a usage error naming both keys."""
    environ |= {"SAME": environ["TOKEN"]}
    message = refusal(load_target, "a", described(a=table | changes), environ, CONTRACT)
    assert message == f"etc/c.toml: [targets.a] {expected}"


def test_role_given_twice_alike_is_no_contradiction(table: dict[str, object], environ: dict[str, str]) -> None:
    """An id may be named twice in the same role, and the token may be one of tokens_by_length."""
    table |= {
        "repositories": {"123": "permitted"},
        "tokens_by_length": {"9": "env:TOKEN"},
        "restricted_token": "env:OTHER",
    }
    assert build_target("a", table, CONTRACT, environ=environ).resources == {123: "permitted"}


def test_target_shows_no_secret(table: dict[str, object], environ: dict[str, str]) -> None:
    """A printed or dumped target shows where its secrets come from, and none of them."""
    table |= {"restricted_token": "env:OTHER", "tokens_by_length": {"4": "env:FOUR"}, "headers": {"X": "env:FOUR"}}
    target = build_target("a", table, CONTRACT, environ=environ)
    assert "Secret(env:OTHER)" in repr(target)
    assert "hush" not in f"{target!r} {target} {dataclasses.asdict(target)}"


def test_target_is_frozen(table: dict[str, object], environ: dict[str, str]) -> None:
    """A target cannot be changed."""
    target = build_target("a", table, CONTRACT, environ=environ)
    with pytest.raises(dataclasses.FrozenInstanceError):
        target.base_url = "https://b.test"


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [("http://localhost:1/x", True), ("http://[::1]", True), ("https://localhost.test", False)],
)
def test_loopback_follows_the_base_url(
    base_url: str, table: dict[str, object], environ: dict[str, str], *, expected: bool
) -> None:
    """Whether a target is on this machine is read from its base URL."""
    assert build_target("a", table | {"base_url": base_url}, CONTRACT, environ=environ).loopback is expected


def test_secrets_are_listed_longest_first(table: dict[str, object], environ: dict[str, str]) -> None:
    """Every secret is listed once, the longest first, so that a secret within a secret is redacted after it."""
    environ |= {"PROXY": "http://u:hush@p.test"}
    table |= {
        "restricted_token": "env:OTHER",
        "tokens_by_length": {"4": "env:FOUR"},
        "headers": {"X": "env:FOUR", "Y": "plain"},
        "proxy": "env:PROXY",
    }
    secrets = build_target("a", table, CONTRACT, environ=environ).secrets
    assert [secret.name for secret in secrets] == ["PROXY", "OTHER", "TOKEN", "FOUR"]
