"""Cases: their ids and names, and the messages of failed ones in pytest, JUnit and Allure."""

from __future__ import annotations

from collections import Counter

from conformance.judge.verdict import DISAGREEMENT, AnsweredBy
from conformance.runner.case import Case, Kind, failure_message, selected
from tests.engine.test_preparation import prepared
from tests.report.builders import CATALOGUE, answer, evidence, exchange, failed

CLAUSE = "error.other.envelope"
CAME = evidence(exchange(response=answer(400, b"400 Bad Request")))


def test_no_two_cases_have_the_same_id_or_name() -> None:
    """Viewers of JUnit and Allure take two that have for one, and compare the first of tonight with the second."""
    preparation = prepared(embedded=True, profile="deep")
    cases = [Case(kind, *parts, Case.verify) for kind in Kind for parts in selected(preparation, kind)]
    ids = Counter(case.id for case in cases)
    names = Counter((case.clause.id if case.clause else case.probe, case.headline) for case in cases)
    assert len(cases) > 1000
    assert [one for one, times in (ids + names).items() if times > 1] == []


def lines_of(by: AnsweredBy) -> list[str]:
    """The lines of a failure that this one answered."""
    verdict = failed(CLAUSE, message="the body is not JSON", got="400, not JSON", by=by)
    return failure_message(CATALOGUE[CLAUSE], verdict, "a title", "conformance run", CAME).splitlines()


def test_a_failure_begins_with_level_and_clause_and_shows_the_answer() -> None:
    """Status, Content-Type and body stand there, whatever the rule found wrong with them."""
    lines = lines_of(AnsweredBy.SERVICE)
    assert lines[0] == f"should {CLAUSE}: the body is not JSON"
    assert "  got          400, not JSON, answered by the service" in lines
    answer = "  answer       400, application/json, 15 bytes: 400 Bad Request"
    assert len("\n".join(lines[: lines.index(answer) + 1])) < 500, "what viewers of JUnit show"


def test_the_answering_party_is_told_to_its_owners() -> None:
    """A gateway disagrees with the document; a framework, server or proxy is called that."""
    assert f"  got          400, not JSON, answered by the gateway: {DISAGREEMENT}" in lines_of(AnsweredBy.GATEWAY)
    other = "answered by something that is not the documented service (framework, server or proxy)"
    assert f"  got          400, not JSON, {other}" in lines_of(AnsweredBy.OTHER)


def test_without_evidence_the_answer_is_left_out() -> None:
    """An exchange that was let go has none to show."""
    text = failure_message(CATALOGUE[CLAUSE], failed(CLAUSE), "a title", "conformance run", None)
    assert "answer  " not in text
