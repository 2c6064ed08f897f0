"""The tutorial, done as it says: `python -m tests.tutorial` does it and writes what was seen into the page."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "tutorial.md"
_STEP = re.compile(r"(?<=<!-- step -->\n```sh\n)(.*?)(\n```\n\n```text\n)(.*?)(?=```)", re.DOTALL)
_PORT = "8765"
_SAME = (
    (r"\d{8}T\d{6}Z-[0-9a-f]{8}", "20261130T020000Z-5f0c2a1b"),
    (r"\d{4}-\d\d-\d\dT[\d:.]+\+08:00", "2026-11-30T10:00:00.000+08:00"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d", "2026-11-30 02:00"),
    (r"\bexchange \d+", "exchange 13"),
    (r"requests in [\d.]+ s", "requests in 0.9 s"),
    (r"127\.0\.0\.1:\d+", f"127.0.0.1:{_PORT}"),
    (r"(?m)^(history +run \S+ in ).*/history\.db", r"\1~/.local/state/remote-mirror-conformance/history.db"),
)
"""Texts that differ from time to time, and their stand-ins."""


def done() -> str:
    """The page with what each step printed; the services are stopped at the end."""
    with tempfile.TemporaryDirectory() as place, socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = str(held.getsockname()[1])
        held.close()
        steps = _Steps(Path(place), port)
        try:
            return _STEP.sub(lambda step: step[1] + step[2] + steps.seen(step[1]), PAGE.read_text(encoding="utf-8"))
        finally:
            steps.stop()


class _Steps:
    def __init__(self, place: Path, port: str) -> None:
        self._place, self._port = place, port
        self._mock: subprocess.Popen[str] | None = None
        home = {"HOME": str(place), "XDG_STATE_HOME": str(place / "state")}
        self._environment = {**os.environ, **home, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def seen(self, command: str) -> str:
        """The output of a step, on both streams, with what differs each time replaced."""
        words = shlex.split(command.replace(_PORT, self._port))
        if words[1] == "mock":
            self.stop()
            self._mock = self._started(words)
            assert self._mock.stdout is not None
            text = self._mock.stdout.readline() + self._mock.stdout.readline()
        else:
            with self._started(words) as running:
                text, _ = running.communicate()
        for pattern, words_for_it in _SAME:
            text = re.sub(pattern, words_for_it, text)
        return text.strip("\n") + "\n"

    def _started(self, words: list[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            words,
            cwd=self._place,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def stop(self) -> None:
        """End the service that runs, as Ctrl-C does."""
        if self._mock is not None:
            self._mock.send_signal(signal.SIGINT)
            self._mock.communicate()


if __name__ == "__main__":
    PAGE.write_text(done(), encoding="utf-8")
