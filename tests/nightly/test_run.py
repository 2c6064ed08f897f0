"""The script's own decisions, with a stand-in for `conformance` that ends as it is told."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from conformance.history.nights import CONFIRMATIONS
from tests.nightly.conftest import USUAL
from tests.nightly.night import NIGHTLY, Night, night
from tests.tools import program

if TYPE_CHECKING:
    from pathlib import Path

BROKEN_OFF = '"complete": false,'
GOOD, BAD = "CONFORMANT site: kept", "NON-CONFORMANT site: 1 clause failed"
WHERE = "log: reports/site.log, report: reports/site/report.json"
NONE, UNTESTED = (
    "NO VERDICT site: out of reach",
    "INCOMPLETE site: 1 must clause could not be tested: error.403.envelope",
)


def ended(stand_in: Path, **said: str) -> Night:
    """The end of a night that goes well but for what is said of it."""
    return night(stand_in.parent, "site", {**USUAL, "SAID": GOOD, **said}, path=stand_in)


@pytest.mark.parametrize(
    ("said", "code", "lines"),
    [
        pytest.param({}, 0, ["compared before tonight"], id="all is well"),
        pytest.param({"COMPARED": "1", "CODE": "1"}, 1, ["compared before tonight", WHERE], id="a regression"),
        pytest.param({"COMPARED": "1"}, 1, ["compared before tonight", WHERE], id="a regression that does not gate"),
        pytest.param({"CODE": "1", "SAID": BAD}, 0, ["compared before tonight"], id="what failed before, or flickers"),
        pytest.param({"CODE": "3", "SAID": NONE, "REPORT": BROKEN_OFF}, 3, [NONE, WHERE], id="out of reach"),
        pytest.param(
            {"CODE": "1", "SAID": NONE, "REPORT": BROKEN_OFF}, 3, [NONE, WHERE], id="broken off after an old failure"
        ),
        pytest.param(
            {"CODE": "1", "SAID": BAD, "REPORT": BROKEN_OFF, "COMPARED": "1"},
            1,
            ["compared before tonight", WHERE],
            id="broken off after a new failure",
        ),
        pytest.param(
            {"CODE": "3", "SAID": UNTESTED}, 3, [UNTESTED, WHERE, "compared before tonight"], id="not all was tested"
        ),
        pytest.param({"COMPARED": "2"}, 3, [], id="a run that is not in the history"),
    ],
)
def test_a_night_ends(stand_in: Path, said: dict[str, str], code: int, lines: list[str]) -> None:
    """With the exit code that the page promises, and no line more than it needs."""
    ran = ended(stand_in, **said)
    assert (ran.code, ran.out.splitlines()) == (code, lines)
    assert ran.err == ("error: no such run\n" if said.get("COMPARED") == "2" else "")


def test_changes_are_sent_again_before_they_are_told(stand_in: Path) -> None:
    """As often as the rule of the alarm asks for, and whatever comes of it; then the runs are compared."""
    ran = ended(stand_in, AGAIN="a.probe\n*.probe\n", RESENT="1", COMPARED="1")
    asked = (stand_in.parent / "asked").read_text().splitlines()
    again = "run site --yes --output reports/site/again --probe a.probe --probe *.probe"
    assert asked.count(again) == CONFIRMATIONS
    assert asked[-1] == "compare before tonight --night"
    assert (ran.code, ran.out.splitlines(), ran.err) == (1, ["compared before tonight", WHERE], "")


@pytest.mark.parametrize("said", [{"REPORT": BROKEN_OFF, "CODE": "3"}, {"BEFORE": ""}])
def test_a_first_or_partial_run_is_not_sent_again(stand_in: Path, said: dict[str, str]) -> None:
    """A target in trouble is left alone, and the first night has nothing that changed."""
    ended(stand_in, AGAIN="a.probe", **said)
    assert "--probe" not in (stand_in.parent / "asked").read_text()


def test_a_mistake_while_sending_again_is_passed_on(stand_in: Path) -> None:
    """Its last line goes to standard error."""
    ran = ended(stand_in, AGAIN="a.probe", RESENT="2")
    assert (ran.code, ran.out, ran.err) == (2, "", "mistaken\n")


@pytest.mark.parametrize(("code", "said"), [("0", GOOD), ("1", BAD), ("3", UNTESTED)])
def test_the_first_night_says_so(stand_in: Path, code: str, said: str) -> None:
    """It compares with nothing, and ends as its run does."""
    ran = ended(stand_in, BEFORE="", CODE=code, SAID=said)
    lines = [f"first night of site, nothing to compare with: {said}", *([WHERE] if code != "0" else [])]
    assert (ran.code, ran.out.splitlines()) == (int(code), lines)
    assert "compare" not in (stand_in.parent / "asked").read_text()


def test_a_history_that_keeps_nothing_does_not_make_every_night_the_first(stand_in: Path) -> None:
    """There is no verdict where the run cannot be found again."""
    ran = ended(stand_in, BEFORE="", KEPT="")
    assert (ran.code, ran.out, ran.err) == (3, "", "error: no such run\n")


@pytest.mark.parametrize("code", ["2", "130"])
def test_a_run_that_says_nothing_of_the_target_is_passed_on(stand_in: Path, code: str) -> None:
    """Its last line goes to standard error."""
    ran = ended(stand_in, CODE=code, SAID="", REPORT="")
    assert (ran.code, ran.out, ran.err) == (int(code), "", "reports are there\n")


@pytest.mark.parametrize("signal", ["INT", "TERM"])
def test_an_interruption_of_the_whole_night_is_one_line(stand_in: Path, signal: str) -> None:
    """Ctrl-C in a terminal goes to the script as well as to the run; so do the signals of `timeout` and systemd."""
    ran = ended(stand_in, CODE="130", INTERRUPTED=signal)
    assert (ran.code, ran.out, ran.err) == (130, "", "interrupted\n")


def test_a_report_of_last_night_is_not_taken_for_tonights(stand_in: Path) -> None:
    """If a run leaves none there is no verdict."""
    assert ended(stand_in).code == 0
    ran = ended(stand_in, REPORT="", CODE="3", SAID=NONE)
    assert (ran.code, ran.out, ran.err) == (3, "", f"{NONE}\n")


def test_the_allure_page_is_made_where_its_history_is_to_be_kept(stand_in: Path) -> None:
    """For whole runs; that it cannot be made is said, and changes no exit code."""
    ended(stand_in)
    ended(stand_in, NIGHTLY_ALLURE="kept", REPORT=BROKEN_OFF)
    asked = stand_in.parent / "asked"
    assert "allure" not in asked.read_text()
    ended(stand_in, NIGHTLY_ALLURE="kept")
    assert "allure reports/site --history-file kept/site.jsonl\n" in asked.read_text()
    ran = ended(stand_in, NIGHTLY_ALLURE="kept", NO_NODE="1")
    assert (ran.code, ran.err) == (0, "error: needs Node\nno Allure page\n")


@pytest.mark.parametrize("target", ["", "--yes", "https://example.test/"])
def test_an_unknown_target_is_wrong_usage(stand_in: Path, target: str) -> None:
    """One line, and nothing is asked for."""
    ran = night(stand_in.parent, target, {}, path=stand_in)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert not (stand_in.parent / "asked").exists()


def test_reports_that_cannot_be_written_are_no_regression(stand_in: Path) -> None:
    """But wrong usage."""
    (stand_in.parent / "reports").touch()
    assert ended(stand_in).code == 2


def test_a_conformance_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    """One line says what to install; the script is elsewhere, so no .venv is beside it."""
    for folder in ("bin", "nightly"):
        (tmp_path / folder).mkdir()
    for name in ("dirname", "sh"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or "")
    shutil.copy(NIGHTLY / "run", tmp_path / "nightly")
    done = subprocess.run(
        [tmp_path / "nightly" / "run", "site"],
        env={"PATH": str(tmp_path / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "install it" in done.stderr


@pytest.mark.nightly
def test_the_script_is_sound() -> None:
    """For shellcheck, and it may be started."""
    shellcheck = program("shellcheck", install="apt-get install shellcheck")
    done = subprocess.run([shellcheck, NIGHTLY / "run"], capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert os.access(NIGHTLY / "run", os.X_OK)
