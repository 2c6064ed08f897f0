"""Errors in a target's table, in plain words."""

# ruff: noqa: E501 - a row of a table stays on its line, with the whole message

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.config.errors import InvalidValue
from conformance.config.keys import EnvironmentOrigin, TableOrigin, headers, numbered, read_table
from conformance.config.tables import keys_of
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Callable

ORIGIN = TableOrigin("c.toml: [targets.a]")
URL = 'write for example base_url = "https://codearts-repo.example.test"'
ID = "write for example repository_id = 2112029391"
ROLES = 'write for example repositories = { 124 = "permitted", 457 = "restricted", 2147483645 = "missing" }'
LENGTHS = 'write for example tokens_by_length = { 1 = "env:TOKEN_1", 100000 = "file:token-100000.txt" }'
HEADERS = 'write for example headers = { "X-Request-Source" = "conformance" }'
IAM = {
    "endpoint": "https://iam.test",
    "user": "env:U",
    "password": "env:P",
    "domain": "env:D",
    "project": "p",
}
MIRROR_URL = 'write for example mirror_url = "https://example.com/0379d2da2bae4c38b3d2fbbdb6f2a3f2/test.git"'


def parse_table(table: dict[str, Any], origin: TableOrigin) -> dict[str, Any]:
    """The values of a table for the shipped contract."""
    return read_table(keys_of(load_contract()), table, origin)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"tokn": "hush"}, 'tokn: there is no such key; did you mean "token"?', id="misspelt key"),
        pytest.param({"Token": "hush"}, 'Token: there is no such key; did you mean "token"?', id="capital letter"),
        pytest.param({"base_url": 5}, f"base_url: must be a text; {URL}", id="number for a URL"),
        pytest.param({"base_url": ""}, f"base_url: is not an absolute http or https URL; {URL}", id="empty URL"),
        pytest.param({"base_url": "http://a.test"}, "base_url: plain http is refused for a target that is not loopback; use https", id="plain http"),
        pytest.param({"base_url": "https://u:hush@a.test"}, "base_url: contains user info (the part before '@'); take it out", id="user info"),
        pytest.param({"repository_id": "123"}, f"repository_id: must be a whole number; {ID}", id="text for an id"),
        pytest.param({"repository_id": True}, f"repository_id: must be a whole number; {ID}", id="true for an id"),
        pytest.param({"repository_id": 1.0}, f"repository_id: must be a whole number; {ID}", id="1.0 for an id"),
        pytest.param({"repository_id": 0}, f"repository_id: 0 is under 1; {ID}", id="id 0 (one under)"),
        pytest.param({"repository_id": 2_147_483_648}, f"repository_id: 2147483648 is over 2147483647; {ID}", id="id 2147483648 (one over)"),
        pytest.param({"repository_id": 1 << 20_000}, f"repository_id: a number of thousands of digits is over 2147483647; {ID}", id="id of 6,021 digits"),
        pytest.param({"missing_repository_id": 0}, "missing_repository_id: 0 is under 1; write for example missing_repository_id = 2147483646", id="missing id 0"),
        pytest.param({"restricted_repository_id": -1}, "restricted_repository_id: -1 is under 1; write for example restricted_repository_id = 456", id="negative id"),
        pytest.param({"token": 5}, 'token: must be a text; write for example token = "env:CODEARTS_TOKEN"', id="number for a token"),
        pytest.param({"mirror_url": "git@a.test:x"}, f"mirror_url: is not an absolute http or https URL; {MIRROR_URL}", id="mirror that is no URL"),
        pytest.param({"mirror_url": "https://u:hush@a.test"}, "mirror_url: contains user info (the part before '@'); take it out", id="password in the mirror"),
        pytest.param({"tokens_by_length": {"0": "env:T"}}, "tokens_by_length: a key is not a length; use whole numbers from 1 to 100000 as keys", id="length 0 (one under)"),
        pytest.param({"tokens_by_length": {"100001": "env:T"}}, "tokens_by_length: a key is not a length; use whole numbers from 1 to 100000 as keys", id="length 100,001 (one over)"),
        pytest.param({"tokens_by_length": {"01": "env:T"}}, "tokens_by_length: a key is not a length; use whole numbers from 1 to 100000 as keys", id="length with a leading zero"),
        pytest.param({"tokens_by_length": {"hush": 4}}, "tokens_by_length: a key is not a length; use whole numbers from 1 to 100000 as keys", id="length and token swapped"),
        pytest.param({"tokens_by_length": {"4": 4}}, f"tokens_by_length.4: must be a text; {LENGTHS}", id="number for a token of a length"),
        pytest.param({"tokens_by_length": "hush"}, f"tokens_by_length: must be a table; {LENGTHS}", id="text for a table"),
        pytest.param({"repositories": {"2147483648": "missing"}}, "repositories: a key is not a repository id; use whole numbers from 1 to 2147483647 as keys", id="repository 2147483648 (one over)"),
        pytest.param({"repositories": {"5": "permited"}}, f"repositories.5: must be 'permitted', 'restricted' or 'missing'; {ROLES}", id="unknown role"),
        pytest.param({"repositories": []}, f"repositories: must be a table; {ROLES}", id="list for a table"),
        pytest.param({"not_testable": {"*": " "}}, 'not_testable: "*" has no reason; say why it cannot be tested: "*" = "…"', id="blank reason"),
        pytest.param({"not_testable": {"": "x"}}, 'not_testable: a glob is empty; write for example "status.*" = "why not"', id="empty glob"),
        pytest.param({"not_testable": {"*": 1}}, 'not_testable.*: must be a text; write for example not_testable = { "*.403.*" = "no second account on staging" }', id="number for a reason"),
        pytest.param({"verify_tls": 1}, "verify_tls: is neither true nor a path; give true, or the path of a CA bundle", id="1 for true"),
        pytest.param({"verify_tls": ""}, "verify_tls: is neither true nor a path; give true, or the path of a CA bundle", id="empty path"),
        pytest.param({"client_certificate": " "}, 'client_certificate: is empty; write for example client_certificate = "file:client.pem"', id="blank certificate"),
        pytest.param({"timeout_seconds": 0}, "timeout_seconds: 0 is not over 0; write for example timeout_seconds = 10", id="no time"),
        pytest.param({"timeout_seconds": "10"}, "timeout_seconds: must be a number; write for example timeout_seconds = 10", id="text for a number"),
        pytest.param({"timeout_seconds": float("inf")}, "timeout_seconds: must be a finite number; write for example timeout_seconds = 10", id="infinite"),
        pytest.param({"timeout_seconds": float("nan")}, "timeout_seconds: must be a finite number; write for example timeout_seconds = 10", id="nan"),
        pytest.param({"max_bad_credentials": -1}, "max_bad_credentials: -1 is under 0; write for example max_bad_credentials = 60", id="one under zero"),
        pytest.param({"headers": {"x-auth-token": "hush"}}, "headers: x-auth-token is set by the suite itself; take it out", id="token as a header"),
        pytest.param({"headers": {"X": "hush", "x": "hush"}}, "headers: x stands there twice; take one out; case makes no difference", id="header twice"),
        pytest.param({"headers": {"X Y": "hush"}}, 'headers: "X Y" is not a header name; use letters, digits and hyphens', id="space in a header's name"),
        pytest.param({"headers": {"X": "hush\r\nY: z"}}, "headers: the value of X is not a header value; use ASCII text on one line, not empty", id="line break in a header"),
        pytest.param({"headers": {"X": ""}}, "headers: the value of X is not a header value; use ASCII text on one line, not empty", id="empty header"),
        pytest.param({"headers": {"X": "hush "}}, "headers: the value of X is not a header value; use ASCII text on one line, not empty", id="blank at a header's end"),
        pytest.param({"headers": {"X": 1}}, f"headers.X: must be a text; {HEADERS}", id="number for a header"),
        pytest.param({"iam": {**IAM, "password": "hush"}}, 'iam.password: is a literal secret; write "env:NAME" or "file:PATH"', id="literal password"),
        pytest.param({"iam": {**IAM, "user": ""}}, 'iam.user: is empty; write for example iam.user = "env:IAM_USER"', id="empty user"),
        pytest.param({"iam": {**IAM, "endpoint": "http://a.test"}}, "iam.endpoint: plain http is refused for a target that is not loopback; use https", id="plain http to IAM"),
        pytest.param({"iam": {**IAM, "projekt": "p"}}, 'iam.projekt: there is no such key; did you mean "project"?', id="misspelt key of iam"),
        pytest.param({"iam": {}}, 'iam.endpoint: is missing; write for example iam.endpoint = "https://iam.example.test"', id="empty iam"),
    ],
)  # fmt: skip
def test_mistake_is_one_line(
    changes: dict[str, Any], expected: str, table: dict[str, object], refusal: Callable[..., str]
) -> None:
    """A mistake names file, table and dotted key, says what is wrong and how to fix it."""
    assert refusal(parse_table, table | changes, ORIGIN) == f"c.toml: [targets.a] {expected}"


