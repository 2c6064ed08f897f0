"""A conformant target on a bad line is conformant: slow, throttled, and now and then a connection that is reset."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.network.behaviours import weather
from tests.network.targets import target

if TYPE_CHECKING:
    from pathlib import Path


def statuses(entries: list[dict[str, dict[str, int]]]) -> list[int]:
    """The status of each exchange, 0 where there was no answer."""
    return [entry["response"]["status"] for entry in entries]


@pytest.mark.parametrize("profile", ["smoke", pytest.param("standard", marks=pytest.mark.nightly)])
def test_latency_jitter_and_429_change_no_verdict(tmp_path: Path, profile: str) -> None:
    """50 ms, up to 200 ms more, and 5 % of the requests throttled: conformant, and nothing is flaky."""
    with target(tmp_path, weather(latency=0.05, jitter=0.2, throttled=0.05)) as (site, _):
        ran = site.run("--profile", profile)
    assert ran.code == 0, ran.out
    assert ran.report["summary"]["verdict"] == "conformant"
    assert ran.report["flaky"] == []
    assert 429 in statuses(ran.traffic)


@pytest.mark.parametrize("profile", ["smoke", pytest.param("standard", marks=pytest.mark.nightly)])
def test_one_off_resets_are_reported_as_flaky(tmp_path: Path, profile: str) -> None:
    """With 5 % of the requests reset as well: conformant, and each reset is shown with the probe that it hit."""
    with target(tmp_path, weather(latency=0.05, jitter=0.2, throttled=0.05, reset=0.05)) as (site, _):
        ran = site.run("--profile", profile)
    assert ran.code == 0, ran.out
    assert ran.report["summary"]["verdict"] == "conformant"
    reported = [int(times) for line in ran.report["flaky"] for times in re.findall(r": unanswered (\d+) time", line)]
    assert sum(reported) == statuses(ran.traffic).count(0) > 0
    assert "Flaky: answered differently when sent again" in ran.out
