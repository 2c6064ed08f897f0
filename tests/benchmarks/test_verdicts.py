"""benchmarks/verdicts.py: what two versions judge differently is printed, and is its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks import verdicts

if TYPE_CHECKING:
    import pytest

ROW = {"id": "a", "verdict": "pass", "checked": 3}


def compared(monkeypatch: pytest.MonkeyPatch, before: dict[str, Any], after: dict[str, Any]) -> int:
    """The exit code, where the two environments judge so."""
    monkeypatch.setattr(verdicts, "clauses_of", lambda python, _: {"before": before, "after": after}[python])
    return verdicts.main("before", "after", "traffic.har")


def test_the_same_verdicts_are_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code is 0."""
    assert compared(monkeypatch, {"a": ROW}, {"a": dict(ROW)}) == 0


def test_a_clause_that_differs_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Another verdict, another number of exchanges, and a clause that only one of them has."""
    after = {"a": ROW | {"checked": 4}, "b": ROW}
    assert compared(monkeypatch, {"a": ROW}, after) == 1
    out = capsys.readouterr().out
    assert "traffic.har: 2 clauses, 0 failed, 2 judged differently" in out
    assert "before null" in out
