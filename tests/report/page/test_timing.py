"""The chart of a run's course."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.report.page.timing import HEIGHT, WIDTH, timing_of


def entry(at: float, milliseconds: float, status: int = 200) -> dict[str, Any]:
    """As much of a HAR entry as the chart reads."""
    return {"_conformance": {"started_at": at}, "time": milliseconds, "response": {"status": status}}


def test_a_point_stands_at_its_start_and_its_latency() -> None:
    """The latencies are on a logarithmic scale that begins and ends with a power of ten."""
    found = timing_of([entry(10, 1), entry(15, 10, 404), entry(20, 100, 500)])
    assert found is not None
    assert found.points == {
        "broken": f"M{WIDTH:.1f} 0.0h0",
        "refused": f"M{WIDTH / 2:.1f} {HEIGHT / 2:.1f}h0",
        "success": f"M0.0 {HEIGHT:.1f}h0",
    }
    assert found.ticks == [(HEIGHT, "1 ms"), (HEIGHT / 2, "10 ms"), (0, "100 ms")]
    assert (found.seconds, found.median, found.longest) == (10, 10, 100)


@pytest.mark.parametrize("milliseconds", [0, 0.001, 1, 1_000_000])
def test_one_exchange_is_a_chart(milliseconds: float) -> None:
    """However long it took, and without an answer too."""
    found = timing_of([entry(0, milliseconds, 0)])
    assert found is not None
    assert list(found.points) == ["other"]
    assert len(found.bars) == 1


def test_without_traffic_there_is_none() -> None:
    """The page leaves its part out."""
    assert timing_of([]) is None


def test_bars_count_all() -> None:
    """The highest is of the step with most exchanges."""
    found = timing_of([entry(0, 1)] * 3 + [entry(0, 99)])
    assert found is not None
    assert [high for _, _, high in found.bars] == [150, 50]
