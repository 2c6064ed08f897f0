"""What a report is made from: one finished (or interrupted) run, with nothing in it that may not be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.judge.behaviour import Behaviour
    from conformance.judge.deviations import Deviations
    from conformance.judge.summary import Summary
    from conformance.report.about import About
    from conformance.report.read_back import ResourceChange

__all__ = ["Evidence", "RunRecord", "Since", "Time"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """An exchange, redacted, as the reports show it: `har` is its HAR 1.2 entry, `curl` the line that repeats it.

    `curl` is empty where it is not known any more: the traffic was judged again. `cut` says that the answer was too
    long to be kept whole.
    """

    number: int
    har: Mapping[str, object]
    curl: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Time:
    """A run of the history, and when it started, in ISO 8601."""

    run: str
    at: str


@dataclass(frozen=True, slots=True)
class Since:
    """The first run in which something failed, and the last before in which it did not, or None where there is none.

    `suite_changed` says that the two were not judged by the same suite.
    """

    first_failed: Time
    last_passed: Time | None
    suite_changed: bool


@dataclass(frozen=True, slots=True)
class RunRecord:
    """Everything that the reports of a run say.

    `since` says of a clause and probe that failed, and of the clause alone (None for the probe), since when; it is
    empty where no history is kept. `tests` counts the tests of JUnit's and Allure's reports by outcome; it is empty
    where there are none.
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

    @property
    def exit_code(self) -> int:
        """What the verdict is worth: 1 for a gating failure or a stale baseline, 3 for none, else 0."""
        stale = self.deviations is not None and self.deviations.stale
        return 1 if stale else self.summary.exit_code
