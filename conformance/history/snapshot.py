"""A run in the form in which runs are compared, wherever it comes from, and the exchanges of its traffic."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conformance.exceptions import UsageError
from conformance.history.runs import Run, States, Suite, states_of, states_of_report, time_text, unpacked_verdicts
from conformance.judge.verdict import GENERATED, in_words
from conformance.places import read_bounded
from conformance.report.record import REPORT_FORMAT, RunRecord, Time, report_data
from conformance.report.words import minute

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from conformance.contract.contract import Contract
    from conformance.history.store import History

_LONGEST_BODY = 2_000
_LONGEST_LINE = 300


@dataclass(frozen=True)
class Snapshot:
    """A run: its report.json, its clauses by id, and how its traffic.har is had, which may be None.

    `stand_in` is the run alike whose traffic that is, where the run's own was not kept.
    """

    report: Mapping[str, Any]
    states: States
    traffic: Callable[[], bytes | None] = field(default=lambda: None, repr=False)
    stand_in: Time | None = None

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
        """The suite that judged it."""
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
        """The answers to each probe."""
        return {row["probe"]: row for row in self.report["behaviour"]}

    @property
    def exchanges(self) -> Exchanges:
        """The exchanges of its traffic, read anew."""
        return Exchanges(self.traffic(), self.stand_in)

    def failing(self, clause: str, probe: str) -> int | None:
        """The first exchange of a probe or property that failed a clause, as far as the report names it."""
        failures = self.rows.get(clause, {}).get("failures", ())
        return next((failure["exchange"] for failure in failures if failure["probe"] == probe), None)

    def again(self, contract: Contract) -> Snapshot:
        """The run, judged again; itself where that judged it before, or where its traffic was not kept."""
        if self.suite == Suite.today(contract):
            return self
        raw = self.traffic()
        if raw is None:
            return self
        return replace(_judged(raw, self.id, contract, self.report["run"]), stand_in=self.stand_in)


def of_run(history: History, run: Run) -> Snapshot:
    """A run of the history."""
    states = unpacked_verdicts(history.document(run.verdicts))
    stand_in = _stand_in(run, history.keeper(run))
    return Snapshot(history.document(run.report), states, lambda: history.traffic(run), stand_in)


def exchanges_of(history: History, run: Run, keeper: Run | None) -> Exchanges:
    """The exchanges of a run of the history, or of its keeper, which has kept its traffic."""
    return Exchanges(history.traffic(keeper) if keeper else None, _stand_in(run, keeper))


def _stand_in(run: Run, keeper: Run | None) -> Time | None:
    return Time(keeper.id, keeper.started_at) if keeper and keeper.id != run.id else None


def of_record(record: RunRecord, traffic: Callable[[], bytes | None] = lambda: None) -> Snapshot:
    """A run that has just been summed up."""
    return Snapshot(report_data(record), states_of(record.summary), traffic)


def of_file(path: Path, contract: Callable[[], Contract]) -> Snapshot:
    """A run by its report.json, beside which its traffic.har may lie, or by its traffic.har, judged by `contract`.

    Raises UsageError where the file is neither.
    """
    try:
        raw = read_bounded(path)
        data = json.loads(raw)
        if "log" in data:
            return _judged(raw, str(path), contract(), None)
        if data["format"] != REPORT_FORMAT:
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
        raw = read_bounded(report.parent / "traffic.har")
        return raw if parse_traffic(raw, "").about.id == run else None
    except (OSError, UsageError):
        return None


def _judged(raw: bytes, place: str, contract: Contract, run: Mapping[str, Any] | None) -> Snapshot:
    """The results of the traffic by `contract`; `run` is the report's part about the run.

    Where the contract lacks the edition of the run, every clause counts as it says today.
    """
    from conformance.contract.contract import NO_EDITION  # noqa: PLC0415 - seldom needed, and it takes its time
    from conformance.engine.rejudge import rejudge  # noqa: PLC0415
    from conformance.report.har import parse_traffic  # noqa: PLC0415

    traffic = parse_traffic(raw, place)
    edition = None if traffic.about.edition in contract.editions else NO_EDITION
    found = of_record(rejudge(traffic, contract, edition=edition), lambda: raw)
    return found if run is None else replace(found, report={**found.report, "run": run})


class Exchanges:
    """The exchanges of stored traffic, cut to what is shown.

    stand_in: the run that they are of, where the run's own traffic was not kept.
    """

    def __init__(self, raw: bytes | None, stand_in: Time | None = None) -> None:
        self.stand_in = stand_in
        self._numbered: dict[int, Mapping[str, Any]] = {}
        self._read: dict[str, Mapping[str, Any]] = {}
        entries = json.loads(raw)["log"]["entries"] if raw else []
        for entry in sorted(entries, key=lambda entry: entry["_conformance"]["number"]):
            known = entry["_conformance"]
            self._numbered[known["number"]] = entry
            if not known["superseded"] and known["clauses"] is not None:
                self._read.setdefault(known["probe"], entry)

    def of(self, probe: str, number: int | None = None) -> dict[str, Any] | None:
        """The exchange of this number, else the one that the probe's behaviour was read off; None where there is none.

        Of a property only the exchange of a number is shown: its first may be an innocent one. In a run that stands in
        for another the numbers are others.
        """
        entry = self.entry(probe, number)
        return None if entry is None else _shown(entry, self.stand_in)

    def entry(self, probe: str, number: int | None = None) -> Mapping[str, Any] | None:
        """The same exchange as its entry of the traffic.har, whole."""
        entry = self._numbered.get(number or 0) if self.stand_in is None else None
        if entry is None or entry["_conformance"]["probe"] != probe:
            entry = None if probe.startswith(GENERATED) else self._read.get(probe)
        return entry


def _shown(entry: Mapping[str, Any], stand_in: Time | None) -> dict[str, Any]:
    known, request, answer = entry["_conformance"], entry["request"], entry["response"]
    text = answer["content"].get("text", "")
    return {
        "exchange": known["number"],
        "at": entry["startedDateTime"],
        "request": in_words(f"{request['method']} {known['target']}", _LONGEST_LINE),
        "status": answer["status"],
        "headers": {field["name"]: field["value"] for field in answer["headers"]},
        "body": text if len(text) <= _LONGEST_BODY else f"{text[:_LONGEST_BODY]}…",
        "trouble": known["trouble"],
        **({"stand_in": asdict(stand_in)} if stand_in else {}),
    }


def in_one_line(exchange: Mapping[str, Any]) -> str:
    """An exchange for people, and whose it is where the run's own was not kept."""
    if exchange["status"]:
        body = in_words(" ".join(str(exchange["body"]).split()), _LONGEST_LINE)
        came = f"{exchange['status']} {body}".rstrip()
    else:
        came = f"no answer ({exchange['trouble']})"
    return f"{exchange['request']} → {came}, {exchange_name(exchange)}"


def exchange_name(exchange: Mapping[str, Any]) -> str:
    """The number of an exchange, and the run that it stands in from."""
    run = exchange.get("stand_in")
    whose = f" of {run['run']} ({minute(run['at'])}), which was answered alike: its own was not kept" if run else ""
    return f"exchange {exchange['exchange']}{whose}"
