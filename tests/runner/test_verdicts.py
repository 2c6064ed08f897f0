"""Verdicts, exit codes and reports of `conformance run`."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from conformance.mock.faults import FAULTS
from conformance.spec import spec_directory
from tests.bundle.runs import is_whole
from tests.runner.command import command, site


def test_the_embedded_mock_is_conformant_and_every_report_is_whole(tmp_path: Path) -> None:
    """Exit 0, no clause untested, at least 400 requests; each report is there and agrees with the others."""
    ran = command("run", "--seed", "1", cwd=tmp_path)
    report = ran.report
    assert ran.code == 0, ran.out + ran.err
    assert "CONFORMANT" in ran.out
    assert report["summary"]["verdict"] == "conformant"
    assert not ran.clauses("not-tested")
    assert report["run"]["requests"] >= 400
    schema = json.loads((spec_directory() / "report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(report)
    assert len(json.loads((ran.reports / "traffic.har").read_text())["log"]["entries"]) == report["run"]["requests"]
    cases = ET.parse(ran.reports / "junit.xml").getroot().findall(".//testcase")  # noqa: S314 - our own file
    results = [json.loads(path.read_text()) for path in (ran.reports / "allure-results").glob("*-result.json")]
    assert len(cases) == len(results) > 500
    identities = [label["value"] for result in results for label in result["labels"] if label["name"] == "ALLURE_ID"]
    assert len(set(identities)) == len(results)
    assert {"environment.properties", "categories.json", "executor.json"} <= {
        path.name for path in (ran.reports / "allure-results").iterdir()
    }
    assert {path.name for path in ran.reports.iterdir()} == {
        ".lock",
        "report.json",
        "traffic.har",
        "junit.xml",
        "summary.md",
        "allure-results",
        "index.html",
    }
    assert is_whole(ran.reports)


def test_a_must_failure_is_exit_1_and_names_the_clause_and_the_way_back(tmp_path: Path) -> None:
    """The failure shows the clause, what was accepted, what came, a curl line, and the line that sends it again."""
    with site(tmp_path, FAULTS["id-wraps-at-32-bits"].make()) as target:
        ran = target.run("--profile", "smoke")
        assert ran.code == 1
        assert ran.report["summary"]["verdict"] == "non-conformant"
        assert ran.report["summary"]["gating"] == ["path.repository_id.above-maximum"]
        assert ran.clauses("fail") == {"path.repository_id.above-maximum"}
        for words in ("path.repository_id.above-maximum", "any status but 2xx", "201", "--probe id.alias.2^32", "curl"):
            assert words in ran.out
        again = target.run("--probe", "id.alias.2^32")
        assert again.code == 1
        assert again.report["run"]["requests"] <= 5
        assert again.clauses("fail") == {"path.repository_id.above-maximum"}
        assert is_whole(again.reports)


def test_a_should_failure_gates_only_where_that_was_asked_for(tmp_path: Path) -> None:
    """Exit 0 by default, exit 1 with --fail-on should; the failure is reported either way."""
    with site(tmp_path, FAULTS["date-without-offset"].make()) as target:
        lenient = target.run("--profile", "smoke")
        assert lenient.code == 0
        assert lenient.report["summary"]["gating"] == []
        assert "response.201.last_update_at.format" in lenient.out
        strict = target.run("--profile", "smoke", "--fail-on", "should")
        assert strict.code == 1
        assert "response.201.last_update_at.format" in strict.report["summary"]["gating"]


def test_an_untestable_clause_is_no_verdict_until_it_is_declared(tmp_path: Path) -> None:
    """Exit 3 with lines to paste; with those lines pasted exit 0, and the verdict is partial."""
    with site(tmp_path) as target:
        target.describe(restricted_token="", restricted_repository_id="")
        ran = target.run("--profile", "smoke")
        assert ran.code == 3
        assert ran.report["summary"]["verdict"] == "incomplete"
        assert {"status.403.no-permission", "error.403.envelope"} <= ran.clauses("not-tested")
        assert "not_testable" in ran.out
        target.describe(
            restricted_token="",
            restricted_repository_id="",
            not_testable='{ "status.403.no-permission" = "one account", "error.403.*" = "one account" }',
        )
        declared = target.run("--profile", "smoke")
    assert declared.code == 0, declared.out
    assert declared.report["summary"]["verdict"] == "partial"


def test_a_selection_is_partial(tmp_path: Path) -> None:
    """Deselected clauses leave the gate, and the verdict is never conformant then."""
    ran = command("run", "--select", "path.*", cwd=tmp_path)
    assert ran.code == 0
    assert ran.report["summary"]["verdict"] == "partial"
    assert all(clause.startswith("path.") for clause in ran.clauses("pass"))


def test_every_profile_tests_every_must_clause(tmp_path: Path) -> None:
    """The smoke profile sends about 40 requests and leaves no must clause without a verdict."""
    ran = command("run", "--profile", "smoke", cwd=tmp_path)
    assert ran.code == 0
    assert 35 <= ran.report["run"]["requests"] <= 60
    assert not [row for row in ran.report["clauses"] if row["level"] == "must" and row["verdict"] != "pass"]


@pytest.mark.parametrize("profile", ["smoke", pytest.param("standard", marks=pytest.mark.nightly)])
def test_never_sends_no_valid_token_to_an_id_in_range(tmp_path: Path, profile: str) -> None:
    """With --mutation never nothing is associated, and what that leaves untested is no pass."""
    with site(tmp_path) as target:
        ran = target.run("--mutation", "never", "--profile", profile)
    assert ran.code == 3
    assert "status.201.permitted" in ran.clauses("not-tested")
    assert not [row for row in ran.report["behaviour"] if row["status"] == 201]
