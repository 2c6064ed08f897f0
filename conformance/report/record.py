"""The record of a run, which every report reads, and its form as report.json."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conformance.exceptions import UsageError
from conformance.judge.verdict import GENERATED, Outcome, Verdict, in_words
from conformance.report.files import dumps, exact, restored, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from conformance.contract.contract import Passage
    from conformance.contract.values import Identifier
    from conformance.judge.behaviour import Behaviour
    from conformance.judge.summary import ClauseResult, Deviations, Summary

TRAFFIC_FORMAT = 2
"""The format of recorded traffic; an older number cannot be judged any more. 2 has the facts of any operation."""

TESTS = ("passed", "failed", "skipped")
"""The outcomes of a test in JUnit and Allure."""

_TIMES = ("started_at", "finished_at")
_NO_RESOURCE = 404  # RFC 9110 section 15.5.5
_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class About:
    """A run without its exchanges and verdicts; ``log._conformance`` of the HAR file has all of it.

    operation: the id of the contract's operation.
    fail_on: the level that gates.
    edition: the edition by which clauses count; None for the catalogue of that day.
    command: the start of a line that sends one probe again.
    no_verdict: the reason why the run has no verdict.
    deselected: the clauses that were not selected.
    unjudged: the probes and properties without a verdict, because the run broke off.
    flaky: exchanges that were answered only when sent again.
    not_testable: the reason by clause, from the target description.
    withheld: by clause, the reason by probe that was not sent.
    baseline: whether there was one.
    accepted: its pairs of clause and probe.
    expired: clause, probe and acceptance of the entries whose last day has passed.
    context: what the first valid requests showed, should their answers be cut in the file.
    kept: the verdicts of exchanges whose answers are cut in the file, before the run as a whole was seen.
    kept_same: by number of such an exchange, the member that the same request again shows again.
    kept_behaviour: the behaviour of their probes.
    variables: by variable of a curl line, the shell line that sets it.
    only_mutation: the probes that `--mutation any` would send on loopback, where that harms nobody.
    pace: `first_ms` and `last_ms`, the milliseconds that one request took at both ends of the run.
    probes: the number of probes in the profile.
    standard_probes: the number of probes in the standard profile.
    interrupted: whether the user or a signal ended the run.
    """

    id: str
    suite_version: str
    openapi_sha256: str
    clauses_sha256: str
    document_revision: str
    document_title: str
    operation: str
    target_name: str
    base_url: str
    mutation: str
    profile: str
    seed: int
    started_at: datetime
    finished_at: datetime
    requests: int
    complete: bool
    fail_on: str
    command: str
    no_verdict: str | None = None
    deselected: list[str] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)
    flaky: list[str] = field(default_factory=list)
    not_testable: dict[str, str] = field(default_factory=dict)
    withheld: dict[str, dict[str, str]] = field(default_factory=dict)
    baseline: bool = False
    accepted: list[list[str]] = field(default_factory=list)
    expired: list[list[str]] = field(default_factory=list)
    context: dict[str, Any] = field(default_factory=dict)
    kept: list[dict[str, Any]] = field(default_factory=list)
    kept_same: dict[str, Any] = field(default_factory=dict)
    kept_behaviour: list[dict[str, Any]] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    only_mutation: list[str] = field(default_factory=list)
    pace: dict[str, float] = field(default_factory=dict)
    probes: int = 0
    standard_probes: int = 0
    interrupted: bool = False
    edition: str | None = None

    @property
    def acceptances(self) -> dict[tuple[str, str], str]:
        """The reason, ticket, owner and last day by clause and probe that have expired, as far as they are recorded."""
        return {(clause, probe): "".join(acceptance) for clause, probe, *acceptance in self.expired}

    def as_data(self) -> dict[str, Any]:
        """The run as JSON data; times are in ISO 8601."""
        times = {name: getattr(self, name).isoformat() for name in _TIMES}
        return {"format": TRAFFIC_FORMAT, **exact(asdict(self)), **times}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> About:
        """The run that `as_data` wrote.

        UsageError where its format is another; KeyError, TypeError or ValueError where it is something else.
        """
        if data["format"] != TRAFFIC_FORMAT:
            found = f"is traffic of format {data['format']}, and this version reads {TRAFFIC_FORMAT}"
            raise UsageError(f"{found}: judge it with the version that wrote it")
        times = {name: datetime.fromisoformat(data[name]) for name in _TIMES}
        return cls(**{known.name: restored(data[known.name]) for known in fields(cls) if known.name in data} | times)


def probe_command(command: str, profile: str, verdict: Verdict) -> str:
    """The command that sends the requests of a failure again; a property draws as many as its profile says."""
    probes = dict.fromkeys((verdict.probe, *verdict.beside))
    drawn = f" --profile {profile}" if any(probe.startswith(GENERATED) for probe in probes) else ""
    return f"{command}{drawn}{''.join(f' --probe {probe}' for probe in probes)}"


def commands(failures: Iterable[Verdict], command: str, profile: str) -> dict[str, str]:
    """By probe, the command that sends a failure again: the one that needs more, where a probe has several."""
    ordered = sorted(failures, key=lambda verdict: (verdict.probe, len(verdict.beside)))
    return {verdict.probe: probe_command(command, profile, verdict) for verdict in ordered}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A redacted exchange.

    har: its HAR 1.2 entry.
    curl: the line that repeats it; empty in traffic that was judged again.
    cut: whether the answer was too long to be kept whole.
    """

    number: int
    har: Mapping[str, object]
    curl: str
    cut: bool = False

    @property
    def response(self) -> dict[str, Any]:
        """The response of the HAR entry; its status is 0 without an answer."""
        response: dict[str, Any] = self.har["response"]  # type: ignore[assignment]  # HAR is JSON
        return response

    @property
    def answer(self) -> dict[str, object] | None:
        """Status, Content-Type, size and the first characters of the body; None without an answer.

        `body` is on one line, and None where the body is not UTF-8.
        """
        response = self.response
        if not response["status"]:
            return None
        content = response["content"]
        text = " ".join(content.get("text", "").split())
        return {
            "status": response["status"],
            "media_type": in_words(content["mimeType"], _LONGEST_TEXT) or None,
            "size": content["size"],
            "body": None if content.get("encoding") else in_words(text, _LONGEST_TEXT),
        }


