"""The preparation: everything that is decided before anything is sent."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.config.settings import ConfigFile, Settings, load_settings
from conformance.config.targets import build_target
from conformance.contract.facts import Role, facts_of
from conformance.engine.assembly import session_of
from conformance.engine.preparation import Preparation, command_of, route_of, variables_of
from conformance.exceptions import UsageError
from conformance.mock import Fixtures
from conformance.plan.probe import Mutation, Profile
from conformance.runner.embedded import target_of
from conformance.spec import load_contract
from tests.engine.sessions import CONTRACT, target_with
from tests.report.builders import failed

if TYPE_CHECKING:
    from conformance.config.targets import Target

EMBEDDED = target_of(Fixtures.default(), "http://127.0.0.1:9")
TABLE: dict[str, object] = {
    "base_url": "http://127.0.0.1:9",
    "repository_id": 1,
    "mirror_url": "https://mirror.invalid/a.git",
}


def prepared(*, embedded: bool = False, table: dict[str, object] | None = None, **options: object) -> Preparation:
    """A run against the embedded mock, or a target off loopback."""
    target = EMBEDDED if embedded else target_with(**(table or {}))
    return Preparation.of(load_settings(options, {}, None), target, CONTRACT, embedded=embedded)


def test_off_the_embedded_mock_nothing_changes_that_is_not_named() -> None:
    """`fixture` is the default; the mock takes anything; an option overrules both."""
    assert prepared().mutation is Mutation.FIXTURE
    assert prepared(embedded=True).mutation is Mutation.ANY
    assert prepared(embedded=True, mutation="never").mutation is Mutation.NEVER


def test_the_fixtures_are_the_description() -> None:
    """Tokens name the secret that they are, repositories have their roles."""
    table: dict[str, object] = {
        "restricted_token": "env:R",
        "restricted_repository_id": 5,
        "missing_repository_id": 6,
        "repositories": {"1": "permitted"},
    }
    found = prepared(table=table, seed=9).fixtures
    assert (found.token.value, found.token.secret) == (b"t" * 40, "T")
    assert found.restricted_token is not None
    assert (found.restricted_token.value, found.restricted_token.secret) == (b"r" * 40, "R")
    assert found.roles == {123: Role.PERMITTED, 5: Role.RESTRICTED, 6: Role.MISSING, 1: Role.PERMITTED}
    assert (found.loopback, found.seed, found.url) == (False, 9, "https://mirror.invalid/a.git")


def test_tokens_by_length_are_in_the_fixtures() -> None:
    """The mock's tokens of 1 and 100,000 characters are at hand."""
    found = prepared(embedded=True).fixtures.tokens_by_length
    assert {length: token.length for length, token in found.items()} == {1: 1, 100_000: 100_000}


def test_without_a_place_for_examples_none_is_kept() -> None:
    """By the option everywhere; without it on the embedded mock."""
    assert prepared(examples="none").store is None
    assert prepared(embedded=True).store is None
    assert prepared().store is not None
    assert prepared(embedded=True, examples="kept").store is not None


def test_without_a_restricted_token_there_is_none() -> None:
    """Keys that the description omits are omitted."""
    assert prepared().fixtures.restricted_token is None


def test_the_seed_is_the_clocks_where_none_was_given() -> None:
    """A seed can be given, 0 included; another run has another, and every run an id of its own."""
    assert prepared(seed=0).seed == 0
    first, second = prepared(), prepared()
    assert 0 <= first.seed < 2**32
    assert first.run_id != second.run_id
    assert first.run_id.startswith(f"{first.started_at:%Y%m%dT%H%M%SZ}-")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({"baseline": "b.toml"}, "b.toml: cannot be read", id="a baseline"),
        pytest.param({"select": ["no.such"]}, "--select", id="a clause that there is not"),
        pytest.param({"deselect": ["no.such"]}, "--deselect", id="a clause to leave out that there is not"),
        pytest.param({"probe": ["no.such"]}, "--probe", id="a probe that there is not"),
    ],
)
def test_mistakes_show_before_anything_is_sent(options: dict[str, object], words: str) -> None:
    """The message names the option, in one line."""
    with pytest.raises(UsageError, match=words) as caught:
        prepared(**options)
    assert "\n" not in str(caught.value)


def test_a_base_url_that_holds_the_documented_path_is_a_mistake() -> None:
    """It is told before anything is sent, with the base URL to write."""
    with pytest.raises(UsageError) as caught:
        prepared(table={"base_url": "https://staging.invalid/proxy/v4"})
    assert str(caught.value) == (
        "[targets.staging] base_url: ends with /v4, which the documented path begins with, "
        "and would be asked for twice; write https://staging.invalid/proxy"
    )


OVER = "path.repository_id.above-maximum"
BASELINE = f"""
[[accepted]]
clause = "{OVER}"
probe = "id.over"
reason = "known"
ticket = "T-1"
owner = "platform"
expires = 9999-12-31

[[accepted]]
clause = "status.404.no-repository"
probe = "id.over"
reason = "it was known"
expires = 2020-01-31
"""

