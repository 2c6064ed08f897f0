"""The way of a request through our files, from `conformance run` to the socket."""

from __future__ import annotations

import inspect
import threading
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

import conformance
from conformance.cli import cli
from conformance.traffic.pooled import PooledTransport

PACKAGE = Path(conformance.__file__).parent
MOST = 8


def files() -> frozenset[str]:
    """Our files on the stack, and on that which started this thread."""
    here = {Path(frame.filename) for frame in inspect.stack(0)}
    ours = {path.relative_to(PACKAGE).as_posix() for path in here if path.is_relative_to(PACKAGE)}
    return frozenset(ours | getattr(threading.current_thread(), "ways", frozenset()))


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> set[frozenset[str]]:
    """The files that the requests of a run passed, the transport among them."""
    found: set[frozenset[str]] = set()
    start, send = threading.Thread.start, PooledTransport.send

    def started(thread: threading.Thread) -> None:
        thread.ways = files()  # type: ignore[attr-defined]
        start(thread)

    def sent(wire: PooledTransport, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes
        found.add(files() | {"traffic/pooled.py"})
        return send(wire, *given, **named)

    output = str(tmp_path_factory.mktemp("run") / "reports")
    words = ["run", "--probe", "state.first", "--probe", "id.zero", "--history", "none", "--output", output]
    with patch.object(threading.Thread, "start", started), patch.object(PooledTransport, "send", sent):
        assert cli.main(words, standalone_mode=False) == 0
    return found


def test_a_request_passes_at_most_eight_files(ways: set[frozenset[str]]) -> None:
    """The setup passes one more than a planned request: it decides whether there is anything to judge."""
    found = {len(way): sorted(way) for way in ways}
    assert max(found) <= MOST, found
    assert min(found) < MOST, found
    assert all({"cli/run.py", "runner/run.py"} <= way for way in ways)