@dataclass(frozen=True, slots=True)
class ResourceState:
    """The answer to a read-back.

    shown: the documented members of a 200, without a secret.
    url: the one among them that the operation sends.
    """

    status: int
    shown: Mapping[str, Any] | None = None
    url: str | None = None

    def __str__(self) -> str:
        if self.url is not None:
            return f"shows {in_words(self.url, _LONGEST_TEXT)}"
        return f"shows nothing (answered {self.status})" if self.status == _NO_RESOURCE else f"answered {self.status}"

    def as_data(self) -> dict[str, object]:
        """The state in report.json."""
        return {"status": self.status, "shown": self.shown}


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """A resource that the run changed or may have changed, by the read-back.

    name: the parameter's.
    before, after: None where the resource could not be read.
    """

    name: str
    resource: Identifier
    before: ResourceState | None
    after: ResourceState | None = None

    def __str__(self) -> str:
        now, then = (str(state) if state else "not read" for state in (self.after, self.before))
        return f"{self.name} {self.resource}: {now}; before the run: {then}"

    def as_data(self) -> dict[str, object]:
        """The row in report.json."""
        before, after = (state and state.as_data() for state in (self.before, self.after))
        return {"resource": self.resource, "before": before, "after": after}


@dataclass(frozen=True, slots=True)
class Time:
    """A run of the history, and its start in ISO 8601."""

    run: str
    at: str


