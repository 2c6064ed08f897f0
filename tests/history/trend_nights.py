"""Histories made by hand for the trend page: nights with exchanges in their traffic."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.history.store import History
from conformance.judge.behaviour import Behaviour
from tests.history.entries import entry, url
from tests.report.builders import CATALOGUE, failed

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.history.runs import Entry

BROKEN = "path.repository_id.maximum"
PROBE = "state.first"
HOSTILE = "</script><img src=x onerror=alert(1)>"


def night(
    number: int, *broken: str, status: int = 201, body: str = "{}", target: str = "staging", **more: object
) -> Entry:
    """A night in which clauses failed by the one probe, which was answered so."""
    made = entry(number, [failed(clause, PROBE, f"said {HOSTILE}") for clause in broken], status=status, **{
        "id": f"{target}-{number:03}", "target_name": target, **more})  # fmt: skip
    return replace(made, traffic=_traffic(made.report["run"]["id"], status, body))


def accepted(one: Entry, *clauses: str) -> Entry:
    """The night with a baseline that accepts that these clauses fail by the one probe."""
    rows = [{"clause": clause, "probe": PROBE} for clause in clauses]
    return replace(one, report={**one.report, "baseline": {"accepted": rows, "new": [], "expired": [], "fixed": []}})


def story(directory: Path) -> History:
    """Eight nights of staging, a clause failing from 3 to 5; two of production; one more that broke off."""
    nights = [
        night(one, *([BROKEN] if one in {3, 4, 5} else []), status=500 if one in {3, 4, 5} else 201) for one in range(8)
    ]
    nights += [night(one, target="production") for one in range(2)]
    nights.append(night(8, complete=False, no_verdict="the target is gone"))
    return history_of(directory, nights)


def history_of(directory: Path, nights: list[Entry]) -> History:
    """A history in a SQLite file."""
    made = History(url(directory))
    for one in nights:
        made.add(one)
    return made


def hundred_clauses(number: int, target: str) -> Entry:
    """A night in which a tenth of the clauses differ from the night before, and the probe's answer is much markup."""
    ids = [clause.id for clause in CATALOGUE if clause.level.value != "silent"]
    broken = [name for place, name in enumerate(ids) if (place * 7 + number) % 20 == 0]
    body = f"night {number} {'<p>' * 600}"
    behaviour = (Behaviour(PROBE, 500 + number % 7, None, "application/json", "{id: integer}"),)
    return night(number, *broken, body=body, target=target, behaviour=behaviour)


def _traffic(run: str, status: int, body: str) -> bytes:
    """A traffic file with one exchange."""
    known = {"number": 1, "probe": PROBE, "superseded": False, "clauses": [], "trouble": None, "target": "/v4/x"}
    answer = {
        "status": status,
        "headers": [{"name": "Content-Type", "value": "application/json"}],
        "content": {"text": f"{body} {HOSTILE}"},
    }
    one = {
        "startedDateTime": "2026-01-01T02:00:00Z",
        "request": {"method": "POST"},
        "response": answer,
        "_conformance": known,
    }
    return json.dumps({"log": {"entries": [one]}, "run": run}).encode()