@pytest.mark.parametrize(("key", "hint"), [("base_url", URL), ("repository_id", ID)])
def test_missing_key_is_one_line(key: str, hint: str, table: dict[str, object], refusal: Callable[..., str]) -> None:
    """A required key that is missing is named with an example."""
    del table[key]
    assert refusal(parse_table, table, ORIGIN) == f"c.toml: [targets.a] {key}: is missing; {hint}"


def test_iam_that_is_no_table_is_one_line(table: dict[str, object], refusal: Callable[..., str]) -> None:
    """A text in the place of the iam table is answered with a whole table."""
    message = refusal(parse_table, table | {"iam": "hush"}, ORIGIN)
    assert message.startswith("c.toml: [targets.a] iam: must be a table; write for example iam = { endpoint = ")


def test_misspelt_key_comes_before_what_it_leaves_missing(refusal: Callable[..., str]) -> None:
    """Of several mistakes the misspelt key is reported, as it explains the missing one."""
    message = refusal(parse_table, {"base_url": "https://a.test", "repositoryid": 5}, ORIGIN)
    assert message == 'c.toml: [targets.a] repositoryid: there is no such key; did you mean "repository_id"?'


def test_smallest_table_has_the_documented_defaults(table: dict[str, object]) -> None:
    """Optional keys have the defaults of docs/interface.md."""
    parsed = parse_table(table, ORIGIN)
    assert parsed["mirror_url"] == "https://example.com/0379d2da2bae4c38b3d2fbbdb6f2a3f2/test.git"
    assert (parsed["timeout_seconds"], parsed["max_bad_credentials"], parsed["verify_tls"]) == (10.0, 60, True)


