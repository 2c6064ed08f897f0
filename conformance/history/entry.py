"""A run as it goes into the history, and the row that stands for it there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from conformance import __version__
from conformance.history.verdicts import packed_verdicts, states_of
from conformance.report.report_json import report_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.contract import Contract
    from conformance.history.documents import Document
    from conformance.report.record import RunRecord

__all__ = ["Entry", "Run", "Suite", "time_text"]


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
    """What judged: verdicts of different suites differ though nothing else did."""

    version: str
    openapi_sha256: str
    clauses_sha256: str

    @classmethod
    def today(cls, contract: Contract) -> Suite:
        """This suite, with a contract."""
        return cls(__version__, contract.openapi_sha256, contract.clauses_sha256)


@dataclass(frozen=True, slots=True)
class Run:
    """A row of the history; `report`, `verdicts`, `behaviour` and `traffic` are digests of documents.

    `traffic` is None where none was kept: a run alike has it (see `History.traffic`).
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
        """What judged it."""
        return Suite(self.suite_version, self.openapi_sha256, self.clauses_sha256)

    @property
    def counts(self) -> bool:
        """Whether it is a night to compare with: it tried everything that it was asked for, and was asked for all."""
        return self.complete and not self.narrowed


def time_text(time: datetime) -> str:
    """A point in time as text that sorts."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")
