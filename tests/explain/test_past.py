"""The recorded verdicts of a clause or probe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.explain.explanation import Past
from conformance.history.store import History
from conformance.judge.verdict import Outcome
from tests.history.entries import CLAUSE, DREW, OTHER, PROBE, entry, play, url
from tests.report.builders import CONTRACT, failed

if TYPE_CHECKING:
    from pathlib import Path

OPERATION = CONTRACT.operation.id


def past(directory: Path, nights: str, target: str | None = None) -> Past:
    """The past after these nights of a target called `staging`."""
    history = History(url(directory))
    play(history, nights, target_name="staging")
    found = Past(history, OPERATION, target)
    history.close()
    return found


def test_the_newest_runs_come_first(tmp_path: Path) -> None:
    """Five of them; a failure names the probes."""
    seen = past(tmp_path, "pppppfo").of_clause(CLAUSE)
    assert [one.run for one in seen] == ["night-006", "night-005", "night-004", "night-003", "night-002"]
    assert [one.verdict for one in seen[:2]] == [Outcome.FAIL, Outcome.FAIL]
    assert (seen[0].by, seen[1].by, seen[0].target) == ((OTHER,), (PROBE,), "staging")


def test_a_probe_is_told_by_the_clauses_that_it_failed(tmp_path: Path) -> None:
    """A run that did not send it is left out."""
    found = past(tmp_path, "fop")
    assert [(one.run, one.verdict, one.by) for one in found.of_probe(PROBE)] == [
        ("night-002", Outcome.PASS, ()),
        ("night-000", Outcome.FAIL, (CLAUSE,)),
    ]
    assert [one.run for one in found.of_probe(OTHER)] == ["night-001"]


def test_a_property_has_passed_where_it_was_drawn(tmp_path: Path) -> None:
    """A run that drew nothing of it is left out."""
    history = History(url(tmp_path))
    for night, verdicts in enumerate(([DREW], [failed(CLAUSE, DREW.probe)], [])):
        history.add(entry(night, verdicts))
    found = Past(history, OPERATION).of_probe(DREW.probe)
    history.close()
    assert [(one.run, one.verdict) for one in found] == [("night-001", Outcome.FAIL), ("night-000", Outcome.PASS)]


def test_other_targets_and_unknown_clauses_have_no_past(tmp_path: Path) -> None:
    """Nothing is said of them."""
    assert past(tmp_path, "f").of_clause("no.such") == ()
    assert not past(tmp_path, "f", target="production").known
