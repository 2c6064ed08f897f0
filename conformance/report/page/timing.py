"""The chart of a run's course: a point for each exchange, at its start and its latency, and how latencies spread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["HEIGHT", "SPREAD_HEIGHT", "SPREAD_WIDTH", "WIDTH", "Timing", "timing_of"]

WIDTH, HEIGHT = 720, 150
"""The size of the chart of exchanges, in units of its drawing."""
SPREAD_WIDTH, SPREAD_HEIGHT = 460, 150
"""The size of the chart of latencies."""
_BINS = 40
_CLASSES = {2: "success", 4: "refused", 5: "broken"}


@dataclass(frozen=True, slots=True)
class Timing:
    """The chart.

    Attributes:
        points: for each class of answers the path of its points.
        ticks: heights and words of the scale of latencies.
        bars: how many exchanges there are in each step of latency, as place, width and height.
        seconds: the length of the run's traffic.
        median, late, longest: milliseconds within which half and 95 % of all were answered, and the longest.
    """

    points: dict[str, str]
    ticks: list[tuple[float, str]]
    bars: list[tuple[float, float, float]]
    seconds: float
    median: float
    late: float
    longest: float


def timing_of(entries: Iterable[Mapping[str, Any]]) -> Timing | None:
    """The chart of these HAR entries; None where there are none."""
    rows = [(one["_conformance"]["started_at"], max(one["time"], 0.01), one["response"]["status"]) for one in entries]
    if not rows:
        return None
    begin, end = min(row[0] for row in rows), max(row[0] for row in rows)
    times = sorted(row[1] for row in rows)
    low, high = math.floor(math.log10(times[0])), math.ceil(math.log10(times[-1]))
    high = max(high, low + 1)

    def up(milliseconds: float) -> float:
        """The share of the height."""
        return (math.log10(milliseconds) - low) / (high - low)

    points: dict[str, list[str]] = {}
    for at, milliseconds, status in rows:
        x, y = (at - begin) / (end - begin or 1) * WIDTH, HEIGHT * (1 - up(milliseconds))
        points.setdefault(_CLASSES.get(status // 100, "other"), []).append(f"M{x:.1f} {y:.1f}h0")
    counts = [0] * _BINS
    for milliseconds in times:
        counts[min(int(up(milliseconds) * _BINS), _BINS - 1)] += 1
    most, width = max(counts), SPREAD_WIDTH / _BINS
    return Timing(
        points={kind: "".join(found) for kind, found in sorted(points.items())},
        ticks=[(HEIGHT * (1 - up(10**power)), _milliseconds(10.0**power)) for power in range(low, high + 1)],
        bars=[
            (round(place * width, 1), round(width - 2, 1), round(SPREAD_HEIGHT * count / most, 1))
            for place, count in enumerate(counts)
            if count
        ],
        seconds=end - begin,
        median=times[len(times) // 2],
        late=times[int(len(times) * 0.95)],
        longest=times[-1],
    )


def _milliseconds(value: float) -> str:
    return f"{value / 1000:g} s" if value >= 1000 else f"{value:g} ms"  # noqa: PLR2004 - a second
