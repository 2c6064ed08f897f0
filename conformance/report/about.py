"""What is said of a run beside its exchanges and its verdicts.

The traffic file has all of it, so that it can be summed up again: in ``log._conformance`` of the HAR file, after the
entries.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conformance.exceptions import UsageError
from conformance.judge.verdict import GENERATED

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FORMAT", "About", "again"]

FORMAT = 2
"""The number changes where an older version's traffic can be judged no more; 2 has the facts of any operation."""

_TIMES = ("started_at", "finished_at")


def again(command: str, profile: str, probe: str) -> str:
    """The line that sends a probe or property again; how much a property draws depends on the profile."""
    drawn = f" --profile {profile}" if probe.startswith(GENERATED) else ""
    return f"{command}{drawn} --probe {probe}"


@dataclass(frozen=True, slots=True)
class About:
    """A run, for its reports and for those who judge its traffic again.

    `withheld` maps a clause to its probes that were not sent, with the reasons; `not_testable` a clause to the reason;
    `accepted` and `expired` are the pairs of clause and probe of a `baseline`. `kept` are the verdicts of exchanges
    whose answers are cut in the file, and `context` what the opening said, should that be cut. `unjudged` are the
    probes and properties whose exchanges gave no verdict, because the run broke off before. `command` is the
    start of a line that sends one probe again; `variables` has the shell line that sets each variable of a curl line.
    `only_mutation` are the probes that `--mutation any` would send, where that harms nobody: on loopback. `pace` has
    the milliseconds that the same request took `first_ms` and `last_ms`.
    `operation` is the id of the operation that the contract is about.
    `probes` are those that the profile sends, `standard_probes` those that the standard profile would. `interrupted` is
    a run that its user or a signal ended.
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
    variables: dict[str, str] = field(default_factory=dict)
    only_mutation: list[str] = field(default_factory=list)
    pace: dict[str, float] = field(default_factory=dict)
    probes: int = 0
    standard_probes: int = 0
    interrupted: bool = False

    def as_data(self) -> dict[str, Any]:
        """The run as JSON data; times are in ISO 8601."""
        times = {name: getattr(self, name).isoformat() for name in _TIMES}
        return {"format": FORMAT, **asdict(self), **times}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> About:
        """The run that `as_data` wrote; UsageError where it is of another format.

        KeyError, TypeError or ValueError where it is something else.
        """
        if data["format"] != FORMAT:
            found = f"is traffic of format {data['format']}, and this version reads {FORMAT}"
            raise UsageError(f"{found}: judge it with the version that wrote it")
        times = {name: datetime.fromisoformat(data[name]) for name in _TIMES}
        return cls(**{known.name: data[known.name] for known in fields(cls) if known.name in data} | times)
