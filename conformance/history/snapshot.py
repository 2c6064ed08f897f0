"""A run in the form in which runs are compared, wherever it comes from, and the exchanges of its traffic."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conformance.exceptions import UsageError
from conformance.history.runs import Suite, states_of, states_of_report, time_text, unpacked_verdicts
from conformance.judge.verdict import in_words
from conformance.report.report_json import FORMAT, report_data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from conformance.contract.contract import Contract
    from conformance.history.runs import ClauseState, Run
    from conformance.history.store import History
    from conformance.report.record import RunRecord

__all__ = ["Snapshot", "in_one_line", "of_file", "of_record", "of_run", "shown_exchanges"]


def _no_traffic() -> bytes | None:
    return None


@dataclass(frozen=True)
class Snapshot:
    """A run: its report.json, its clauses by id, and how its traffic.har is had, which may be None."""

    report: Mapping[str, Any]
    states: Mapping[str, ClauseState]
    traffic: Callable[[], bytes | None] = field(default=_no_traffic, repr=False)

    @property
    def id(self) -> str:
        """The run's id."""
        return str(self.report["run"]["id"])

    @property
    def target(self) -> str:
        """The target's name."""
        return str(self.report["target"]["name"])

    @property
    def at(self) -> str:
        """When it started."""
        return time_text(datetime.fromisoformat(self.report["run"]["started_at"]))

    @property
    def suite(self) -> Suite:
        """What judged it."""
        said = self.report["suite"]
        return Suite(said["version"], said["openapi_sha256"], said["clauses_sha256"])

    @property
    def operation(self) -> str:
        """The id of the operation that was tested."""
        return str(self.report["suite"]["operation"])

    @property
    def rows(self) -> Mapping[str, Mapping[str, Any]]:
        """The report's clauses by id."""
        return {row["id"]: row for row in self.report["clauses"]}

    @property
    def behaviour(self) -> Mapping[str, Mapping[str, Any]]:
        """What came back for each probe."""
        return {row["probe"]: row for row in self.report["behaviour"]}

    def again(self, contract: Contract) -> Snapshot:
        """The run, judged again; itself where that judged it before, or where its traffic was not kept."""
        if self.suite == Suite.today(contract):
            return self
        raw = self.traffic()
        return self if raw is None else _judged(raw, self.id, contract, self.report["run"])


def of_run(history: History, run: Run) -> Snapshot:
    """A run of the history."""
    states = unpacked_verdicts(history.document(run.verdicts))
    return Snapshot(history.document(run.report), states, lambda: history.traffic(run))


def of_record(record: RunRecord, traffic: Callable[[], bytes | None] = _no_traffic) -> Snapshot:
    """A run that has just been summed up."""
    return Snapshot(report_data(record), states_of(record.summary), traffic)


def of_file(path: Path, contract: Callable[[], Contract]) -> Snapshot:
    """A run by its report.json, beside which its traffic.har may lie, or by its traffic.har, judged by `contract`.

    Raises UsageError where the file is neither.
    """
    try:
        raw = path.read_bytes()
        data = json.loads(raw)
        if "log" in data:
            return _judged(raw, str(path), contract(), None)
        if data["format"] != FORMAT:
            raise ValueError(data["format"])  # noqa: TRY301 - told below, like all that is wrong with the file
        found = Snapshot(data, states_of_report(data), lambda: _beside(path, data["run"]["id"]))
        found.at, found.suite, found.operation, found.target, found.behaviour  # noqa: B018 - what is missing shows here
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}: name the report.json or traffic.har of a run") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{path} is not a report of this suite: name the report.json or traffic.har of a run"
        ) from error
    return found


def _beside(report: Path, run: str) -> bytes | None:
    """The traffic.har of the same run in the same directory."""
    from conformance.report.har import parse_traffic  # noqa: PLC0415 - seldom needed, and it takes its time

    try:
        raw = (report.parent / "traffic.har").read_bytes()
        return raw if parse_traffic(raw, "").about.id == run else None
    except (OSError, UsageError):
        return None


def _judged(raw: bytes, place: str, contract: Contract, run: Mapping[str, Any] | None) -> Snapshot:
    """What the traffic says by `contract`; `run` is the report's part about the run, whose traffic may stand in."""
    from conformance.engine.rejudge import rejudge  # noqa: PLC0415 - seldom needed, and it takes its time
    from conformance.report.har import parse_traffic  # noqa: PLC0415

    found = of_record(rejudge(parse_traffic(raw, place), contract), lambda: raw)
    return found if run is None else replace(found, report={**found.report, "run": run})


_LONGEST_BODY = 2_000
_LONGEST_LINE = 300


def shown_exchanges(raw: bytes | None) -> dict[str, dict[str, Any]]:
    """For each probe the exchange that its behaviour was read off; nothing where there is no traffic."""
    shown: dict[str, dict[str, Any]] = {}
    entries = json.loads(raw)["log"]["entries"] if raw else []
    for entry in sorted(entries, key=lambda entry: int(entry["_conformance"]["number"])):
        known = entry["_conformance"]
        if not known["superseded"] and known["clauses"] is not None:
            shown.setdefault(known["probe"], _shown(entry, known))
    return shown


def _shown(entry: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    request, answer = entry["request"], entry["response"]
    text = answer["content"].get("text", "")
    return {
        "exchange": known["number"],
        "at": entry["startedDateTime"],
        "request": in_words(f"{request['method']} {known['target']}", _LONGEST_LINE),
        "status": answer["status"],
        "headers": {field["name"]: field["value"] for field in answer["headers"]},
        "body": text if len(text) <= _LONGEST_BODY else f"{text[:_LONGEST_BODY]}…",
        "trouble": known["trouble"],
    }


def in_one_line(exchange: Mapping[str, Any]) -> str:
    """An exchange for people."""
    if not exchange["status"]:
        return f"{exchange['request']} → no answer ({exchange['trouble']}), exchange {exchange['exchange']}"
    body = in_words(" ".join(str(exchange["body"]).split()), _LONGEST_LINE)
    return f"{exchange['request']} → {exchange['status']} {body}".rstrip() + f", exchange {exchange['exchange']}"
