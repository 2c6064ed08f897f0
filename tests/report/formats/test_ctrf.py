"""CTRF: schema, reasons, retries, and runs without a verdict."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.report.builders import CATALOGUE
from tests.report.formats.material import MUST, RECORDS, SHOULD, VERDICTS, entry, text, validator

if TYPE_CHECKING:
    from collections.abc import Iterable

VALIDATOR = validator("ctrf")
ENTRIES = (entry((MUST, "status.201.permitted"), number=1, flaky=2), entry(("status.201.permitted",), number=2))


def results(case: str, entries: Iterable[Any] | None = ()) -> Any:  # noqa: ANN401 - JSON
    """The results in the report."""
    return json.loads(text("ctrf", case, entries))["results"]


def one(name: str, case: str, entries: Iterable[Any] | None = ()) -> Any:  # noqa: ANN401 - JSON
    """A test by its id."""
    return next(test for test in results(case, entries)["tests"] if test["testId"] == name)


@pytest.mark.parametrize("case", RECORDS)
def test_it_is_valid_by_the_published_schema(case: str) -> None:
    """For every end of a run, with traffic and without, and whatever the target says."""
    VALIDATOR.validate(json.loads(text("ctrf", case, ENTRIES)))
    VALIDATOR.validate(json.loads(text("ctrf", case, None)))


@pytest.mark.parametrize(("case", "verdict"), VERDICTS.items())
def test_the_summary_counts_the_tests(case: str, verdict: str) -> None:
    """One for each clause, and a failed one where the run fails without a failed clause."""
    found = results(case)
    counts = Counter(test["status"] for test in found["tests"])
    assert {name: found["summary"][name] for name in counts} == counts
    trouble = verdict in {"no verdict", "stale baseline"}
    assert found["summary"]["tests"] == len(CATALOGUE) + trouble
    assert [test["name"] for test in found["tests"] if test["status"] == "failed"][:1] == [
        verdict
    ] * trouble or not trouble
    failed = [test for test in found["tests"] if test["status"] == "failed" and test["message"]]
    assert [test["name"] for test in failed].count(verdict) == trouble


def test_a_skipped_test_has_its_reason() -> None:
    """As the report has it."""
    test = one(MUST, "incomplete")
    assert (test["status"], test["rawStatus"], test["message"]) == ("skipped", "not-tested", "no answer")


def test_a_failed_test_says_why_and_since_when() -> None:
    """Its message names the first probe, its trace has all."""
    test = one(MUST, "non-conformant")
    assert test["message"] == "id.maximum.unknown-token: answered 500 instead of 401 (and 1 more)"
    assert "token.empty: answered 500" in test["trace"]
    assert test["extra"]["since"].startswith("fails since 2026-11-20 02:00")
    assert one(SHOULD, "non-conformant")["status"] == "failed"


def test_retries_and_durations_are_those_of_the_exchanges() -> None:
    """A clause that passed although a request was unanswered at first is flaky; one that failed is not."""
    passed = one("status.201.permitted", "non-conformant", ENTRIES)
    assert (passed["retries"], passed["flaky"], passed["duration"]) == (2, True, 250)
    failed = one(MUST, "non-conformant", ENTRIES)
    assert (failed["retries"], failed["flaky"], failed["duration"]) == (2, False, 125)
    assert "retries" not in one(SHOULD, "non-conformant", ENTRIES)
    assert results("non-conformant", ENTRIES)["summary"]["flaky"] == 1
