"""The verdict of a run in a word and a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.judge.summary import NOTHING_SENT, Conclusion, Deviations, GatePolicy
from conformance.report.formats.summary import markdown
from conformance.report.record import Since, Time, report_data
from conformance.report.terminal import render_text
from conformance.report.words import LEFT_OPEN, Headline, headline, reason_words, since_words
from tests.report.builders import failed, record
from tests.report.page.pages import text_of

if TYPE_CHECKING:
    from conformance.report.record import RunRecord

ABOVE = "path.repository_id.above-maximum"
SHOULD, OTHER = "error.401.content-type", "error.401.code"
ACCEPTED = Deviations(accepted=((ABOVE, "id.over"),), new=(), expired=(), fixed=())
STALE = Deviations(accepted=(), new=(), expired=(), fixed=((ABOVE, "id.over"),))
OVER = Deviations(accepted=(), new=(), expired=((ABOVE, "id.over"),), fixed=())


@pytest.mark.parametrize(
    ("run", "word", "tone", "why"),
    [
        (record(), "conformant", "conformant", "every promise tested was kept"),
        (record([failed(ABOVE)]), "non-conformant", "non-conformant", "1 clause failed"),
        (
            record([failed(ABOVE), failed(SHOULD)]), "non-conformant", "non-conformant",
            "1 clause failed, 1 more does not gate",
        ),
        (
            record([failed(ABOVE), failed(SHOULD), failed(OTHER)]), "non-conformant", "non-conformant",
            "1 clause failed, 2 more do not gate",
        ),
        (record(untested={ABOVE: "why"}), "incomplete", "incomplete", f"1 must clause could not be tested: {ABOVE}"),
        (record(no_verdict="gone", complete=False), "no verdict", "incomplete", "gone"),
        (
            record(complete=False, interrupted=True), "incomplete", "incomplete",
            "the run was interrupted, after 412 requests",
        ),
        (
            record([failed(ABOVE)], complete=False), "non-conformant", "non-conformant",
            "1 clause failed; the run ended early, after 412 requests",
        ),
        (
            record(
                [failed(ABOVE, "id.over")], deviations=ACCEPTED, asked=GatePolicy(accepted=frozenset(ACCEPTED.accepted))
            ),
            "partial", "partial", "no failure that gates, 1 deviation; accepted in the baseline",
        ),
        (
            record(deviations=STALE), "stale baseline", "non-conformant",
            "the baseline has entries that are fixed or have expired",
        ),
        (
            record(probes=50, standard_probes=429), "conformant", "conformant",
            "every promise tested was kept (50 of the 429 probes of the standard profile, and no generated request)",
        ),
    ],
)  # fmt: skip
def test_the_headline_of_a_run(run: RunRecord, word: str, tone: str, why: str) -> None:
    """It is read from the content of report.json."""
    found = headline(report_data(run))
    assert found == Headline(word, Conclusion(tone), why)


def test_a_failure_without_an_earlier_pass_claims_no_more() -> None:
    """The clause may not have judged its probe before."""
    first = Time("run-2", "2026-11-24T22:00:00")
    assert since_words(Since(first, None, suite_changed=False)) == (
        "fails since 2026-11-24 22:00 (run-2), no earlier pass recorded"
    )


def test_a_silent_clause_that_nothing_tests_is_left_open() -> None:
    """On the page and in the summary as on the screen, and after all other reasons."""
    untested = {"state.read-back": NOTHING_SENT, "method.other": NOTHING_SENT}
    run = record(untested=untested)
    rows = {row["id"]: reason_words(row) for row in report_data(run)["clauses"] if row["id"] in untested}
    assert rows == untested | {"state.read-back": LEFT_OPEN}
    screen = "\n".join(line.text for line in render_text(run, {}))
    for shown in (screen, markdown(report_data(run)), text_of(run)):
        assert 0 < shown.index(NOTHING_SENT) < shown.index(LEFT_OPEN)


def test_an_acceptance_that_has_expired_is_told_with_its_reason_and_last_day() -> None:
    """Whoever gets the mail knows whom to ask; the words of a baseline are as hostile as any."""
    made = record([failed(ABOVE, "id.over")], deviations=OVER)
    acceptance = "they mend *it* (T-1, until 2026-01-31)"
    run = replace(made, about=replace(made.about, expired=[[ABOVE, "id.over", acceptance]]))
    said = f"extend it (`conformance baseline accept`); it was accepted as: {acceptance}"
    assert report_data(run)["baseline"]["expired"][0]["acceptance"] == acceptance
    assert any(line.text.endswith(said) for line in render_text(run, {}))
    assert said.replace("*", r"\*") in markdown(report_data(run))
    assert f"accepted as: {acceptance}" in text_of(run)