@pytest.mark.parametrize("number", [1, 2_147_483_647], ids=["1 (the minimum)", "2147483647 (the maximum)"])
def test_ids_at_the_edge_are_accepted(number: int, table: dict[str, object]) -> None:
    """The smallest and the largest repository id are in range."""
    assert parse_table(table | {"repository_id": number}, ORIGIN)["repository_id"] == number


@pytest.mark.parametrize(
    "name",
    ["X-Auth-Token", "HOST", "content-length", "Transfer-Encoding", "Content-Type", "Accept", "Connection", "Expect"],
)
def test_headers_of_the_suite_are_refused(name: str) -> None:
    """A header that the suite sets itself is refused in any case."""
    with pytest.raises(InvalidValue, match="is set by the suite itself"):
        headers("X-Auth-Token")({name: "x"})


@pytest.mark.parametrize("value", ["x", "a b\tc", "env:NAME", "~!"])
def test_header_values_are_ascii_on_one_line(value: str) -> None:
    """A header's value is visible ASCII with blanks inside, or a reference."""
    assert headers("X-Auth-Token")({"X-A": value}) == {"X-A": value}


@pytest.mark.parametrize(("highest", "key"), [(100_000, "100000"), (2_147_483_647, "2147483647"), (5, "1"), (5, 5)])
def test_numbered_keys_become_numbers(highest: int, key: object) -> None:
    """A key from 1 to the highest allowed number becomes that number."""
    assert numbered("length", 1, highest)(key) == int(str(key))


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
