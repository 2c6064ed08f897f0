"""SARIF: schema, rules, places, fingerprints, and runs without a verdict."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.report.builders import CATALOGUE, CONTRACT, UNAUTHORIZED
from tests.report.formats.material import MUST, PROBE, RECORDS, VERDICTS, text, validator

if TYPE_CHECKING:
    from conformance.report.record import RunRecord

VALIDATOR = validator("sarif")


def run(case: str | RunRecord) -> Any:  # noqa: ANN401 - JSON
    """The run in the log."""
    (found,) = json.loads(text("sarif", case))["runs"]
    return found


@pytest.mark.parametrize("case", RECORDS)
def test_it_is_valid_by_the_published_schema(case: str) -> None:
    """For every end of a run, and whatever the target says."""
    VALIDATOR.validate(json.loads(text("sarif", case)))


def test_the_schema_refuses_what_is_no_sarif() -> None:
    """The copy of the schema is one that bites."""
    log = json.loads(text("sarif", "non-conformant"))
    log["runs"][0]["results"][0]["level"] = "must"
    assert not VALIDATOR.is_valid(log)


def test_each_clause_is_a_rule_with_its_quote() -> None:
    """In the document's order, with the level that a failure has."""
    rules = run("conformant")["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [clause.id for clause in CATALOGUE]
    for rule, clause in zip(rules, CATALOGUE, strict=True):
        assert rule["fullDescription"]["text"] == clause.quote
        assert clause.quote in rule["help"]["text"]
        assert " or ".join(clause.accepted) in rule["help"]["text"]
        level = {"must": "error", "should": "warning", "silent": "note"}[clause.level]
        assert rule["defaultConfiguration"]["level"] == level


def test_a_result_stands_at_the_line_of_the_broken_sentence() -> None:
    """It is the line of the document that holds the quote."""
    found = run("non-conformant")
    rules = found["tool"]["driver"]["rules"]
    assert len(found["results"]) == 3
    for result in found["results"]:
        clause = CATALOGUE[result["ruleId"]]
        assert rules[result["ruleIndex"]]["id"] == clause.id
        (location,) = (one["physicalLocation"] for one in result["locations"])
        assert location["artifactLocation"]["uri"] == "spec/document/associate-remote-mirror.txt"
        first, last = location["region"]["startLine"], location["region"]["endLine"]
        lines = CONTRACT.document.splitlines()[first - 1 : last]
        assert clause.quote in "\n".join(lines)


def test_fingerprints_are_those_of_clause_and_probe() -> None:
    """Another seed, another time and another message change none, so that two runs have the same alerts."""
    later = replace(
        RECORDS["non-conformant"], about=replace(RECORDS["non-conformant"].about, id="other", seed=99, requests=1)
    )
    before, after = ([one["partialFingerprints"] for one in run(case)["results"]] for case in ("non-conformant", later))
    assert before == after
    assert len({json.dumps(one) for one in before}) == 3


def test_a_target_has_one_category() -> None:
    """Every run has the same category; a slash in its name makes no other."""
    assert run("conformant")["automationDetails"]["id"] == "conformance/associateRemoteMirror/staging/"
    record = RECORDS["conformant"]
    other = run(replace(record, about=replace(record.about, target_name="a/b", id="other")))
    assert other["automationDetails"]["id"] == "conformance/associateRemoteMirror/a%2Fb/"


@pytest.mark.parametrize(("case", "verdict"), VERDICTS.items())
def test_a_run_without_a_verdict_was_not_executed(case: str, verdict: str) -> None:
    """The invocation says so, and why."""
    (invocation,) = run(case)["invocations"]
    assert invocation["executionSuccessful"] is (verdict != "no verdict")
    errors = [one["message"]["text"] for one in invocation["toolExecutionNotifications"] if one["level"] == "error"]
    assert len(errors) == (verdict in {"no verdict", "stale baseline"})
    assert all(one.startswith(f"{verdict}: ") for one in errors)


def test_an_untested_clause_is_a_notification_of_its_rule() -> None:
    """With the reason, and as a warning where that is no excuse."""
    (_, note) = run("incomplete")["invocations"][0]["toolExecutionNotifications"]
    assert (note["level"], note["message"]["text"]) == ("warning", "not tested: no answer")
    assert note["associatedRule"]["id"] == MUST


def test_accepted_failures_are_suppressed() -> None:
    """The others have an empty list, which says that they are not."""
    (result,) = run("accepted")["results"]
    assert [one["status"] for one in result["suppressions"]] == ["accepted"]
    assert all("suppressions" not in one for one in run("non-conformant")["results"])


def test_a_result_says_what_the_terminal_does() -> None:
    """Message, expected, got, and the line to repeat it; since when stands beside."""
    result = next(one for one in run("non-conformant")["results"] if one["properties"]["probe"] == PROBE)
    assert result["message"]["text"].splitlines() == [
        f"{PROBE}: answered 500 instead of 401",
        "expected: 401",
        "got: 500, answered by the service",
        f"answer: 401, application/json, 90 bytes: {UNAUTHORIZED.decode()}",
        f"repeat: conformance run staging --seed 1 --probe {PROBE}",
    ]
    assert result["properties"]["since"].startswith("fails since 2026-11-20 02:00 (r2), last passed")
