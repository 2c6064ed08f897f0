"""The end of a run, without a run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.engine.assembly import session_of
from conformance.history.store import History
from conformance.runner.embedded import embedded_target
from conformance.runner.ending import Ending
from conformance.runner.memory import Memory
from conformance.runner.reports import Reports
from conformance.runner.run import Running
from tests.engine.sessions import preparation

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("written", [True, False])
def test_the_traffic_of_another_run_is_not_kept_as_this_run_s(tmp_path: Path, written: bool) -> None:  # noqa: FBT001
    """It lies where this run's would be; this one has none."""
    output, place = tmp_path / "out", str(tmp_path / "h.db")
    reports = Reports(output)
    reports.begin()
    reports.har.write_bytes(b"another run's")
    with embedded_target() as target:
        prepared = preparation(target, output=str(output), history=place)
        running = Running(prepared, session_of(prepared, reports.har))
        if not written:
            running.session.recorder.discard()
        ending = Ending(running, reports, Memory.of(prepared))
        config = SimpleNamespace(stash={}, pluginmanager=pytest.PytestPluginManager())
        session: Any = SimpleNamespace(shouldstop=False, shouldfail=False, exitstatus=0, config=config)
        ending.conclude(session, pytest.ExitCode.OK, other_failures=False, tests={})
        ending.publish(session, prepared.redactor, None)
        ending.close()
        running.session.client.close()
    history = History(place)
    (run,) = history.runs()
    assert history.traffic(run) == (reports.har.read_bytes() if written else None)
    assert (reports.har.read_bytes() == b"another run's") is not written
    history.close()