KNOWN = "accepted in the baseline: known (T-1, platform, until 9999-12-31)"


@pytest.mark.parametrize(
    ("failures", "why"),
    [
        pytest.param([f"{OVER} id.over"], KNOWN, id="all"),
        pytest.param([f"{OVER} property.ids.in-range"], KNOWN, id="a generated one"),
        pytest.param([f"{OVER} id.over", "leak.token id.over"], None, id="one of two"),
        pytest.param([f"{OVER} id.alias.2^32"], None, id="another probe"),
        pytest.param(["status.404.no-repository id.over"], None, id="over"),
        pytest.param([], None, id="nothing failed"),
    ],
)
def test_all_that_fails_is_accepted_or_nothing_is(tmp_path: Path, failures: list[str], why: str | None) -> None:
    """Each failure needs an entry that is not over; the reasons are said once."""
    (tmp_path / "baseline.toml").write_text(BASELINE)
    found = prepared(baseline=str(tmp_path / "baseline.toml"))
    assert found.why_accepted([failed(*failure.split()) for failure in failures * 2]) == why


def test_a_clause_that_is_not_testable_must_exist() -> None:
    """A glob of `not_testable` that matches nothing is a mistake, named with its place."""
    table: dict[str, object] = {"not_testable": {"no.such.*": "because"}}
    with pytest.raises(UsageError, match="not_testable"):
        prepared(table=table)


def test_deselected_clauses_leave_the_gate() -> None:
    """Deselected clauses, and those that the description says cannot be tested, with its reason."""
    table: dict[str, object] = {"not_testable": {"status.403.*": "one account only"}}
    asked = prepared(table=table, select=["status.*"], deselect=["status.401.*"], fail_on="should").gate_policy
    assert "status.401.missing-token" in asked.deselected
    assert "path.repository_id.maximum" in asked.deselected
    assert "status.201.permitted" not in asked.deselected
    assert asked.not_testable["status.403.no-permission"] == "one account only"
    assert asked.fail_on == "should"


def test_a_profile_decides_how_much_is_planned() -> None:
    """Smoke is less than standard; a probe that is named is planned whatever the profile."""
    smoke, standard = (prepared(embedded=True, profile=name).plan for name in ("smoke", "standard"))
    assert 0 < len(smoke.probes) < len(standard.probes)
    assert not smoke.by_id.keys() - standard.by_id.keys()
    named = prepared(embedded=True, profile="smoke", probe=["state.burst"])
    assert "state.burst" in named.plan.by_id
    assert named.chosen == {"state.burst"}


def test_a_profile_knows_what_the_standard_one_would_send() -> None:
    """Smoke sends a part of it, and so says its verdict; deep sends all of it and more."""
    standard = len(prepared(embedded=True).plan.sent)
    for profile in ("smoke", "standard", "deep"):
        assert prepared(embedded=True, profile=profile).standard_probes == standard
    assert len(prepared(embedded=True, profile="smoke").plan.sent) in range(40, 61)


def test_smoke_has_both_sides_of_the_longest_token() -> None:
    """A valid token of 100,000 characters, and the same and one more: what README promises first."""
    sent = prepared(embedded=True, profile="smoke").plan.by_id
    wanted = {f"token.valid.length-100000{end}" for end in ("", ".one-more")}
    assert wanted | {f"token.unknown.length-{length}" for length in (99_999, 100_000, 100_001)} <= sent.keys()


def test_off_loopback_no_more_bad_credentials_are_planned_than_allowed() -> None:
    """Probes over `max_bad_credentials` are withheld, with that reason."""
    plan = prepared(table={"max_bad_credentials": 5}).plan
    facts = [probe for probe in plan.sent if probe.request and probe.request.token is None]
    assert len(facts) <= 5
    assert any("max_bad_credentials = 5" in (probe.withheld or "") for probe in plan.probes)


def test_runs_that_are_repeated_share_what_is_allowed() -> None:
    """`max_bad_credentials` is for all of them; none takes what another needs, so that each is planned alike."""
    for repeat, each in ((1, 7), (3, 2), (8, 0)):
        plan = prepared(table={"max_bad_credentials": 7}, repeat=repeat).plan
        known = prepared().fixtures.known
        requests = [probe.request for probe in plan.sent if probe.request is not None]
        assert sum(not facts_of(request, known).token.good for request in requests) == each


