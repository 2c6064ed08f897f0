"""The contract that follows from a changed page."""

from __future__ import annotations

import pytest

from conformance.contract.values import Integer
from conformance.errata.contract import follow
from conformance.errata.edits import added, replaced
from conformance.spec import load_contract

CONTRACT = load_contract()
LINES = CONTRACT.document.split("\n")


def line(text: str, number: int = 1) -> int:
    """The line of the page that is this text, the first, or the one of that number."""
    return [place for place, words in enumerate(LINES, 1) if words == text][number - 1]


def test_another_bound_is_another_domain_and_quote() -> None:
    """The maximum is in the operation, and the rows about the range quote the new one."""
    changed = follow(CONTRACT, [replaced(line("1~2147483647"), "1~4294967295")])
    assert changed is not None
    assert changed.operation.parameter("repository_id").domain == Integer(1, 4294967295)
    assert "1~4294967295" in changed.catalogue["path.repository_id.maximum"].quote
    assert CONTRACT.operation.parameter("repository_id").domain == Integer(1, 2147483647)


def test_another_type_is_that_of_one_answer() -> None:
    """The schema that three refusals share stays as it is for the two others."""
    place = line("error_code") + 2
    changed = follow(CONTRACT, [replaced(place, "Integer")])
    assert changed is not None
    kinds = {status: changed.operation.responses[status].members["error_code"]["type"] for status in (401, 403, 404)}
    assert kinds == {401: "integer", 403: "string", 404: "string"}


def test_another_status_takes_the_answer_and_its_rows_with_it() -> None:
    """A status that is renamed in all three places takes its rows with it."""
    edits = [replaced(line("Status code: 201", number), "Status code: 200") for number in (1, 2)]
    changed = follow(CONTRACT, [*edits, replaced(line("201"), "200")])
    assert changed is not None
    assert changed.operation.statuses == (200, 401, 403, 404)
    assert changed.catalogue["response.201.id.type"].arguments["status"] == 200


def test_a_new_status_is_documented_without_a_body() -> None:
    """A row of the table of status codes is all that is known of it."""
    changed = follow(CONTRACT, [added(line("Not Found", 2), "409", "Conflict")])
    assert changed is not None
    assert changed.operation.responses[409].schema is None


def test_an_example_that_is_no_date_takes_the_form_away() -> None:
    """The date's form was inferred from the example: its row has nothing to speak of any more."""
    shown = next(number for number, words in enumerate(LINES, 1) if '"last_update_at" : ' in words)
    changed = follow(CONTRACT, [replaced(shown, '  "last_update_at" : "yesterday",')])
    assert changed is not None
    assert "response.201.last_update_at.format" not in changed.catalogue.by_id
    assert "response.201.last_successful_update_at.format" in changed.catalogue.by_id


@pytest.mark.parametrize(
    ("text", "instead"), [("N/A.", "With an id below its range, the status code may be 400."), ("Integer", "Thing")]
)
def test_a_page_that_is_not_understood_makes_no_contract(text: str, instead: str) -> None:
    """Parts that the reader leaves unread must not pass for an erratum."""
    assert follow(CONTRACT, [replaced(line(text), instead)]) is None
