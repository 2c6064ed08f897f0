"""The one error of a run without a verdict: what somebody sees who sees nothing but JUnit's or Allure's report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.report.allure_results import write_broken
from conformance.runner import junit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from conformance.report.record import RunRecord

__all__ = ["NAME", "NoVerdictError", "words_of"]

NAME = "conformance::verdict"
"""What stands where a test's id would."""
_REMEMBERING = ("lfplugin", "stepwiseplugin")
_MOST = 5


def words_of(record: RunRecord, exit_code: int, *, interrupted: bool) -> str | None:
    """What the error says, or None where the tests say enough: there is a verdict, and what failed is among them."""
    if record.about.no_verdict:
        return f"no verdict: {record.about.no_verdict}"
    if interrupted:
        return "no verdict: the run was interrupted"
    untested = record.summary.untested
    if exit_code == 3 and untested and record.about.complete:  # noqa: PLR2004 - docs/interface.md: no verdict
        more = f" and {len(untested) - _MOST} more" if len(untested) > _MOST else ""
        clauses = "1 must clause" if len(untested) == 1 else f"{len(untested)} must clauses"
        return f"no verdict: {clauses} could not be tested: {', '.join(untested[:_MOST])}{more}"
    if exit_code == 3:  # noqa: PLR2004 - as above
        return "no verdict: the run ended before everything was tried"
    if exit_code and not record.tests.get("failed"):
        return "the run failed, though no test of it did: the baseline does not fit any more (report.json says where)"
    return None


class NoVerdictError:
    """Tells whoever reports on tests, once."""

    def __init__(self) -> None:
        self.words: str | None = None

    def tell(self, config: pytest.Config, words: str, *, apart_from: Iterable[object] = ()) -> None:
        """Tell JUnit's report, the terminal, and every other plugin that listens, but for these.

        What remembers failed tests is not told: there is no test to run again.
        """
        if self.words is not None:
            return
        self.words = words
        manager = config.pluginmanager
        deaf = [plugin for name in _REMEMBERING if (plugin := manager.get_plugin(name)) is not None]
        xml = junit.report_of(config)
        junit.add_error(config, NAME, words)
        hook = manager.subset_hook_caller(
            "pytest_runtest_logreport", [*deaf, *apart_from, *([xml] if xml is not None else [])]
        )
        hook(report=pytest.TestReport(NAME, ("conformance", None, "verdict"), {}, "failed", words, "setup"))

    def write(self, allure: Path | None, record: RunRecord) -> None:
        """Put a broken result beside Allure's others, if there is something to say. OSError where that cannot be."""
        if self.words is not None and allure is not None and allure.is_dir():
            write_broken(allure, self.words, record)
