"""The promises of the alarm, held by its own rule in sixty simulated years; docs/nightly.md has ten thousand."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from conformance.history.nights import FLICKER

ALARM: dict[str, Any] = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "alarm.py"))
ALWAYS, THERE = ALARM["_always"], ALARM["_there"]
VISITS = ALARM["VISITS"]


def test_where_nothing_changed_there_is_at_most_one_alarm_a_year() -> None:
    """Though every probe flickers in one of twenty sendings."""
    years = 60
    length = years * ALARM["NIGHTS"] * ALARM["PROBES"] * VISITS
    assert 0 < ALARM["alarms_in"](length, 1, FLICKER) < years


@pytest.mark.parametrize(("rate", "first", "second"), [(1.0, 1.0, 1.0), (0.95, 0.7, 0.95)])
def test_a_lasting_change_is_named_within_two_visits(rate: float, first: float, second: float) -> None:
    """In the first where it fails every time, and nearly always within two where it flickers as well."""
    assert ALARM["named_after"](1, 1_000, 1, ALWAYS(rate)) >= first
    assert ALARM["named_after"](2, 1_000, 1, ALWAYS(rate)) >= second


@pytest.mark.parametrize(("visits", "share", "named"), [(1, 0.1, 0.74), (1, 0.2, 0.94), (VISITS, 0.1, 0.97)])
def test_a_fault_of_some_visits_is_named_within_fourteen_nights(visits: int, share: float, named: float) -> None:
    """As often as it is there in one of them, which no rule can better."""
    assert ALARM["named_after"](14 * visits, 1_000, 1, THERE(share)) >= named
