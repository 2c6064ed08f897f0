"""Runs handed on: as JSON Lines to another history, and as points of the history of an Allure page.

A line is a run in ASCII, the oldest first, as an object: ``format`` (``conformance-history/1``), ``report`` (the run's
report.json), ``verdicts`` (by clause and probe, see `conformance.history.runs`), ``traffic`` (the text of its
traffic.har, or null where none was kept), ``narrowed`` and ``series`` (see `conformance.history.runs`).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conformance.exceptions import UsageError
from conformance.history.runs import Entry, Run, States, unpacked_verdicts
from conformance.judge.verdict import Outcome
from conformance.report.allure_page import HISTORY_LIMIT, RUN, AllureResults, test_case_id
from conformance.report.files import dumps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.history.store import History

FORMAT = "conformance-history/1"
_MEND = "give a file that `history export` wrote"
_STATUS = {Outcome.PASS: "passed", Outcome.RECORDED: "passed", Outcome.FAIL: "failed", Outcome.NOT_TESTED: "skipped"}
_EVERYTHING = "everything-sent"  # conformance.runner.case has it


def exported(history: History, target: str | None = None) -> Iterator[str]:
    """The lines, each with its line break."""
    for run in reversed(history.runs(target)):
        traffic = history.traffic(run) if run.traffic else None
        line = {
            "format": FORMAT,
            "narrowed": run.narrowed,
            "series": run.series,
            "report": history.document(run.report),
            "verdicts": history.document(run.verdicts),
            "traffic": None if traffic is None else traffic.decode(),
        }
        yield dumps(line) + "\n"


def imported(history: History, lines: Iterable[str], place: str) -> tuple[int, int]:
    """Add the runs that are not there yet; how many were added, and how many were known.

    Raises UsageError for a line that is none; the lines before it are kept.
    """
    added = known = number = 0
    try:
        for number, line in enumerate(lines, 1):  # noqa: B007 - it is named where a line is none
            if line.strip():
                new = history.add(_entry(line))
                added, known = added + new, known + (not new)
    except UnicodeDecodeError as error:
        raise UsageError(f"{place}: not UTF-8 after line {number}: {_MEND}") from error
    except (ValueError, OverflowError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{place}: line {number} is no run of a history: {_MEND}") from error
    return added, known


def _entry(line: str) -> Entry:
    data = json.loads(line)
    if data["format"] != FORMAT:
        raise ValueError(data["format"])
    unpacked_verdicts(data["verdicts"])
    traffic = None if data["traffic"] is None else data["traffic"].encode()
    return Entry(data["report"], data["verdicts"], traffic, data["narrowed"], data["series"])


def earlier_points(history: History, results: AllureResults) -> list[dict[str, Any]]:
    """The judged runs of the same service before that of these results, the oldest first.

    Each says of the tests of these results what it said of their clauses and probes. Runs of single probes are left
    out: they send again what another found. Empty where the history does not know the run.
    """
    mine = history.begun(results.run) if results.run else []
    if len(mine) != 1:
        return []
    run, cases = mine[0], results.cases
    before = history.runs(service=run.service, judged=True, until=run.started_at)
    shown = [one for one in before if one.id != run.id and not one.narrowed][:HISTORY_LIMIT]
    return [_point(history, one, cases) for one in reversed(shown)]


def _point(history: History, run: Run, cases: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    states = unpacked_verdicts(history.document(run.verdicts))
    withheld = {row["id"]: row["withheld"] for row in history.document(run.report)["clauses"]}
    moment = int(datetime.fromisoformat(run.started_at).timestamp() * 1000)
    rows = {}
    for case, (history_id, title) in cases.items():
        if outcome := _outcome(case, states, withheld, cases, complete=run.complete):
            rows[history_id] = {
                "id": history_id,
                "historyId": history_id,
                "name": title,
                "status": _STATUS[outcome],
                "start": moment,
                "stop": moment,
                "duration": 0,
                "labels": [],
                "url": "",
                "reportLinks": [],
            }
    return {
        RUN: run.id,
        "uuid": run.id,
        "name": run.id,
        "timestamp": moment,
        "knownTestCaseIds": [test_case_id(case) for case in cases],
        "testResults": rows,
        "metrics": {},
        "url": "",
    }


def _outcome(
    case: str,
    states: States,
    withheld: Mapping[str, Iterable[str]],
    cases: Iterable[str],
    *,
    complete: bool,
) -> Outcome | None:
    """The outcome of a test in a run; None where the run did not have it.

    A property that found nothing passed if the run drew of it and was `complete`: else it may have been broken off.
    """
    clause, slash, probe = case.partition("/")
    if not slash:
        if any(case in state.found for state in states.values()):
            return Outcome.FAIL
        return Outcome.PASS if complete and case in states.drew else None
    state = states.get(clause)
    if state is None:
        return None
    if probe != _EVERYTHING:
        return state.probes.get(probe, Outcome.NOT_TESTED if probe in withheld.get(clause, ()) else None)
    # A probe that has a test of its own is told there.
    others = {outcome for one, outcome in state.probes.items() if f"{clause}/{one}" not in cases}
    if Outcome.FAIL in others:
        return Outcome.FAIL
    return next((outcome for outcome in (Outcome.PASS, Outcome.RECORDED) if outcome in others), Outcome.NOT_TESTED)
