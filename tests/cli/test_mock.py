"""The commands `mock` and `selftest`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import cli
from conformance.cli.mock import combination
from conformance.config.settings import read_file
from conformance.config.targets import load_target
from conformance.exceptions import UsageError
from conformance.mock import Fixtures
from conformance.selftest import run_trials
from conformance.spec import load_contract
from tests.runner.command import command

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.selftest import Trial

EXAMPLE = Path(__file__).parents[2] / "examples" / "cluster-labels"
FIXTURES = Fixtures.default()
CONTRACT = load_contract()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that is written to; the server says where it listens, and ends."""

    def serve(_: object, host: str, port: int, __: float, ready: Callable[[str], None]) -> None:
        ready(f"http://{host}:{port or 8000}")

    monkeypatch.setattr("conformance.mock.serve", serve)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "conformance.toml"


def said(*words: str) -> str:
    """The output of the command."""
    done = CliRunner().invoke(cli, ["mock", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_target_is_written_and_needs_no_pasting(file: Path) -> None:
    """It is described whole, tokens of 100,000 characters included, which outlive the mock."""
    assert said("--write", "conformance.toml") == (
        "conformance.toml: [targets.mock] is written, for `conformance run mock`\n"
    )
    target = load_target("mock", read_file(file), {}, CONTRACT)
    assert target.base_url == "http://127.0.0.1:8000"
    assert target.token is not None
    assert target.token.value == FIXTURES.token
    assert target.tokens_by_length[100_000].value == FIXTURES.tokens_by_length[100_000]


def test_a_restart_on_the_same_port_changes_nothing(file: Path) -> None:
    """Its tokens are the same in every run; another port is written, and said."""
    said("--write", str(file), "--port", "8001")
    text = file.read_text(encoding="utf-8")
    assert "is there already" in said("--write", str(file), "--port", "8001")
    assert file.read_text(encoding="utf-8") == text
    assert "is replaced" in said("--write", str(file), "--port", "8002")
    assert file.read_text(encoding="utf-8") == text.replace(":8001", ":8002")


def test_a_seed_makes_other_tokens_and_the_same_each_time(file: Path) -> None:
    """Those written are those served; a restart with the seed changes nothing."""
    served = []
    for seed in ("7", "7", "8"):
        said("--write", str(file), "--port", "8001", "--seed", seed)
        served.append(load_target("mock", read_file(file), {}, CONTRACT))
    first, again, other = ((one.token.value, one.tokens_by_length[100_000].value) for one in served)
    assert first == again
    assert not set(first) & {*other, FIXTURES.token, FIXTURES.tokens_by_length[100_000]}
    mock = combination(["id-zero-accepted"], [], Fixtures.default(7))
    assert set(first) <= set(mock.tokens)


def test_no_directory_is_made(file: Path) -> None:
    """A path that was mistyped is an error before anything is served."""
    done = CliRunner().invoke(cli, ["mock", "--write", "none/conformance.toml"])
    assert isinstance(done.exception, UsageError)
    assert list(file.parent.iterdir()) == []


def test_the_access_to_iam_is_written_too(file: Path) -> None:
    """Its password is in a file of its own."""
    said("--write", str(file), "--iam")
    target = load_target("mock", read_file(file), {}, CONTRACT)
    assert target.token is None
    assert target.source is not None


def test_the_stand_in_for_another_contract_is_written_too(file: Path) -> None:
    """Under its own name."""
    assert "[targets.stand-in] is written" in said("--write", str(file), "--spec", str(EXAMPLE))
    assert load_target("stand-in", read_file(file), {}, load_contract(EXAMPLE)).base_url == "http://127.0.0.1:8000"


TWO = ("id-zero-accepted", "chunked")


def test_a_fault_and_a_variant(tmp_path: Path) -> None:
    """Exit 0, a row for each, nothing written to the working directory."""
    ran = command("selftest", *TWO, "--format", "json", "--workers", "1", cwd=tmp_path)
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    assert document["proven"]
    assert [row["id"] for row in document["faults"] + document["variants"]] == list(TWO)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_id_is_a_usage_error(tmp_path: Path) -> None:
    """One line, exit 2."""
    ran = command("selftest", "id-zero", cwd=tmp_path)
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert "no fault or variant is called id-zero" in ran.err


def test_trials_come_in_the_order_they_were_named() -> None:
    """Whichever ends first; each is told once, and an id that is named twice is tried once."""
    told: list[Trial] = []
    ran = run_trials(("chunked", "id-zero-accepted", "chunked"), 2, told.append, 2)
    assert [trial.id for trial in ran] == ["chunked", "id-zero-accepted"]
    assert {trial.id for trial in told} == {"chunked", "id-zero-accepted"}
