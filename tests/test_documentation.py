"""The documentation tells the truth: commands, options, exit codes and links are those of the code."""

import re
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from conformance.cli import cli
from conformance.cli.entry import COMMANDS
from conformance.cli.run import run
from conformance.config.options import RUN_OPTIONS
from conformance.contract.clause import Level
from conformance.contract.operation import operation_of
from conformance.explain import catalogue
from conformance.judge.checks import CHECKS
from conformance.spec import load_contract

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("*/README.md")) if path.exists()
]


def command(name: str) -> click.Command:
    """The command of that name."""
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def test_the_readme_lists_every_command_and_no_other() -> None:
    """The table of commands is the command line's own list."""
    assert set(re.findall(r"^\| `conformance (\w+)", README, re.MULTILINE)) == set(COMMANDS)


def test_every_option_of_run_is_offered_by_the_command_line() -> None:
    """One table makes them all; the command line leaves none out."""
    flags = {flag for parameter in run.params if isinstance(parameter, click.Option) for flag in parameter.opts}
    assert flags == {option.flag() for option in RUN_OPTIONS}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_begins_with_a_sentence(name: str) -> None:
    """`conformance COMMAND --help` says what the command does."""
    assert re.match(r"[A-Z].*\.", (command(name).help or "").replace("\n", " "))


def test_options_that_the_readme_names_exist() -> None:
    """No option is promised that there is not."""
    known = {option.flag() for option in RUN_OPTIONS} | {"--format", "--pyargs", "--conformance-target"}
    known |= {flag for name in COMMANDS for parameter in command(name).params for flag in parameter.opts}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README)) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_probes_that_a_page_sends_exist(page: Path) -> None:
    """A line that is copied from a page is no wrong usage; a word in capitals stands for an id."""
    known = {test.id for test in catalogue.tests_of(load_contract())}
    assert set(re.findall(r"--probe ([a-z][^\s`|)]*)", page.read_text(encoding="utf-8"))) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    """A relative link names a file that is there; a folder has no page on the site."""
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        assert "://" in target or (page.parent / target).is_file(), target


def test_the_first_screen_of_the_readme_is_a_command_and_its_real_output() -> None:
    """The output shown is of this version's catalogue, and ends in a verdict."""
    shown = README.split("```text")[1].split("```")[0]
    contract = load_contract()
    clauses, edition = contract.catalogue, contract.edition(None)
    assert edition is not None
    promises = sum(clause.level is not Level.SILENT for clause in clauses)
    counts = f"{promises} passed, 0 failed, 0 not tested, {len(clauses) - promises} recorded"
    assert f"{len(clauses)} clauses, edition {edition.name}: {counts}" in shown
    assert "CONFORMANT" in shown


def test_no_tracked_file_names_a_place_of_the_machine_it_was_made_on() -> None:
    """Lock files and pages name no home directory, no checkout and no registry's download address."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)  # noqa: S607
    for name in filter(None, listed.stdout.decode().split("\0")):
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace") if (ROOT / name).is_file() else ""
        assert str(ROOT) + "/" not in text, name
        assert '"resolved":' not in text or name.startswith("tests/"), name


def test_every_page_that_the_code_cites_is_there() -> None:
    """A docstring or comment names pages by their place in the repository, and no other document."""
    missing = {}
    for path in (*(ROOT / "conformance").rglob("*.py"), *(ROOT / "tests").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        cited = re.findall(r"\bdocs/[\w-]+\.md\b|\b(?:ARCHITECTURE|README|CHANGELOG)\.md\b", text)
        foreign = re.findall(r"\b(?:DESIGN|INTERFACE|VENDOR|AESTHETICS|STYLE)\b(?=[:'])", text)
        if wrong := {name for name in cited if not (ROOT / name).exists()} | set(foreign):
            missing[path.relative_to(ROOT).as_posix()] = wrong
    assert missing == {}


def test_every_check_is_on_the_page_of_contracts() -> None:
    """The page lists the checks of the registry with their values, and no other check."""
    page = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8").split("## Checks")[1]
    first = re.findall(r"^\| (`[^|]*`) \|", page, re.MULTILINE)
    assert {name for cell in first for name in re.findall(r"`([a-z-]+)`", cell)} - {"with"} == set(CHECKS)
    for name, known in CHECKS.items():
        for argument, values in (pair for form in known.forms for pair in form.items()):
            assert f"`{argument.removesuffix('?')}`" in page, (name, argument)
            if isinstance(values, frozenset) and name != "recorded":
                assert all(str(value) in page for value in values), (name, argument)


def test_the_head_that_the_guide_shows_is_one() -> None:
    """Its keys are those that a contract may have, and it stands for an operation that has no more than it names."""
    (block,) = re.findall(
        r"^```yaml\n(document:.*?)^```",
        (ROOT / "docs" / "another-operation.md").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    head = yaml.safe_load(block)
    names = [one["parameter"] for one in head["target"].values()]
    path = "/v1/" + "/".join(f"{{{name}}}" for name in dict.fromkeys(names))
    described = {
        "operationId": head["operation"],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in dict.fromkeys(names)
        ],
        "responses": {"200": {"description": "Done."}},
    }
    openapi = {
        "paths": {path: {"post": described}},
        "components": {"securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token"}}},
    }
    assert operation_of(openapi, head).resource == head["resource"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_modules_that_a_page_names_exist(page: Path) -> None:
    """A Python file is named by its place in the repository, in the package, or among the tests."""
    for name in re.findall(r"`([\w/]+/\w+\.py)`", page.read_text(encoding="utf-8")):
        assert any((folder / name).exists() for folder in (ROOT, ROOT / "conformance", ROOT / "tests")), name
