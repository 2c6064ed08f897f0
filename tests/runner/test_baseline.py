"""`conformance run --baseline` and `conformance baseline accept` as users call them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from conformance.cli.mock import combination
from conformance.mock.faults import FAULTS
from tests.runner.command import PYTEST, SUITE, Ran, Site, case_id, command, site

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = ("path.repository_id.above-maximum", "id.alias.2^32")
TEST = "path.repository_id.above-maximum/id.alias.2^32"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A run that fails by one clause and probe."""
    with site(tmp_path_factory.mktemp("first"), FAULTS["id-wraps-at-32-bits"].make()) as target:
        return target.run("--profile", "smoke")


def _accept(first: Ran, target: Site, *options: str) -> str:
    ran = command(
        "baseline", "accept", str(first.reports / "report.json"), "--reason", "known", *options,
        cwd=target.directory, environ=target.environ,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    return ran.out


def test_accepted_failures_do_not_gate(tmp_path: Path, first: Ran) -> None:
    """The first run fails, its deviations are accepted, the second is partial; a new one fails again."""
    with site(tmp_path, FAULTS["id-wraps-at-32-bits"].make()) as target:
        assert first.code == 1
        assert "baseline.toml: " in _accept(first, target, "--ticket", "T-1")
        assert "0 added" in _accept(first, target)
        again = target.run("--profile", "smoke", "--baseline", "baseline.toml")
    assert again.code == 0, again.out
    assert again.report["summary"]["verdict"] == "partial"
    assert ENTRY in {(one["clause"], one["probe"]) for one in again.report["baseline"]["accepted"]}
    assert again.report["baseline"]["new"] == []
    with site(tmp_path, combination(["id-wraps-at-32-bits", "id-zero-accepted"], [])) as target:
        worse = target.run("--profile", "smoke", "--baseline", "baseline.toml")
    assert worse.code == 1
    assert worse.report["summary"]["gating"] == ["path.repository_id.below-minimum"]
    assert {name.partition("/")[0] for name in _red(worse)} == {"path.repository_id.below-minimum"}
    assert "Not in the baseline" in worse.out
    pasted = worse.out.partition("[[accepted]]")[2]
    assert 'clause = "path.repository_id.below-minimum"' in pasted
    assert 'reason = ""' in pasted


def _junit(ran: Ran) -> dict[str, ET.Element]:
    """The test cases of junit.xml by the id of the case."""
    cases = ET.parse(ran.reports / "junit.xml").getroot().iter("testcase")  # noqa: S314 - our own file
    return {case_id(case): case for case in cases}


def _allure(ran: Ran) -> dict[str, Any]:
    """The results of Allure by the id of the case."""
    found = {}
    for file in (ran.reports / "allure-results").glob("*-result.json"):
        result = json.loads(file.read_text(encoding="utf-8"))
        labels = [(label["name"], label["value"]) for label in result["labels"]]
        found[dict(labels).get("ALLURE_ID", "")] = {
            **result,
            "tags": {value for name, value in labels if name == "tag"},
        }
    return found


def _red(ran: Ran) -> set[str]:
    """The ids of the cases that JUnit shows as failed; Allure shows the same."""
    red = {name for name, case in _junit(ran).items() if case.find("failure") is not None}
    assert red == {name for name, result in _allure(ran).items() if result["status"] == "failed"}
    return red


@pytest.mark.parametrize("way", ["run", "pytest"])
def test_accepted_failures_are_expected_failures(tmp_path: Path, first: Ran, way: str) -> None:
    """JUnit and Allure show it as skipped, with what failed, the reason, and a tag; nothing is red."""
    with site(tmp_path, FAULTS["id-wraps-at-32-bits"].make()) as target:
        assert _red(first) == {TEST}
        _accept(first, target, "--ticket", "T-1", "--expires", "9999-12-31")
        if way == "run":
            ran = target.run("--profile", "smoke", "--baseline", "baseline.toml")
        else:
            options = ("--conformance-profile", "smoke", "--conformance-baseline", "baseline.toml")
            ran = command(*SUITE, *options, cwd=tmp_path, environ=target.environ, program=PYTEST)
    assert ran.code == 0, ran.out
    assert ran.report["summary"]["fail"] == 1
    assert _red(ran) == set()
    skipped = _junit(ran)[TEST].find("skipped")
    assert skipped is not None
    assert skipped.get("type") == "pytest.xfail"
    reason = f"accepted in the baseline: known (T-1, until 9999-12-31)\nmust {ENTRY[0]}: "
    assert skipped.get("message", "").startswith(reason)
    results = _allure(ran)
    assert results[TEST]["status"] == "skipped"
    assert [name for name, result in results.items() if "accepted" in result["tags"]] == [TEST]
    message = results[TEST]["statusDetails"]["message"]
    assert message.startswith(f"XFAIL {reason}")
    assert "--probe id.alias.2^32" in message


def test_entries_that_are_fixed_or_expired_are_named(tmp_path: Path, first: Ran) -> None:
    """Exit 1, and the entry to remove or to renew."""
    with site(tmp_path, FAULTS["id-wraps-at-32-bits"].make()) as target:
        _accept(first, target, "--expires", "2999-01-31")
        entries = tmp_path / "baseline.toml"
        entries.write_text(entries.read_text(encoding="utf-8").replace("2999-01-31", "2020-01-31"), encoding="utf-8")
        expired = target.run("--profile", "smoke", "--baseline", "baseline.toml")
        assert _red(expired) == {TEST}
    assert expired.code == 1
    assert "acceptance has expired" in " ".join(expired.out.split())
    assert "until 2020-01-31" in " ".join(expired.out.split())
    with site(tmp_path) as target:
        fixed = target.run("--profile", "smoke", "--baseline", "baseline.toml")
    assert fixed.code == 1
    assert "no longer fails: remove it from the baseline" in " ".join(fixed.out.split())
    assert fixed.report["summary"]["gating"] == []


def test_a_baseline_that_is_wrong_is_a_usage_error(tmp_path: Path) -> None:
    """One line, exit 2, before anything is sent."""
    with site(tmp_path) as target:
        (tmp_path / "baseline.toml").write_text('[[accepted]]\nclause = "nonsense"\nprobe = "p"\nreason = "r"\n')
        ran = target.run("--baseline", "baseline.toml")
        missing = target.run("--baseline", "none.toml")
    assert (ran.code, missing.code) == (2, 2)
    assert ran.err.count("\n") == missing.err.count("\n") == 1
    assert "there is no clause" in ran.err
    assert not (tmp_path / "reports" / "report.json").exists()


def test_a_reason_is_one(tmp_path: Path, first: Ran) -> None:
    """An empty one is a usage error in one line."""
    ran = command("baseline", "accept", str(first.reports / "report.json"), "--reason", " ", cwd=tmp_path)
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert "reason" in ran.err
