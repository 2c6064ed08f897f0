"""`--spec DIR`: another contract for every command that is about one."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from conformance.mock import SERVED
from conformance.mock.faults import FAULTS
from tests.runner.command import PYTEST, SUITE, begun, command, site
from tests.spec.files import copy_with

OTHER = "otherOperation"
EXAMPLE = Path(__file__).parents[2] / "examples" / "read-back"


def renamed(directory: Path) -> Path:
    """A contract of another operation, and a key of its own."""

    def change(catalogue: dict[str, Any]) -> None:
        catalogue["operation"] = OTHER
        catalogue["target"]["shelf_id"] = catalogue["target"].pop("repository_id")

    return copy_with(directory, lambda operation: operation.update(operationId=OTHER), change)


def less(directory: Path) -> Path:
    """The shipped contract with one clause fewer."""
    return copy_with(directory, clauses=lambda catalogue: catalogue["clauses"].pop(0))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("mock", "--gateway"), f"--gateway: the stand-in for {OTHER} has none: leave it out"),
        (("selftest",), f"the embedded mock serves only {SERVED}, not {OTHER}: leave --spec out"),
    ],
)
def test_faults_and_fronts_are_the_mocks(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """Of another operation there are none, and a line says so."""
    ran = command(*words, "--spec", str(renamed(tmp_path)), cwd=tmp_path)
    assert (ran.code, ran.err, ran.out) == (2, f"error: {said}\n", "")


def test_another_operation_is_tested_on_a_stand_in(tmp_path: Path) -> None:
    """As the shipped one is on the mock; it is named in the report."""
    ran = command("run", "--spec", str(EXAMPLE), "--profile", "smoke", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert ran.report["target"]["name"] == "stand-in"
    assert ran.clauses("fail") == set()


def test_a_stand_in_prints_its_description(tmp_path: Path) -> None:
    """It is one, in TOML, and requests can be planned with it."""
    serving = begun("mock", "--spec", str(EXAMPLE), cwd=tmp_path)
    assert serving.process.stdout is not None
    said = "".join(iter(serving.process.stdout.readline, "\n"))
    (tmp_path / "conformance.toml").write_text(said, encoding="utf-8")
    ran = command("run", "stand-in", "--spec", str(EXAMPLE), "--profile", "smoke", "--dry-run", cwd=tmp_path)
    serving.process.terminate()
    assert serving.end().err.startswith("# serving on http://127.0.0.1:")
    assert ran.code == 0, ran.err


@pytest.mark.parametrize(
    "words", [("run",), ("mock",), ("selftest",), ("clauses",), ("init", "c.toml"), ("judge", "x")]
)
def test_a_directory_that_holds_no_contract_is_one_line(words: tuple[str, ...], tmp_path: Path) -> None:
    """For every command alike, and nothing is begun."""
    ran = command(*words, "--spec", "nowhere", cwd=tmp_path)
    assert ran.code == 2
    assert ran.err.startswith("error: nowhere/openapi.yaml: No such file or directory: name a directory with ")
    assert ran.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_init_writes_the_keys_of_the_contract(tmp_path: Path) -> None:
    """And the contract, found from where the file is."""
    renamed(tmp_path)
    (tmp_path / "site").mkdir()
    assert command("init", "site/conformance.toml", "--spec", "contract", cwd=tmp_path).code == 0
    written = tomllib.loads((tmp_path / "site" / "conformance.toml").read_text(encoding="utf-8"))
    assert written["run"]["spec"] == "../contract"
    assert set(written["targets"]["staging"]) == {"base_url", "token", "shelf_id"}
    ran = command("run", "staging", "--dry-run", cwd=tmp_path / "site", environ={"CODEARTS_TOKEN": "a-token"})
    assert ran.code == 0, ran.err


def listed(*words: str, cwd: Path, environ: dict[str, str] | None = None) -> int:
    """The number of clauses that the catalogue has."""
    return len(json.loads(command("clauses", "--format", "json", *words, cwd=cwd, environ=environ).out))


def test_the_contract_comes_from_the_option_the_environment_or_the_file(tmp_path: Path) -> None:
    """In this order, as every other setting."""
    every = listed(cwd=tmp_path)
    copy = less(tmp_path)
    assert listed("--spec", str(copy), cwd=tmp_path) == every - 1
    assert listed(cwd=tmp_path, environ={"CONFORMANCE_SPEC": str(copy)}) == every - 1
    (tmp_path / "conformance.toml").write_text('[run]\nspec = "contract"\n', encoding="utf-8")
    assert listed(cwd=tmp_path) == every - 1


def test_a_run_is_about_the_contract_that_was_named_and_says_so(tmp_path: Path) -> None:
    """Its report has the clauses of that one, and the line that sends a failure again names it; under pytest alike."""
    every, copy = listed(cwd=tmp_path), less(tmp_path)
    with site(tmp_path, FAULTS["id-zero-accepted"].make()) as target:
        ran = target.run("--profile", "smoke", "--spec", str(copy), "--history", "none")
        plain = command(
            *SUITE, "--conformance-profile", "smoke", "--conformance-spec", str(copy), "--conformance-output", "pytest",
            cwd=tmp_path, environ=target.environ, program=PYTEST,
        )  # fmt: skip
    assert (ran.code, plain.code) == (1, 1), ran.err + plain.out
    reports = [ran.report, json.loads((tmp_path / "pytest" / "report.json").read_text(encoding="utf-8"))]
    assert [len(report["clauses"]) for report in reports] == [every - 1] * 2
    assert f"--spec {copy}" in ran.out


def test_a_description_that_the_contract_contradicts_is_one_line(tmp_path: Path) -> None:
    """The bound in it is the contract's."""
    schema = {"maximum": 1000}
    copy = copy_with(tmp_path, lambda operation: operation["parameters"][0]["schema"].update(schema))
    with site(tmp_path) as target:
        target.describe(repositories="", missing_repository_id="999")
        ran = target.run("--spec", str(copy))
    assert ran.code == 2
    assert ran.err == (
        "error: conformance.toml: [targets.site] repository_id: 2112029391 is over 1000; "
        "write for example repository_id = 1000\n"
    )


def test_a_traffic_of_another_operation_is_not_judged(tmp_path: Path) -> None:
    """One line says which contract is missing."""
    with site(tmp_path) as target:
        ran = target.run("--probe", "state.first", "--history", "none")
    other = renamed(tmp_path)
    said = command("judge", str(ran.reports / "traffic.har"), "--spec", str(other), cwd=tmp_path)
    assert said.code == 2
    assert said.err == (
        f"error: this is the traffic of {SERVED}, and the contract is that of {OTHER}: name the other one with --spec\n"
    )
