"""Runs as they are kept: the verdicts of each probe, the row of a run, and the documents that runs share.

Comparison over time stands on probes: they send the same every night. What properties found is kept apart, and only
where it failed, since generated requests differ from night to night.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from conformance import __version__
from conformance.judge.verdict import GENERATED, Outcome
from conformance.report.files import dumps
from conformance.report.record import RunRecord, report_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from conformance.contract.contract import Contract
    from conformance.judge.summary import Summary

LETTERS = {Outcome.PASS: "p", Outcome.FAIL: "f", Outcome.NOT_TESTED: "n", Outcome.RECORDED: "r"}
_OUTCOMES = {letter: outcome for outcome, letter in LETTERS.items()}
_SILENT = "."


@dataclass(frozen=True)
class ClauseState:
    """A clause in a run: its verdict, what each probe that speaks of it proved, and the properties that failed it.

    Where it is not `whole`, only the probes that failed are known; where it is `cut`, only some of those.
    """

    outcome: Outcome
    probes: Mapping[str, Outcome]
    found: frozenset[str] = frozenset()
    whole: bool = True
    cut: bool = False

    @property
    def tested(self) -> bool:
        """Whether there is a verdict."""
        return self.outcome is not Outcome.NOT_TESTED

    def proves(self, probe: str) -> bool:
        """Whether a probe had something to say."""
        return self.probes.get(probe, Outcome.NOT_TESTED) is not Outcome.NOT_TESTED

    @cached_property
    def failed(self) -> frozenset[str]:
        """The probes that failed."""
        return frozenset(probe for probe, outcome in self.probes.items() if outcome is Outcome.FAIL)


_UNPROVEN = {Outcome.FAIL, Outcome.NOT_TESTED}


class States(dict[str, ClauseState]):
    """The clauses of a run by id, and the properties whose requests it `drew`, with a verdict."""

    drew: frozenset[str] = frozenset()

    @cached_property
    def kept(self) -> frozenset[str]:
        """The probes that passed a clause, failed none, and left none untested.

        A clause may say nothing of a right answer, and tell only a failure. Clauses that judge every answer pass by a
        refusal too, which leaves the clause of its probe untested.
        """
        outcomes = [(probe, outcome) for state in self.values() for probe, outcome in state.probes.items()]
        passed = {probe for probe, outcome in outcomes if outcome is Outcome.PASS}
        return frozenset(passed - {probe for probe, outcome in outcomes if outcome in _UNPROVEN})


def states_of(summary: Summary) -> States:
    """The clauses of a run that has just been summed up."""
    states = States({result.clause.id: _state(result.outcome, result.probes) for result in summary.clauses})
    outcomes = (pair for result in summary.clauses for pair in result.probes.items())
    states.drew = frozenset(
        probe for probe, outcome in outcomes if probe.startswith(GENERATED) and outcome is not Outcome.NOT_TESTED
    )
    return states


def states_of_report(report: Mapping[str, Any]) -> States:
    """The clauses of a report.json, which names the probes that failed and no others."""
    return States({row["id"]: _reported(row) for row in report["clauses"]})


def packed_verdicts(states: States) -> dict[str, Any]:
    """The clauses as JSON data: for each a letter for each probe, in the order of the list of probes."""
    probes = sorted({probe for state in states.values() for probe in state.probes})
    return {
        "probes": probes,
        "clauses": {
            clause: {
                "verdict": state.outcome.value,
                "probes": "".join(_letter(state.probes.get(probe)) for probe in probes),
                "found": sorted(state.found),
            }
            for clause, state in states.items()
        },
        "drew": sorted(states.drew),
    }


def unpacked_verdicts(data: Mapping[str, Any]) -> States:
    """The clauses that `packed_verdicts` wrote."""
    states = States({clause: _unpacked(row, data["probes"]) for clause, row in data["clauses"].items()})
    states.drew = frozenset(data.get("drew", ()))
    return states


def probe_states(verdicts: Mapping[str, Any], behaviour: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    """The results of each probe that a run sent: its letter for every clause, and the answers.

    Takes what `packed_verdicts` wrote and the behaviour of the report. Generated requests are left out.
    """
    columns = zip(*(row["probes"] for _, row in sorted(verdicts["clauses"].items())), strict=True)
    letters = {probe: "".join(column) for probe, column in zip(verdicts["probes"], columns, strict=True)}
    answers = {row["probe"]: row for row in behaviour}
    return {probe: (letters.get(probe), answers.get(probe)) for probe in {*letters, *answers}}


def _reported(row: Mapping[str, Any]) -> ClauseState:
    """A clause of a report.json; one that does not list `failed_probes` names them beside its first failures only."""
    listed = [failure["probe"] for failure in row["failures"]]
    state = _state(Outcome(row["verdict"]), dict.fromkeys(row.get("failed_probes", listed), Outcome.FAIL))
    cut = "failed_probes" not in row and row.get("failures_total", len(listed)) > len(listed)
    return replace(state, whole=False, cut=cut)


def _unpacked(row: Mapping[str, Any], probes: Iterable[str]) -> ClauseState:
    spoken = {
        probe: _OUTCOMES[letter] for probe, letter in zip(probes, row["probes"], strict=True) if letter != _SILENT
    }
    return ClauseState(Outcome(row["verdict"]), spoken, frozenset(row["found"]))


def _state(outcome: Outcome, probes: Mapping[str, Outcome]) -> ClauseState:
    found = frozenset(
        probe for probe, proved in probes.items() if probe.startswith(GENERATED) and proved is Outcome.FAIL
    )
    steady = {probe: proved for probe, proved in probes.items() if not probe.startswith(GENERATED)}
    return ClauseState(outcome, steady, found)


def _letter(outcome: Outcome | None) -> str:
    return _SILENT if outcome is None else LETTERS[outcome]


_LEVEL = 6
_PART = 1 << 20


@dataclass(frozen=True, slots=True)
class Document:
    """Content to be stored: its digest, and its bytes compressed with zlib (RFC 1950)."""

    digest: str
    data: bytes


def document(content: bytes) -> Document:
    """The document of some bytes."""
    return Document(hashlib.sha256(content).hexdigest(), zlib.compress(content, _LEVEL))


def file_document(path: Path) -> Document:
    """The document of a file, of which never more than a part is in memory; OSError where it cannot be read."""
    digest, packer, packed = hashlib.sha256(), zlib.compressobj(_LEVEL), []
    with path.open("rb") as stream:
        while part := stream.read(_PART):
            digest.update(part)
            packed.append(packer.compress(part))
    return Document(digest.hexdigest(), b"".join([*packed, packer.flush()]))


def json_document(value: object) -> Document:
    """The document of JSON data; equal data have equal digests, whatever the order of their members."""
    text = dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return document(text.encode())


def unpacked(data: bytes) -> Any:  # noqa: ANN401 - JSON holds anything
    """The JSON data of a stored document."""
    return json.loads(zlib.decompress(data))


@dataclass(frozen=True, slots=True)
class Entry:
    """A run, whole: its report.json, its verdicts by clause and probe, and its traffic.har.

    The traffic is bytes, or a document already; None where there is none.

    `narrowed` says that only some probes were asked for, so that it is no night to compare with; `series` is the id of
    the first of several runs that repeat one another, or None.
    """

    report: Mapping[str, Any]
    verdicts: Mapping[str, Any]
    traffic: bytes | Document | None
    narrowed: bool = False
    series: str | None = None

    @classmethod
    def of(
        cls,
        record: RunRecord,
        traffic: bytes | Document | None = None,
        *,
        narrowed: bool = False,
        series: str | None = None,
    ) -> Entry:
        """The entry of a run that has just ended."""
        return cls(report_data(record), packed_verdicts(states_of(record.summary)), traffic, narrowed, series)


@dataclass(frozen=True, slots=True)
class Suite:
    """The suite that judged: verdicts of different suites differ though nothing else did."""

    version: str
    openapi_sha256: str
    clauses_sha256: str

    @classmethod
    def today(cls, contract: Contract) -> Suite:
        """This suite, with a contract."""
        return cls(__version__, contract.openapi_sha256, contract.clauses_sha256)


@dataclass(frozen=True, slots=True)
class Service:
    """A subject: a target by name and base URL, and the operation. Only runs of one have a past in common."""

    target: str
    base_url: str
    operation: str


@dataclass(frozen=True, slots=True)
class Run:
    """A row of the history; `report`, `verdicts`, `behaviour` and `traffic` are digests of documents.

    `traffic` is None where none was kept: a run alike has it (see `History.keeper`).
    """

    id: str
    target: str
    base_url: str
    started_at: str
    finished_at: str
    suite_version: str
    openapi_sha256: str
    clauses_sha256: str
    document_revision: str
    operation: str
    profile: str
    mutation: str
    seed: int
    requests: int
    complete: bool
    narrowed: bool
    conclusion: str
    passed: int
    failed: int
    not_tested: int
    no_verdict: str | None
    report: str
    verdicts: str
    behaviour: str
    traffic: str | None
    series: str | None

    @property
    def suite(self) -> Suite:
        """The suite that judged it."""
        return Suite(self.suite_version, self.openapi_sha256, self.clauses_sha256)

    @property
    def service(self) -> Service:
        """The target and operation that it tested."""
        return Service(self.target, self.base_url, self.operation)

    @property
    def counts(self) -> bool:
        """Whether it is a night to compare with: it tried everything that it was asked for, and was asked for all."""
        return self.complete and not self.narrowed and self.no_verdict is None

    @property
    def draws(self) -> tuple[object, ...]:
        """The settings that settle generated requests: two whole runs of one value sent the same."""
        return self.suite, self.profile, self.mutation, self.seed


def time_text(time: datetime) -> str:
    """A point in time as text that sorts."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def row_of(entry: Entry) -> tuple[Run, list[Document]]:
    """The row of a run, and its documents."""
    report = entry.report
    suite, target, run, summary = (report[name] for name in ("suite", "target", "run", "summary"))
    kept: dict[str, Document] = {
        "report": json_document(report),
        "verdicts": json_document(entry.verdicts),
        "behaviour": json_document(report["behaviour"]),
    }
    if entry.traffic is not None:
        kept["traffic"] = entry.traffic if isinstance(entry.traffic, Document) else document(entry.traffic)
    values: dict[str, Any] = {
        **{name: run[name] for name in ("id", "profile", "seed", "requests", "complete")},
        "target": target["name"],
        "base_url": target["base_url"],
        "mutation": target["mutation"],
        "started_at": time_text(datetime.fromisoformat(run["started_at"])),
        "finished_at": time_text(datetime.fromisoformat(run["finished_at"])),
        "suite_version": suite["version"],
        **{name: suite[name] for name in ("openapi_sha256", "clauses_sha256", "document_revision", "operation")},
        "narrowed": entry.narrowed,
        "series": entry.series,
        "traffic": None,
        "conclusion": summary["verdict"],
        "passed": summary["pass"],
        "failed": summary["fail"],
        "not_tested": summary["not_tested"],
        "no_verdict": report.get("no_verdict"),
        **{name: one.digest for name, one in kept.items()},
    }
    return Run(**values), list(kept.values())
