"""The lines that set variables of curl lines, read by a shell."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.config.settings import ConfigFile, Settings, load_settings
from conformance.config.targets import build_target
from conformance.engine.reproduction import command_of, route_of, variables_of
from conformance.spec import load_contract

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.config.targets import Target

TABLE: dict[str, object] = {
    "base_url": "http://127.0.0.1:9",
    "repository_id": 1,
    "mirror_url": "https://mirror.invalid/a.git",
}


def described(directory: Path, **keys: object) -> tuple[Settings, Target]:
    """A target of `directory`/conformance.toml, and the settings of a run that was told of that file."""
    path = directory / "my files" / "conformance.toml"
    path.parent.mkdir(exist_ok=True)
    (path.parent / "good token.txt").write_bytes(b"from-a-file\n")
    (path.parent / "latin.txt").write_bytes(b"cl\xe9-de-la-maison\n")
    path.write_text('[targets.site]\ntoken = "a literal"\ntokens_by_length = { 1 = "q" }\n', encoding="utf-8")
    target = build_target(
        "site", TABLE | keys, load_contract(), environ={"MINE": "of the environment"}, base_directory=path.parent
    )
    return replace(load_settings({}, {}, None), config=path), target


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        pytest.param({"token": "env:MINE"}, "of the environment", id="environment"),
        pytest.param({"token": "file:good token.txt"}, "from-a-file", id="file"),
        pytest.param({"token": "file:latin.txt"}, "clé-de-la-maison", id="file in latin-1"),
        pytest.param({"token": "a literal"}, "a literal", id="literal"),
        pytest.param({"token": "x", "tokens_by_length": {"1": "q"}}, "q", id="a token of one character"),
    ],
)
def test_a_line_sets_its_variable_to_the_secret_and_does_not_hold_it(
    tmp_path: Path, keys: dict[str, object], value: str
) -> None:
    """For a secret from any source, in a shell that knows what the run knew."""
    settings, target = described(tmp_path, **keys)
    name, line = list(variables_of(settings, target).items())[-1]
    assert len(value) == 1 or value not in line
    script = f"{line}\npython3 -c \"import os; print(ascii(os.environ['{name}']))\""
    environment = {**os.environ, "MINE": "of the environment", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=True)  # noqa: S607
    assert done.stdout == f"{value!a}\n"


def test_every_token_that_requests_carry_has_a_line(tmp_path: Path) -> None:
    """Names are those of the curl lines; what is not a secret, and what requests do not carry, has none."""
    settings, target = described(
        tmp_path,
        token="command:printf %s hidden",
        restricted_token="env:MINE",
        tokens_by_length={"1": "q"},
        headers={"X-Key": "file:good token.txt", "X-Plain": "plain"},
    )
    config = settings.config
    assert variables_of(settings, target) == {
        "CONFORMANCE_TOKEN": "export CONFORMANCE_TOKEN=$(printf …)",
        "MINE": 'export MINE="${MINE:?as it was for the run}"',
        "CONFORMANCE_TOKENS_BY_LENGTH_1": (
            'export CONFORMANCE_TOKENS_BY_LENGTH_1=$(python3 -c "import tomllib; '
            f"print(tomllib.load(open({str(config)!r}, 'rb'))['targets']['site']['tokens_by_length']['1'])\")"
        ),
        "CONFORMANCE_HEADERS_X_KEY": f"export CONFORMANCE_HEADERS_X_KEY=$(cat '{config.parent}/good token.txt')",
    }


def test_a_token_that_iam_issues_is_named(tmp_path: Path) -> None:
    """There is nothing to read it from."""
    iam = {"endpoint": "http://127.0.0.1:9", "user": "u", "password": "env:MINE", "domain": "d", "project": "e"}
    settings, target = described(tmp_path, iam=iam)
    (line,) = variables_of(settings, target).values()
    assert line.startswith('export CONFORMANCE_TOKEN="${CONFORMANCE_TOKEN:?a token that IAM issues')


def test_a_target_by_url_is_repeated_by_its_url() -> None:
    """Its name would be looked for in a file."""
    table = TABLE | {"token": "env:MINE"}
    target = build_target("127.0.0.1:9", table, load_contract(), environ={"MINE": "of the environment"})
    line = command_of(load_settings({}, {}, None), target, 5, embedded=False)
    assert line == "conformance run http://127.0.0.1:9 --seed 5 --output reports/again"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        pytest.param({}, (), id="nothing special"),
        pytest.param({"verify_tls": False}, ("-k",), id="TLS not verified"),
        pytest.param({"proxy": "http://127.0.0.1:3128"}, ("-x http://127.0.0.1:3128",), id="a proxy"),
        pytest.param({"proxy": "env:PROXY"}, ('-x "${PROXY:?}"',), id="a proxy with a password"),
    ],
)
def test_a_curl_line_goes_the_way_of_the_run(keys: dict[str, object], words: tuple[str, ...]) -> None:
    """Proxy and certificates as described; elsewhere another server would answer, or none."""
    environ = {"MINE": "of the environment", "PROXY": "http://me:a-password-of-mine@127.0.0.1:3128"}
    target = build_target("site", TABLE | {"token": "env:MINE"} | keys, load_contract(), environ=environ)
    assert tuple(route_of(target).options) == words
    assert ("PROXY" in variables_of(load_settings({}, {}, None), target)) is ("PROXY" in str(words))


def test_the_line_names_the_contract_that_was_named(tmp_path: Path) -> None:
    """On the command line or in the environment; what the file names, it names again."""
    _, target = described(tmp_path, token="x")
    given = load_settings({"spec": "other"}, {}, None), load_settings({}, {"CONFORMANCE_SPEC": "other"}, None)
    in_file = load_settings({}, {}, ConfigFile(tmp_path / "c.toml", {"run": {"spec": "other"}}))
    assert [command_of(one, target, 5, embedded=False).count("--spec other") for one in given] == [1, 1]
    assert "--spec" not in command_of(in_file, target, 5, embedded=False)
