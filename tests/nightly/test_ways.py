"""Each way to have it run every night: its file is valid, and its commands do what the script does."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from conformance.config.options import RUN_OPTIONS
from conformance.report.formats.registry import FORMATS, ReportName
from tests.nightly.conftest import USUAL
from tests.nightly.night import NIGHTLY, Night, shell
from tests.tools import program

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "action.yml": "vendor.github-actions",
    "github-workflow.yml": "vendor.github-workflows",
    "gitlab-ci.yml": "vendor.gitlab-ci",
}
SAME = "compared before tonight\n"
REGRESSION = f"{SAME}log: reports/site.log, report: reports/site/report.json\n"
UNIT = "conformance@{}.{}"
ALARM: dict[str, Any] = runpy.run_path(str(NIGHTLY.parent / "benchmarks" / "alarm.py"))


def text(name: str) -> str:
    """The text of a file of the folder."""
    return (NIGHTLY / name).read_text(encoding="utf-8")


def steps(name: str = "") -> list[dict[str, Any]]:
    """The steps of the composite action, those that run or use `name`."""
    found = yaml.safe_load(text("action.yml"))["runs"]["steps"]
    return [step for step in found if (step.get("name") or step["uses"]).startswith(name)]


def github(directory: Path) -> str:
    """The step of the action that tests, as its runner calls bash."""
    home = directory / "conformance"
    home.mkdir()
    (directory / "bin").rename(home / "bin")
    (directory / "step").write_text(steps("Test ")[0]["run"], encoding="utf-8")
    places = f"GITHUB_ACTION_PATH='{NIGHTLY}' RUNNER_TEMP='{directory}' GITHUB_STEP_SUMMARY='{directory}/summary.md'"
    return f"{places} bash --noprofile --norc -eo pipefail step"


def gitlab(directory: Path) -> str:
    """The script of the job."""
    return "\n".join(yaml.safe_load(text("gitlab-ci.yml"))["night"]["script"]).replace(
        "/tmp/conformance/nightly",  # noqa: S108 - a place in a container
        str(NIGHTLY),
    )


def systemd(directory: Path) -> str:
    """The command that the service starts."""
    found = re.search(r"^ExecStart=(.*)$", text(UNIT.format("", "service")), re.MULTILINE)
    assert found
    return f"exec {found[1].replace('%i', 'site')}"


def cron(directory: Path) -> str:
    """The command of the line, for its user's shell."""
    found = re.search(r"^30 2,10,18 \* \* \* (.*)$", text("crontab"), re.MULTILINE)
    assert found
    assert "%" not in found[1], "cron takes it for a line's end"
    return found[1].replace("/srv/conformance", str(directory)).replace("production", "site")


def ended(way: Any, stand_in: Path, **said: str) -> Night:  # noqa: ANN401 - one of the functions above
    """The end of a night that is called in this way, in a directory laid out as the page tells."""
    directory = stand_in.parent
    (directory / "nightly").symlink_to(NIGHTLY)
    (directory / "secrets.env").write_text("export SAID='NON-CONFORMANT site: 1 clause failed'\n", encoding="utf-8")
    command = way(directory)
    return shell(command, directory, {**USUAL, "TARGET": "site", **said}, path=stand_in)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_what_its_reader_takes(name: str) -> None:
    """By the schema of GitHub or GitLab, which the checker carries with it."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", FILES[name], NIGHTLY / name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["crontab", "github-workflow.yml", "gitlab-ci.yml", UNIT.format("", "timer")])
def test_a_way_visits_as_often_as_the_error_rate_is_declared_for(name: str) -> None:
    """At the hours of all others: docs/nightly.md says within how many nights faults are named."""
    (hours,) = re.findall(r"(?:30|-\*) ([\d,]+)(?: \* \* \*|:30:00)", text(name))
    assert len(set(hours.split(","))) == ALARM["VISITS"]


@pytest.mark.parametrize("way", [github, gitlab, systemd], ids=lambda way: way.__name__)
@pytest.mark.parametrize("compared", ["0", "1"])
def test_a_way_ends_as_the_night_does(way: object, stand_in: Path, compared: str) -> None:
    """With its exit code, and what it says in the job's log."""
    ran = ended(way, stand_in, COMPARED=compared)
    said = re.sub(r"::(stop-commands::)?[0-9a-f]{32}(::)?\n", "", ran.out)
    assert (ran.code, said, ran.err) == (int(compared), REGRESSION if compared == "1" else SAME, "")
    assert (stand_in.parent / "reports" / "site.log").exists()


def test_the_output_is_on_the_page_of_the_github_job(stand_in: Path) -> None:
    """As it is."""
    ended(github, stand_in, COMPARED="1")
    assert (stand_in.parent / "summary.md").read_text() == f"```text\n{REGRESSION}```\n"


