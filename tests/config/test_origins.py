"""The wording of where a target's description comes from."""

from __future__ import annotations

import pytest

from conformance.config.origins import EnvironmentOrigin, TableOrigin


def test_table_names_its_keys() -> None:
    """A key of a file is named behind its table, and its example is a line of TOML."""
    origin = TableOrigin("c.toml: [targets.a]")
    assert (origin.place("token"), origin.place("")) == ("c.toml: [targets.a] token", "c.toml: [targets.a]")
    assert origin.example("token", '"env:X"') == 'write for example token = "env:X"'


@pytest.mark.parametrize(
    ("key", "toml", "expected"),
    [
        ("base_url", '"https://a.test"', "give for example https://a.test"),
        ("token", '"env:X"', "set CONFORMANCE_TOKEN"),
        ("repository_id", "5", "set CONFORMANCE_REPOSITORY_ID=5"),
        ("client_certificate", '"file:c.pem"', "set CONFORMANCE_CLIENT_CERTIFICATE=c.pem"),
    ],
)
def test_environment_names_its_variables(key: str, toml: str, expected: str) -> None:
    """A key from the environment is named by its variable; a secret has no example."""
    assert EnvironmentOrigin().example(key, toml) == expected


def test_url_on_the_command_line_is_called_target() -> None:
    """The base URL, and the description as a whole, is the TARGET argument."""
    assert [EnvironmentOrigin().place(key) for key in ("", "base_url")] == ["TARGET", "TARGET"]
