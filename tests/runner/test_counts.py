"""A run is told in four places: the terminal, report.json, JUnit and Allure. They say the same."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.mock.catalogue import combine
from conformance.mock.faults import FAULTS
from tests.runner.command import case_id, site

if TYPE_CHECKING:
    from tests.runner.command import Ran

FAULTY = ("token-after-bearer", "header-over-8190-answered-400", "id-zero-accepted", "get-associates")
MACHINE = str(Path(__file__).parents[2])


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A run on a target with several faults and a description that lacks a key."""
    with site(tmp_path_factory.mktemp("counts"), combine([FAULTS[name] for name in FAULTY])) as target:
        target.describe(missing_repository_id="")
        options = ("--fail-on", "should", "--history", "none", "--deselect", "leak.*")
        return target.run(*options, environ={"COLUMNS": "1000"})


def number(pattern: str, text: str) -> int:
    """The number that a line of the screen has."""
    found = re.search(pattern, text)
    assert found, pattern
    return int(found[1].replace(",", ""))


def junit(ran: Ran) -> ET.Element:
    """junit.xml."""
    return ET.parse(ran.reports / "junit.xml").getroot()  # noqa: S314 - our own file


def allure(ran: Ran) -> list[dict[str, Any]]:
    """The results of Allure."""
    files = (ran.reports / "allure-results").glob("*-result.json")
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def outcome(case: ET.Element) -> str:
    """The outcome of a test of JUnit, in Allure's words."""
    names = {"failure": "failed", "error": "broken", "skipped": "skipped"}
    return next((word for tag, word in names.items() if case.find(tag) is not None), "passed")


def test_clauses_are_counted_alike_on_the_screen_and_in_the_report(ran: Ran) -> None:
    """The summary is the sum of the clauses, and so is the line under the verdict."""
    summary, rows = ran.report["summary"], ran.report["clauses"]
    counted = Counter(row["verdict"] for row in rows)
    wanted = {"pass": "passed", "fail": "failed", "not-tested": "not tested", "recorded": "recorded"}
    said = {verdict: number(rf"clauses, edition [^:]+: .*?(\d+) {words}", ran.out) for verdict, words in wanted.items()}
    assert said == {verdict: counted[verdict] for verdict in wanted}
    assert said == {verdict: summary[verdict.replace("-", "_")] for verdict in wanted}
    assert number(r"(\d+) clauses, edition", ran.out) == len(rows)
    assert number(r"(\d+) clauses? failed", ran.out) == len(summary["gating"])
    assert number(r"([\d,]+) requests in", ran.out) == ran.report["run"]["requests"] == len(ran.traffic)
    groups = re.findall(r"^  \S.*: (\d+) clauses?$", ran.out, re.MULTILINE)
    assert sum(map(int, groups)) == counted["not-tested"] > 1


def test_tests_are_counted_alike_in_junit_allure_report_and_screen(ran: Ran) -> None:
    """The same tests under the same ids with the same outcomes and names."""
    cases, results = list(junit(ran).iter("testcase")), allure(ran)
    labels = [{label["name"]: label["value"] for label in result["labels"]} for result in results]
    by_junit = {case_id(case): (outcome(case), case.get("name")) for case in cases}
    by_allure = {label["ALLURE_ID"]: (one["status"], one["name"]) for label, one in zip(labels, results, strict=True)}
    assert by_junit == by_allure
    assert len(cases) == len(results) == len(by_junit)
    counted = Counter(status for status, _ in by_junit.values())
    assert ran.report["summary"]["tests"] == {name: counted[name] for name in ("passed", "failed", "skipped")}
    said = re.search(r"(\d+) tests: (\d+) passed, (\d+) failed, (\d+) skipped", ran.out)
    assert said
    assert [int(one) for one in said.groups()] == [
        len(cases), counted["passed"], counted["failed"], counted["skipped"],
    ]  # fmt: skip
    (suite,) = junit(ran).iter("testsuite")
    assert [int(suite.get(name, "")) for name in ("tests", "failures", "skipped", "errors")] == [
        len(cases), counted["failed"], counted["skipped"], 0,
    ]  # fmt: skip


def test_the_clauses_that_failed_are_the_same_everywhere(ran: Ran) -> None:
    """A viewer that sees only the screen, JUnit or Allure is told of each of them."""
    failed = ran.clauses("fail")
    assert len(failed) > 3
    said = re.compile(rf"(?:must|should) ({'|'.join(sorted(map(re.escape, failed), key=len, reverse=True))}): ")
    in_junit = "\n".join(one.get("message", "") + (one.text or "") for one in junit(ran).iter("failure"))
    in_allure = "\n".join(one["statusDetails"]["message"] for one in allure(ran) if one["status"] == "failed")
    assert {name: set(said.findall(text)) for name, text in (("junit", in_junit), ("allure", in_allure))} == {
        "junit": failed,
        "allure": failed,
    }
    assert set(said.findall(ran.out)) == failed


def test_more_failures_are_as_many_as_are_named(ran: Ran) -> None:
    """Those that are shown and those that are only named are all that the report counts."""
    total = sum(row["failures_total"] for row in ran.report["clauses"])
    one_line = " ".join(ran.out.split())
    more = re.findall(r"and (\d+) more failures? of this clause: ([\w.^+, ()-]+?) (?=must|should|[A-Z]|$)", one_line)
    shown = len(re.findall(r"^      got  ", ran.out, re.MULTILINE))
    assert sum(int(count) for count, _ in more) + shown == total
    for count, names in more:
        times = re.findall(r"\((\d+) times\)", names)
        assert len(names.split(", ")) - len(times) + sum(map(int, times)) == int(count), names


def test_junit_says_which_run_it_is_of(ran: Ran) -> None:
    """As properties of the suite: target, base url, verdict, run, seed."""
    (suite,) = junit(ran).iter("testsuite")
    block = suite.find("properties")
    assert block is not None
    found = {item.get("name"): item.get("value") for item in block}
    run, target = ran.report["run"], ran.report["target"]
    assert found == {
        "target": target["name"],
        "base_url": target["base_url"],
        "verdict": ran.report["summary"]["verdict"],
        "run_id": run["id"],
        "seed": str(run["seed"]),
        "profile": run["profile"],
        "requests": str(run["requests"]),
    }
    assert suite.get("name") == "conformance"


def test_junit_names_a_test_by_its_clause_and_its_title(ran: Ran) -> None:
    """The clause is the class, so that viewers group by it; each name is there once in a class."""
    cases = {(case.get("classname"), case.get("name")) for case in junit(ran).iter("testcase")}
    assert len(cases) == len(list(junit(ran).iter("testcase")))
    titles = {row["id"]: row["title"] for row in ran.report["clauses"]}
    wrong = [
        (clause, name)
        for clause, name in cases
        if not (name or "").startswith(f"{titles.get(clause or '', 'Generated requests')}: ")
    ]
    assert not wrong


def test_reports_have_neither_paths_of_this_installation_nor_rows_without_a_test(ran: Ran) -> None:
    """A function without a case is not there, and a test that was skipped says where it stands in the suite."""
    texts = [(ran.reports / "junit.xml").read_text(encoding="utf-8"), *map(json.dumps, allure(ran))]
    assert not [text for text in texts if MACHINE in text or "site-packages" in text or "NOTSET" in text]
    assert any("conformance/suite/test_clauses.py:" in text for text in texts)
