"""The promises of the alarm, held by its own rule in sixty simulated years; docs/nightly.md has ten thousand."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from conformance.history.nights import FLICKER, WINDOW

ALARM: dict[str, Any] = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "alarm.py"))
CHANGED, INTERMITTENT = ALARM["_always"], ALARM["_all_night"]


def test_where_nothing_changed_there_is_at_most_one_alarm_a_year() -> None:
    """Though every probe flickers in one of twenty sendings."""
    alarms = ALARM["false_alarms"](60, 1, FLICKER)
    assert 0 < alarms < 1


@pytest.mark.parametrize(("rate", "first", "second"), [(1.0, 1.0, 1.0), (0.95, 0.7, 0.95)])
def test_a_lasting_change_is_named_within_two_nights(rate: float, first: float, second: float) -> None:
    """In the first where it fails every time, and nearly always within two where it flickers as well."""
    assert ALARM["named_after"](1, 1_000, 1, CHANGED(rate)) >= first
    assert ALARM["named_after"](2, 1_000, 1, CHANGED(rate)) >= second


@pytest.mark.parametrize(("share", "named"), [(0.1, 0.74), (0.2, 0.94), (0.5, 0.99)])
def test_a_fault_of_some_nights_is_named_as_soon_as_it_is_met(share: float, named: float) -> None:
    """Within fourteen nights as often as it is there in one of them, which no rule can better."""
    assert ALARM["named_after"](WINDOW, 1_000, 1, INTERMITTENT(share)) >= named