@dataclass(frozen=True, slots=True)
class Since:
    """When a failure began.

    first_failed: the first run with it.
    last_passed: the last run before without it; None where there is none.
    suite_changed: whether the two were judged by different suites.
    """

    first_failed: Time
    last_passed: Time | None
    suite_changed: bool

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Since:
        """The member ``since`` of report.json."""
        last = data["last_passed"]
        return cls(Time(**data["first_failed"]), Time(**last) if last else None, data["suite_changed"])

    def first(self, run: str) -> bool:
        """Whether a run is the first known of the target, in which every failure begins."""
        return self.last_passed is None and self.first_failed.run == run


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The content of a run's reports.

    evidence: by the number of the exchange.
    reproduce: by probe, the command that sends it again.
    left_behind: the resources that the run changed.
    since: by clause and probe, or by clause and None, when it began to fail; empty without a history.
    deviations: compared with the baseline; None without one.
    tests: the number of tests, of pytest and so of JUnit and Allure, by outcome; empty where there are none.
    document: the path of the document.
    passages: the place of each clause's quote in it, by clause.
    """

    about: About
    summary: Summary
    behaviour: tuple[Behaviour, ...]
    evidence: Mapping[int, Evidence]
    reproduce: Mapping[str, str]
    left_behind: tuple[ResourceChange, ...] = ()
    since: Mapping[tuple[str, str | None], Since] = field(default_factory=dict)
    deviations: Deviations | None = None
    tests: Mapping[str, int] = field(default_factory=dict)
    document: str = ""
    passages: Mapping[str, Passage] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """1 for a gating failure or a stale baseline, 3 without a verdict, else 0."""
        stale = self.deviations is not None and self.deviations.stale
        return 1 if stale else self.summary.exit_code


REPORT_FORMAT = "conformance-report/1"
MOST_FAILURES = 20


def report_data(record: RunRecord, most: int | None = MOST_FAILURES) -> dict[str, object]:
    """The report as JSON data, with so many failures of each clause, or with all."""
    about, summary = record.about, record.summary
    return {
        "format": REPORT_FORMAT,
        "suite": {
            "version": about.suite_version,
            "openapi_sha256": about.openapi_sha256,
            "clauses_sha256": about.clauses_sha256,
            "document_revision": about.document_revision,
            "document_title": about.document_title,
            "document": record.document,
            "operation": about.operation,
            "edition": about.edition,
            "dropped": list(summary.edition.dropped) if summary.edition else [],
        },
        "target": {"name": about.target_name, "base_url": about.base_url, "mutation": about.mutation},
        "run": {
            "id": about.id,
            "started_at": about.started_at.isoformat(),
            "finished_at": about.finished_at.isoformat(),
            "profile": about.profile,
            "seed": about.seed,
            "requests": about.requests,
            "probes": about.probes,
            "standard_probes": about.standard_probes,
            "complete": about.complete,
            "interrupted": about.interrupted,
            "fail_on": about.fail_on,
            "reproduce": dict(record.reproduce),
            "variables": dict(about.variables),
            "pace": dict(about.pace),
        },
        "summary": {
            "verdict": summary.conclusion.value,
            "pass": summary.count(Outcome.PASS),
            "fail": summary.count(Outcome.FAIL),
            "not_tested": summary.count(Outcome.NOT_TESTED),
            "recorded": summary.count(Outcome.RECORDED),
            "tests": {outcome: record.tests.get(outcome, 0) for outcome in TESTS} if record.tests else None,
            "gating": list(summary.gating),
            "untested": list(summary.untested),
            "disagreements": list(summary.disagreements),
        },
        "no_verdict": about.no_verdict,
        "baseline": _baseline(record),
        "flaky": about.flaky,
        "left_behind": [left.as_data() for left in record.left_behind],
        "clauses": [_clause(result, record, most) for result in summary.clauses],
        "behaviour": [asdict(behaviour) for behaviour in record.behaviour],
    }


def write_report(record: RunRecord, path: Path) -> None:
    """Write the report; the file is whole or as it was. OSError where it cannot be written."""
    write_text(path, dumps(report_data(record), indent=2) + "\n")


def _baseline(record: RunRecord) -> dict[str, object] | None:
    found = record.deviations
    if found is None:
        return None
    rows: dict[str, object] = {
        name: [{"clause": clause, "probe": probe} for clause, probe in getattr(found, name)]
        for name in ("accepted", "new", "fixed")
    }
    known = record.about.acceptances
    rows["expired"] = [
        {"clause": pair[0], "probe": pair[1], "acceptance": known.get(pair, "")} for pair in found.expired
    ]
    return rows


def _clause(result: ClauseResult, record: RunRecord, most: int | None) -> dict[str, object]:
    clause, edition = result.clause, record.summary.edition
    return {
        "id": clause.id,
        "level": clause.level.value,
        "edition": edition.notes.get(clause.id) if edition else None,
        "basis": clause.basis,
        "section": clause.section,
        "title": clause.title,
        "quote": clause.quote,
        "lines": [at.first_line, at.last_line] if (at := record.passages.get(clause.id)) else None,
        "accepted": list(clause.accepted),
        "verdict": result.outcome.value,
        "checked": result.checked,
        "reason": result.reason,
        "withheld": list(result.withheld),
        "failures": [_failure(verdict, record) for verdict in result.failures[:most]],
        "failures_total": len(result.failures),
        "failed_probes": sorted({verdict.probe for verdict in result.failures}),
        **_since(record.since.get((clause.id, None))),
    }


def _failure(verdict: Verdict, record: RunRecord) -> dict[str, object]:
    return {
        "probe": verdict.probe,
        "message": verdict.message,
        "accepted": list(verdict.accepted),
        "got": verdict.got,
        "answer": evidence.answer if (evidence := record.evidence.get(verdict.exchange)) else None,
        "answered_by": verdict.answered_by.value,
        "curl": _again(verdict, record),
        "exchange": verdict.exchange,
        **_since(record.since.get((verdict.clause, verdict.probe))),
    }


def _since(since: Since | None) -> dict[str, object]:
    return {"since": asdict(since)} if since else {}


def _again(verdict: Verdict, record: RunRecord) -> str:
    """The line that repeats the request; without its exchange, the command that sends the probe again."""
    evidence = record.evidence.get(verdict.exchange)
    return evidence.curl if evidence and evidence.curl else record.reproduce[verdict.probe]
