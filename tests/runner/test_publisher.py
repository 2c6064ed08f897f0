"""The end of a run, without a run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.history.store import History
from conformance.runner.embedded import embedded_target
from conformance.runner.run import PytestRun
from tests.engine.sessions import preparation

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("written", [True, False])
def test_the_traffic_of_another_run_is_not_kept_as_this_run_s(tmp_path: Path, written: bool) -> None:  # noqa: FBT001
    """It lies where this run's would be; this one has none."""
    output, place = tmp_path / "out", str(tmp_path / "h.db")
    output.mkdir()
    har = output / "traffic.har"
    har.write_bytes(b"another run's")
    with embedded_target() as target:
        run = PytestRun(preparation(target, output=str(output), history=place))
        if not written:
            run._session.recorder.discard()
        run._started = True
        config = SimpleNamespace(stash={}, pluginmanager=pytest.PytestPluginManager())
        session: Any = SimpleNamespace(shouldstop=False, shouldfail=False, exitstatus=0, config=config)
        list(run.pytest_sessionfinish(session, pytest.ExitCode.OK))
        run.pytest_unconfigure()
    history = History(place)
    (run,) = history.runs()
    assert history.traffic(run) == (har.read_bytes() if written else None)
    assert (har.read_bytes() == b"another run's") is not written
    history.close()
