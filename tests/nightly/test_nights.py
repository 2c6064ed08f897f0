"""Nights, played: a fault comes, stays, and goes, and one night the target is out of reach."""

from __future__ import annotations

import base64
import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from conformance.mock.faults import FAULTS
from tests.history.databases import postgresql
from tests.nightly.night import Night, night
from tests.runner.command import site

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.mock import Application

CLAUSE = "path.repository_id.maximum"
OPTIONS = {
    "CONFORMANCE_PROFILE": "smoke",
    "CONFORMANCE_SEED": "1",
    "CONFORMANCE_HISTORY": "nights.db",
    "CONFORMANCE_EXAMPLES": "examples",
    "NIGHTLY_PAUSE": "0",
}


def played(directory: Path, application: Application | None = None, **environ: str) -> Night:
    """A night with this application for a target."""
    with site(directory, application) as target:
        return night(directory, "site", {**target.environ, **OPTIONS, **environ})


def faulty() -> Application:
    """A target that breaks one clause."""
    return FAULTS["maximum-id-crashes"].make()


@pytest.mark.nightly
def test_each_morning_has_its_answer(tmp_path: Path) -> None:
    """One line where nothing changed, the comparison where something did, and 3 where nobody can tell."""
    first, quiet, broken, still = [played(tmp_path, one) for one in (None, None, faulty(), faulty())]
    assert (first.code, first.out.count("\n"), first.err) == (0, 1, "")
    assert first.out.startswith("first night of site, nothing to compare with: CONFORMANT site: ")
    assert (quiet.code, quiet.out.count("\n"), quiet.err) == (0, 1, "")
    assert quiet.out.startswith("nothing changed in site: ")
    assert (broken.code, broken.err) == (1, "")
    assert "Newly failing: " in broken.out
    assert 'the document: "' in broken.out
    assert re.search(r"reproduce: conformance run site .*--probe ", broken.out)
    assert "alarm: fails since " in broken.out
    assert "failed 5 of 5 times" in " ".join(broken.out.split())
    assert broken.out.endswith("log: reports/site.log, report: reports/site/report.json\n")
    assert CLAUSE in broken.out
    assert (still.code, still.out.count("\n")) == (0, 1)
    assert " 0 failed" not in still.out

    with site(tmp_path) as target:
        environ = target.environ
    gone = night(tmp_path, "site", {**environ, **OPTIONS})
    assert (gone.code, gone.out.count("\n"), gone.err) == (3, 2, "")
    assert gone.out.startswith("NO VERDICT site: the target cannot be reached")

    fixed, well = played(tmp_path), played(tmp_path)
    assert (fixed.code, well.code) == (0, 0)
    assert "Newly passing: " in fixed.out
    assert well.out.startswith("nothing changed in site: ")
    assert json.loads((tmp_path / "reports" / "site" / "report.json").read_text())["run"]["complete"]


@pytest.mark.nightly
def test_jobs_at_once_write_to_one_history(tmp_path: Path) -> None:
    """Each in its own directory, as the jobs of a matrix are, and each target is compared with itself."""
    names = ("staging", "production")

    def job(name: str, application: Application | None) -> Night:
        directory = tmp_path / name
        directory.mkdir(exist_ok=True)
        with site(directory, application) as target:
            description = directory / "conformance.toml"
            description.write_text(description.read_text("utf-8").replace("targets.site", f"targets.{name}"), "utf-8")
            return night(directory, name, {**target.environ, **OPTIONS, "CONFORMANCE_HISTORY": url})

    with postgresql() as url, ThreadPoolExecutor() as pool:
        for ran, name in zip(pool.map(job, names, (None, faulty())), names, strict=True):
            assert ran.out.startswith(f"first night of {name}, "), ran
        same, worse = pool.map(job, names, (None, FAULTS["no-permission-is-not-found"].make()))
    assert (same.code, same.out.count("\n"), same.out[:26]) == (0, 1, "nothing changed in staging")
    assert (worse.code, worse.out[:12]) == (1, "production: ")


@pytest.mark.nightly
def test_a_baseline_that_is_over_is_heard_although_nothing_changed(tmp_path: Path) -> None:
    """An accepted failure is quiet until its last day; the day after, it is told."""
    accepted = '[[accepted]]\nclause = "{}"\nprobe = "{}"\nreason = "known"\nexpires = {}\n'
    played(tmp_path, faulty())
    report = json.loads((tmp_path / "reports" / "site" / "report.json").read_text())
    failed = [
        (row["id"], failure["probe"])
        for row in report["clauses"]
        if row["level"] == "must"
        for failure in row["failures"]
    ]
    for day, code in (("2999-01-01", 0), ("2020-01-01", 1)):
        text = "\n".join(accepted.format(clause, probe, day) for clause, probe in failed)
        (tmp_path / "baseline.toml").write_text(text, encoding="utf-8")
        ran = played(tmp_path, faulty(), CONFORMANCE_BASELINE="baseline.toml")
        assert ran.code == code
        if code == 0:
            assert (ran.out[:16], ran.out.count("\n")) == ("nothing changed ", 1)
        else:
            assert all(f"{clause}, {probe}: acceptance has expired" in ran.out for clause, probe in failed)
            assert "nothing changed" not in ran.out
    (tmp_path / "baseline.toml").write_text(
        "\n".join(accepted.format(*pair, "2999-01-01") for pair in failed), encoding="utf-8"
    )
    fixed = played(tmp_path, CONFORMANCE_BASELINE="baseline.toml")
    assert fixed.code == 1
    assert "Baseline: " in fixed.out
    assert ": no longer fails: remove it from the baseline\n" in fixed.out
    assert "Newly passing: " in fixed.out


@pytest.mark.nightly
def test_the_allure_page_shows_earlier_nights(tmp_path: Path) -> None:
    """Although all but its history is thrown away each morning: what failed last night and passed before is *fixed*."""
    for application in (None, faulty(), None):
        shutil.rmtree(tmp_path / "reports", ignore_errors=True)
        ran = played(tmp_path, application, NIGHTLY_ALLURE="kept", XDG_CACHE_HOME=str(tmp_path / "cache"))
        assert ran.err == ""
    points = [json.loads(line) for line in (tmp_path / "kept" / "site.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(points) == 3
    assert len({frozenset(point["testResults"]) for point in points}) == 1
    page = (tmp_path / "reports" / "site" / "allure-report" / "index.html").read_text(encoding="utf-8")
    held = re.findall(r'd\("data/test-results/[^"]+","([^"]+)"\)', page)
    results = [json.loads(base64.b64decode(result)) for result in held]
    assert {len(result["history"]) for result in results} == {2}
    fixed = [result for result in results if result.get("transition") == "fixed"]
    assert CLAUSE in {label["value"] for result in fixed for label in result["labels"] if label["name"] == "story"}
    assert {tuple(night["status"] for night in result["history"]) for result in fixed} == {("failed", "passed")}


def test_a_target_that_is_not_described_is_wrong_usage(tmp_path: Path) -> None:
    """The line of `conformance run` is passed on."""
    (tmp_path / "conformance.toml").write_text("[targets.staging]\n", encoding="utf-8")
    ran = night(tmp_path, "site", {})
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == 'error: conformance.toml: there is no target "site"; known are staging\n'