@pytest.mark.parametrize(
    ("table", "options", "line"),
    [
        pytest.param({}, {}, "conformance run staging --seed 1 --output reports/again", id="a target by name"),
        pytest.param(
            {},
            {"config": "my files/c.toml", "mutation": "never", "fail_on": "should", "rate": 2},
            "conformance run staging --config 'my files/c.toml' --mutation never --fail-on should "
            "--rate 2.0 --seed 1 --output reports/again",
            id="with options",
        ),
        pytest.param(
            {},
            {"output": "out", "history": "none", "concurrency": 1, "select": ["status.*"], "yes": True},
            "conformance run staging --concurrency 1 --history none --seed 1 --output out/again",
            id="what one probe does not need, and the consent, are left out",
        ),
        pytest.param(
            {},
            {"output": "out/again", "history": "postgresql://user:password@host/database"},
            "conformance run staging --seed 1 --output out/again",
            id="a line that was copied, and a history whose URL may hold a password",
        ),
        pytest.param(None, {}, "conformance run --seed 1 --output reports/again", id="the embedded mock"),
    ],
)
def test_a_run_can_be_repeated_by_its_command(
    table: dict[str, object] | None, options: dict[str, object], line: str
) -> None:
    """The line holds the target, the seed and what was given, quoted; its reports leave those of the run alone."""
    run = prepared(embedded=table is None, table=table, seed=1, **options)
    assert run.command == line
    failure = failed("status.401.precedence", "id.zero")
    assert run.reproduce(failure) == f"{line} --probe id.zero"
    assert run.reproduce(replace(failure, beside=("id.one",))) == f"{line} --probe id.zero --probe id.one"
    drawn = replace(failure, probe="property.openapi")
    assert run.reproduce(drawn) == f"{line} --profile standard --probe property.openapi"


def test_what_the_environment_gave_is_in_the_command_and_what_the_file_says_is_not() -> None:
    """The one may be another in the next shell, the other is read again."""
    file = ConfigFile(Path("conformance.toml"), {"run": {"fail-on": "should", "mutation": "never"}})
    settings = load_settings({"seed": 1}, {"CONFORMANCE_MUTATION": "any"}, file)
    run = Preparation.of(settings, target_with(), CONTRACT)
    assert run.command == "conformance run staging --mutation any --seed 1 --output reports/again"


def limits(run: Preparation) -> tuple[int, float, int | None]:
    """The most requests, the seconds between two of them, and the most bad credentials of a session."""
    session = session_of(run, None)
    session.client.close()
    return session.client._budget._limit, session.client._pace._interval, session.client._gate._limit


@pytest.mark.parametrize(
    ("embedded", "options", "expected"),
    [
        pytest.param(True, {"profile": "smoke"}, (200, 0, None), id="the mock, smoke"),
        pytest.param(True, {}, (2_000, 0, None), id="the mock, standard"),
        pytest.param(True, {"profile": "deep", "rate": 50.0}, (20_000, 0.02, None), id="the mock, deep, with a rate"),
        pytest.param(False, {"max_requests": 7}, (7, 0.1, 3), id="off loopback"),
        pytest.param(False, {"rate": 2.0}, (2_000, 0.5, 3), id="off loopback, slower"),
        pytest.param(False, {"repeat": 2}, (2_000, 0.1, 1), id="off loopback, one of two runs"),
        pytest.param(True, {"repeat": 2}, (2_000, 0, None), id="the mock, one of two runs"),
    ],
)
def test_limits_are_stricter_off_loopback(
    options: dict[str, object], expected: tuple[int, float, int | None], *, embedded: bool
) -> None:
    """Ten requests a second, and the description's number of bad credentials, unless told otherwise."""
    assert limits(prepared(embedded=embedded, table={"max_bad_credentials": 3}, **options)) == expected


def test_a_session_knows_the_target(tmp_path: Path) -> None:
    """Timeout, TLS, proxy and headers of the description reach the wire, and the traffic a file."""
    table: dict[str, object] = {
        "timeout_seconds": 3,
        "proxy": "env:P",
        "headers": {"X-Domain-Id": "env:H"},
    }
    session = session_of(prepared(table=table), tmp_path / "traffic.har")
    session.recorder.close()
    session.client.close()
    endpoint = session.client._raw._endpoint
    assert (endpoint.base_url, endpoint.timeout, endpoint.verify_tls) == ("https://staging.invalid", 3, True)
    assert (endpoint.proxy, endpoint.headers) == ("http://u:p@127.0.0.1:9", ((b"X-Domain-Id", b"h" * 40),))
    assert session.recorder._headers == endpoint.headers
    assert [path.name for path in tmp_path.iterdir()] == ["traffic.har"]


def test_secrets_of_the_description_are_redacted() -> None:
    """Tokens, headers and the proxy are taken out by value."""
    redactor = prepared(table={"restricted_token": "env:R", "headers": {"X-A": "env:H"}}).redactor
    shown = redactor.text(f"{'t' * 40} {'r' * 40} {'h' * 40}")
    assert not any(letter * 16 in shown for letter in "trh")


def test_the_profile_is_one_of_three() -> None:
    """The word of the option becomes the plan's."""
    assert prepared(profile="deep").profile is Profile.DEEP


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
