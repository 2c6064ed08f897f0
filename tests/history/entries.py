"""Runs made by hand, for the tests of the history."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from conformance.history.runs import Entry
from conformance.history.store import History
from conformance.judge.behaviour import Behaviour
from conformance.judge.verdict import Outcome, Verdict
from tests.report.builders import failed, record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FIRST_NIGHT = datetime(2026, 1, 1, 2, tzinfo=UTC)
CLAUSE, PROBE, OTHER = "path.repository_id.maximum", "state.first", "other.probe"
DREW = Verdict(CLAUSE, "property.ids", 9, Outcome.PASS)
"""A property that found nothing."""


def entry(
    night: int,
    verdicts: Iterable[Verdict] = (),
    *,
    status: int = 201,
    traffic: str | None = "",
    narrowed: bool = False,
    **fields: object,
) -> Entry:
    """The run of a night, counted from 0; `status` is what its only probe was answered, `traffic` tells HARs apart."""
    started = FIRST_NIGHT + timedelta(days=night)
    made = record(
        verdicts,
        **{
            "id": f"night-{night:03}",
            "started_at": started,
            "finished_at": started + timedelta(seconds=9),
            "behaviour": (Behaviour("state.first", status, None, "application/json", "{id: integer}"),),
            **fields,
        },
    )
    raw = None if traffic is None else traffic_of(traffic or night)
    return Entry.of(made, raw, narrowed=narrowed)


def traffic_of(name: int | str) -> bytes:
    """A traffic file without exchanges."""
    return json.dumps({"log": {"entries": []}, "name": name}).encode()


def without_probe(made: Entry) -> Entry:
    """The run, if it had sent something else in the place of the probe."""
    probes = ["something.else" if probe == PROBE else probe for probe in made.verdicts["probes"]]
    return replace(made, verdicts={**made.verdicts, "probes": probes})


def play(history: History, nights: str, **fields: object) -> Entry:
    """A night for each letter: f and o in which a probe failed, p passed, n nothing was tested; the last of them."""
    for night, letter in enumerate(nights, len(history.runs())):
        broken = {"f": [failed(CLAUSE, PROBE)], "o": [failed(CLAUSE, OTHER)]}.get(letter, [])
        played = entry(night, broken, untested={CLAUSE: "why"} if letter == "n" else None, **fields)
        played = without_probe(played) if letter == "o" else played
        history.add(played)
    return played


def url(directory: Path) -> str:
    """The URL of a SQLite file there."""
    return f"sqlite:///{directory}/history.db"


@pytest.fixture
def in_a_file(tmp_path: Path) -> Iterator[History]:
    """An empty history in SQLite alone."""
    made = History(url(tmp_path))
    yield made
    made.close()
