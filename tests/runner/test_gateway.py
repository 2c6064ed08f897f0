"""A run on a service behind its gateway: whose answer failed, in every report."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest

from conformance.judge.verdict import DISAGREEMENT
from conformance.mock import Gateway, Mock
from conformance.report.allure_page import CATEGORIES
from tests.runner.command import site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.runner.command import Ran


FAILED = {"header.x-auth-token.length"}
"""The clause that a gateway breaks that takes no 100,000 characters: one cause, one clause."""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """Run the suite on the mock behind its gateway, which takes no header over 32 KB."""
    mock = Mock()
    with site(tmp_path_factory.mktemp("gateway"), Gateway(mock, tokens=mock.tokens)) as target:
        yield target.run("--profile", "smoke", "--fail-on", "should")


def results(ran: Ran) -> list[dict[str, Any]]:
    """Every Allure result."""
    return [json.loads(path.read_text("utf-8")) for path in (ran.reports / "allure-results").glob("*-result.json")]


def test_refusals_of_the_gateway_gate_like_any_other(ran: Ran) -> None:
    """The documented 100,000 characters do not pass it: exit 1, and every failure is its answer."""
    assert ran.code == 1, ran.out + ran.err
    failed = ran.clauses("fail")
    assert failed == set(ran.report["summary"]["gating"]) == set(ran.report["summary"]["disagreements"])
    assert failed == FAILED
    failures = [failure for row in ran.report["clauses"] for failure in row["failures"]]
    assert {failure["answered_by"] for failure in failures} == {"gateway"}
    assert {failure["got"] for failure in failures} == {"494 APIGW.0201"}


def test_the_clause_of_error_codes_does_not_judge_the_gateway(ran: Ran) -> None:
    """Its 401 has another code than the example's, and breaks nothing by it."""
    rows = {row["id"]: row for row in ran.report["clauses"]}
    assert rows["error.401.code"]["verdict"] == "not-tested"
    assert rows["error.401.envelope"]["verdict"] == "pass"


def test_the_terminal_groups_them_apart(ran: Ran) -> None:
    """One heading, and no other failures."""
    headings = re.findall(r"^Failed.*$", ran.out, re.MULTILINE)
    assert headings == [f"Failed: {DISAGREEMENT} (answered by the gateway)"]


def test_every_exchange_says_who_answered(ran: Ran) -> None:
    """In the traffic, in the behaviour of the probes, and in what Allure shows of an exchange."""
    entries = json.loads((ran.reports / "traffic.har").read_text("utf-8"))["log"]["entries"]
    for entry in entries:
        code = json.loads(entry["response"]["content"].get("text") or "{}").get("error_code", "")
        expected = "gateway" if code.startswith("APIGW.") else "service"
        if entry["request"]["method"] != "HEAD":
            assert entry["_conformance"]["answered_by"] == expected, entry["_conformance"]["probe"]
    assert {"gateway", "service"} <= {row["answered_by"] for row in ran.report["behaviour"]}
    names = " ".join(file["name"] for result in results(ran) for file in result.get("attachments", []))
    assert "answered 494 by the gateway" in names
    assert "answered 201 by the service" in names


def test_allure_groups_them_apart(ran: Ran) -> None:
    """Failed results carry the tag, and match the category of its name before any other."""
    failed = [result for result in results(ran) if result["status"] == "failed"]
    assert failed
    for result in failed:
        tags = {label["value"] for label in result["labels"] if label["name"] == "tag"}
        assert DISAGREEMENT in tags
        message = result["statusDetails"]["message"]
        matching = [one["name"] for one in CATEGORIES if re.search(one["matchers"].get("message", ""), message)]
        assert matching[0].lower() == DISAGREEMENT


def test_junit_has_a_property_for_them(ran: Ran) -> None:
    """Each failed case has it, and no other."""
    for case in ET.parse(ran.reports / "junit.xml").iter("testcase"):  # noqa: S314 - our own file
        found = {(item.get("name"), item.get("value")) for item in case.iter("property")}
        assert (("finding", DISAGREEMENT) in found) is (case.find("failure") is not None)


@pytest.mark.nightly
def test_throttling_is_waited_for(tmp_path: Path) -> None:
    """Every 15th request is answered 429, and nothing fails because of it but what fails without."""
    mock = Mock()
    with site(tmp_path, Gateway(mock, tokens=mock.tokens, throttle=15)) as target:
        ran = target.run("--profile", "smoke")
    assert ran.code == 1, ran.out + ran.err
    assert ran.clauses("fail") <= FAILED


def test_an_outage_of_the_gateway_is_the_gateways(tmp_path: Path) -> None:
    """A 503 counts at once, whoever answered it; the report says that it was not the service."""
    with site(tmp_path, Gateway(Mock(), outage=9)) as target:
        ran = target.run("--profile", "smoke")
    assert ran.code == 1, ran.out + ran.err
    row = next(row for row in ran.report["clauses"] if row["id"] == "status.server-error")
    assert row["verdict"] == "fail"
    assert {failure["answered_by"] for failure in row["failures"]} == {"gateway"}
