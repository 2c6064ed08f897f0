"""The files of the suite that a request and its answer pass through, in a smoke run against the embedded mock.

A file counts when one of its functions is on the stack at a station of the way; a thread continues the stack of its
starter. Functions that are asked on the way and return, such as the policy's, do not count.
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import conformance
from conformance.cli import cli

if TYPE_CHECKING:
    from types import FrameType

_PACKAGE = f"{Path(conformance.__file__).parent}{os.sep}"
_FILES = {
    ("traffic/transport", "answer_of"): "the answer is made of its bytes",
    ("judge/judge", "judge"): "it is judged",
    ("report/har", "add"): "it is written to traffic.har",
    ("judge/summary", "summarise"): "the verdicts are summed up",
    ("report/record", "report_data"): "the record becomes the data of report.json",
}
_OUT, _CHECK, _WRITTEN = "the request leaves", "a check looks at it", "report.json is written"
_STATIONS = [_OUT, *_FILES.values(), _CHECK, _WRITTEN]
_ASIDE = {"engine/setup", "mock/server", "report/allure_results", "spec"}
"""The files of other ways: the first requests, the mock's own answers, what Allure shows of a run, the contract."""


class Way:
    """The files on the stack at each station, when the run first comes there."""

    def __init__(self) -> None:
        self.stations: dict[str, list[str]] = {}
        self._started = threading.local()

    def watch(self) -> None:
        """Watch this thread, and those that it starts."""
        start = threading.Thread.start

        def started(thread: threading.Thread) -> None:
            before, run = self._stack(sys._getframe(1)), thread.run  # noqa: SLF001 - the stack of the starter

            def continued() -> None:
                self._started.before = before
                run()

            thread.run = continued  # type: ignore[method-assign]
            start(thread)

        threading.Thread.start = started  # type: ignore[method-assign]
        threading.setprofile(self._profile)
        sys.setprofile(self._profile)

    def _stack(self, frame: FrameType | None) -> list[str]:
        files = []
        while frame is not None:
            if name := _file(frame):
                files.append(name)
            frame = frame.f_back
        return list(dict.fromkeys([*getattr(self._started, "before", ()), *reversed(files)]))

    def _profile(self, frame: FrameType, event: str, called: Any) -> None:  # noqa: ANN401 - Python's own
        station = None
        if event == "c_call" and called.__name__ in {"send", "sendall"}:
            station = _OUT if isinstance(getattr(called, "__self__", None), socket.socket) else None
        elif event == "call" and (file := _file(frame)):
            station = _FILES.get((file, frame.f_code.co_name))
            if file.startswith("judge/checks/") and not file.endswith("registry"):
                station = _CHECK
            elif (file, frame.f_code.co_name) == ("report/files", "write_text"):
                station = _WRITTEN if frame.f_locals["path"].name == "report.json" else None
        if station and station not in self.stations:
            stack = self._stack(frame)
            if stack[0].startswith("cli/") and not _ASIDE & set(stack):
                self.stations[station] = stack


def _file(frame: FrameType) -> str | None:
    name = frame.f_code.co_filename
    return name.removeprefix(_PACKAGE).removesuffix(".py") if name.startswith(_PACKAGE) else None


def main() -> None:
    """Print the stations and the counts."""
    way = Way()
    with tempfile.TemporaryDirectory(prefix="conformance-benchmark-") as directory:
        os.chdir(directory)
        way.watch()
        cli.main(["run", "--profile", "smoke", "--seed", "1"], standalone_mode=False)
        sys.setprofile(None)
    for station in _STATIONS:
        print(f"{station}: {', '.join(way.stations[station])}")
    aside = _FILES["report/har", "add"]
    out = way.stations[_OUT]
    back = dict.fromkeys(file for one in _STATIONS[1:] if one != aside for file in way.stations[one])
    back = {file: None for file in back if not file.startswith("cli/")}
    print(f"\nout, from the command to the socket: {len(out)} files")
    print(f"back, from the socket to report.json: {len(back)} files: {', '.join(back)}")
    print(f"to traffic.har besides: {', '.join(file for file in way.stations[aside] if file not in {*out, *back})}")


if __name__ == "__main__":
    main()