def test_wrong_usage_is_on_the_page_of_the_github_job(stand_in: Path) -> None:
    """Not an empty box."""
    ran = ended(github, stand_in, CODE="2", SAID="", REPORT="")
    assert ran.code == 2
    assert (stand_in.parent / "summary.md").read_text() == "```text\nreports are there\n```\n"


@pytest.mark.parametrize(("compared", "mail"), [("0", ""), ("1", REGRESSION)])
def test_cron_sends_no_mail_of_a_night_that_is_quiet(stand_in: Path, compared: str, mail: str) -> None:
    """Output is mailed; the last night's output stays in a file."""
    ran = ended(cron, stand_in, COMPARED=compared)
    assert (ran.out, ran.err) == (mail, "")
    assert (stand_in.parent / "night.txt").read_text() == (mail or SAME)


@pytest.mark.parametrize("way", [systemd, cron], ids=lambda way: way.__name__)
def test_secrets_come_from_their_file(way: object, stand_in: Path) -> None:
    """As production.md has it written, with `export`."""
    ran = ended(way, stand_in, BEFORE="", CODE="1")
    first, where = ran.out.splitlines()
    assert first == "first night of site, nothing to compare with: NON-CONFORMANT site: 1 clause failed"
    assert where == REGRESSION.splitlines()[-1]


def test_nothing_that_a_target_says_is_a_command_of_github(stand_in: Path) -> None:
    """The night's output stands between two lines with a token that nobody can guess."""
    first, *_, last = ended(github, stand_in, COMPARED="1").out.splitlines()
    assert re.fullmatch("::stop-commands::[0-9a-f]{32}", first)
    assert last == f"::{first.rpartition(':')[2]}::"


def test_the_annotations_are_printed_where_the_runner_reads_them(stand_in: Path) -> None:
    """They are made of the report that is there; where there is none, nothing is said."""
    directory = stand_in.parent
    program = directory / "conformance" / "bin" / "conformance"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "$@"\necho "::error::$*" >reports/site/annotations.txt\n', encoding="utf-8")
    program.chmod(0o755)
    step = f"set -e; RUNNER_TEMP='{directory}'\n{steps('Annotate ')[0]['run']}"
    assert shell(step, directory, {**USUAL, "TARGET": "site"}, path=stand_in).out == ""
    (directory / "reports" / "site").mkdir(parents=True)
    (directory / "reports" / "site" / "report.json").touch()
    said = shell(step, directory, {**USUAL, "TARGET": "site"}, path=stand_in).out
    assert said == "::error::report reports/site --report annotations,sarif\n"


def test_gitlab_shows_the_reports_that_are_made() -> None:
    """After a night that failed too; their places are those of the reports of a target."""
    job = yaml.safe_load(text("gitlab-ci.yml"))["night"]
    declared = job["artifacts"]["reports"]
    files = {name: f"reports/*/{FORMATS[name].file}" for name in (ReportName.JUNIT, ReportName.CODE_QUALITY)}
    assert declared == {"junit": files[ReportName.JUNIT], "codequality": files[ReportName.CODE_QUALITY]}
    (line,) = job["after_script"]
    assert set(line.split("--report ")[1].split(",")) <= set(ReportName)


def test_every_night_of_a_ci_job_is_carried_to_the_next() -> None:
    """A failed one too; the state and Allure's points lie in what is cached."""
    (restored,), (saved,), (tested,) = steps("actions/cache/restore"), steps("actions/cache/save"), steps("Test ")
    assert saved["if"].startswith("always()")
    assert saved["with"].items() <= restored["with"].items()
    assert restored["with"]["key"].startswith(restored["with"]["restore-keys"])
    job = yaml.safe_load(text("gitlab-ci.yml"))["night"]
    assert job["cache"]["when"] == "always"
    for variables, paths in ((tested["env"], [saved["with"]["path"]]), (job["variables"], job["cache"]["paths"])):
        assert variables["XDG_STATE_HOME"].split("/")[-1] in paths
        assert variables["NIGHTLY_ALLURE"].split("/")[0] in paths


def test_no_variable_is_set_that_a_run_refuses() -> None:
    """A run refuses names with its prefix that it does not know."""
    known = {option.variable for option in RUN_OPTIONS}
    for file in NIGHTLY.iterdir():
        assert set(re.findall(r"CONFORMANCE_[A-Z_]+", file.read_text(encoding="utf-8"))) <= known, file.name


@pytest.mark.nightly
def test_the_units_are_what_systemd_takes(tmp_path: Path) -> None:
    """Its own program finds nothing to say."""
    analyze = program("systemd-analyze", install="apt-get install systemd")
    units = [tmp_path / UNIT.format("production", kind) for kind in ("service", "timer")]
    for unit in units:
        shutil.copy(NIGHTLY / UNIT.format("", unit.suffix[1:]), unit)
    done = subprocess.run([analyze, "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
